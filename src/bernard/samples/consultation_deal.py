"""Deals out what people say, each sentence to one of them, and knows who got what."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bernard.samples.consultation_words import Letter, Story, Words, after, sentence, typed

# How many responses each campaign has, how many are in Welsh, and how many tell a story.
_SENT = {"traders": 28, "walkers": 6}
_SIDES = ("for", "for", "for", "against", "against", "against", "neither")
_SENTENCES = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4)


@dataclass(frozen=True)
class Said:
    """What one person says to a question.

    Attributes:
        themes: names of those that it was made from. `campaign`: the letter that it is a copy of.
    """

    text: str
    themes: frozenset[str] = frozenset()
    campaign: str = ""


class Dealer:
    """Holds what has not been said yet."""

    def __init__(self, words: Words, chance: random.Random, responses: int) -> None:
        """Shuffle everything, and choose which responses are form letters, in Welsh or stories."""
        self._words, self._chance = words, chance
        self._left = {
            name: chance.sample(one.said, len(one.said))
            for name, one in {**words.more, **words.reasons}.items()
        }
        self._openings = chance.sample(words.openings, len(words.openings))
        self._personal = chance.sample(words.personal, len(words.personal))
        self._uses = chance.sample(words.other_uses, len(words.other_uses))
        kinds: list[object] = [name for name, count in _SENT.items() for _ in range(count)]
        kinds += [*words.welsh, *words.stories]
        kinds += [None] * (responses - len(kinds))
        self._kinds = chance.sample(kinds, responses)

    def reasons(self, number: int) -> tuple[str, Said]:
        """The side that a response takes, and its reasons."""
        kind = self._kinds[number]
        if isinstance(kind, str):
            letter = self._words.campaigns[kind]
            return letter.side, Said(self._letter(letter), frozenset(letter.themes), kind)
        if isinstance(kind, Story):
            return kind.side, Said(kind.text, frozenset(kind.themes))
        if isinstance(kind, tuple):
            side, themes, text = kind
            return side, Said(text, frozenset(themes))
        side = self._chance.choice(_SIDES)
        return side, self._nothing() if self._chance.random() < 0.1 else self._own(side)

    def more(self) -> Said:
        """What else somebody thinks of, if anything."""
        draw = self._chance.random()
        if draw > 0.3:
            return self._nothing() if draw < 0.6 else Said("")
        return self._told(list(self._words.more), self._chance.choice((1, 1, 1, 2)))

    def use(self) -> tuple[str, str]:
        """An option, and the words beside it if it is `Other`."""
        if self._uses and self._chance.random() < 0.2:
            return "Other", self._uses.pop()
        return self._chance.choice(self._words.uses), ""

    def _nothing(self) -> Said:
        return Said(self._chance.choice(self._words.nothing))

    def _own(self, side: str) -> Said:
        """One to four sentences, mostly of one side, with what people put before and after them."""
        names = [name for name, one in self._words.reasons.items() if one.side == side]
        if side != "neither" and self._chance.random() < 0.15:
            names = [*names, "buses", "trial"]
        if side == "neither" and self._chance.random() < 0.4:
            names = [*names, "safer", "access", "trade"]
        return self._told(names, self._chance.choice(_SENTENCES))

    def _told(self, names: Sequence[str], count: int) -> Said:
        """So many sentences of these themes, two of one theme more often than chance has it."""
        chosen: list[str] = []
        text = ""
        for _ in range(count):
            left = [name for name in names if self._left[name]]
            if not left:
                break
            again = [name for name in chosen[-1:] if name in left and self._chance.random() < 0.3]
            name = (again or [self._chance.choice(left)])[0]
            said = sentence(self._left[name].pop())
            begun = self._joint(text, chosen, name) if text else self._opening()
            text += after(begun, said)
            chosen.append(name)
        if not chosen:
            return self._nothing()
        return Said(typed(text + self._closing(), self._chance), frozenset(chosen))

    def _joint(self, text: str, chosen: Sequence[str], name: str) -> str:
        apart = "\n\n" if len(text) > 200 and chosen[-1] != name else " "
        return apart + self._chance.choice(self._words.joins)

    def _opening(self) -> str:
        if self._openings and self._chance.random() < 0.2:
            return self._openings.pop() + " "
        return ""

    def _closing(self) -> str:
        draw = self._chance.random()
        if self._personal and draw < 0.06:
            return " " + self._personal.pop()
        return " " + self._chance.choice(self._words.closings) if draw < 0.25 else ""

    def _letter(self, letter: Letter) -> str:
        """The letter as it was handed out, or with somebody's edits."""
        parts, chance = list(letter.letter), self._chance
        if chance.random() < 0.15:
            parts.pop(chance.randrange(len(parts)))
        if chance.random() < 0.1:
            chance.shuffle(parts)
        text = (chance.choice(letter.openings) if chance.random() < 0.5 else "") + " ".join(parts)
        for old, new in letter.swaps:
            if chance.random() < 0.15:
                text = text.replace(old, new)
        if chance.random() < 0.35:
            text += " " + chance.choice(letter.own)
        return typed(text, chance) if chance.random() < 0.3 else text
