"""The space of all calls that some agreements can tell apart, and their clauses as boxes in it.

A closed vocabulary has all its words; an open one those that the agreements name and one more that
stands for every other. Numbers are cut into cells at the values named, and models into the classes
that the patterns tell apart. Time and status are not in it: they say when, not what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import count
from typing import Any

from bernard.agreements.boxes import Box, Shape, union
from bernard.agreements.dimensions import (
    DIMENSIONS,
    Bound,
    Dimension,
    allowed_box,
    forbidden_box,
    matches,
)
from bernard.agreements.schema import ANY, Agreement, Clause
from bernard.agreements.types import Call
from bernard.agreements.vocabulary import vocabulary

Bounds = Mapping[str, Bound]
_SETS = ("subset", "superset")


class Axis:
    """One dimension of the space.

    Attributes:
        atoms: its words in the order of the vocabulary, its levels from the lowest, the models as
            (model, version), or for numbers the highest of each cell (one past the last value
            named for the cell without an end).
        other: stands for what no agreement names; None where there is no such thing.
        numeric: its atoms are cells of numbers.
        patterns: of models, those named and the names alone.
        told: what was said of its bits, kept by `plain`, since boxes share most of what they say.
        mask: its bits; of a `superset` they say which words are *lacking*.
    """

    def __init__(
        self,
        dimension: Dimension,
        atoms: Sequence[Any],
        other: Any = None,
        patterns: Sequence[str] = (),
    ) -> None:
        """Take the atoms, of which `other` is the last if there is one."""
        self.patterns = tuple(patterns)
        self.dimension, self.atoms, self.other = dimension, tuple(atoms), other
        self.numeric = dimension.kind == "at_most" and not dimension.levels
        self.mask = self._start = 0
        self._bits: dict[Any, int] = {}
        self._allowed: dict[Bound, int] = {}
        self._forbidden: dict[Bound, int] = {}
        self._patterns: dict[str, int] = {}
        self.told: dict[tuple[Any, ...], Any] = {}

    def place(self, mask: int) -> None:
        """Take the bits where the atoms stand from now on."""
        self.mask, self._start = mask, (mask & -mask).bit_length() - 1
        self._bits = {atom: 1 << self._start + at for at, atom in enumerate(self.atoms)}

    def allowed(self, bound: Bound) -> int:
        """The bits of what a clause with this bound allows."""
        bits = self._allowed.get(bound)
        if bits is None:
            bits = self._allowed[bound] = self._work_out_allowed(bound)
        return bits

    def forbidden(self, bound: Bound) -> int:
        """The bits by which a forbid box with this bound catches a call."""
        bits = self._forbidden.get(bound)
        if bits is None:
            bits = self._forbidden[bound] = self._work_out_forbidden(bound)
        return bits

    def bits(self, value: Any) -> int | None:
        """The bits that a call with this value has; None for a word that no vocabulary has."""
        kind = self.dimension.kind
        if kind == "superset":
            return self.mask & ~union(self._bits.get(word, 0) for word in value)
        if kind == "subset":
            found = [self._word(word) for word in value]
            return None if None in found else union(bit for bit in found if bit)
        if kind == "models":
            return self._model(*value)
        if self.numeric:
            return self._cell(value) if value >= 0 else None
        return self._word(value)

    def value(self, bits: int) -> Any:
        """A value that a call with these bits may have."""
        found = self.words(bits)
        if self.dimension.kind == "subset":
            return frozenset(found)
        if self.dimension.kind == "superset":
            return frozenset(self.atoms) - frozenset(found)
        return found[0]

    def words(self, bits: int) -> list[Any]:
        """The atoms whose bits these are."""
        own = (bits & self.mask) >> self._start
        found = []
        while own:
            low = own & -own
            found.append(self.atoms[low.bit_length() - 1])
            own ^= low
        return found

    def _work_out_allowed(self, bound: Bound) -> int:
        if isinstance(bound, frozenset):
            named = self._named(bound)
            return self.mask & ~named if self.dimension.kind == "superset" else named
        admits = self.dimension.admits(bound)
        return union(bit for atom, bit in self._bits.items() if admits(atom))

    def _work_out_forbidden(self, bound: Bound) -> int:
        if isinstance(bound, frozenset):
            return self._named(bound)
        hits = self.dimension.hits(bound)
        return union(bit for atom, bit in self._bits.items() if hits(atom))

    def _named(self, words: Iterable[str]) -> int:
        """The bits of these words or patterns; one that no vocabulary has is none."""
        if ANY in words:
            return self.mask
        if self.dimension.kind == "models":
            return union(self.matching(pattern) for pattern in words)
        return union(self._bits.get(word, 0) for word in words)

    def matching(self, pattern: str) -> int:
        """The bits of the models that a pattern covers."""
        bits = self._patterns.get(pattern)
        if bits is None:
            found = (bit for atom, bit in self._bits.items() if matches(pattern, *atom))
            bits = self._patterns[pattern] = union(found)
        return bits

    @cached_property
    def widest(self) -> list[tuple[str, int]]:
        """The patterns with the bits of the models that each covers, the widest first."""
        found = [(pattern, self.matching(pattern)) for pattern in self.patterns]
        return sorted(found, key=lambda one: -one[1].bit_count())

    def bit(self, atom: Any) -> int:
        """The bit of one atom."""
        return self._bits[atom]

    def _word(self, word: Any) -> int | None:
        bit = self._bits.get(word)
        return self._bits[self.other] if bit is None and self.other and word else bit

    def _model(self, model: str, version: str) -> int | None:
        """The one class that every pattern puts the model in."""
        bits = self.mask if model else 0
        for pattern in self.patterns:
            covered = self.matching(pattern)
            bits &= covered if matches(pattern, model, version) else ~covered
        return bits or None

    def _cell(self, value: int) -> int:
        place = next((at for at, top in enumerate(self.atoms) if value <= top), -1)
        return self._bits[self.atoms[place]]


class Space:
    """Every call that these agreements can tell apart, as points, and clauses as boxes of them.

    Attributes:
        axes: by name of the dimension.
        shape: the algebra over its boxes.
        possible: the box of calls that make sense: each is processed at some place.
    """

    def __init__(self, agreements: Sequence[Agreement], calls: Sequence[Call] = ()) -> None:
        """Take all that the boxes will be made of; the calls' own words are told apart as well."""
        named = _named(agreements)
        for call in calls:
            for dimension in DIMENSIONS:
                named[dimension.name].add(_asked(dimension, call))
        axes = [_axis(dimension, named[dimension.name]) for dimension in DIMENSIONS]
        choices = [axis for axis in axes if axis.dimension.kind not in _SETS]
        sets = [axis for axis in axes if axis.dimension.kind in _SETS]
        self.shape = Shape(
            [len(axis.atoms) for axis in choices], [len(axis.atoms) for axis in sets]
        )
        for axis, mask in zip(choices, self.shape.choices, strict=True):
            axis.place(mask)
        for axis, mask in zip(sets, self.shape.sets, strict=True):
            axis.place(mask)
        self.axes = {axis.dimension.name: axis for axis in axes}
        self.possible = Box(self.shape.everything.may, (self.axes["places"].mask,))

    def allowed(self, bounds: Bounds) -> Box | None:
        """The box of possible calls within the bounds of a clause; None if there is none."""
        may = union(self.axes[name].allowed(bound) for name, bound in bounds.items())
        return self.shape.box(may, self.possible.hits)

    def forbidden(self, bounds: Bounds) -> Box | None:
        """The box of calls that a forbid box with these bounds catches; None if there is none."""
        may, hits = self.shape.everything.may, [*self.possible.hits]
        for name, bound in bounds.items():
            axis = self.axes[name]
            bits = axis.forbidden(bound)
            if axis.dimension.kind == "subset":
                hits.append(bits)
            else:
                may &= ~axis.mask | bits
        return self.shape.box(may, hits)

    def point(self, call: Call) -> int | None:
        """The point that stands for the call; None if a word of it is in no vocabulary."""
        point = 0
        for axis in self.axes.values():
            bits = axis.bits(axis.dimension.asked(call))
            if bits is None:
                return None
            point |= bits
        return point

    def call(self, point: int) -> Call:
        """A call that the point stands for."""
        values = {name: axis.value(point & axis.mask) for name, axis in self.axes.items()}
        model, version = values.pop("model")
        return Call(model=model, version=version, **values)


