"""JSON, folders of letters, and folders of a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bernard.errors import DocumentUnreadable
from bernard.samples import files
from bernard.tools.consult.reading import packed, preview, read
from bernard.tools.consult.types import Column

Zip = Callable[[Mapping[str, bytes | str]], bytes]
EMAIL = (
    "From: Jo Quill <jo@example.org>\nTo: plans@example.com\nSubject: The plan\n"
    "Date: Mon, 2 Feb 2026 10:00:00 +0000\nContent-Type: text/plain\n\nPlease think again.\nIt is a bad plan.\n"
)


def test_half_a_character_loses_no_response() -> None:
    lines = (
        b'{"id": 1, "text": "The bus is late \\ud83d"}\n{"id": 2, "text": "So is the tram \\ud83d\\ude00"}\n'
        b'{"id": 3, "text": "A path \\\\ud83d is no half"}\n'
    )
    found = read("a.jsonl", lines, [Column("text", "open")])
    assert [r.answers["text"] for r in found.responses] == [
        ("The bus is late \ufffd",),
        ("So is the tram \U0001f600",),
        ("A path \\ud83d is no half",),
    ]
    assert [f.where for f in found.faults] == ["line 1"]


def test_records_with_nested_answers() -> None:
    data = """[
      {"id": 1, "answers": {"q1": "I think the bus is late", "modes": ["Bus", "Tram; new"], "ok": true}},
      {"id": 2, "answers": {"q1": "No comment", "modes": ["Bus"], "ok": false, "score": 3.0}},
      {"id": "2", "answers": {"q1": "Fine by me and my family", "modes": [], "ok": null}}, 7]"""
    found = read("a.json", data.encode(), [Column("score", "closed")])
    assert {c.name: c.kind for c in found.columns if c.kind != "left out"} == {
        "id": "identifier",
        "q1": "open",
        "modes": "multiple",
        "ok": "closed",
        "score": "closed",
    }
    assert found.responses[0].answers["modes"] == ("Bus", "Tram; new")
    assert found.responses[1].answers["score"] == ("3",)
    assert [r.id for r in found.responses] == ["1", "2", "2-record-3"]
    assert [f.where for f in found.faults] == ["record 4", "record 3"]


def test_lines_that_are_no_json_are_told_and_the_rest_go_on() -> None:
    lines = [
        '{"respondent_id": "a", "answers": [{"question": "Why?", "answer": "It saves the town money"}]}',
        "not json",
        '{"a":' * 5000,
        '{"respondent_id": 0, "answers": [{"question": "Why?", "answer": "It costs too much by far"}]}',
    ]
    found = read("a.jsonl", "\n".join(lines).encode())
    assert [(r.id, r.row, r.answers["Why?"][0][:8]) for r in found.responses] == [
        ("a", 1, "It saves"),
        ("0", 4, "It costs"),
    ]
    assert [f.where for f in found.faults] == ["line 2", "line 3"]


@pytest.mark.parametrize("data", [b"[1, 2]", b"[", b"7", b'"x"'])
def test_json_without_responses_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentUnreadable):
        preview("a.json", data)


def test_a_question_takes_its_wording_along(tmp_path: Path) -> None:
    folder = tmp_path / "trees"
    folder.mkdir()
    (folder / "question.txt").write_text("Should the town plant trees?\n", encoding="utf-8")
    lines = '{"id": 7, "text": "Yes, for the shade of it"}\n{"id": 8, "text": "No, leaves block the drains"}\n'
    (folder / "responses.jsonl").write_text(lines, encoding="utf-8")
    (folder / "labels.jsonl").write_text("{}\n", encoding="utf-8")
    for path in (folder, folder / "responses.jsonl"):
        name, data = packed(path)
        found = read(name, data)
        assert (name, data) == packed(path)
        assert found.questions[0].question == "Should the town plant trees?"
        assert [r.id for r in found.responses] == ["7", "8"]


def test_letters_are_responses_and_what_is_not_read_is_told(zipped: Zip, tmp_path: Path) -> None:
    samples = dict(files())
    inside = {
        "b/petition.docx": samples["leave-and-flexible-working.docx"],
        "b/jo.eml": EMAIL,
        "a.txt": "I object to the plan, since the bus would go.",
        "c.exe": b"MZ" + b"\0" * 200,
        "__MACOSX/a.txt": "x",
    }
    found = read("letters.zip", zipped(inside))
    assert [r.id for r in found.responses] == ["a.txt", "b/jo.eml", "b/petition.docx"]
    [letter] = found.questions
    assert found.responses[1].answers == {letter.name: ("Please think again.\nIt is a bad plan.",)}
    assert [f.where for f in found.faults] == ["c.exe"]
    for name, data in inside.items():
        path = tmp_path / "letters" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    name, data = packed(tmp_path / "letters")
    assert name == "letters.zip"
    assert read(name, data).responses == found.responses


def test_attachments_are_read_beneath_their_letter(zipped: Zip) -> None:
    parts = EMAIL.replace("text/plain", 'multipart/mixed; boundary="x"').partition("\n\n")
    body = (
        "--x\nContent-Type: text/plain\n\nSee attached.\n--x\nContent-Type: text/plain; name=ours.txt\n"
        'Content-Disposition: attachment; filename="ours.txt"\n\nWe object, since the bus would go.\n--x\n'
        'Content-Type: image/png; name=logo.png\nContent-Disposition: attachment; filename="logo.png"\n\nxx\n--x--\n'
    )
    found = read("letters.zip", zipped({"jo.eml": parts[0] + "\n\n" + body}))
    assert found.responses[0].answers[found.questions[0].name] == (
        "See attached.\n\nWe object, since the bus would go.",
    )
    assert [f.where for f in found.faults] == ["jo.eml", "jo.eml"]
    assert "'logo.png' was not read" in found.faults[1].what


def test_a_zip_of_one_table_is_that_table_and_of_several_is_refused(zipped: Zip) -> None:
    table = "id,text\n1,words of mine here\n"
    assert read("a.zip", zipped({"answers.csv": table})).responses[0].id == "1"
    with pytest.raises(DocumentUnreadable, match="one at a time"):
        read("a.zip", zipped({"a.csv": table, "b.csv": table}))
    with pytest.raises(DocumentUnreadable, match="no letter"):
        read("a.zip", zipped({"a.bin": b"\x7fELF" + b"\0" * 99}))
