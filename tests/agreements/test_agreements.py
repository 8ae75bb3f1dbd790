"""An agreement is read with every fault named, and decides calls by what it says."""

import datetime

import pytest

from bernard.agreements import decide, default_path, parse, read, read_text, shipped
from bernard.errors import AgreementInvalid

TODAY = datetime.date(2026, 11, 21)
SHIPPED = sorted(shipped().glob("*.yaml"))
TOOLS = "    tools: {allowed: [any], outside_effects: true}\n"
OWN_SERVER = shipped() / "own-server.yaml"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_shipped_agreements_have_no_faults(path):
    agreement, faults = parse(path.read_bytes())
    assert faults == []
    assert agreement is not None
    assert agreement.id == path.stem


def test_the_default_allows_models_on_this_machine_only(call):
    agreement = read(default_path())
    assert decide(agreement, call(), TODAY).clause == "local-models"
    refused = decide(agreement, call(supplier="openai", places={"US"}), TODAY)
    assert not refused.allowed
    assert "'openai'" in refused.reasons[0]
    assert "'US'" in refused.reasons[0]


def test_a_supplier_clause_names_its_safeguards(call):
    there = {"supplier": "own-server", "places": {"own-network"}}
    agreement = read(OWN_SERVER)
    refused = decide(agreement, call(**there), TODAY)
    assert [f.dimension for f in refused.failed if f.clause == "own-server"] == ["safeguards"]
    decision = decide(agreement, call(**there, safeguards={"mask-identifiers"}), TODAY)
    assert decision.clause == "own-server"
    assert decision.safeguards == ("mask-identifiers",)
    assert decision.account == "clause:own-server/own-server"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"service": ""}, "service ''"),
        ({"purpose": "train-a-model"}, "purpose 'train-a-model' is not a word of the vocabulary"),
        ({"operation": "fly"}, "operation 'fly' is not a word"),
        ({"supplier": "someone"}, "supplier 'someone'"),
        ({"places": {"this-machine", "US"}}, "place 'US' is not among"),
        ({"places": set()}, "Nobody has said where"),
        ({"places": {"unknown"}}, "Nobody has said where"),
        ({"categories": {"gossip"}}, "kind of data 'gossip'"),
        ({"special": {"health"}}, "condition of Article 9(2)"),
        ({"offence": True}, "under Article 10"),
        ({"tier": "SECRET"}, "the tier 'SECRET' is above 'OFFICIAL'"),
        ({"tier": "COSMIC"}, "the tier 'COSMIC'"),
        ({"descriptors": {"MY OWN"}}, "descriptor 'MY OWN'"),
        ({"caveats": {"UK EYES ONLY"}}, "caveat 'UK EYES ONLY' is not allowed"),
        ({"subjects": {"martians"}}, "kind of person 'martians'"),
        ({"identifiability": "obvious"}, "identifiability 'obvious'"),
        ({"training": "opt-in"}, "use in training 'opt-in' is above 'never'"),
        ({"human_review": "always"}, "reading by the supplier's people 'always'"),
        ({"retention_s": 1}, "retention in seconds 1 is more than 0"),
        ({"retention_s": -1}, "retention in seconds -1"),
        ({"effect": "significant"}, "needs a person before use"),
        ({"involvement": "some"}, "human involvement 'some'"),
        ({"tools": {"send-mail"}}, "tool 'send-mail' is not allowed"),
        ({"outside_effects": True}, "effect outside the conversation is not allowed"),
    ],
)
def test_each_attribute_is_obeyed(call, text_of, change, reason):
    agreement = read_text(text_of("this-machine", (TOOLS, "")))
    decision = decide(agreement, call(**change), TODAY)
    assert not decision.allowed
    assert reason in " ".join(decision.reasons)


@pytest.mark.parametrize("status", ["draft", "suspended", "ended"])
def test_only_a_signed_agreement_allows(call, text_of, status):
    agreement = read_text(text_of("this-machine", ("status: signed", f"status: {status}")))
    refused = decide(agreement, call(), TODAY)
    assert not refused.allowed
    assert f"is {status}, not signed" in refused.reasons[0]
    assert decide(agreement, call(), TODAY, as_if_signed=True).allowed


