"""Exports of survey tools: several rows of headings, options over columns, room for `Other`."""

from __future__ import annotations

import random

from bernard.samples import consultation
from bernard.tools.consult.reading import chosen_of, preview, read, words_of
from bernard.tools.consult.types import Column


def kinds(columns: tuple[Column, ...]) -> dict[str, str]:
    return {c.name: c.kind for c in columns if c.kind != "left out"}


def test_two_rows_of_headings_as_in_surveymonkey() -> None:
    chance = random.Random(1)
    rows = [
        "Respondent ID,Start Date,IP Address,Which do you use?,,,,Do you agree?,,Why?",
        ",,,Bus,Train,Car,Other (please specify),Response,Other (please specify),Open-Ended Response",
    ]
    for n in range(20):
        bus, train = chance.choice(["Bus", ""]), chance.choice(["Train", ""])
        other = f"a horse and cart {n}" if n % 5 == 0 else ""
        rows.append(
            f'{1000 + n},2026-01-01 10:00,10.0.0.{n},{bus},{train},,{other},Yes,,"Because of reason {n}"'
        )
    found = read("a.csv", "\n".join(rows).encode())
    assert kinds(found.columns) == {
        "Respondent ID": "identifier",
        "Which do you use?": "hybrid",
        "Do you agree?": "hybrid",
        "Why?": "open",
    }
    use, _, why = found.questions
    assert use.options == ("Bus", "Train", "Car")
    assert why.question == "Do you agree? Why?"
    assert words_of(use, found.responses[5]) == "a horse and cart 5"
    assert set(chosen_of(use, found.responses[5])) <= {"Bus", "Train"}
    assert len(found.responses) == 20 and found.responses[0].row == 3


def test_three_rows_of_headings_as_in_qualtrics() -> None:
    rows = [
        "StartDate,ResponseId,Q1,Q2_1,Q2_2,Q2_4,Q2_4_TEXT,Q3,Q4_1,Q4_2",
        "Start Date,Response ID,Do you agree?,Which do you use? - Selected Choice - Library,"
        "Which do you use? - Selected Choice - Pool,Which do you use? - Selected Choice - Other,"
        "Which do you use? - Other - Text,Please explain your answer,How satisfied are you? - Staff,"
        "How satisfied are you? - Buildings",
        ",".join(f'"{{""ImportId"":""QID{n}""}}"' for n in range(10)),
    ]
    for n in range(12):
        other = "Other,the bowling green" if n == 3 else ","
        rows.append(
            f"2026-01-01 10:00,R_{n},{'Yes' if n % 2 else 'No'},Library,{'Pool' if n % 3 else ''},{other},"
            f"Since it is reason {n},Satisfied,{'Satisfied' if n % 2 else 'Dissatisfied'}"
        )
    found = read("a.csv", "\n".join(rows).encode())
    assert kinds(found.columns) == {
        "Response ID": "identifier",
        "Do you agree?": "closed",
        "Which do you use?": "hybrid",
        "Please explain your answer": "open",
        "How satisfied are you? - Staff": "closed",
        "How satisfied are you? - Buildings": "closed",
    }
    [use] = [c for c in found.columns if c.kind == "hybrid"]
    assert use.options == ("Library", "Pool", "Other")
    assert words_of(use, found.responses[3]) == "the bowling green"


def test_one_row_of_headings_with_options_in_them_as_in_citizen_space() -> None:
    heads = (
        "Response ID\tDate submitted\tQ1. What is your name?\tQuestion 2 - Do you agree with it?\t"
        "Question 2 - Please give reasons for your answer\tQ3 - Tick all that apply: Bus\t"
        "Q3 - Tick all that apply: Train\tQ4. Which age group are you in?\tAny other comments"
    )
    rows = [heads]
    for n in range(12):
        age = ("16-24", "25-64", "65+")[n % 3]
        rows.append(
            f"ANON-{n}-X\t2026-02-01\tPerson {n}\t{'Yes' if n % 2 else 'No'}\tMy reason is number {n}\t"
            f"{'Yes' if n % 2 else ''}\t{'Yes' if n % 3 else ''}\t{age}\tNo"
        )
    found = preview("a.tsv", "\n".join(rows).encode("utf-16"))
    assert kinds(found.columns) == {
        "Response ID": "identifier",
        "Question 2 - Do you agree with it?": "closed",
        "Question 2 - Please give reasons for your answer": "open",
        "Q3 - Tick all that apply": "multiple",
        "Q4. Which age group are you in?": "demographic",
        "Any other comments": "open",
    }
    wordings = [c.question for c in found.columns if c.kind in ("open", "multiple")]
    assert wordings == [
        "Do you agree with it? Please give reasons for your answer",
        "Tick all that apply",
        "Any other comments",
    ]


def test_the_sample() -> None:
    name, data = consultation()
    found, seen = read(name, data), preview(name, data)
    assert [c.kind for c in found.columns] == [
        *("identifier", "left out", "closed", "open", "multiple", "hybrid", "open"),
        *("demographic", "demographic", "demographic"),
    ]
    assert (len(found.responses), seen.rows, found.faults) == (208, 208, ())
    assert [r.id for r in found.responses] == [f"SMB-{1000 + n}" for n in range(208)]
    assert read(name, data, seen.columns) == found
