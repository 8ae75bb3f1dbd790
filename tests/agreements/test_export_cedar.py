"""The Cedar policies of an agreement decide every call as `decide` does: an independent second opinion."""

import datetime
import random

import cedarpy
import msgspec
import pytest

from bernard.agreements.decide import decide
from bernard.agreements.dimensions import DIMENSIONS
from bernard.agreements.export import cedar
from bernard.agreements.read import read, shipped
from bernard.agreements.schema import ANY, Agreement
from bernard.agreements.space import supplier_of
from bernard.agreements.types import Call
from bernard.agreements.vocabulary import words

DAY = datetime.date(2026, 6, 1)
NOW = datetime.datetime(2026, 6, 1, 9, 30, tzinfo=datetime.UTC)
OPEN = {
    "service": ("ask", "search", "letters"),
    "supplier": ("embedded", "example", "other"),
    "tools": ("calendar", "mail", "web.search"),
}
MODELS = ("small", "small@2", "large@2025-*", "large@2025-01", "any", "other@*")
VERSIONS = ("", "2", "2025-01", "2025-*")
NUMBERS = {"retention_s": (0, 60, 3600, 10**20), "bytes": (0, 100, 10_000, 10**20)}


def _words(random, one):
    """A few words of a dimension; few, so that calls and clauses meet."""
    known = OPEN.get(one.name) or sorted(words(one.vocabulary))[:4]
    if one.name == "places":
        known = ["this-machine", "own-network", "GB", "IE"]
    if one.name == "categories":
        known = ["personal-identifiers", "public-information", "case-notes"]
    return known


def _bound(random, one, generous):
    """Something that a clause may say of a dimension."""
    if one.kind == "models":
        return random.sample(MODELS, random.randint(1, 3))
    if one.levels:
        levels = (
            one.levels[: len(one.levels) - 1] if generous and one.kind == "at_least" else one.levels
        )
        return levels[-1] if generous and one.kind == "at_most" else random.choice(levels)
    if one.name in NUMBERS:
        return NUMBERS[one.name][-1] if generous else random.choice(NUMBERS[one.name])
    if one.kind == "superset":
        return random.sample(_words(random, one), random.randint(0, 0 if generous else 2))
    if generous or random.random() < 0.2:
        return [ANY]
    return random.sample(_words(random, one), random.randint(0 if one.kind == "subset" else 1, 3))


def _agreement(random):
    """A random agreement in its valid form; half of it is generous, so that something is allowed."""
    law = {"article_9_condition": "x"} if random.random() < 0.5 else {}
    return msgspec.convert(
        {
            "schema": "bernard-agreement/1",
            "id": "random",
            "version": 1,
            "title": 'A "title"',
            "summary": "Line\nand \u202e line",
            "status": random.choice(["signed"] * 9 + ["draft"]),
            "parties": {"public_body": {"name": "Body"}, **_supplier(random)},
            "term": {"start": "2026-01-01", "end": random.choice(["2026-06-01", "2027-01-01"])},
            "legal": law,
            "clauses": [_clause(random, n) for n in range(random.choice((0, 1, 2, 3, 3)))],
            "forbid": [_forbid(random, n) for n in range(random.choice((0, 0, 1, 2)))],
        },
        Agreement,
    )


def _supplier(random):
    return {"supplier": {"id": "example", "name": "Example"}} if random.random() < 0.5 else {}


def _clause(random, number):
    clause = {"id": f"c{number}", "summary": 'It\'s "said" \\ so\n'}
    generous = random.random()
    for one in DIMENSIONS:
        if one.clause:
            *path, last = one.clause.split(".")
            part = clause
            for step in path:
                part = part.setdefault(step, {})
            part[last] = _bound(random, one, random.random() < generous)
    if random.random() < 0.2:
        del clause["bytes_per_call"], clause["suppliers"]
    return clause


def _forbid(random, number):
    asked = [one for one in DIMENSIONS if one.forbid]
    box = {"id": f"f{number}"}
    for one in random.sample(asked, random.randint(1, 4)):
        box[one.forbid] = _bound(random, one, False)
    return box


