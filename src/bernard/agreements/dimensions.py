"""The one table of what an agreement asks about a call, and how each thing is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from operator import attrgetter
from typing import Any, Literal, get_args

import msgspec

from bernard.agreements import schema
from bernard.agreements.schema import ANY, Clause, Forbid
from bernard.agreements.types import Call
from bernard.agreements.vocabulary import words

Kind = Literal["one", "models", "subset", "superset", "at_most", "at_least"]
# Words, a level, or a number; None is a number without a limit.
Bound = frozenset[str] | str | int | bool | None
Test = Callable[[Any], bool]


class Dimension(msgspec.Struct, frozen=True):
    """One thing that an agreement asks about a call.

    | kind | a clause allows when | a forbid box matches when |
    |---|---|---|
    | one | the word is in the set | it is in the set |
    | models | a pattern matches the model and version | one does |
    | subset | every word is in the set | any word is |
    | superset | the call has every word of the set | (never asked) |
    | at_most | it is at or below the level | at or above |
    | at_least | it is at or above the level | at or below |

    `any` in a set stands for every word: of the vocabulary, where there is one.

    Attributes:
        name: what the call names it; unique.
        clause: where it stands in a clause, `data.categories`; empty where a clause does not say.
        forbid: where it stands in a forbid box; empty where a box does not ask.
        english: what it is called in a sentence.
        levels: from the lowest; empty for numbers.
        vocabulary: the closed vocabulary of its words; empty where any name will do.
    """

    name: str
    kind: Kind
    clause: str
    forbid: str
    english: str
    levels: tuple[Any, ...] = ()
    vocabulary: str = ""

    def asked(self, call: Call) -> Any:
        """What the call has: a word, a set, a level, or for models the model and its version."""
        if self.kind == "models":
            return (call.model, call.version)
        return getattr(call, self.name)

    def allowed(self, clause: Clause, supplier: str = "") -> Bound:
        """What the clause has; the agreement's supplier stands in where it names none."""
        if not self.clause:
            return self.levels[-1]  # type: ignore[no-any-return]
        value = attrgetter(self.clause)(clause)
        if self.name == "supplier" and not value:
            value = (supplier,) if supplier else ()
        return _bound(value)

    def forbidden(self, box: Forbid) -> Bound | None:
        """What the box has; None where it does not ask."""
        return _bound(getattr(box, self.forbid)) if self.forbid else None

    def rank(self, level: Any) -> int:
        """How high a level stands; a number stands for itself. A word that is no level: -1."""
        if not self.levels:
            return int(level)
        return self.levels.index(level) if level in self.levels else -1

    def admits(self, bound: Bound) -> Test:
        """The test by which a clause with this bound takes a call's value."""
        if isinstance(bound, frozenset):
            return self._admits_words(bound)
        if bound is None:
            return _anything
        if not self.levels:
            return partial(_at_most, int(bound))
        place = self.rank(bound)
        kept = self.levels[place:] if self.kind == "at_least" else self.levels[: place + 1]
        return frozenset(kept).__contains__

    def _admits_words(self, bound: frozenset[str]) -> Test:
        if self.kind == "models":
            return partial(_any_matches, tuple(sorted(bound)))
        if self.kind == "superset":
            return bound.issubset
        if ANY in bound and not self.vocabulary:
            return bool if self.kind == "one" else _anything
        known = words(self.vocabulary) if ANY in bound else bound
        return known.__contains__ if self.kind == "one" else known.issuperset

    def hits(self, bound: Bound) -> Test:
        """The test by which a forbid box with this bound catches a call's value."""
        if isinstance(bound, frozenset):
            if self.kind == "models":
                return partial(_any_matches, tuple(sorted(bound)))
            if ANY in bound:
                return bool
            return bound.__contains__ if self.kind == "one" else partial(_meets, bound)
        assert bound is not None
        if not self.levels:
            return partial(_at_least, int(bound))
        place = self.rank(bound)
        caught = self.levels[: place + 1] if self.kind == "at_least" else self.levels[place:]
        return frozenset(caught).__contains__


def matches(pattern: str, model: str, version: str) -> bool:
    """Whether a pattern (`name`, `name@version`, `name@prefix*`, `any`) covers a model."""
    if pattern == ANY:
        return bool(model)
    name, at, wanted = pattern.partition("@")
    if name != model:
        return False
    if not at:
        return True
    return version.startswith(wanted[:-1]) if wanted.endswith("*") else version == wanted


