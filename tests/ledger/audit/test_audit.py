"""Logs of real calls pass; whatever is altered in one is found."""

from datetime import date
from hashlib import sha256 as sha256_of

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bernard.agreements import decide, read
from bernard.agreements.canonical import canonical as text_of
from bernard.agreements.canonical import sha256
from bernard.agreements.replay import call_of
from bernard.agreements.schema import Publication
from bernard.agreements.vocabulary import words
from bernard.ledger import Entry
from bernard.ledger.audit import Audit
from bernard.ledger.canonical import canonical
from bernard.ledger.tlog import seal


def entries(bodies):
    return [msgspec.json.decode(body, type=Entry) for body in bodies]


def first(bodies, event, **fields):
    """The number of the first entry of this event with these fields."""
    for number, entry in enumerate(entries(bodies)):
        if entry.event == event and all(getattr(entry, k) == v for k, v in fields.items()):
            return number
    raise AssertionError(f"no {event} with {fields}")


@pytest.mark.parametrize("log", ["here", "own_server", "supplied"])
def test_real_calls_have_no_findings(log, request, audited):
    bodies = request.getfixturevalue(log)
    report = audited(bodies)
    assert report.findings == ()
    assert report.holds
    assert report.entries == len(bodies)
    assert report.open == 0
    [agreement] = report.agreements
    assert agreement.intents == report.events["intent"]
    assert agreement.standing == "in force"


def test_the_report_counts_by_key(supplied, audited):
    report = audited(supplied)
    assert {use.key: (use.intents, use.refusals, use.last) for use in report.keys} == {
        "bernard": (0, 1, 1),
        "k-coding": (2, 1, 3),
        "k-drafting": (3, 0, 3),
    }
    assert report.events["refusal"] == 2


