"""Values that only what stands beside them gives away: a question, the name of a field, the other half."""

import json

import pytest
from msgspec.json import encode

from bernard.gateway.minimise import Seen, minimise

NHS = "9434765919"


def _user(content):
    return {"role": "user", "content": content}


def _parts(*texts):
    return {"messages": [_user([{"type": "text", "text": text} for text in texts])]}


def _asked(question, answer):
    return {"messages": [{"role": "assistant", "content": question}, _user(answer)]}


def _json(data):
    result = {"role": "tool", "tool_call_id": "call_1", "content": json.dumps(data)}
    return {"messages": [_user("Look it up."), result]}


SPLIT = {
    "in two parts": (_parts("my NHS number is 943", "476 5919"), ["4765919"]),
    "in three parts": (_parts("my NHS number is 943", "476", "5919 and so on"), ["5919"]),
    "in parts of one sign": (_parts("my NHS number is ", "943", "476", "5919", "."), ["5919"]),
    "letter by letter": (_parts("write to ", *"jo.bloggs@example.org"), ["jobloggs", "examp"]),
    "in two messages": (
        {"messages": [_user("my NHS number is 943 4"), _user("76 5919")]},
        ["765919"],
    ),
    "an email address": (_parts("write to jo.blo", "ggs@example.org"), ["joblo", "ggsexample"]),
    "a card": (_parts("card 4111 1111 ", "1111 1111 is mine"), ["411111111111"]),
    "texts to embed": ({"input": ["my NHS number is 943 47", "6 5919 as you know"]}, ["65919"]),
    "in long texts": (
        _parts(f"{'It is open. ' * 90}my NHS number is 943", f"476 5919{' It is closed.' * 90}"),
        ["4765919"],
    ),
}
NAMED = {
    "a question": (_asked("What is your NHS number?", NHS), [NHS]),
    "a question, and more than the answer": (
        _asked("And your NHS number?", f"{NHS}, as ever"),
        [NHS],
    ),
    "a sort code": (_asked("What is your sort code?", "00-12-34"), ["001234"]),
    "a request": (_asked("Please give me your Council Tax reference.", "80123456X"), ["80123456x"]),
    "a date of birth": (_asked("What is your date of birth?", "3 March 1970"), ["3march1970"]),
    "a part before": (_parts("NHS number:", NHS), [NHS]),
    "the identifier of a record (FHIR)": (
        _json({"identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NHS}]}),
        [NHS],
    ),
    "an object": (_json({"patient": {"nhsNumber": {"value": NHS}}}), [NHS]),
    "an object with a number": (_json({"patient": {"nhs": {"number": int(NHS)}}}), [NHS]),
    "name and value": (_json([{"name": "NHS number", "value": NHS}]), [NHS]),
    "question and answer": (
        _json([{"question": "What is your date of birth?", "answer": "1970-03-12"}]),
        ["19700312"],
    ),
    "columns and rows": (
        _json({"columns": ["Id", "NHS number"], "rows": [[1, NHS], [2, "4505577104"]]}),
        [NHS, "4505577104"],
    ),
    "rows under a heading": (_json([["Id", "NHS number"], [1, NHS]]), [NHS]),
    "words run together": (_json({"applicantDateOfBirth": "1970-03-12"}), ["19700312"]),
    "a small number": (_json({"claimant": {"age": 97}}), ["age97"]),
    "the code of a card": (_json({"card": {"cvv": 739}}), ["cvv739"]),
    "a PIN that a tool is given": (
        {
            "messages": [
                {
                    "role": "assistant",
                    "tool_calls": [
                        {"id": "call_1", "function": {"name": "f", "arguments": '{"pin": 4921}'}}
                    ],
                }
            ]
        },
        ["pin4921"],
    ),
    "a field that nobody knows": ({"x_patient": {"nhs": {"number": NHS}}}, [NHS]),
    "a label within a field": ({"user": "username: wokonkwo72"}, ["wokonkwo72"]),
    "an earlier id": (
        {"messages": [{"role": "tool", "tool_call_id": f"patient_{NHS}_20240101", "content": "x"}]},
        [NHS],
    ),
}
HARMLESS = (
    _asked("What time does it open?", "1030 on 3 March 2026"),
    _parts("There are 943", "houses in the parish, 476 of them old."),
    _json({"page": 3, "total": 1240, "rows": [[1, 2], [3, 4]], "took_ms": 12.5, "code": "OK"}),
    _json({"columns": ["Ward", "Homes"], "rows": [["Riverside", 1204], ["Hillcrest", 873]]}),
    {"temperature": 0.7, "max_tokens": 4096, "messages": [_user("Hello")], "seed": 1234567},
)


@pytest.mark.parametrize("name", [*SPLIT, *NAMED])
def test_what_stands_beside_it_gives_it_away(name, sent, found_in):
    body, traces = (SPLIT | NAMED)[name]
    data, error = sent(body)
    assert error is None or "Nothing was sent" in str(error)
    assert not found_in(data, traces), data


@pytest.mark.parametrize("body", HARMLESS)
def test_what_is_harmless_stays(body, sent):
    data, error = sent(body)
    assert error is None
    assert json.loads(data) == body


def test_no_word_is_passed_by_once_something_was_found(detector, found_in):
    """A name of a field that held nothing in an earlier call may be what this call's text names."""
    body = {"metadata": {"QQ12/7001": "x"}, "messages": [_user("Hello.")]}
    named = {"metadata": {"QQ12/7001": "x"}, "messages": [_user("My case reference: QQ12/7001")]}
    seen = Seen()
    assert minimise(body, detector, seen).body == body
    assert not found_in(encode(minimise(named, detector, seen).body), ["qq127001"])
    assert minimise(body, detector, seen).body == body
