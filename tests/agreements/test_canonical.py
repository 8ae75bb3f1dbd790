"""The canonical bytes: the same for the same words, other for other words, as RFC 8785 writes JSON."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.agreements.canonical import _number, canonical, sha256
from bernard.agreements.schema import Agreement
from bernard.errors import AgreementInvalid

PLAIN = {
    "schema": "bernard-agreement/1",
    "id": "plain",
    "version": 1,
    "title": "Plain – “quoted”",
    "summary": "A\nB",
    "status": "draft",
    "parties": {"public_body": {"name": "Body"}},
    "term": {"start": "2026-01-01"},
}


def _made(**changed):
    return msgspec.convert({**PLAIN, **changed}, Agreement)


def test_the_bytes_are_these():
    assert canonical(_made()).decode() == (
        '{"id":"plain","parties":{"public_body":{"name":"Body"}},"schema":"bernard-agreement/1",'
        '"summary":"A\\nB","term":{"start":"2026-01-01"},"title":"Plain – “quoted”","version":1}'
    )


def test_what_holds_a_default_is_left_out_whether_written_or_not():
    assert canonical(_made(legal={"power": ""}, duties={}, forbid=[])) == canonical(_made())
    clause = {
        "id": "c",
        "purposes": ["draft"],
        "services": ["ask"],
        "operations": ["chat"],
        "models": ["any"],
        "places": ["GB"],
    }
    written = {**clause, "marking": {"tier": "OFFICIAL"}, "supplier_use": {"training": "never"}}
    assert canonical(_made(clauses=[clause])) == canonical(_made(clauses=[written]))


def test_status_and_signatures_are_not_signed_and_all_else_is():
    signature = {"role": "supplier", "signatory": "x", "key": "y", "signature": "z"}
    same = _made(status="suspended", signatures=[signature])
    assert canonical(same) == canonical(_made())
    assert sha256(_made(title="Other")) != sha256(_made())
    assert sha256(_made(term={"start": "2026-01-02"})) != sha256(_made())


def test_an_amount_is_the_same_with_and_without_a_point():
    def limited(pence):
        clause = {"id": "c", "limits": [{"per": "day", "pence": pence}]}
        for name in ("purposes", "services", "operations", "models", "places"):
            clause[name] = ["x"]
        return canonical(_made(clauses=[clause]))

    assert limited(5) == limited(5.0) != limited(5.5)
    with pytest.raises(AgreementInvalid, match="not a number"):
        limited(float("inf"))


def test_half_a_character_pair_is_refused():
    with pytest.raises(AgreementInvalid, match="character pair"):
        canonical(msgspec.structs.replace(_made(), title="\ud800"))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself(number):
    assert float(_number(number)) == number == float(json.loads(_number(number)))


@pytest.mark.parametrize(
    ("number", "written"),
    # Of the table in RFC 8785, appendix B.
    [
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (1e21, "1e+21"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (-0.0, "0"),
        (333333333.33333329, "333333333.3333333"),
    ],
)
def test_numbers_are_written_as_ecmascript_does(number, written):
    assert _number(number) == written
