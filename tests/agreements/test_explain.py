"""One call explained, and the nearest change that would allow it."""

import datetime

from msgspec.structs import replace

from bernard.agreements import Forbid, decide, read_text
from bernard.agreements.explain import explain

TODAY = datetime.date(2026, 12, 2)


def test_an_allowed_call_names_its_clause(text_of, call):
    agreement = read_text(text_of())
    found = explain([agreement], call(), TODAY)
    assert found.allowed
    assert found.sentence.startswith(f"Allowed by clause {agreement.clauses[0].id!r}")
    assert found.nearest_call is found.nearest_agreement is None


def test_the_nearest_call_changes_only_what_it_must(text_of, call):
    agreement = read_text(text_of())
    asked = call(places={"GB"}, categories={"case-records", "personal-identifiers"}, tier="SECRET")
    found = explain([agreement], asked, TODAY)
    assert not found.allowed
    near = found.nearest_call
    assert [change.sentence for change in near.changes] == [
        "Leave out the place 'GB' and add the place 'this-machine'.",
        "Change the tier from 'SECRET' to 'OFFICIAL'.",
        "Leave out the kind of data 'case-records'.",
    ]
    assert decide(agreement, near.call, TODAY).clause == near.clause
    assert near.call.categories == {"personal-identifiers"}
    assert "3 changes to the call would do" in found.sentence


def test_the_smallest_change_of_the_agreement(text_of, call):
    agreement = replace(read_text(text_of()), forbid=(Forbid("f", "No GB.", places=("GB",)),))
    found = explain([agreement], call(places={"GB"}, retention_s=60), TODAY)
    clause = agreement.clauses[0].id
    assert [change.sentence for change in found.nearest_agreement.changes] == [
        f"Change places of clause {clause!r} to add 'GB'.",
        f"Change supplier_use.retention_s of clause {clause!r} from 0 to 60.",
        "Take away, or narrow, what 'f' forbids.",
    ]


def test_a_condition_of_law_is_part_of_the_change(text_of, call):
    agreement = read_text(text_of())
    found = explain([agreement], call(special={"health"}), TODAY)
    assert [change.what for change in found.nearest_agreement.changes] == [
        f"clauses.{agreement.clauses[0].id}.data.special",
        "legal.article_9_condition",
    ]
    assert [change.what for change in found.nearest_call.changes] == ["special"]


def test_what_no_agreement_could_allow_is_said_so(text_of, call):
    found = explain([read_text(text_of())], call(effect="significant"), TODAY)
    assert found.nearest_agreement is None
    assert "No agreement could allow it as it is. A decision with a significant" in found.sentence
    assert found.nearest_call


def test_words_that_would_allow_it_were_they_in_force(text_of, call):
    draft = replace(read_text(text_of()), status="draft")
    found = explain([draft], call(), TODAY)
    assert not found.allowed
    assert found.if_in_force == draft.clauses[0].id
    assert "draft" in found.sentence
    assert found.nearest_call is None


def test_every_clause_of_every_agreement_that_failed_is_there(text_of, call):
    here, school = read_text(text_of()), read_text(text_of("education"))
    found = explain([here, school], call(tier="SECRET"), TODAY)
    clauses = {(failed.agreement, failed.clause) for failed in found.decision.failed}
    for agreement in (here, school):
        assert {(agreement.id, clause.id) for clause in agreement.clauses} <= clauses
    assert found.nearest_call.agreement == here.id
    assert [change.what for change in found.nearest_call.changes] == ["tier"]


def test_where_there_is_no_agreement_nothing_would_do(call):
    found = explain([], call(), TODAY)
    assert not found.allowed
    assert found.nearest_call is found.nearest_agreement is None
    assert "No change of the call would do." in found.sentence


def test_an_unknown_word_is_mended_by_a_known_one(text_of, call):
    agreement = read_text(text_of())
    found = explain([agreement], call(purpose="no-such-purpose"), TODAY)
    assert [change.what for change in found.nearest_call.changes] == ["purpose"]
    assert found.nearest_agreement is None


def test_no_agreement_is_told_to_name_a_word_that_nobody_knows(text_of, call):
    school = read_text(text_of("education"))
    found = explain([school], call(purpose="no-such-purpose"), TODAY)
    assert found.nearest_agreement is None
    found = explain([school], call(places={"unknown"}), TODAY)
    assert found.nearest_agreement is None
    assert "unknown" not in found.nearest_call.call.places
