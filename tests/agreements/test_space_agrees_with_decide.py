"""The algebra says what `decide` says, of thousands of agreements and calls drawn by chance."""

import datetime
import random
from collections.abc import Callable
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bernard.agreements import schema
from bernard.agreements.allows import allows
from bernard.agreements.boxes import Box, Steps, counted
from bernard.agreements.compare import compare
from bernard.agreements.decide import decide
from bernard.agreements.dimensions import matches
from bernard.agreements.explain import explain
from bernard.agreements.plain import Part, words_of
from bernard.agreements.reach import Reach
from bernard.agreements.schema import Agreement, Clause, Forbid
from bernard.agreements.space import Space
from bernard.agreements.statements import Statement
from bernard.agreements.types import Call
from bernard.agreements.within import within

TODAY = datetime.date(2026, 6, 1)
WORDS = {
    "purposes": ("answer-questions", "draft", "translate"),
    "services": ("ask", "search"),
    "operations": ("chat", "embed"),
    "suppliers": ("firm", "embedded"),
    "models": ("m", "m@2026*", "m@2026-05*", "m@2026-05-01", "n", "n@1"),
    "places": ("GB", "FR", "this-machine"),
    "descriptors": ("COMMERCIAL", "LEGAL"),
    "caveats": ("UK",),
    "categories": ("statistics", "contact-details", "demographics"),
    "special": ("health", "genetic"),
    "subjects": ("pupils", "children"),
    "safeguards": ("mask-identifiers", "check-links"),
    "tools": ("search", "send"),
}
MODELS = ("m", "n", "o")
VERSIONS = ("", "1", "2026-01", "2026-05", "2026-05-01", "2026-05-02")
NUMBERS = (0, 1, 60, 61, 1000)
SEEDS = st.integers(0, 2**48)
# Each draws its own agreements, and most of them twenty calls: thousands in every run.
many = settings(max_examples=100, deadline=None)


def _some(draw: random.Random, kind: str, least: int = 0) -> tuple[str, ...]:
    known = WORDS[kind]
    if draw.random() < 0.2 and kind != "safeguards":
        return ("any",)
    return tuple(draw.sample(known, draw.randint(least, len(known))))


def _level(draw: random.Random, levels: Any) -> Any:
    return draw.choice(get_args(levels))


def _clause(draw: random.Random, name: str) -> Clause:
    return Clause(
        id=name,
        purposes=_some(draw, "purposes", 1),
        services=_some(draw, "services", 1),
        operations=_some(draw, "operations", 1),
        models=_some(draw, "models", 1),
        places=_some(draw, "places", 1),
        suppliers=_some(draw, "suppliers"),
        marking=schema.Marking(
            draw.choice(["OFFICIAL", "OFFICIAL", "SECRET"]),
            draw.random() < 0.7,
            _some(draw, "descriptors"),
            _some(draw, "caveats"),
        ),
        data=schema.Data(
            _some(draw, "categories"),
            _some(draw, "special"),
            draw.random() < 0.3,
            _some(draw, "subjects"),
            _level(draw, schema.Identifiability),
        ),
        supplier_use=schema.Use(
            _level(draw, schema.SupplierUse), _level(draw, schema.SupplierUse), draw.choice(NUMBERS)
        ),
        safeguards=_some(draw, "safeguards"),
        human=schema.Human(_level(draw, schema.Involvement), _level(draw, schema.Effect)),
        tools=schema.Tools(_some(draw, "tools"), draw.random() < 0.5),
        bytes_per_call=draw.choice([None, *NUMBERS]),
    )


def _forbid(draw: random.Random, name: str) -> Forbid:
    kinds: dict[str, Callable[[], Any]] = {
        kind: lambda kind=kind: _some(draw, kind, 1) for kind in WORDS if kind != "safeguards"
    }
    kinds |= {
        "offence": lambda: draw.random() < 0.7,
        "sensitive": lambda: draw.random() < 0.7,
        "outside_effects": lambda: draw.random() < 0.7,
        "identifiability": lambda: _level(draw, schema.Identifiability),
        "tier": lambda: _level(draw, schema.Tier),
        "training": lambda: _level(draw, schema.SupplierUse),
        "human_review": lambda: _level(draw, schema.SupplierUse),
        "retention_s": lambda: draw.choice(NUMBERS),
        "bytes_per_call": lambda: draw.choice(NUMBERS),
        "involvement": lambda: _level(draw, schema.Involvement),
        "effect": lambda: _level(draw, schema.Effect),
    }
    named = draw.sample(sorted(kinds), draw.randint(1, 3))
    return Forbid(id=name, **{kind: kinds[kind]() for kind in named})


