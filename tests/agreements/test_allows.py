"""All that could ever be shared, in the fewest plain statements."""

from msgspec.structs import replace

from bernard.agreements import Forbid, read_text
from bernard.agreements.allows import allows
from bernard.agreements.schema import Human, Tools


def test_one_clause_is_one_sentence(text_of):
    found = allows(read_text(text_of("tightened-supplier")))
    consultations = found.statements[-1]
    assert consultations.clauses == ("consultations",)
    assert consultations.sentence == (
        "Service consult, to analyse a consultation, may send text marked up to "
        "OFFICIAL-SENSITIVE, also marked PERSONAL DATA, holding names and identifiers, contact "
        "details, correspondence and opinions, about respondents to a consultation, pseudonymised "
        "at most, to lantern-large@2026* of lantern in United Kingdom, to write text or classify; "
        "first: take out identifiers, mark untrusted text as data and look for markings; people "
        "check a sample; may support a decision about a person; no training; not read by the "
        "supplier's people; nothing kept; up to 400,000 bytes in one call."
    )
    assert consultations.calls["places"].words == ("GB",)
    assert consultations.calls["bytes"].words == ("0", "1-400000")
    assert sum(one.combinations for one in found.statements) == found.combinations


def test_the_memorandum_as_reported_allows_nothing(text_of):
    found = allows(read_text(text_of("memorandum-2025")))
    assert (found.combinations, found.statements) == (0, ())
    assert "allows nothing at all" in found.summary
    assert found.out_of > 10**80


def test_clauses_that_differ_in_one_thing_are_one_statement(text_of):
    agreement = read_text(text_of())
    clause = replace(agreement.clauses[0], services=("ask",), purposes=("evaluate",))
    others = (
        replace(clause, id="other", services=("library",)),
        replace(clause, id="inner", operations=clause.operations[:1]),
    )
    (one,) = allows(replace(agreement, clauses=(clause, *others), forbid=())).statements
    assert one.sentence.startswith("Services ask or library, to evaluate, may send text")
    assert one.clauses == (clause.id, "other", "inner")


def test_what_is_forbidden_is_left_out_or_an_exception(text_of):
    agreement = read_text(text_of())
    before = allows(agreement)
    narrower = allows(replace(agreement, forbid=(Forbid("f", purposes=("evaluate",)),)))
    assert narrower.combinations < before.combinations
    assert all("any purpose but evaluate" in one.sentence for one in narrower.statements)
    assert not any("Forbidden" in said for one in narrower.statements for said in one.except_)
    both = Forbid(
        "names", "No names.", purposes=("evaluate",), categories=("personal-identifiers",)
    )
    split = allows(replace(agreement, forbid=(both,)))
    assert narrower.combinations < split.combinations < before.combinations
    (one,) = split.statements
    assert "Forbidden by 'names': No names." in one.except_


def test_a_rule_above_every_agreement_is_an_exception_too(text_of):
    agreement = read_text(text_of())
    acting = replace(
        agreement.clauses[0], human=Human(), tools=Tools(("send-letter",), outside_effects=True)
    )
    (one,) = allows(replace(agreement, clauses=(acting,))).statements
    assert [exception[:14] for exception in one.except_] == ["Untrusted text"]
    assert "tools: send-letter; may act outside the conversation" in one.sentence


def test_names_that_the_agreement_does_not_know_are_any_other(text_of):
    agreement = read_text(text_of())
    clause = replace(agreement.clauses[0], services=("any",), models=("any",))
    forbid = (Forbid("f", services=("ask",)), Forbid("g", models=("m@2026*",)))
    (one,) = allows(replace(agreement, clauses=(clause,), forbid=forbid)).statements
    assert one.sentence.startswith("Any service but ask, ")
    assert "to any model but m@2026* of embedded on this machine" in one.sentence