def _bound(value: Any) -> Bound:
    return frozenset(value) if isinstance(value, tuple) else value


def _anything(_: Any) -> bool:
    return True


# A number below zero is no number that anybody attested.
def _at_most(limit: int, value: int) -> bool:
    return 0 <= value <= limit


def _at_least(limit: int, value: int) -> bool:
    return value >= limit


def _meets(bound: frozenset[str], value: frozenset[str]) -> bool:
    return not bound.isdisjoint(value)


def _any_matches(patterns: Iterable[str], value: tuple[str, str]) -> bool:
    return any(matches(pattern, *value) for pattern in patterns)


_FLAG = (False, True)
_USE = get_args(schema.SupplierUse)

DIMENSIONS: tuple[Dimension, ...] = (
    Dimension("service", "one", "services", "services", "service"),
    Dimension("purpose", "one", "purposes", "purposes", "purpose", vocabulary="purposes"),
    Dimension("operation", "one", "operations", "operations", "operation", vocabulary="operations"),
    Dimension("supplier", "one", "suppliers", "suppliers", "supplier"),
    Dimension("model", "models", "models", "models", "model"),
    Dimension("places", "subset", "places", "places", "place", vocabulary="places"),
    Dimension("tier", "at_most", "marking.tier", "tier", "tier", get_args(schema.Tier)),
    Dimension("sensitive", "at_most", "marking.sensitive", "sensitive", "SENSITIVE", _FLAG),
    Dimension(
        "descriptors", "subset", "marking.descriptors", "descriptors", "descriptor",
        vocabulary="descriptors",
    ),
    Dimension("caveats", "subset", "marking.caveats", "caveats", "caveat", vocabulary="caveats"),
    Dimension(
        "categories", "subset", "data.categories", "categories", "kind of data",
        vocabulary="categories",
    ),
    Dimension(
        "special", "subset", "data.special", "special", "special category of data",
        vocabulary="special",
    ),
    Dimension("offence", "at_most", "data.offence", "offence", "criminal offence data", _FLAG),
    Dimension(
        "subjects", "subset", "data.subjects", "subjects", "kind of person", vocabulary="subjects"
    ),
    Dimension(
        "identifiability", "at_most", "data.identifiability", "identifiability",
        "identifiability", get_args(schema.Identifiability),
    ),
    Dimension("training", "at_most", "supplier_use.training", "training", "use in training", _USE),
    Dimension(
        "human_review", "at_most", "supplier_use.human_review", "human_review",
        "reading by the supplier's people", _USE,
    ),
    Dimension(
        "retention_s", "at_most", "supplier_use.retention_s", "retention_s", "retention in seconds"
    ),
    Dimension("safeguards", "superset", "safeguards", "", "safeguard", vocabulary="safeguards"),
    Dimension(
        "involvement", "at_least", "human.involvement", "involvement", "human involvement",
        get_args(schema.Involvement),
    ),
    Dimension(
        "effect", "at_most", "human.effect", "effect", "effect on a person",
        get_args(schema.Effect),
    ),
    Dimension("tools", "subset", "tools.allowed", "tools", "tool"),
    Dimension(
        "outside_effects", "at_most", "tools.outside_effects", "outside_effects",
        "effect outside the conversation", _FLAG,
    ),
    Dimension("bytes", "at_most", "bytes_per_call", "bytes_per_call", "bytes in one call"),
    # No clause says it; a rule above every agreement asks it.
    Dimension("untrusted", "at_most", "", "", "text that nobody vouches for", _FLAG),
)  # fmt: skip


@cache
def dimension(name: str) -> Dimension:
    """The dimension of this name."""
    return next(found for found in DIMENSIONS if found.name == name)


def allowed_box(clause: Clause, supplier: str = "") -> dict[str, Bound]:
    """What the clause allows in every dimension, by name."""
    return {d.name: d.allowed(clause, supplier) for d in DIMENSIONS}


def forbidden_box(box: Forbid) -> dict[str, Bound]:
    """What a forbid box names, by dimension; what it does not name is not here."""
    named = ((d.name, d.forbidden(box)) for d in DIMENSIONS)
    return {name: bound for name, bound in named if bound is not None}