def agreement(draw: random.Random, version: int = 1) -> Agreement:
    """An agreement of a few clauses of these words."""
    return Agreement(
        schema="bernard-agreement/1",
        id="drawn",
        version=version,
        title="Drawn by chance",
        summary="For a test.",
        status="draft",
        parties=schema.Parties(schema.PublicBody("A body"), schema.Supplier("firm", "A firm")),
        term=schema.Term(datetime.date(2026, 1, 1), datetime.date(2027, 1, 1)),
        legal=schema.Legal(
            article_9_condition=draw.choice(["", "9(2)(g)"]),
            article_10_condition=draw.choice(["", "Schedule 1"]),
        ),
        clauses=tuple(_clause(draw, f"c{n}") for n in range(draw.randint(0, 4))),
        forbid=tuple(_forbid(draw, f"f{n}") for n in range(draw.choice([0, 0, 1, 2]))),
    )


def changed(draw: random.Random, before: Agreement) -> Agreement:
    """The next version: a clause drawn anew, left out or put in, or only one part of it changed."""
    clauses = [
        draw.choice([clause, clause, _mixed(draw, clause, _clause(draw, clause.id))])
        for clause in before.clauses
        if draw.random() < 0.9
    ]
    if draw.random() < 0.3:
        clauses.append(_clause(draw, "new"))
    return replace(before, version=2, clauses=tuple(clauses))


def _mixed(draw: random.Random, clause: Clause, other: Clause) -> Clause:
    parts = draw.sample(sorted(set(clause.__struct_fields__) - {"id"}), 2)
    return replace(clause, **{part: getattr(other, part) for part in parts})


def call(draw: random.Random, *agreements: Agreement) -> Call:
    """A call; most of them nearly what a clause allows, so that many are allowed."""
    clauses = [clause for one in agreements for clause in one.clauses]
    near = _inside(draw, draw.choice(clauses)) if clauses else _anywhere(draw)
    other = _anywhere(draw)
    parts = draw.sample(near.__struct_fields__, draw.choice([0, 0, 0, 1, 1, 2, 5]))
    return replace(near, **{part: getattr(other, part) for part in parts})


def _anywhere(draw: random.Random) -> Call:
    def one(kind: str) -> str:
        return draw.choice([*WORDS[kind], *WORDS[kind], "unheard-of"])

    def some(kind: str) -> frozenset[str]:
        known = [*WORDS[kind], *(["unheard-of"] if draw.random() < 0.05 else [])]
        return frozenset(draw.sample(known, draw.randint(0, len(known))))

    return Call(
        service=one("services"),
        purpose=one("purposes"),
        operation=one("operations"),
        supplier=one("suppliers"),
        model=draw.choice(MODELS),
        version=draw.choice(VERSIONS),
        places=some("places"),
        tier=draw.choice(["OFFICIAL", "OFFICIAL", "SECRET", "TOP SECRET"]),
        sensitive=draw.random() < 0.5,
        descriptors=some("descriptors"),
        caveats=some("caveats"),
        categories=some("categories"),
        special=some("special"),
        offence=draw.random() < 0.3,
        subjects=some("subjects"),
        identifiability=_level(draw, schema.Identifiability),
        training=_level(draw, schema.SupplierUse),
        human_review=_level(draw, schema.SupplierUse),
        retention_s=draw.choice(NUMBERS),
        safeguards=some("safeguards"),
        involvement=_level(draw, schema.Involvement),
        effect=_level(draw, schema.Effect),
        tools=some("tools"),
        outside_effects=draw.random() < 0.5,
        bytes=draw.choice(NUMBERS),
        untrusted=draw.random() < 0.5,
    )