def _named(agreements: Sequence[Agreement]) -> dict[str, set[Bound]]:
    """Every bound that the agreements name, by dimension."""
    named: dict[str, set[Bound]] = {dimension.name: set() for dimension in DIMENSIONS}
    for agreement in agreements:
        for name, bound in _bounds(agreement):
            named[name].add(bound)
    return named


def _bounds(agreement: Agreement) -> Iterator[tuple[str, Bound]]:
    for clause in agreement.clauses:
        yield from clause_bounds(clause, supplier_of(agreement)).items()
    for box in agreement.forbid:
        for name, bound in forbidden_box(box).items():
            # A forbid box catches a number from the one it names: the cell ends one before.
            yield name, bound - 1 if type(bound) is int else bound


@lru_cache(maxsize=2048)
def clause_bounds(clause: Clause, supplier: str) -> Bounds:
    """The bounds of a clause; kept, since a question asks for them more than once."""
    return allowed_box(clause, supplier)


def supplier_of(agreement: Agreement) -> str:
    """The word for the agreement's own supplier; empty where it has none."""
    return agreement.parties.supplier.id if agreement.parties.supplier else ""


def _asked(dimension: Dimension, call: Call) -> Bound:
    """What the call has, as a bound that tells it apart from everything else."""
    value = dimension.asked(call)
    if dimension.kind == "models":
        model, version = value
        return frozenset({f"{model}@{version}" if version else model})
    return frozenset({value}) if dimension.kind == "one" else value