def _call(random, agreement):
    """A call; where the agreement has clauses mostly one inside a clause but for a thing or two."""
    values = {one.name: _value(random, one) for one in DIMENSIONS}
    if agreement.clauses and random.random() < 0.8:
        clause = random.choice(agreement.clauses)
        for one in DIMENSIONS:
            values[one.name] = _inside(random, one, one.allowed(clause, "example"))
        for one in random.sample(DIMENSIONS, random.choice((0, 1, 1, 2))):
            values[one.name] = _value(random, one)
    values["model"], values["version"] = values["model"]
    return Call(**values)


def _inside(random, one, bound):
    """A value that the clause takes, if one is found soon."""
    for _ in range(30):
        value = _value(random, one)
        if one.admits(bound)(value):
            return value
    return bound if one.kind == "superset" else value


def _value(random, one):
    odd = random.random() < 0.02
    if one.kind == "models":
        return random.choice(("small", "large", "other", "")), random.choice(VERSIONS)
    if one.levels:
        return (
            "unheard-of"
            if odd and one.levels != (False, True)
            else random.choice(one.levels[:2] * 3 + one.levels)
        )
    if one.name in NUMBERS:
        return random.choice((0, 1, 59, 60, 61, 100, 101, 3600, 2**62))
    known = _words(random, one)
    if one.kind == "one":
        return "unheard-of" if odd else random.choice(known)
    some = random.sample(known, random.choice((0, 1, 1, 1, 2)))
    return frozenset([*some, "unheard-of"] if odd else some)


def _differ(seed, agreements, calls):
    """Calls of random agreements on which the two differ, with how many were allowed."""
    randomly, differing, allowed = random.Random(seed), [], 0
    for _ in range(agreements):
        agreement = _agreement(randomly)
        as_if = randomly.random() < 0.8
        policies = cedarpy.PolicySet.from_str(cedar.policies(agreement, as_if_signed=as_if))
        some = [_call(randomly, agreement) for _ in range(calls)]
        answers = cedarpy.is_authorized_batch([cedar.request(c, NOW) for c in some], policies, [])
        for call, answer in zip(some, answers, strict=True):
            assert not answer.diagnostics.errors, answer.diagnostics.errors
            ours = decide(agreement, call, DAY, as_if_signed=as_if).allowed
            allowed += ours
            if ours != answer.allowed:
                differing.append((agreement, call, ours))
    return differing, allowed


@pytest.mark.parametrize("seed", range(4))
def test_cedar_decides_as_we_do(seed):
    differing, allowed = _differ(seed, agreements=60, calls=50)
    assert not differing
    assert allowed > 100


def test_the_policies_are_valid_under_the_schema():
    randomly = random.Random(7)
    for _ in range(20):
        found = cedarpy.validate_policies(cedar.policies(_agreement(randomly)), cedar.schema())
        assert found.validation_passed, [str(error) for error in found.errors]


@pytest.mark.parametrize("path", sorted(shipped().glob("*.yaml")), ids=lambda path: path.stem)
def test_cedar_decides_as_we_do_under_what_is_shipped(path):
    agreement, randomly = read(path), random.Random(3)
    calls = [_call(randomly, agreement) for _ in range(100)] + list(_meant(agreement))
    policies = cedarpy.PolicySet.from_str(cedar.policies(agreement, as_if_signed=True))
    answers = cedarpy.is_authorized_batch([cedar.request(c, NOW) for c in calls], policies, [])
    ours = [decide(agreement, call, DAY, as_if_signed=True).allowed for call in calls]
    assert [answer.allowed for answer in answers] == ours
    assert sum(ours) >= len(agreement.clauses) - len(agreement.forbid)


def _meant(agreement):
    """For each clause the fullest call that it allows."""
    for clause in agreement.clauses:
        values = {
            one.name: _fullest(one, one.allowed(clause, supplier_of(agreement)))
            for one in DIMENSIONS
        }
        model, _, version = values["model"].partition("@")
        values |= {"model": model, "version": version.rstrip("*"), "untrusted": False, "bytes": 0}
        yield Call(**values)


def _fullest(one, bound):
    """Of words all that the clause names, of levels the last that it takes."""
    if not isinstance(bound, frozenset):
        return bound
    named = words(one.vocabulary) if ANY in bound and one.vocabulary else bound - {ANY}
    if one.kind in ("one", "models"):
        return min(named, default="anything")
    return named