def _inside(draw: random.Random, clause: Clause) -> Call:
    def one(words: tuple[str, ...], kind: str) -> str:
        named = [word for word in words if word != "any"]
        return draw.choice(named or [*WORDS[kind], "unheard-of"])

    def some(words: tuple[str, ...], kind: str) -> frozenset[str]:
        known = WORDS[kind] if "any" in words else words
        return frozenset(word for word in known if draw.random() < 0.5)

    model, _, version = one(clause.models, "models").partition("@")
    return Call(
        service=one(clause.services, "services"),
        purpose=one(clause.purposes, "purposes"),
        operation=one(clause.operations, "operations"),
        supplier=one(clause.suppliers, "suppliers") if clause.suppliers else "firm",
        model=model,
        version=version.replace("*", draw.choice(["", "-05", "x"])),
        places=some(clause.places, "places") or frozenset({one(clause.places, "places")}),
        tier="OFFICIAL",
        sensitive=clause.marking.sensitive and draw.random() < 0.5,
        descriptors=some(clause.marking.descriptors, "descriptors"),
        categories=some(clause.data.categories, "categories"),
        special=some(clause.data.special, "special") if draw.random() < 0.3 else frozenset(),
        subjects=some(clause.data.subjects, "subjects"),
        identifiability=draw.choice(["anonymous", clause.data.identifiability]),
        training=draw.choice(["never", clause.supplier_use.training]),
        human_review=draw.choice(["never", clause.supplier_use.human_review]),
        retention_s=draw.choice([0, clause.supplier_use.retention_s]),
        safeguards=frozenset(clause.safeguards),
        involvement=draw.choice([clause.human.involvement, "two-person"]),
        effect=draw.choice(["none", clause.human.effect]),
        tools=some(clause.tools.allowed, "tools"),
        outside_effects=clause.tools.outside_effects and draw.random() < 0.5,
        bytes=min(
            draw.choice(NUMBERS), 10**9 if clause.bytes_per_call is None else clause.bytes_per_call
        ),
        untrusted=draw.random() < 0.3,
    )


def allowed(one: Agreement, what: Call) -> bool:
    """What `decide` says, by the words alone."""
    return decide(one, what, TODAY, as_if_signed=True).allowed


def tells_of(statement: Statement, what: Call, space: Space) -> bool:
    """Whether the call is among those that the statement tells of, its exceptions left aside."""
    return bool(what.places) and all(
        _takes(part, space, name, what) for name, part in statement.calls.items()
    )


def _takes(part: Part, space: Space, name: str, what: Call) -> bool:
    axis = space.axes[name]
    value = axis.dimension.asked(what)
    bits = axis.bits(value)
    if bits is None:
        return False
    found = set(words_of(axis, bits))
    if axis.dimension.kind == "superset":
        return set(part.words) <= set(value) and all(
            set(lacking) - set(value) for lacking in part.at_least_one_of
        )
    if not part.any and not found <= set(part.words):
        return axis.dimension.kind == "models" and _is_of(part, what)
    return all(found & set(words) for words in part.at_least_one_of)


def _is_of(part: Part, what: Call) -> bool:
    return any(matches(word, what.model, what.version) for word in part.words)


@many
@given(SEEDS)
def test_a_call_is_in_the_boxes_if_decide_allows_it(seed: int) -> None:
    draw = random.Random(seed)
    one = agreement(draw)
    other = changed(draw, one)
    space = Space([one, other])
    reaches = Reach(space, one), Reach(space, other)
    for _ in range(20):
        what = call(draw, one, other)
        point = space.point(what)
        for reach in reaches:
            held = point is not None and reach.holds(point)
            assert held == allowed(reach.agreement, what), what


@many
@given(SEEDS)
def test_a_comparison_tells_of_exactly_the_calls_that_are_decided_otherwise(seed: int) -> None:
    draw = random.Random(seed)
    one = agreement(draw)
    other = changed(draw, one)
    found, space = compare(one, other), Space([one, other])
    for _ in range(20):
        what = call(draw, one, other)
        before, after = allowed(one, what), allowed(other, what)
        for told, only in (
            (found.newly_allowed, after and not before),
            (found.newly_refused, before and not after),
        ):
            telling = [statement for statement in told if tells_of(statement, what, space)]
            assert bool(telling) or not only, what
            assert only or all(statement.except_ for statement in telling), what


@many
@given(SEEDS)
def test_the_numbers_of_a_comparison_hold_together(seed: int) -> None:
    draw = random.Random(seed)
    one = agreement(draw)
    other = changed(draw, one)
    found, back = compare(one, other), compare(other, one)
    more, fewer = found.newly_allowed_combinations, found.newly_refused_combinations
    assert found.after.combinations - found.before.combinations == more - fewer
    assert (back.newly_allowed_combinations, back.newly_refused_combinations) == (fewer, more)
    assert bool(found.newly_allowed) == (more > 0)
    assert bool(found.newly_refused) == (fewer > 0)
    assert within(other, one).holds == (more == 0)
    assert within(one, other).holds == (fewer == 0)
    alone = allows(one)
    assert compare(one, one).before.combinations == alone.combinations
    assert bool(alone.statements) == (alone.combinations > 0)
    assert max((s.combinations for s in alone.statements), default=0) <= alone.combinations
    assert sum(s.combinations for s in alone.statements) >= alone.combinations


