"""Whether an agreement stays inside a ceiling."""

import datetime

from msgspec.structs import replace

from bernard.agreements import decide, read_text
from bernard.agreements.schema import Marking
from bernard.agreements.within import within

TODAY = datetime.date(2026, 12, 1)


def test_an_agreement_is_within_itself(text_of):
    agreement = read_text(text_of("education"))
    found = within(agreement, agreement)
    assert found.holds
    assert found.counter_example is None


def test_what_allows_nothing_is_within_everything(text_of):
    nothing, other = read_text(text_of("memorandum-2025")), read_text(text_of("justice"))
    assert within(nothing, other).holds
    assert not within(other, nothing).holds


def test_two_clauses_of_the_ceiling_may_hold_one_of_the_agreement(text_of):
    agreement = read_text(text_of("education"))
    clause = agreement.clauses[0]
    halves = tuple(
        replace(clause, id=f"half-{number}", purposes=purposes)
        for number, purposes in enumerate((clause.purposes[:1], clause.purposes[1:]))
    )
    rest = agreement.clauses[1:]
    ceiling = replace(agreement, clauses=(*halves, *rest))
    assert within(agreement, ceiling).holds
    assert not within(agreement, replace(agreement, clauses=(*halves[:1], *rest))).holds


def test_a_counter_example_is_a_call_that_only_the_agreement_allows(text_of):
    agreement = read_text(text_of("education"))
    lower = tuple(
        replace(clause, marking=Marking("OFFICIAL", sensitive=False))
        for clause in agreement.clauses
    )
    ceiling = replace(agreement, id="ceiling", clauses=lower)
    found = within(agreement, ceiling)
    assert not found.holds
    assert found.counter_example.sensitive
    assert decide(agreement, found.counter_example, TODAY, as_if_signed=True).clause == found.clause
    assert not decide(ceiling, found.counter_example, TODAY, as_if_signed=True).allowed
    assert found.sentence.startswith(
        f"Clause {found.clause!r} of 'education' version 1 goes beyond"
    )
    assert "marked OFFICIAL-SENSITIVE" in found.beyond
