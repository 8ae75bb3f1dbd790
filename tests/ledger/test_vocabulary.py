"""An entry holds words of closed vocabularies, bounded names, numbers and hashes; nothing else."""

import hashlib
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.errors import InputInvalid
from bernard.ledger import Entry, canonical
from bernard.ledger.entry_schema import json_schema, text
from bernard.ledger.vocabulary import OTHER, allowed, check, fitted

PUBLISHED = Path(__file__).parents[2] / "docs/reference/ledger-entry.schema.json"
HASH = "a" * 64
INTENT = Entry(
    "intent", 1_795_305_600, agreement="a-1", agreement_sha256=HASH, clause="chat", service="ask",
    purpose="answer-questions", operation="chat", marking="OFFICIAL", sensitive=True,
    declared=("public-information",), derived=("personal-identifiers",), model="gpt-5",
    model_version="2025-08-07", provider="openai", place="GB", places=("GB", "US"),
    safeguards=("mask-identifiers",), taken_out={"EMAIL": 2, "CODE-WORD": 1}, left_bytes=417,
    key="0123456789ab", attempt=1, tools=("search", OTHER), training="never",
    identifiability="pseudonymised", involvement="before-use", effect="support", sequence=3,
    content=HASH, detector="fast", policy=("style:natural", "leave:PUBLIC-FIGURE", "deny-list"),
    derived_attributes=("bytes", "tools"), attested_attributes=("supplier", "retention_s"),
)  # fmt: skip
TEXT = '{"id":"a-1"}'
OTHERS = (
    Entry("outcome", 5, of=0, outcome="finished", key="bernard", content=HASH, pence=0.5),
    Entry("refusal", 5, reasons=("places", "forbid:no-health", "budget"), service="ask", sequence=1),
    Entry("agreement", 5, agreement="a-1", change="in-force", text=TEXT,
          agreement_sha256=hashlib.sha256(TEXT.encode()).hexdigest()),
    Entry("agreement", 5, agreement="a-1", change="in-force", text="{", part=1, parts=2,
          agreement_sha256=HASH),
    Entry("deployment", 5, model="org/model:4b", provider="embedded", place="this-machine",
          change="added", weights_sha256=HASH),
    Entry("review", 5, of=3, decision="overturned", by="p-0123456789abcdef"),
    Entry("publication", 5, what="register", files=12, file_sha256=HASH),
    Entry("reconciliation", 5, provider="openai", day="2026-11-22", ours_calls=4, theirs_calls=5),
    Entry("evaluation", 5, task="ask.retrieval", scores={"recall@10": 0.91}, cases=900),
    Entry("redaction", 5, service="redact", left_in={"NAME": 1}, by="p-0123456789abcdef"),
    Entry("destruction", 5, destroyed=2, because="time", commitment=HASH),
)  # fmt: skip
FREE = "Mrs Ada Lovelace"


@pytest.mark.parametrize("entry", [INTENT, *OTHERS], ids=lambda entry: entry.event)
def test_what_the_program_writes_is_allowed_and_in_the_schema(entry):
    check(entry)
    jsonschema.validate(msgspec.json.decode(canonical(entry)), json_schema())


def test_a_sealed_leaf_says_no_more():
    jsonschema.validate({"event": "sealed", "commitment": HASH}, json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"event": "sealed", "commitment": HASH, "at": 0}, json_schema())


def test_the_published_schema_is_the_one_in_the_code():
    assert PUBLISHED.read_text() == text()


def test_every_field_that_can_hold_text_is_looked_at():
    kinds = msgspec.json.schema(Entry)["$defs"]["Entry"]["properties"]
    texts = {
        name
        for name, field in kinds.items()
        if field.get("type") not in ("integer", "number", "boolean")
    }
    texts -= {"of"}
    assert texts - set(allowed()) == {"text"}


@pytest.mark.parametrize("name", sorted(allowed()))
def test_free_text_is_refused_in_every_field(name):
    kept = getattr(INTENT, name)
    given = {FREE: 1} if isinstance(kept, dict) else (FREE,) if isinstance(kept, tuple) else FREE
    wrong = msgspec.structs.replace(INTENT, **{name: given})
    with pytest.raises(InputInvalid, match=name):
        check(wrong)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(msgspec.json.decode(canonical(wrong)), json_schema())


@pytest.mark.parametrize("entry", [
    msgspec.structs.replace(OTHERS[2], text=TEXT + " "),
    msgspec.structs.replace(INTENT, text=TEXT),
    msgspec.structs.replace(OTHERS[3], part=3),
])  # fmt: skip
def test_a_text_is_that_of_the_agreement(entry):
    with pytest.raises(InputInvalid, match="text"):
        check(entry)
    assert fitted(entry).text == ""


def test_an_entry_that_fits_is_left_alone():
    assert fitted(INTENT) is INTENT


@given(
    purpose=st.text(max_size=30),
    tools=st.lists(st.text(max_size=20), max_size=5).map(tuple),
    taken=st.dictionaries(st.text(max_size=20), st.integers(1, 9), max_size=4),
)
def test_whatever_callers_write_is_fitted(purpose, tools, taken):
    wrong = msgspec.structs.replace(INTENT, purpose=purpose, tools=tools, taken_out=taken)
    right = fitted(wrong)
    check(right)
    assert sum(right.taken_out.values()) == sum(taken.values())
    assert (right.service, right.left_bytes) == (INTENT.service, INTENT.left_bytes)


def test_lists_have_an_end():
    many = msgspec.structs.replace(INTENT, tools=tuple(f"tool-{n}" for n in range(20_000)))
    assert len(canonical(fitted(many))) < 20_000