@pytest.mark.parametrize("day", [datetime.date(2025, 12, 31), datetime.date(2027, 12, 31)])
def test_nothing_is_allowed_outside_the_term(call, day):
    assert not decide(read(OWN_SERVER), call(), day).allowed
    assert decide(read(OWN_SERVER), call(), datetime.date(2027, 12, 30)).allowed


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("version: 1", "version: one", 3, "version is 'one'. It must be a whole number."),
        ("operations: [any]", "operations: [fly]", 19, "'fly' is not in the vocabulary"),
        ("services: [any]", "services: [Ask]", 18, "'Ask' cannot be a name"),
        ("status: signed", "status: agreed", 8, "one of: draft, signed, suspended, ended"),
        ("title:", "tittle:", 4, "'tittle' is unknown. Did you mean `title`?"),
        ("tier: OFFICIAL", "tier: COSMIC", 23, "clauses[1].marking.tier is 'COSMIC'"),
        ("places: [this-machine]", "places: []", 22, "names no place, so it allows nothing"),
        ("places: [this-machine]", "places: [NO]", 10, "no supplier is a party"),
        ("services: [any]", "services: [*a]", 18, "Aliases"),
        ("services: [any]", "services: [any]\n    services: [ask]", 19, "is here twice"),
        ("clauses:", "sha256: x\nclauses:", 14, "'sha256' is unknown"),
        ("clauses:", "clauses: [", 0, "not YAML"),
        ("start: 2026-01-01", "start: 2026-13-01", 13, "It must be a date such as"),
        ("start: 2026-01-01", "start: 2026-01-01\n  end: 2025-01-01", 14, "is not after"),
        ("retention_s: 0", "retention_s: -1", 28, "-1 is below zero"),
        ("models: [any]", "models: [a@b@c]", 21, "'a@b@c' is no model"),
        ("title: N", "title: \u202eN", 4, "invisible character, U+202E"),
        ("    human:", "    limits: [{per: day}]\n    human:", 29, "limits nothing"),
        ("clauses:", "forbid: [{id: all}]\nclauses:", 14, "would forbid every call"),
        ("clauses:", "forbid: [{id: all, tools: []}]\nclauses:", 14, "so it forbids nothing"),
        ("    suppliers: [embedded]\n", "", 15, "names no supplier"),
        ("schema: bernard-agreement/1", "schema: bernard-agreement/0", 1, "bernard-agreement/1"),
        ("    name: The", "    country: UK\n    name: The", 11, "'country' is unknown in"),
    ],
)
def test_a_fault_is_named_with_its_line_and_a_remedy(text_of, old, new, line, words):
    _, faults = parse(text_of("this-machine", (old, new)))
    assert words in " ".join(f"{f.message} {f.remedy}" for f in faults)
    assert all(f.remedy for f in faults)
    assert not line or line in [f.line for f in faults]


def test_every_fault_of_form_is_named_at_once(text_of):
    data = text_of(
        "this-machine",
        ("version: 1", "version: one"),
        ("title: ", "tittle: "),
        ("status: signed", "status: agreed"),
        ("retention_s: 0", "retention_s: none"),
    )
    _, faults = parse(data)
    assert [f.line for f in faults] == [1, 3, 4, 8, 28]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xfe\x00", b"[" * 5000, b"- 1", b"a: &a [*a]", b"\0", b"1: 2", b"? [a]\n: b",
        b"a: !!python/object/apply:os.system [x]", b"--- a\n--- b", b"a: 2026-99-99", b"{{{",
        b"<<: {a: 1}", b"a: 1e999", b"x" * 2_000_000, b"!!binary x", b"a: !!int x",
        b"clauses: {a: 1}", b"clauses: [1]", b"parties: []", b"!!set {a, b}",
    ],
)  # fmt: skip
def test_hostile_text_is_a_fault_not_a_crash(data):
    agreement, faults = parse(data)
    assert agreement is None
    assert faults


def test_a_file_that_is_not_there_is_said_plainly(tmp_path):
    with pytest.raises(AgreementInvalid, match="cannot be read: No such file"):
        read(tmp_path / "none.yaml")


def test_the_country_no_is_no_answer(text_of):
    data = text_of(
        "this-machine",
        ("term:", "  supplier: {id: fjord, name: Fjord, country: NO}\nterm:"),
        ("suppliers: [embedded]", "suppliers: [fjord]"),
        ("places: [this-machine]", "places: [NO, GB]"),
        ("start: 2026-01-01", "start: 2026-01-01\n  end: 2027-01-01"),
    )
    agreement = read_text(data)
    assert agreement.clauses[0].places == ("NO", "GB")


def test_what_leaves_has_a_supplier_who_signed(text_of, call):
    data = text_of(
        "this-machine",
        ("term:", "  supplier: {id: fjord, name: Fjord}\nterm:"),
        ("suppliers: [embedded]", "suppliers: [fjord, other]"),
        ("places: [this-machine]", "places: [GB]"),
        ("start: 2026-01-01", "start: 2026-01-01\n  end: 2027-01-01"),
    )
    _, faults = parse(data)
    assert [f.line for f in faults] == [22]
    assert "'other', who is not a party" in faults[0].message
    agreement = read_text(data.replace(b", other", b""))
    refused = decide(agreement, call(supplier="fjord", places={"GB"}), TODAY)
    assert not refused.allowed
    assert "is not signed by both sides" in refused.reasons[0]
