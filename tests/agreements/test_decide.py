"""The fast way to an answer and the slow way in words agree, of calls drawn by chance."""

import datetime
import random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bernard.agreements import Call, decide, read, shipped
from bernard.agreements.above import rules
from bernard.agreements.compiled import compiled
from bernard.agreements.decide import Table
from bernard.agreements.dimensions import DIMENSIONS, dimension, forbidden_box
from bernard.agreements.refusal import failures
from bernard.agreements.vocabulary import words

DAY = datetime.date(2027, 1, 1)
NOON = datetime.datetime(2027, 1, 1, 12, tzinfo=datetime.UTC).timestamp()
AGREEMENTS = [
    replace(read(shipped() / f"{name}.yaml"), status="signed")
    for name in ("defence-and-security", "education", "justice", "own-server", "this-machine")
]


def drawn(draw: random.Random) -> Call:
    """A call that some clause allows, changed in at most three dimensions."""
    clause = draw.choice([c for agreement in AGREEMENTS for c in agreement.clauses])
    fields = {}
    for of in DIMENSIONS:
        bound = of.allowed(clause, "own-server")
        if of.kind == "models":
            fields |= {"model": "m", "version": draw.choice(["", "1"])}
        elif isinstance(bound, frozenset):
            known = (
                words(of.vocabulary) if of.vocabulary else {"ask", "library", "search", "coding"}
            )
            known = sorted(known if "any" in bound else bound)
            some = draw.sample(known, min(len(known), draw.randint(of.name == "places", 2)))
            fields[of.name] = draw.choice(known) if of.kind == "one" else frozenset(some)
            fields[of.name] = bound if of.kind == "superset" else fields[of.name]
        else:
            fields[of.name] = 0 if bound is None else bound
    fields["untrusted"] = draw.random() < 0.2
    for of in draw.sample(DIMENSIONS, draw.choice([0, 0, 1, 2, 3])):
        fields |= _changed(of, draw)
    return Call(**fields)


def _changed(of, draw):
    if of.kind == "models":
        return {"model": draw.choice(["m", "other"])}
    if of.kind in ("one", "subset", "superset"):
        known = sorted(words(of.vocabulary)) if of.vocabulary else ["ask", "embedded", "nobody"]
        word = draw.choice([*known, "no-word", ""])
        return {of.name: word if of.kind == "one" else frozenset({word} if word else ())}
    return {of.name: draw.choice(of.levels or (0, 1, 10**9))}


def plainly(agreement, call):
    """The first clause that allows the call, found the long way."""
    boxes = [rule.box for rule in rules(agreement)] + [forbidden_box(b) for b in agreement.forbid]
    if not call.places or any(
        all(dimension(name).hits(bound)(dimension(name).asked(call)) for name, bound in box.items())
        for box in boxes
    ):
        return ""
    return next((c.id for c in agreement.clauses if not failures(agreement, c, call)), "")


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**48))
def test_one_agreement_decides_as_its_words_say(seed):
    draw = random.Random(seed)
    call, agreement = drawn(draw), draw.choice(AGREEMENTS)
    decision = decide(agreement, call, DAY)
    assert decision.clause == plainly(agreement, call)
    assert decision.allowed == bool(decision.clause)
    if not decision.allowed:
        assert decision.reasons
        assert decision.failed
        assert all(failed.sentence for failed in decision.failed)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**48))
def test_of_many_agreements_the_first_that_allows_decides(seed):
    draw = random.Random(seed)
    table = Table([compiled(agreement) for agreement in AGREEMENTS], NOON)
    for _ in range(5):
        call = drawn(draw)
        each = [decide(agreement, call, DAY) for agreement in AGREEMENTS]
        first = next((d for d in each if d.allowed), None)
        # Twice: once worked out, once remembered; and remembered whatever the size was.
        for size in (call.bytes, 0, call.bytes):
            table.find(replace(call, bytes=size))
        found = table.find(call)
        assert (found.decision if found else None) == first
        for agreement, decision in zip(AGREEMENTS, each, strict=True):
            found = table.find(call, agreement.id)
            assert (found.decision if found else None) == (decision if decision.allowed else None)
        assert table.find(call, "none-such") is None