def _axis(dimension: Dimension, named: Iterable[Bound]) -> Axis:
    if dimension.levels:
        return Axis(dimension, dimension.levels)
    if dimension.vocabulary:
        return Axis(dimension, tuple(vocabulary(dimension.vocabulary)))
    if dimension.kind == "at_most":
        return _number_axis(dimension, {bound for bound in named if isinstance(bound, int)})
    words = {word for bound in named if isinstance(bound, frozenset) for word in bound} - {ANY}
    if dimension.kind == "models":
        atoms = _models(words)
        names = {pattern.partition("@")[0] for pattern in words}
        return Axis(dimension, atoms, atoms[-1], sorted(words | names))
    other = _unused(f"another-{dimension.name.removesuffix('s')}", words)
    return Axis(dimension, (*sorted(words), other), other)


def _number_axis(dimension: Dimension, named: set[int]) -> Axis:
    tops = sorted({0, *(number for number in named if number > 0)})
    return Axis(dimension, (*tops, tops[-1] + 1), tops[-1] + 1)


def _models(patterns: Iterable[str]) -> list[tuple[str, str]]:
    """One model and version for each class that the patterns tell apart; any other model last."""
    versions: dict[str, set[str]] = {}
    for pattern in sorted(patterns):
        name, at, version = pattern.partition("@")
        versions.setdefault(name, set()).update([version] if at else [])
    found = [(name, version) for name in versions for version in _versions(versions[name])]
    return [*found, (_unused("another-model", versions), "")]


def _versions(wanted: set[str]) -> list[str]:
    """One version for each class: those named, the rest of each prefix, and any other."""
    exact = {version for version in wanted if not version.endswith("*")}
    prefixes = {version[:-1] for version in wanted if version.endswith("*")}
    rest = [_another(prefix, exact, prefixes) for prefix in sorted(prefixes | {""})]
    return [*sorted(exact), *rest]


def _another(prefix: str, exact: set[str], prefixes: set[str]) -> str:
    """A version that starts so, and is neither named nor under a longer prefix."""
    longer = {
        other[len(prefix)] for other in prefixes if other != prefix and other.startswith(prefix)
    }
    if prefix not in exact:
        return prefix
    version = prefix + next(letter for letter in map(chr, count(ord("x"))) if letter not in longer)
    while version in exact:
        version += "x"
    return version


def _unused(word: str, used: Iterable[str]) -> str:
    taken = set(used)
    while word in taken:
        word += "-x"
    return word
