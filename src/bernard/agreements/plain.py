"""A box of calls in plain English, and as words for a program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from bernard.agreements.boxes import Box, union
from bernard.agreements.dimensions import matches
from bernard.agreements.sentences import count, duration
from bernard.agreements.space import Axis, Space
from bernard.agreements.vocabulary import OWN_PLACES, vocabulary

Hits = tuple[int, ...]
T = TypeVar("T")


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """What calls may have in one dimension.

    Attributes:
        any: every word there is; then `words` is empty.
        words: the words, levels or ranges of numbers (`1-3600`, `3601-`); of safeguards those that
            have to run. A word such as `another-model` stands for what no agreement named.
        at_least_one_of: of each list the call has a word, or of safeguards lacks one.
    """

    words: tuple[str, ...] = ()
    any: bool = False
    at_least_one_of: tuple[tuple[str, ...], ...] = ()


def parts(space: Space, box: Box) -> dict[str, Part]:
    """What the calls of the box may have, by dimension."""
    return {
        name: _kept(_part, axis, box.may & axis.mask, _hits(axis, box))
        for name, axis in space.axes.items()
    }


def sentence(space: Space, box: Box) -> str:
    """What the calls of the box may be, in one sentence."""
    told = {}
    for name, tell in _TELL.items():
        axis = space.axes[name]
        told[name] = _kept(tell, axis, box.may & axis.mask, _hits(axis, box))
    marking = _marking(space, box)
    data = ", ".join(filter(None, (marking, *(told[name] for name in _DATA))))
    tail = "; ".join(filter(None, (told[name] for name in _TAIL)))
    start = f"{told['service'][:1].upper()}{told['service'][1:]}, {told['purpose']},"
    end = f"{told['model']} of {told['supplier']} {told['places']}, {told['operation']}"
    return f"{start} may send text {data}, to {end}{'; ' if tail else ''}{tail}."


def _kept(tell: Callable[[Axis, int, Hits], T], axis: Axis, bits: int, hits: Hits) -> T:
    """What is told of these bits, worked out once."""
    key = (tell, bits, hits)
    if key not in axis.told:
        axis.told[key] = tell(axis, bits, hits)
    found: T = axis.told[key]
    return found


def apart(space: Space, box: Box, others: Sequence[Box]) -> tuple[str, ...]:
    """In what the box differs from the nearest of the others, none of which it touches."""
    if not others:
        return ()
    return _conflicts(space, box, space.shape.nearest(box, others))


def _conflicts(space: Space, box: Box, other: Box) -> tuple[str, ...]:
    both, found = box.may & other.may, []
    for axis in space.axes.values():
        if axis.dimension.kind in ("subset", "superset"):
            hits = [hit for hit in box.hits if hit & axis.mask and not hit & both]
            missed = any(hit & axis.mask and not hit & both for hit in other.hits)
            hits = hits or ([box.may & axis.mask] if missed else [])
        else:
            hits = [] if both & axis.mask else [box.may & axis.mask]
        found += [_conflict(axis, hit) for hit in hits]
    return tuple(found)


def _conflict(axis: Axis, bits: int) -> str:
    """What a call has, or of safeguards lacks, that those of the other box do not."""
    words = (words_of(axis, bits) if axis.numeric else named(axis, bits)) or ["none"]
    without = "without " if axis.dimension.kind == "superset" else ""
    return f"{without}{axis.dimension.english}: {listed(words, 'or')}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words as one speaks them.

    >>> listed(["a", "b", "c"], "or")
    'a, b or c'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def named(axis: Axis, bits: int) -> list[str]:
    """What a person calls the words whose bits these are."""
    if axis.dimension.kind == "models":
        return _models(axis, bits)
    return [_called(axis, atom) for atom in axis.words(bits)]


def _part(axis: Axis, bits: int, hits: Hits) -> Part:
    one_of = tuple(tuple(map(str, words_of(axis, hit))) for hit in hits)
    if axis.dimension.kind == "superset":
        return Part(tuple(words_of(axis, axis.mask & ~bits)), at_least_one_of=one_of)
    if bits == axis.mask:
        return Part(any=True, at_least_one_of=one_of)
    return Part(tuple(map(str, words_of(axis, bits))), at_least_one_of=one_of)


def words_of(axis: Axis, bits: int) -> list[str]:
    """What a program calls the words whose bits these are, as in `Part`."""
    if axis.numeric:
        return [_range(axis, atom) for atom in axis.words(bits)]
    if axis.dimension.kind == "models":
        return _models(axis, bits)
    return [str(atom).lower() if atom in (True, False) else atom for atom in axis.words(bits)]


def _range(axis: Axis, top: int) -> str:
    place = axis.atoms.index(top)
    low = axis.atoms[place - 1] + 1 if place else 0
    if top == axis.atoms[-1]:
        return f"{low}-"
    return f"{low}-{top}" if low < top else str(top)


def _hits(axis: Axis, box: Box) -> Hits:
    """What the calls must have of this dimension; that there is a place goes without saying."""
    if axis.dimension.kind not in ("subset", "superset"):
        return ()
    said = box.may & axis.mask if axis.dimension.name == "places" else 0
    return tuple([hit for hit in box.hits if hit & axis.mask and hit != said])


def _called(axis: Axis, atom: Any) -> str:
    """What a person calls an atom: its label in the middle of a sentence."""
    if atom == axis.other:
        return f"any other {axis.dimension.english}"
    if atom in (True, False):
        return "yes" if atom else "no"
    if not axis.dimension.vocabulary:
        return str(atom)
    if axis.dimension.name in _MARKINGS:
        return str(atom)
    label = vocabulary(axis.dimension.vocabulary)[atom].label
    proper = axis.dimension.name == "places" and atom not in OWN_PLACES
    return label if proper else label[:1].lower() + label[1:]


def _models(axis: Axis, bits: int) -> list[str]:
    """The fewest patterns that cover the models, the widest first, then what is left of others."""
    found, left = [], bits
    for pattern, covered in axis.widest:
        if covered and not covered & ~bits and covered & left:
            found.append(pattern)
            left &= ~covered
    return sorted(found) + [_rest(axis, *atom) for atom in axis.words(left)]


def _rest(axis: Axis, model: str, version: str) -> str:
    """What is left of a pattern, or of a model, when what is named is taken away."""
    if (model, version) == axis.other:
        return "any other model"
    prefixes = [p for p in axis.patterns if p.endswith("*") and matches(p, model, version)]
    if prefixes:
        return f"any other {max(prefixes, key=len)}"
    return f"any other version of {model}"


def _words(axis: Axis, bits: int, noun: str, last: str = "and") -> str:
    """The words, or `any …`, or `any … but` the few that are missing."""
    if bits == axis.mask:
        return f"any {noun}"
    if not _any_but(axis, bits):
        return listed(named(axis, bits), last)
    return f"any {noun} but {listed(named(axis, axis.mask & ~bits))}"


def _any_but(axis: Axis, bits: int) -> bool:
    """Whether it is shorter to say which words are missing."""
    if axis.other is not None:
        return bits & axis.bit(axis.other) > 0
    missing = (axis.mask & ~bits).bit_count()
    return len(axis.atoms) > 8 and missing <= len(axis.atoms) // 4


def _noun(noun: str, plural: str) -> Callable[[Axis, int, Hits], str]:
    """Tells open words with what they are: service ask, services ask and search."""

    def tell(axis: Axis, bits: int, hits: Hits) -> str:
        told = _words(axis, bits, noun, "or")
        if told.startswith("any "):
            return told
        return f"{noun if len(axis.words(bits)) == 1 else plural} {told}"

    return tell


def _to(noun: str) -> Callable[[Axis, int, Hits], str]:
    """Tells what is done: to answer questions or draft text."""

    def tell(axis: Axis, bits: int, hits: Hits) -> str:
        told = _words(axis, bits, noun, "or")
        return f"for {told}" if told.startswith("any ") else f"to {told}"

    return tell


def _plain(noun: str) -> Callable[[Axis, int, Hits], str]:
    """Tells the words as they are, and which of them a call must have."""

    def tell(axis: Axis, bits: int, hits: Hits) -> str:
        return _words(axis, bits, noun, "or") + _at_least(axis, hits)

    return tell


def _places(axis: Axis, bits: int, hits: Hits) -> str:
    """Tells countries as `in`, and machines as `on`."""
    if bits == axis.mask or _any_but(axis, bits):
        return f"in {_words(axis, bits, 'place')}{_at_least(axis, hits)}"
    own = union(axis.bit(place) for place in OWN_PLACES) & bits
    countries = listed(named(axis, bits & ~own), "or")
    machines = listed(named(axis, own), "or")
    told = (f"in {countries}" if countries else "", f"on {machines}" if machines else "")
    return " or ".join(filter(None, told)) + _at_least(axis, hits)


def _some(before: str, noun: str, none: str = "") -> Callable[[Axis, int, Hits], str]:
    """Tells the words that a text may hold; nothing of those it may not."""

    def tell(axis: Axis, bits: int, hits: Hits) -> str:
        if not bits:
            return none
        return f"{before} {_words(axis, bits, noun)}{_at_least(axis, hits)}"

    return tell


def _at_least(axis: Axis, hits: Hits) -> str:
    told = []
    for hit in hits:
        words = named(axis, hit)
        told.append(f"at least {'one of ' if len(words) > 1 else ''}{listed(words, 'or')}")
    return f" ({listed(told)})" if told else ""


def _levels(most: dict[Any, str], other: str) -> Callable[[Axis, int, Hits], str]:
    """Tells the highest level where all below it are allowed too, and otherwise the levels."""

    def tell(axis: Axis, bits: int, hits: Hits) -> str:
        levels = axis.words(bits)
        if levels == list(axis.atoms[: len(levels)]):
            return most[levels[-1]]
        return f"{other} {listed([str(level) for level in levels], 'or')}"

    return tell


def _flag(yes: str, no: str, either: str) -> Callable[[Axis, int, Hits], str]:
    def tell(axis: Axis, bits: int, hits: Hits) -> str:
        levels = axis.words(bits)
        return either if len(levels) == 2 else yes if levels[0] else no

    return tell


def _retention(axis: Axis, bits: int, hits: Hits) -> str:
    told = _spans(axis, bits, duration)
    return {"": "kept for any time", "up to not at all": "nothing kept"}.get(told, f"kept {told}")


def _bytes(axis: Axis, bits: int, hits: Hits) -> str:
    told = _spans(axis, bits, lambda number: count(number, "byte"))
    return f"{told} in one call" if told else ""


def _spans(axis: Axis, bits: int, told: Callable[[int], str]) -> str:
    """The ranges of numbers in words; empty for every number."""
    spans: list[list[int]] = []
    for place, atom in enumerate(axis.atoms):
        if bits & axis.bit(atom):
            if spans and spans[-1][1] == place - 1:
                spans[-1][1] = place
            else:
                spans.append([place, place])
    return " or ".join(filter(None, (_span(axis, first, last, told) for first, last in spans)))


def _span(axis: Axis, first: int, last: int, told: Callable[[int], str]) -> str:
    over = f"more than {told(axis.atoms[first - 1])}" if first else ""
    up_to = f"up to {told(axis.atoms[last])}" if last < len(axis.atoms) - 1 else ""
    return " and ".join(filter(None, (over, up_to)))


def _involvement(axis: Axis, bits: int, hits: Hits) -> str:
    levels = axis.words(bits)
    if levels == list(axis.atoms[-len(levels) :]):
        return _INVOLVEMENT[levels[0]]
    return f"human involvement {listed(levels, 'or')}"


def _safeguards(axis: Axis, bits: int, hits: Hits) -> str:
    """The bits say which safeguards a call may lack."""
    told = []
    if bits != axis.mask:
        told.append(f"first: {listed(named(axis, axis.mask & ~bits))}")
    for hit in hits:
        words = named(axis, hit)
        told.append(f"without this: {words[0]}" if len(words) == 1 else _one_lacking(words))
    return "; ".join(told)


def _one_lacking(words: Sequence[str]) -> str:
    return f"without at least one of these: {listed(words, 'or')}"


def _marking(space: Space, box: Box) -> str:
    """Tier and -SENSITIVE as one marking."""
    tiers = space.axes["tier"].words(box.may)
    sensitive = space.axes["sensitive"].words(box.may)
    if tiers == ["OFFICIAL"]:
        up_to = "up to " if len(sensitive) == 2 else ""
        return f"marked {up_to}OFFICIAL{'-SENSITIVE' if sensitive[-1] else ''}"
    lone = {(False,): ", not -SENSITIVE", (True,): ", -SENSITIVE"}.get(tuple(sensitive), "")
    if tiers == list(space.axes["tier"].atoms[: len(tiers)]):
        return f"marked up to {tiers[-1]}{lone}"
    return f"marked {listed(tiers, 'or')}{lone}"


_MARKINGS = ("descriptors", "caveats")
_DATA = (
    "descriptors", "caveats", "categories", "special", "offence", "subjects", "identifiability",
)  # fmt: skip
_TAIL = (
    "safeguards", "involvement", "effect", "tools", "outside_effects", "untrusted", "training",
    "human_review", "retention_s", "bytes",
)  # fmt: skip
_INVOLVEMENT = {
    "none": "",
    "sample": "people check a sample",
    "before-use": "a person agrees before use",
    "two-person": "two people agree before use",
}
_TELL: dict[str, Callable[[Axis, int, Hits], str]] = {
    "service": _noun("service", "services"),
    "purpose": _to("purpose"),
    "operation": _to("operation"),
    "supplier": _plain("supplier"),
    "model": _plain("model"),
    "places": _places,
    "descriptors": _some("also marked", "descriptor"),
    "caveats": _some("also marked", "caveat"),
    "categories": _some("holding", "kind of data", none="holding no named kind of data"),
    "special": _some("and of the special categories", "special category"),
    "offence": _flag("with criminal offence data", "", "and criminal offence data"),
    "subjects": _some("about", "kind of person", none="about nobody"),
    "identifiability": _levels(
        {
            "anonymous": "anonymous",
            "aggregate": "aggregate at most",
            "pseudonymised": "pseudonymised at most",
            "identifiable": "identifiable or not",
        },
        "only",
    ),
    "training": _levels(
        {
            "never": "no training",
            "opt-in": "training only where the body opts in",
            "always": "training allowed",
        },
        "training",
    ),
    "human_review": _levels(
        {
            "never": "not read by the supplier's people",
            "opt-in": "read by the supplier's people only where the body opts in",
            "always": "the supplier's people may read it",
        },
        "read by the supplier's people:",
    ),
    "retention_s": _retention,
    "safeguards": _safeguards,
    "involvement": _involvement,
    "effect": _levels(
        {
            "none": "no effect on a person",
            "support": "may support a decision about a person",
            "significant": "may have a significant effect on a person",
        },
        "effect on a person:",
    ),
    "tools": _some("tools:", "tool"),
    "outside_effects": _flag(
        "with an effect outside the conversation", "", "may act outside the conversation"
    ),
    "bytes": _bytes,
    "untrusted": _flag("with untrusted text", "without untrusted text", ""),
}
