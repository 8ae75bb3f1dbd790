"""Time the exact questions about agreements of many clauses.

    python benchmarks/compare_agreements.py [CLAUSES]

Compares two agreements of so many clauses (200 unless told): with a tenth of the clauses changed,
with every clause drawn anew, and with clauses that overlap as much as clauses can. Prints the best
and the middle of several runs, in milliseconds of processor time, with what was found.
"""

import datetime
import random
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, get_args

from msgspec.structs import replace

from bernard.agreements import schema
from bernard.agreements.allows import allows
from bernard.agreements.compare import compare
from bernard.agreements.schema import Agreement, Clause, Forbid
from bernard.agreements.vocabulary import words
from bernard.agreements.within import within
from bernard.errors import AgreementTooTangled

RUNS = 7
MODELS = [f"model-{number}" for number in range(12)]
PATTERNS = [*MODELS, *(f"{model}@2026*" for model in MODELS), *(f"{m}@2026-05" for m in MODELS)]


def some(kind: str, draw: random.Random, least: int, most: int) -> tuple[str, ...]:
    """A few words of a vocabulary."""
    return tuple(draw.sample(sorted(words(kind)), draw.randint(least, most)))


def clause(name: str, draw: random.Random) -> Clause:
    """A clause such as a department writes: a service or two, a few purposes and kinds of data."""
    return Clause(
        id=name,
        purposes=some("purposes", draw, 1, 3),
        services=tuple({f"service-{draw.randrange(30)}" for _ in range(draw.randint(1, 2))}),
        operations=some("operations", draw, 1, 2),
        models=tuple(draw.sample(PATTERNS, draw.randint(1, 4))),
        places=some("places", draw, 1, 5),
        marking=schema.Marking(sensitive=draw.random() < 0.5),
        data=data(draw, 12),
        supplier_use=schema.Use("never", "never", draw.choice([0, 0, 86_400, 30 * 86_400])),
        safeguards=some("safeguards", draw, 0, 3),
        human=human(draw),
        tools=schema.Tools(("search",) if draw.random() < 0.3 else (), draw.random() < 0.1),
        bytes_per_call=draw.choice([None, 10_000, 1_000_000]),
    )


def tangled(name: str, draw: random.Random) -> Clause:
    """A clause that asks for little but kinds of data, so that all of them overlap."""
    return replace(
        clause(name, draw),
        purposes=("any",),
        services=("any",),
        operations=("any",),
        models=("any",),
        places=("any",),
        data=data(draw, 24),
    )


def data(draw: random.Random, most: int) -> schema.Data:
    """What texts may hold."""
    return schema.Data(
        categories=some("categories", draw, 1, most),
        special=some("special", draw, 0, 3),
        subjects=some("subjects", draw, 1, 8),
        identifiability=draw.choice(get_args(schema.Identifiability)),
    )


def human(draw: random.Random) -> schema.Human:
    """A level of involvement and of effect."""
    return schema.Human(
        draw.choice(get_args(schema.Involvement)), draw.choice(get_args(schema.Effect))
    )


def agreement(
    clauses: int, draw: random.Random, kind: Callable[[str, random.Random], Clause] = clause
) -> Agreement:
    """An agreement of so many clauses and three boxes that forbid."""
    return Agreement(
        schema="bernard-agreement/1",
        id="benchmark",
        version=1,
        title="For timing",
        summary="Drawn by chance.",
        status="draft",
        parties=schema.Parties(schema.PublicBody("A body"), schema.Supplier("supplier", "A firm")),
        term=schema.Term(datetime.date(2026, 1, 1), datetime.date(2027, 1, 1)),
        legal=schema.Legal(article_9_condition="Article 9(2)(g)"),
        clauses=tuple(kind(f"c{number}", draw) for number in range(clauses)),
        forbid=(
            Forbid("children", subjects=("children",), special=("health",)),
            Forbid("kept", retention_s=7 * 86_400, identifiability="identifiable"),
            Forbid("abroad", places=("US", "CN", "RU"), sensitive=True),
        ),
    )


def changed(before: Agreement, draw: random.Random) -> Agreement:
    """The next version: one clause in ten drawn anew."""
    kept = [c if draw.random() < 0.9 else clause(c.id, draw) for c in before.clauses]
    return replace(before, version=2, clauses=tuple(kept))


def timed(name: str, ask: Callable[[], Any], told: Callable[[Any], str]) -> None:
    """Run it several times and print one row."""
    took, found = [], "too tangled: an error, not a wait"
    for _ in range(RUNS):
        start = time.process_time()
        with suppress(AgreementTooTangled):
            found = told(ask())
        took.append((time.process_time() - start) * 1000)
        if took[-1] > 2000:
            break
    print(f"{name:34} {min(took):8.1f} {statistics.median(took):8.1f}  {found}")


def main() -> None:
    """Time each question."""
    clauses = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    draw = random.Random(7)
    before, other = agreement(clauses, draw), agreement(clauses, draw)
    after = changed(before, draw)
    knots = agreement(clauses, draw, tangled), agreement(clauses, draw, tangled)
    print(f"{clauses} clauses{'':25} best ms  middle")
    timed("compare, a tenth changed", lambda: compare(before, after), differences)
    timed("compare, all drawn anew", lambda: compare(before, other), differences)
    timed("compare, the same", lambda: compare(before, before), differences)
    timed("allows", lambda: allows(before), lambda found: f"{len(found.statements)} statements")
    timed("within", lambda: within(after, before), lambda found: f"holds: {found.holds}")
    timed("compare, all overlapping", lambda: compare(*knots), differences)
    timed("allows, all overlapping", lambda: allows(knots[0]), lambda found: found.summary)


def differences(found: Any) -> str:
    """What a comparison found."""
    return f"+{len(found.newly_allowed)} -{len(found.newly_refused)} statements"


if __name__ == "__main__":
    main()
