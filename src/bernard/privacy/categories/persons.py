"""Who a sentence is about: a person in particular, people in general, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from bernard.privacy.categories.lexicon import people
from bernard.privacy.categories.tokens import Token

# Welsh `e` is he after a verb, and a letter elsewhere.
_BEFORE_E = ("mae", "roedd", "oedd", "bydd", "dywedodd", "aeth", "cafodd", "gafodd")
# Stand-ins that show that a person is meant.
_OF_PEOPLE = ("person", "date-of-birth", "nhs-number", "national-insurance", "email", "handle")


class About(NamedTuple):
    """What a sentence says of whom it is about.

    Attributes:
        persons: places of words that mean one person.
        owners: of those, the places after which something is theirs: her, Priya 's.
        several: places of they and their, which mean one person where one was named.
        general: places of words for people in general.
        supposed: it says what is so if something is so.
    """

    persons: list[int]
    owners: list[int]
    several: list[int]
    general: list[int]
    supposed: bool


class Reader:
    """Finds the persons of a sentence by its words alone."""

    def __init__(self) -> None:
        """Take the words that come with Bernard."""
        words = people()
        self._third, self._first = frozenset(words.third), frozenset(words.first)
        self._several = frozenset(words.several)
        self._possessive = frozenset(words.possessive)
        self._definite, self._titles = frozenset(words.definite), frozenset(words.titles)
        self._roles = frozenset(words.roles)
        self._relations = frozenset(words.relations)
        self._general = frozenset(words.general)
        self._conditions = frozenset(words.conditions)
        self._not_names = frozenset(words.not_names)
        self._doing = frozenset((*words.having, *words.being, *words.doing))

    def about(self, sentence: Sequence[Token]) -> About:
        """Whom the sentence is about."""
        found = About([], [], [], [], self._supposes(sentence))
        for at, token in enumerate(sentence):
            word = token.word
            if word in self._several:
                found.several.append(at)
            elif word in self._general:
                found.general.append(at)
            elif self._is_person(sentence, at):
                found.persons.append(at)
                if word in self._possessive or _word(sentence, at + 1) in ("'s", "'"):
                    found.owners.append(at)
        return found

    def _is_person(self, sentence: Sequence[Token], at: int) -> bool:
        token = sentence[at]
        word = token.word
        if word in self._third:
            return True
        if word == "e":
            return _word(sentence, at - 1) in _BEFORE_E
        if word in self._first:
            # A numeral or a heading is no speaker.
            return word != "i" or (token.capital and _word(sentence, at + 1) not in (".", ")", ":"))
        if word[0] == "⟦":
            return word[1:].startswith(_OF_PEOPLE)
        before = _word(sentence, at - 1)
        if word in self._roles:
            return (
                before in self._definite or (at == 0 and _word(sentence, 1) in self._doing)
            ) or self._two_words(sentence, at)
        if word in self._relations and at == 0:
            return _word(sentence, 1) in self._doing
        return token.capital and self._is_name(sentence, at, before)

    def _two_words(self, sentence: Sequence[Token], at: int) -> bool:
        """Whether it is the second word of a role with an article before: the young person."""
        return _word(sentence, at - 2) in self._definite and _word(sentence, at - 1) not in (
            self._general | self._doing
        )

    def _is_name(self, sentence: Sequence[Token], at: int, before: str) -> bool:
        word = sentence[at].word
        if before in self._titles or (before == "." and _word(sentence, at - 2) in self._titles):
            return True
        if word in self._not_names or word in self._titles or len(word) == 1:
            return False
        after = sentence[at + 1] if at + 1 < len(sentence) else None
        if after is None or before in ("the", "in", "at", "from", "of", "to", "for", "near"):
            return False
        if after.word == "'s":
            return True
        if after.capital and after.word not in self._not_names:
            # Two words with capitals, and a person's doing after them.
            behind = _word(sentence, at + 2)
            return behind in self._doing or (behind in ("'s", ",", "(", ":") and at <= 1)
        return after.word in self._doing and (at == 0 or before in (",", "and", "that", "because"))

    def _supposes(self, sentence: Sequence[Token]) -> bool:
        if not sentence or sentence[0].word in self._conditions:
            return True
        return any(a.word == "if" and b.word == "you" for a, b in pairwise(sentence))


def _word(sentence: Sequence[Token], at: int) -> str:
    return sentence[at].word if 0 <= at < len(sentence) else ""