@many
@given(SEEDS)
def test_counting_in_the_algebra_is_counting_calls_one_by_one(seed: int) -> None:
    draw = random.Random(seed)
    one = agreement(draw)
    space = Space([one])
    window, points = _window(draw, space, one)
    cover = Reach(space, one).cover(Steps())
    parts_seen = [part for box in cover if (part := space.shape.meet(box, window))]
    one_by_one = sum(allowed(one, space.call(point)) for point in points)
    assert counted(space.shape, parts_seen, Steps()) == one_by_one


def _window(draw: random.Random, space: Space, one: Agreement) -> tuple[Box, list[int]]:
    """A box with a few words here and there around a call, and every point of it."""
    middle = space.point(call(draw, one)) or space.shape.point(space.possible)
    hits = sum(middle & axis.mask for axis in space.axes.values())
    may, points = hits, [hits]
    for name in draw.sample(sorted(space.axes), 5):
        axis = space.axes[name]
        known = [word for word in axis.atoms if word in WORDS.get(name, axis.atoms)]
        bits = axis.bit(draw.choice(known or axis.atoms))
        if may & bits:
            continue
        may |= bits
        chosen = axis.dimension.kind not in ("subset", "superset")
        points += [point & ~axis.mask | bits if chosen else point | bits for point in points]
    free = {axis.mask: may & axis.mask for axis in space.axes.values()}
    fixed = [
        bit
        for axis in space.axes.values()
        if axis.dimension.kind in ("subset", "superset")
        for atom in axis.atoms
        if (bit := axis.bit(atom)) & middle
    ]
    assert free
    return Box(may, tuple(sorted(fixed))), points


@many
@given(SEEDS)
def test_a_counter_example_is_allowed_and_goes_beyond_the_ceiling(seed: int) -> None:
    draw = random.Random(seed)
    one = agreement(draw)
    ceiling = draw.choice([changed(draw, one), agreement(draw)])
    found = within(one, ceiling)
    if found.counter_example:
        assert not found.holds
        assert allowed(one, found.counter_example)
        assert not allowed(ceiling, found.counter_example)
        assert found.clause in [clause.id for clause in one.clauses]
    for what in [] if not found.holds else [call(draw, one, ceiling) for _ in range(20)]:
        assert allowed(ceiling, what) or not allowed(one, what)


@many
@given(SEEDS)
def test_the_nearest_change_of_a_call_would_do_and_fewer_would_not(seed: int) -> None:
    draw = random.Random(seed)
    one, what = (drawn := agreement(draw)), call(draw, drawn)
    found = explain([one], what, TODAY)
    assert not found.allowed, "a draft allows nothing"
    assert bool(found.if_in_force) == allowed(one, what)
    if found.if_in_force:
        return
    if not found.nearest_call:
        assert allows(one).combinations == 0
        return
    near = found.nearest_call
    assert allowed(one, near.call)
    differing = [f for f in what.__struct_fields__ if getattr(what, f) != getattr(near.call, f)]
    named = {"model" if field == "version" else field for field in differing}
    assert named == {change.what for change in near.changes}
    if len(near.changes) > 1:
        assert not any(
            allowed(one, other) for other in _one_change(draw, what, Space([one], [what]))
        )


def _one_change(draw: random.Random, what: Call, space: Space) -> list[Call]:
    """Calls that are otherwise in one dimension."""
    found = []
    for name, axis in space.axes.items():
        kind = axis.dimension.kind
        for atom in axis.atoms:
            if kind == "models":
                found.append(replace(what, model=atom[0], version=atom[1]))
            elif kind in ("subset", "superset"):
                value = getattr(what, name)
                found += [
                    replace(what, **{name: value ^ {atom}}),
                    replace(what, **{name: frozenset({atom})}),
                ]
            else:
                found.append(replace(what, **{name: atom}))
        if kind == "subset":
            found.append(replace(what, **{name: frozenset()}))
    return draw.sample(found, min(len(found), 150))