ALTERED = {
    "purpose": ({"purpose": "train"}, "entry"),
    "purpose of the vocabulary": ({"purpose": "code"}, "not-allowed"),
    "service": ({"service": "elsewhere"}, "not-allowed"),
    "operation": ({"operation": "embed"}, "not-allowed"),
    "place": ({"place": "US"}, "not-allowed"),
    "places": ({"places": ("GB", "US")}, "not-allowed"),
    "no place": ({"place": ""}, "not-allowed"),
    "model": ({"model": "lantern-huge"}, "not-allowed"),
    "version": ({"model_version": "2025-05-01"}, "not-allowed"),
    "supplier": ({"provider": "another"}, "not-allowed"),
    "training": ({"training": "opt-in"}, "not-allowed"),
    "human review": ({"human_review": "abuse-only"}, "not-allowed"),
    "retention": ({"retention_s": 1}, "not-allowed"),
    "marking": ({"marking": "SECRET"}, "not-allowed"),
    "sensitive": ({"sensitive": True}, "not-allowed"),
    "descriptor": ({"descriptors": ("PERSONAL DATA",)}, "not-allowed"),
    "categories": ({"declared": ("source-code",)}, "not-allowed"),
    "what was found": ({"derived": ("health",)}, ""),
    "special": ({"special": ("health",)}, "not-allowed"),
    "offence": ({"offence": True}, "not-allowed"),
    "subjects": ({"subjects": ("children",)}, "not-allowed"),
    "identifiability": ({"identifiability": "identifiable"}, "not-allowed"),
    "involvement": ({"involvement": "none"}, "not-allowed"),
    "effect": ({"effect": "significant"}, "not-allowed"),
    "safeguards": ({"safeguards": ("check-markings",)}, "not-allowed"),
    "tools": ({"tools": ("read-file",)}, "not-allowed"),
    "outside effects": ({"outside_effects": True}, "not-allowed"),
    "size": ({"characters": 400_001, "left_bytes": 400_001}, "not-allowed"),
    "what left": ({"left_bytes": 1}, "measure"),
    "clause": ({"clause": "software"}, "other-clause"),
    "agreement": ({"agreement": "another"}, "unknown-agreement"),
    "hash of the agreement": ({"agreement_sha256": "0" * 64}, "unknown-agreement"),
    "no agreement": ({"agreement": "", "agreement_sha256": ""}, "unknown-agreement"),
    "before the term": ({"at": 1_700_000_000 - 1_700_000_000 % 3600}, "not-in-force"),
    "after the term": ({"at": 1_900_000_000 - 1_900_000_000 % 3600}, "not-in-force"),
    "sequence": ({"sequence": 7}, "sequence"),
    "no sequence": ({"sequence": 0}, "sequence"),
    "repeated sequence": ({"sequence": 1}, "sequence"),
    "key": ({"key": "k-coding"}, "sequence"),
    "a word that none has": ({"detector": "guess"}, "entry"),
    "a name in its place": ({"service": "Jane Doe"}, "entry"),
    "a hash that is none": ({"content": "f" * 63}, "entry"),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_is_altered_is_found(what, supplied, audited, changed):
    fields, kind = ALTERED[what]
    number = first(supplied, "intent", sequence=2, key="k-drafting")
    report = audited(changed(supplied, number, **fields))
    assert not report.holds
    assert number in {finding.number for finding in report.findings}
    if kind:
        assert kind in report.kinds, report.findings


def test_check_says_the_first_fault_and_nothing_where_all_is_well(supplied, changed):
    number = first(supplied, "intent")
    bodies = changed(supplied, number, place="US")
    audit = Audit()
    said = [audit.check(at, body) for at, body in enumerate(bodies)]
    assert said[number] == "No clause of the agreement 'tightened-supplier' allows it."
    assert [word for at, word in enumerate(said) if at != number] == [""] * (len(bodies) - 1)


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_word_of_a_vocabulary_can_be_swapped_for_one_that_is_not_allowed(
    data, supplied, audited, changed
):
    """The audit finds exactly what the agreement, asked anew, does not allow."""
    field, kind, allowed = data.draw(
        st.sampled_from(
            [
                ("purpose", "purposes", {"summarise", "draft", "rewrite", "translate"}),
                ("operation", "operations", {"chat"}),
                ("place", "places", {"GB"}),
            ]
        )
    )
    word = data.draw(st.sampled_from(sorted(words(kind))))
    report = audited(changed(supplied, first(supplied, "intent"), **{field: word}))
    fine = word in allowed or (field, word) == ("purpose", "answer-questions")
    assert report.holds == fine, (field, word, report.findings)


POOLS = {
    "service": ["drafting", "ask", "coding", "consult", "elsewhere"],
    "purpose": ["summarise", "code", "analyse-consultation", "draft"],
    "operation": ["chat", "classify", "embed"],
    "model": ["lantern-large", "lantern-small", "other"],
    "model_version": ["2026-05-01", "2026", "2025-01-01"],
    "provider": ["lantern", "embedded"],
    "place": ["GB", "US", "this-machine"],
    "marking": ["OFFICIAL", "SECRET"],
    "sensitive": [True, False],
    "descriptors": [(), ("PERSONAL DATA",)],
    "declared": [("policy-material",), ("source-code",), ("opinions", "correspondence")],
    "derived": [(), ("personal-identifiers",)],
    "special": [(), ("health",)],
    "offence": [True, False],
    "subjects": [(), ("staff",), ("children",), ("consultation-respondents",)],
    "identifiability": ["anonymous", "pseudonymised", "identifiable"],
    "training": ["never", "opt-in"],
    "retention_s": [0, 60],
    "safeguards": [
        ("mask-identifiers", "check-markings", "mark-untrusted"),
        ("mask-identifiers", "check-markings"),
    ],
    "involvement": ["none", "sample", "before-use"],
    "effect": ["none", "support", "significant"],
    "tools": [(), ("read-file",), ("delete-file",)],
    "outside_effects": [True, False],
    "untrusted": [True, False],
    "characters": [10, 400_000, 400_001, 1_000_001],
}


@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_decides_as_the_agreement_does(data, supplied, audited, tightened):
    """Beside another reading of entries, and the decision of one call alone."""
    kind = data.draw(st.sampled_from(["k-drafting", "k-coding"]))
    entry = entries(supplied)[first(supplied, "intent", key=kind, sequence=1)]
    names = data.draw(st.lists(st.sampled_from(sorted(POOLS)), max_size=4, unique=True))
    fields = {name: data.draw(st.sampled_from(POOLS[name])) for name in names}
    altered = msgspec.structs.replace(entry, **fields)
    left = 0 if altered.place == "this-machine" else altered.characters
    altered = msgspec.structs.replace(altered, left_bytes=left)
    call, _ = call_of(msgspec.to_builtins(altered))
    decision = decide(read(tightened), call, date(2026, 6, 1), as_if_signed=True)
    report = audited([supplied[0], canonical(altered).encode()])
    assert ("not-allowed" not in report.kinds) == decision.allowed, (fields, report.findings)
    if decision.allowed:
        assert ("other-clause" in report.kinds) == (decision.clause != entry.clause)


def test_an_entry_that_is_left_out_is_missed(supplied, audited):
    for number, entry in enumerate(entries(supplied)):
        if entry.event in ("intent", "refusal") and entry.sequence < 3 and entry.key != "bernard":
            report = audited([*supplied[:number], *supplied[number + 1 :]])
            assert report.kinds.get("sequence"), entry
            assert sum(use.missing for use in report.keys) == 1


def test_a_sealed_entry_excuses_no_gap(supplied, audited):
    number = first(supplied, "intent", sequence=1, key="k-drafting")
    report = audited([*supplied[:number], seal(b"{}", b"s" * 32), *supplied[number + 1 :]])
    assert report.sealed == 1
    assert report.kinds == {"sequence": 1}


def test_outcomes_name_an_intent_once(supplied, audited, changed):
    number = first(supplied, "outcome")
    of = entries(supplied)[number].of
    cases = {
        "does not come before it": changed(supplied, number, of=999),
        "is not an intent": changed(supplied, number, of=0),
        "second outcome": [*supplied, supplied[number]],
        "another key": changed(supplied, number, key="k-other"),
    }
    for sentence, bodies in cases.items():
        report = audited(bodies)
        assert report.kinds.get("outcome"), sentence
        assert any(sentence in finding.sentence for finding in report.findings), sentence
    assert of is not None


def test_intents_without_an_outcome_are_counted_by_age(supplied, audited, changed):
    at = entries(supplied)[-1].at
    without = [
        canonical(msgspec.structs.replace(entry, at=at)).encode()
        for entry in entries(supplied)
        if entry.event != "outcome"
    ]
    report = audited(without)
    assert report.holds
    assert (report.open, report.open_ages["hour"]) == (5, 5)
    assert report.oldest_open == 1
    older = changed(without, 1, at=at - 7200)
    older = changed(older, 2, at=at - 90_000)
    assert audited(older).open_ages == {"hour": 3, "day": 1, "older": 1}


def test_a_refusal_of_what_is_allowed_is_a_weaker_finding(supplied, audited, changed):
    number = first(supplied, "intent", sequence=3, key="k-drafting")
    refused = {"event": "refusal", "clause": "", "characters": 0, "left_bytes": 0, "content": ""}
    without = [b for b in supplied if f'"of":{number}'.encode() not in b.split(b",")[-1:]]
    report = audited(changed(without, number, **refused, safeguards=(), reasons=("place",)))
    assert [f.kind for f in report.findings if f.weak] == ["refused"]
    assert "'writing' would have allowed" in next(f for f in report.findings if f.weak).sentence
    for reason in ("budget", "key-not-bound", "bytes"):
        excused = audited(changed(without, number, **refused, reasons=(reason,)))
        assert not excused.weak, reason


def event(bodies, change, **fields):
    """An event of the agreement that stands first in the log."""
    entry = msgspec.structs.replace(entries(bodies)[0], change=change, text="", **fields)
    return canonical(entry).encode()


@pytest.mark.parametrize("change", ["suspended", "withdrawn"])
def test_no_call_goes_on_under_an_agreement_that_does_not_stand(change, supplied, audited):
    number = first(supplied, "intent", sequence=3, key="k-drafting")
    at = entries(supplied)[number].at
    stopped = [*supplied[:1], event(supplied, change, at=at - 3600)]
    report = audited([*stopped, supplied[1]])
    assert report.kinds == {"not-in-force": 1}
    assert change in report.findings[0].sentence
    # In the same hour it may have been decided just before.
    same = audited([supplied[0], event(supplied, change, at=at), supplied[1]])
    assert (same.faults, same.weak) == (0, 1)
    resumed = [*stopped, event(supplied, "resumed", at=at - 3600), supplied[1]]
    assert audited(resumed).holds


def test_a_newer_version_takes_the_place_of_the_older(supplied, audited, tightened):
    newer = msgspec.structs.replace(read(tightened), version=2)
    fields = {"agreement_sha256": sha256(newer), "text": text_of(newer).decode()}
    at = entries(supplied)[1].at - 3600
    old = entries(supplied)[0]
    replaced = canonical(msgspec.structs.replace(old, at=at, **fields)).encode()
    report = audited([supplied[0], replaced, supplied[1]])
    assert report.kinds == {"not-in-force": 1}
    assert [use.standing for use in report.agreements] == ["replaced", "in force"]


def test_the_text_of_an_agreement_must_be_what_its_hash_names(supplied, audited, changed):
    text = entries(supplied)[0].text
    looser = changed(supplied, 0, text=text.replace('"GB"', '"US"'))
    report = audited(looser)
    assert report.kinds["unknown-agreement"] == 5
    assert not report.holds
    spaced = changed(supplied, 0, text=text.replace(":", ": ", 1))
    assert not audited(spaced).holds
    assert audited(changed(supplied, 0, text="")).kinds["agreement"] == 1


def test_a_text_may_come_in_parts(supplied, audited, changed):
    old = entries(supplied)[0]
    cut = len(old.text) // 3
    texts = [old.text[:cut], old.text[cut : 2 * cut], old.text[2 * cut :]]
    parts = [
        canonical(msgspec.structs.replace(old, text=text, part=number, parts=3)).encode()
        for number, text in enumerate(texts, 1)
    ]
    moved = [
        canonical(msgspec.structs.replace(e, of=e.of + 2)).encode() if e.of is not None else body
        for e, body in zip(entries(supplied), supplied, strict=True)
    ]
    assert audited([*parts, *moved[1:]]).holds
    assert not audited([parts[0], parts[2], *moved[1:]]).holds


FORMS = {
    "not JSON": (b"{", "It is not an entry"),
    "spaces": (b'{"at": 0,"event":"refusal"}', "canonical form"),
    "order": (b'{"event":"refusal","at":0}', "canonical form"),
    "twice": (b'{"at":0,"at":0,"event":"refusal"}', "canonical form"),
    "unknown field": (b'{"at":0,"event":"refusal","name":"x"}', "'name', which no entry has"),
    "empty field": (b'{"at":0,"event":"refusal","service":""}', "'service', which is left out"),
    "unknown event": (b'{"at":0,"event":"thought"}', "It is not an entry"),
    "wrong type": (b'{"at":"0","event":"refusal"}', "It is not an entry"),
    "half a pair": (b'{"at":0,"event":"refusal","service":"\\ud800"}', "It is not an entry"),
    "not UTF-8": (b'{"at":0,"event":"refusal","service":"\xff"}', "It is not an entry"),
    "too long": (b'{"at":0,"event":"refusal","service":"' + b"a" * 70_000 + b'"}', "the most is"),
    "deep": (b'{"at":' + b"[" * 5000, "It is not an entry"),
    "deep below": (b'{"a":' * 6000 + b"1" + b"}" * 6000, "nested too deeply"),
    "far off": (b'{"at":%d,"event":"intent","key":"a","sequence":1}' % (2**70), "its time is none"),
    "before": (b'{"at":-1,"event":"intent","key":"a","sequence":1}', "its time is none"),
    "sealed and more": (
        b'{"commitment":"' + b"0" * 64 + b'","event":"sealed","x":1}',
        "not an entry",
    ),
}


@pytest.mark.parametrize("what", FORMS)
def test_an_entry_has_one_form(what):
    body, said = FORMS[what]
    assert said in Audit().check(0, body)


def test_the_text_of_an_agreement_may_be_nested_however_deeply():
    text = '{"a":' * 6000 + "1" + "}" * 6000
    hash = sha256_of(text.encode()).hexdigest()
    entry = Entry(
        "agreement", 0, agreement="a", agreement_sha256=hash, change="in-force", text=text
    )
    assert "not an agreement" in Audit().check(0, canonical(entry).encode())


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_any_bytes_are_looked_at(body):
    audit = Audit()
    audit.check(0, body)
    audit.check(1, b'{"at":0,"event":"outcome","of":' + body + b"}")
    assert audit.report().entries == 2


def test_whole_numbers_may_stand_for_decimal_ones():
    assert not Audit().check(0, b'{"at":0,"cases":3,"event":"evaluation","scores":{"right":1}}')


def test_findings_are_capped_and_all_counted(audited):
    audit = Audit(most_findings=3)
    for number in range(10):
        audit.check(number, b"{")
    report = audit.report()
    assert (len(report.findings), report.faults, report.kinds) == (3, 10, {"entry": 10})


def test_a_review_is_of_an_entry_before_it():
    audit = Audit()
    body = b'{"at":0,"decision":"accepted","event":"review","of":%d}'
    assert audit.check(0, body % 0)
    assert not audit.check(1, body % 0)


def test_calls_from_before_the_numbers_are_unproven_and_no_more_once_there_are(supplied, audited):
    old = [
        canonical(msgspec.structs.replace(entry, sequence=0)).encode()
        if entry.event in ("intent", "refusal")
        else body
        for entry, body in zip(entries(supplied), supplied, strict=True)
    ]
    report = audited(old)
    assert report.holds
    assert report.unproven == report.kinds["unproven"] == 7


def test_more_may_not_be_public_than_the_agreement_says(supplied, audited, tightened):
    agreement = read(tightened)
    intent = entries(supplied)[1]
    for publication, sentence in (
        (Publication(sealed=("writing",)), "says to seal it"),
        (Publication(time="day"), "finer than the day"),
    ):
        closed = msgspec.structs.replace(agreement, publication=publication)
        known = {"agreement_sha256": sha256(closed)}
        in_force = msgspec.structs.replace(
            entries(supplied)[0], text=text_of(closed).decode(), **known
        )
        call = msgspec.structs.replace(intent, at=intent.at - intent.at % 86400 + 3600, **known)
        report = audited([canonical(in_force).encode(), canonical(call).encode()])
        assert report.kinds == {"publicity": 1}
        assert sentence in report.findings[0].sentence
