"""The words of the categories, from YAML, as a tree that is walked word by word.

A phrase is words with spaces between. `a|b` stands for either, `_` for any one word, `..` for up to
three. Nothing looks further than a phrase is long, so a text is matched in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any, NamedTuple

import msgspec

from bernard.privacy.categories.tokens import Token

_ANY, _FEW = "_", ".."
_STEP = re.compile(r"\.\.|_|['’]?[^\W_]+|[^\w\s]")
_MOST_SKIPPED = 3
OFFENCE = "offence"


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one category.

    Attributes:
        category: a word of the agreements' vocabulary of special categories, or `offence`.
        sure: said of whoever stands in the sentence: `diagnosed with`.
        things: what somebody has: `asthma`. It counts where a person has it.
        taken: what somebody takes or is on: `methadone`.
        identities: what somebody is: `Sikh`. It counts where a person is it.
        labels: names of fields of a form, which count with a value: `Medical conditions: asthma`.
        always: says it by itself, whoever is meant: `my HIV diagnosis`.
        never: says something else: what overlaps it does not count: `charged with reviewing`.
    """

    category: str
    sure: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words by which a sentence is about a person, or about nobody in particular."""

    third: tuple[str, ...]
    first: tuple[str, ...]
    several: tuple[str, ...]
    possessive: tuple[str, ...]
    definite: tuple[str, ...]
    titles: tuple[str, ...]
    roles: tuple[str, ...]
    relations: tuple[str, ...]
    general: tuple[str, ...]
    conditions: tuple[str, ...]
    having: tuple[str, ...]
    being: tuple[str, ...]
    breakers: tuple[str, ...]
    of: tuple[str, ...]
    guards: tuple[str, ...]
    after: tuple[str, ...]
    trades: tuple[str, ...]
    humans: tuple[str, ...]
    empty: tuple[str, ...]
    not_names: tuple[str, ...]
    doing: tuple[str, ...]


class Hit(NamedTuple):
    """A phrase in a sentence: from which word to which, what kind of phrase, of which category."""

    start: int
    end: int
    kind: str
    category: str


class _Node:
    __slots__ = ("below", "ends")

    def __init__(self) -> None:
        self.below: dict[str, _Node] = {}
        self.ends: list[tuple[str, str]] = []


class Lexicon:
    """Every phrase of every category.

    Attributes:
        triggers: a word of each phrase; a text with none of them holds no phrase.
    """

    def __init__(self, categories: Iterable[Words]) -> None:
        """Build the tree."""
        self._root = _Node()
        triggers: set[str] = set()
        for words in categories:
            for kind in ("sure", "things", "taken", "identities", "labels", "always", "never"):
                for phrase in getattr(words, kind):
                    for steps in _expanded(phrase):
                        self._add(steps, kind, words.category)
                        triggers.add(_rarest(steps))
        self.triggers = frozenset(triggers)

    def _add(self, steps: Sequence[str], kind: str, category: str) -> None:
        node = self._root
        for step in steps:
            node = node.below.setdefault(step, _Node())
        node.ends.append((kind, category))

    def hits(self, sentence: Sequence[Token]) -> Iterator[Hit]:
        """Every phrase in the sentence; of those of one kind that begin together, the longest."""
        below = self._root.below
        for start, token in enumerate(sentence):
            if token.word in below:
                longest: dict[tuple[str, str], int] = {}
                for end, ends in _walk(below[token.word], sentence, start + 1):
                    for one in ends:
                        longest[one] = max(end, longest.get(one, 0))
                for (kind, category), end in longest.items():
                    yield Hit(start, end, kind, category)


def _walk(
    node: _Node, sentence: Sequence[Token], at: int
) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    if node.ends:
        yield at, node.ends
    if at >= len(sentence):
        return
    below = node.below
    if (found := below.get(sentence[at].word)) is not None:
        yield from _walk(found, sentence, at + 1)
    if (found := below.get(_ANY)) is not None:
        yield from _walk(found, sentence, at + 1)
    if (found := below.get(_FEW)) is not None:
        for skipped in range(min(_MOST_SKIPPED, len(sentence) - at) + 1):
            yield from _walk(found, sentence, at + skipped)


def _rarest(steps: Sequence[str]) -> str:
    """The word of a phrase that other texts are likeliest not to have: a long one, and no common one."""
    words = [step for step in steps if step[0].isalnum()]
    return max(words, key=lambda word: (word not in _common(), len(word)))


@cache
def _common() -> frozenset[str]:
    known = people()
    lists = (known.third, known.first, known.several, known.definite, known.having, known.being)
    more = (known.roles, known.relations, known.breakers, known.of, known.doing, _COMMON.split())
    return frozenset(word for words in (*lists, *more) for word in words)


# Words that many texts hold which say nothing of the kind.
_COMMON = """
and are because been card church court date day do found from get have he his hers in into is its ms my not
number on or out over school she six that the them they time under up was were when with work years
need 1 2 3 a an of o it was section no yes left back father card partner licence birth leave long self right unpaid accepted results test history
"""


def _expanded(phrase: str) -> Iterator[Sequence[str]]:
    """Each way to say a phrase, in words as `tokens` cuts a text into them."""
    for steps in product(*(step.split("|") for step in phrase.lower().split())):
        yield _STEP.findall(" ".join(steps).replace("-", " "))


def _read(name: str, kind: Any) -> Any:
    data = (files("bernard.privacy.categories") / "data" / name).read_bytes()
    return msgspec.yaml.decode(data, type=kind)


@cache
def shipped() -> Lexicon:
    """The lexicon that comes with Bernard."""
    folder = files("bernard.privacy.categories") / "data"
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".yaml"))
    return Lexicon(_read(name, Words) for name in names if name != "people.yaml")


@cache
def people() -> People:
    """The words about persons."""
    found: People = _read("people.yaml", People)
    return found
