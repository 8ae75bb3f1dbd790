"""What one agreement allows that another does not, exactly."""

import datetime

from msgspec.structs import replace

from bernard.agreements import Forbid, read_text
from bernard.agreements.compare import compare
from bernard.agreements.schema import Data, Duties, Limit, Term, Tools, Use


def _first(agreement, **changes):
    """The agreement with its first clause changed."""
    first, *rest = agreement.clauses
    return replace(agreement, version=2, clauses=(replace(first, **changes), *rest))


def _only(agreement):
    return replace(agreement, clauses=agreement.clauses[:1], forbid=())


def test_the_same_agreement_allows_the_same(text_of):
    agreement = read_text(text_of("tightened-supplier"))
    found = compare(agreement, agreement)
    assert (found.newly_allowed, found.newly_refused, found.declared) == ((), (), ())
    assert found.before.combinations == found.after.combinations > 0
    assert "exactly the same calls" in found.summary
    assert not found.looser


def test_a_place_more_is_what_is_newly_allowed(text_of):
    before = _only(read_text(text_of("tightened-supplier")))
    found = compare(before, _first(before, places=("GB", "FR")))
    (new,) = found.newly_allowed
    assert new.apart == ("place: France",)
    assert new.calls["places"].words == ("FR", "GB")
    assert new.calls["places"].at_least_one_of == (("FR",),)
    assert "in France or United Kingdom (at least France)" in new.sentence
    # GB alone was allowed before; FR alone and both together were not.
    assert new.combinations == found.newly_allowed_combinations == 2 * found.before.combinations
    assert found.newly_refused == ()
    assert found.looser


def test_each_thing_that_is_loosened_is_a_statement(text_of):
    before = _only(read_text(text_of("tightened-supplier")))
    clause = before.clauses[0]
    data = replace(clause.data, categories=(*clause.data.categories, "demographics"))
    after = _first(before, supplier_use=Use(retention_s=3600), safeguards=(), data=data)
    found = compare(before, after)
    apart = {one.apart for one in found.newly_allowed}
    assert ("retention in seconds: 1-3600",) in apart
    assert any(said.startswith("without safeguard: ") for (said,) in apart)
    assert len(found.newly_allowed) == 3
    back = compare(after, before)
    assert {one.apart for one in back.newly_refused} == apart
    assert back.newly_refused_combinations == found.newly_allowed_combinations


def test_a_new_exception_is_newly_refused(text_of):
    before = _only(read_text(text_of("tightened-supplier")))
    after = replace(before, forbid=(Forbid("night", "Not these.", subjects=("staff",)),))
    found = compare(before, after)
    assert found.newly_allowed == ()
    (refused,) = found.newly_refused
    assert refused.calls["subjects"].at_least_one_of == (("staff",),)


def test_a_clause_cut_into_many_pieces_is_told_whole(text_of):
    before = _only(read_text(text_of("tightened-supplier")))
    wide = replace(
        before.clauses[0],
        purposes=("any",),
        services=("any",),
        operations=("any",),
        models=("any",),
        suppliers=("any",),
        places=("any",),
        safeguards=(),
        data=Data(("any",), (), False, ("any",), "identifiable"),
        supplier_use=Use("always", "always", 10**9),
        bytes_per_call=None,
    )
    after = replace(before, version=2, clauses=(wide,))
    found = compare(before, after)
    (new,) = found.newly_allowed
    assert new.except_[-1] == "What 'tightened-supplier' version 1 allows as well."
    assert new.combinations == found.newly_allowed_combinations
    assert new.combinations == found.after.combinations - found.before.combinations


def test_what_is_declared_otherwise_is_told_with_its_direction(text_of):
    before = read_text(text_of("tightened-supplier"))
    after = replace(
        before,
        status="signed",
        term=Term(before.term.start, datetime.date(2029, 1, 1), before.term.review_by),
        duties=Duties(None, 10, 72, before.duties.publish[:1]),
        legal=replace(before.legal, contract=""),
        parties=replace(before.parties, sub_processors=()),
    )
    found = {change.what: change for change in compare(before, after).declared}
    assert {what: change.direction for what, change in found.items()} == {
        "status": "looser",
        "term.end": "looser",
        "legal.contract": "looser",
        "parties.sub_processors": "tighter",
        "duties.retain_content_days": "looser",
        "duties.retain_log_days": "looser",
        "duties.breach_hours": "looser",
        "duties.publish": "looser",
    }
    assert found["term.end"].sentence == "term.end was '2027-12-01' and is '2029-01-01'."


def test_limits_and_links_of_a_clause_are_declared(text_of):
    before = _only(read_text(text_of("tightened-supplier")))
    before = _first(before, limits=(Limit("day", calls=10, tokens=5),), tools=Tools())
    after = _first(
        before, limits=(Limit("day", calls=20), Limit("hour", pence=5)), tools=Tools(links=("a.b",))
    )
    found = compare(before, after)
    assert not found.newly_allowed
    clause = before.clauses[0].id
    assert {change.what: change.direction for change in found.declared} == {
        f"clauses.{clause}.limits.day.calls": "looser",
        f"clauses.{clause}.limits.day.tokens": "looser",
        f"clauses.{clause}.limits.hour.pence": "tighter",
        f"clauses.{clause}.tools.links": "looser",
    }
