"""A good file of each kind is read whole, with its places."""

from __future__ import annotations

import datetime
import sys

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bernard.library.convert import Converter
from bernard.library.convert.draft import Draft
from bernard.library.convert.limits import Limits
from bernard.library.types import Extracted
from bernard.text.clean import clean

make = sys.modules["convert_makers"]


def headings(found: Extracted) -> list[tuple[str, int]]:
    return [(found.text[h.start : h.end], h.level) for h in found.headings]


def pages(found: Extracted) -> list[tuple[str, str]]:
    """Each page's label and the first line on it."""
    return [(p.label, found.text[p.start :].split("\n")[0]) for p in found.pages]


@pytest.mark.parametrize("name", list(make.GOOD))
def test_the_promises_hold_for_every_kind(name: str, converter: Converter) -> None:
    found = converter.convert(name, make.GOOD[name]())
    assert found.text or found.attachments or found.records
    assert clean(found.text) == found.text == found.text.strip()
    assert "\n\n\n" not in found.text
    assert [p.start for p in found.pages] == sorted(p.start for p in found.pages)
    for heading in found.headings:
        line = found.text[heading.start : heading.end]
        assert line and line == line.strip() and "\n" not in line
        assert found.text[: heading.start].endswith("\n\n") or heading.start == 0
    assert not found.notes


@pytest.mark.parametrize(
    "name",
    [
        n
        for n in make.GOOD
        if n.split(".")[1] in ["pdf", "docx", "pptx", "odt", "odp", "rtf", "html", "md"]
    ],
)
def test_documents_give_their_heading_and_sentence(name: str, converter: Converter) -> None:
    found = converter.convert(name, make.GOOD[name]())
    assert headings(found)[0] == ("Appeals", 1)
    assert make.SENTENCE in found.text.split("\n\n")
    assert found.title in ("Appeals", "Appeals guide")


def test_word(converter: Converter) -> None:
    found = converter.convert("leave.docx", make.rich_docx())
    assert found.text.split("\n\n") == snapshot(
        [
            "OFFICIAL working copy",
            "Leave policy",
            "Who may apply",
            "Every employee may apply.",
            "1. First thing",
            "2. Second thing",
            "• A point",
            "Kept. Inserted.",
            "Band: A; Days: 25; Note: full",
            "Band: B; Days: 30",
            "Disputed line.",
            "Comment by Test Person: Check with legal",
            "What happens next",
            "You get a letter.",
        ]
    )
    assert headings(found) == [("Leave policy", 1), ("Who may apply", 1), ("What happens next", 2)]
    assert found.title == "Leave policy"


def test_word_numbers_what_word_would_number(converter: Converter) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{f}"/><w:lvlText w:val="{t}"/></w:lvl>'
        for n, (f, t) in enumerate(
            (("decimal", "%1."), ("decimal", "%1.%2"), ("lowerRoman", "(%3)"))
        )
    )

    def item(text: str, level: int, listed: int = 7) -> str:
        return (
            f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{listed}"/></w:numPr></w:pPr>'
            f"<w:r><w:t>{text}</w:t></w:r></w:p>"
        )

    items = [item(t, n) for t, n in (("A", 0), ("B", 1), ("C", 1), ("D", 2), ("E", 0), ("F", 1))]
    items += [item("G", 0, 8), item("H", 0, 8), item("I", 0, 9)]
    data = make.zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {space}><w:body>{''.join(items)}</w:body></w:document>",
            "word/_rels/document.xml.rels": '<Relationships><Relationship Id="a" Type="x/numbering" '
            'Target="numbering.xml"/></Relationships>',
            "word/numbering.xml": f'<w:numbering {space}><w:abstractNum w:abstractNumId="1">{levels}'
            '</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num>'
            '<w:num w:numId="8"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
            '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
            '<w:num w:numId="9"><w:abstractNumId w:val="1"/></w:num></w:numbering>',
        }
    )
    text = converter.convert("numbered.docx", data).text
    assert text.split("\n\n") == [
        "1. A",
        "1.1 B",
        "1.2 C",
        "(i) D",
        "2. E",
        "2.1 F",
        "1. G",
        "2. H",
        "3. I",
    ]


def test_word_footnotes_text_boxes_and_layout_tables(converter: Converter) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

    def p(inside: str) -> str:
        return f"<w:p>{inside}</w:p>"

    def t(text: str) -> str:
        return f"<w:r><w:t>{text}</w:t></w:r>"

    box = f"<w:r><w:pict><w:txbxContent>{p(t('In a box.'))}</w:txbxContent></w:pict></w:r>"
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    layout = f"<w:tbl><w:tr><w:tc>{p(t('Only column'))}{p(t('Second line'))}</w:tc></w:tr></w:tbl>"
    form = "<w:tbl>" + "".join(
        f"<w:tr><w:tc>{p(t(a))}</w:tc><w:tc>{p(t(b))}</w:tc></w:tr>"
        for a, b in (("Name:", "Ada"), ("Role", "Clerk"))
    ) + "</w:tbl>"  # fmt: skip
    body = p(t("Body.") + note + box) + layout + form
    data = make.zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": '<Relationships><Relationship Id="a" Type="x/footnotes" '
            'Target="footnotes.xml"/></Relationships>',
            "word/footnotes.xml": f'<w:footnotes {space}><w:footnote w:id="2">{p(t("See the Act."))}'
            "</w:footnote></w:footnotes>",
        }
    )
    assert converter.convert("x.docx", data).text.split("\n\n") == [
        "Body.", "Note 2: See the Act.", "In a box.", "Only column", "Second line", "Name: Ada",
        "Role: Clerk",
    ]  # fmt: skip


def test_powerpoint(converter: Converter) -> None:
    found = converter.convert("deck.pptx", make.good_pptx())
    assert pages(found) == [("Slide 1", "Appeals"), ("Slide 2", "Fees")]
    assert "Speaker's notes: Say this slowly." in found.text
    assert "Permit: Mooring; Fee: £28" in found.text


def test_excel_reads_numbers_as_they_are_shown(converter: Converter) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Costs"
    rows: list[list[object]] = [
        ["Costs for 2026"],
        [],
        ["Item", "When", "Share", "Cost", "Paid", "Plain", "At"],
        ["Lamp", datetime.date(2026, 3, 1), 0.125, 1234.5, True, 2.50, datetime.time(9, 30)],
        ["Oil", datetime.datetime(2026, 3, 1, 14, 5), 1, -3, False, 10**6, None],
    ]
    for row in rows:
        sheet.append(row)
    for cells in sheet["C4:D5"]:
        cells[0].number_format = "0.0%"
        cells[1].number_format = "£#,##0.00"
    hidden = book.create_sheet("Secret")
    hidden.sheet_state = "hidden"
    hidden.append(["Inside"])
    hidden.append(["=1+1"])
    found = converter.convert("costs.xlsx", make.saved(book))
    assert found.text.split("\n\n") == snapshot(
        [
            "Costs",
            "Costs for 2026",
            "Item: Lamp; When: 2026-03-01; Share: 12.5%; Cost: £1,234.50; Paid: TRUE; Plain: 2.5; At: 09:30",
            "Item: Oil; When: 2026-03-01 14:05; Share: 100.0%; Cost: -£3.00; Paid: FALSE; Plain: 1000000",
            "Secret",
            "Inside",
        ]
    )
    assert pages(found) == [('Sheet "Costs"', "Costs"), ('Sheet "Secret"', "Secret")]
    assert [n.split(";")[0][:30] for n in found.notes] == [
        'Sheet "Secret" is hidden in th',
        "1 cells hold formulas with no ",
    ]


def test_opendocument_text_lists_notes_and_changes(converter: Converter) -> None:
    body = (
        "<office:text><text:tracked-changes><text:p>Deleted</text:p></text:tracked-changes>"
        '<text:h text:outline-level="2">Scope</text:h>'
        "<text:list><text:list-item><text:p>First<text:s/>point</text:p></text:list-item></text:list>"
        "<text:p>Body<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>See the Act.</text:p></text:note-body></text:note> goes on.</text:p>"
        "<text:p>Said<office:annotation><dc:creator>Ada</dc:creator><text:p>Really?</text:p>"
        "</office:annotation></text:p></office:text>"
    )
    found = converter.convert("x.odt", make.odf("text", body))
    assert found.text.split("\n\n") == [
        "Scope", "• First point", "Body goes on.", "Note 1: See the Act.", "Said",
        "Comment by Ada: Really?",
    ]  # fmt: skip
    assert headings(found) == [("Scope", 2)]


def test_rich_text(converter: Converter) -> None:
    found = converter.convert("guide.rtf", make.good_rtf())
    assert found.text.split("\n\n") == snapshot(
        [
            "Appeals",
            "You must apply within 28 days of the decision.",
            "Café costs £5, Привет.",
            "Permit: Fee",
            "Mooring: £28",
            "A note [Note: See the Act.] here.",
        ]
    )
    assert found.title == "Appeals guide"


def inside(found: Extracted, name: str) -> bytes:
    """The bytes of the file of this name in another."""
    return next(a.data for a in found.attachments if a.name == name)


def test_an_email_gives_its_headers_text_and_attachments(converter: Converter) -> None:
    letter = converter.convert("letter.eml", make.good_eml())
    assert letter.title == "Appeals – what to do"
    assert "From: Test Person <test.person@harbours.example>" in letter.text
    assert make.SENTENCE in letter.text and "HTML" not in letter.text
    assert [a.name for a in letter.attachments] == ["guide.docx"]
    guide = converter.convert("guide.docx", inside(letter, "guide.docx"))
    assert make.SENTENCE in guide.text


def test_an_email_of_html_hides_what_its_reader_would_not_see(converter: Converter) -> None:
    found = converter.convert("letter.eml", make.html_eml())
    assert found.text.endswith(make.SENTENCE)
    assert "Ignore" not in found.text and "tracker" not in found.text


def test_an_outlook_message(converter: Converter) -> None:
    found = converter.convert("letter.msg", make.good_msg())
    assert found.text == snapshot(
        """\
From: Test Person <test.person@harbours.example>
To: Residents
Date: 2026-04-30 21:15 UTC
Subject: Appeals

Dear all,

You must apply within 28 days of the decision.\
"""
    )
    assert inside(found, "notes.txt").strip() == b"Bring the form."


def test_an_outlook_message_inside_another_and_one_of_packed_rich_text(
    converter: Converter,
) -> None:
    # The example of [MS-OXRTFCP] section 4.1.1, as the specification prints it.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068"
        "656c090020627705b06c647d0a800fa0"
    )
    inner = {
        "__properties_version1.0": bytes(32),
        "__substg1.0_0037001F": "Inner".encode("utf-16-le"),
        "__substg1.0_1000001F": b"",
        "__substg1.0_10090102": packed,
    }
    attached = {"__properties_version1.0": bytes(8), "__substg1.0_3701000D": inner}
    data = make.msg(**{"__attach_version1.0_#00000000": attached})
    found = converter.convert("outer.msg", data)
    assert found.title == "Appeals"
    assert found.text.endswith("Attached message:\n\nSubject: Inner\n\nhello world")


def test_a_zip_gives_each_file_by_its_path(converter: Converter) -> None:
    inner = make.zipped({"deep.txt": "Deep."})
    data = make.zipped({"a/one.txt": "One.", "inner.zip": inner, "bad.docx": b"PK\3\4"})
    found = converter.convert("all.zip", data)
    assert [a.name for a in found.attachments] == ["a/one.txt", "inner.zip", "bad.docx"]
    assert inside(found, "a/one.txt") == b"One."
    again = converter.convert("all.zip/inner.zip", inside(found, "inner.zip"))
    assert inside(again, "deep.txt") == b"Deep."


def test_records_are_documents_of_their_own_with_their_text_kept(converter: Converter) -> None:
    lines = (
        '{"id": "99", "text": "## Scope\\r\\n\\r\\n* one\\n* two", "title": "Rule 99"}\n'
        '{"id": 100, "text": "Two."}\n{"text": "Three."}\n'
    )
    found = converter.convert("rules.jsonl", lines.encode())
    assert [(r.name, r.title) for r in found.records] == [("99", "Rule 99"), ("100", ""), ("3", "")]
    first = found.records[0]
    assert first.text == "## Scope\n\n* one\n* two"
    assert [first.text[h.start : h.end] for h in first.headings] == ["Scope"]
    same = converter.convert("rules.json", b'[{"id": "a", "text": "One."}]')
    assert [(r.name, r.text) for r in same.records] == [("a", "One.")]


def test_other_json_is_read_value_by_value(converter: Converter) -> None:
    data = b'{"name": "Ada", "posts": [{"title": "Clerk", "until": null}], "tags": ["a", "b"]}'
    assert converter.convert("x.json", data).text.split("\n\n") == [
        "name: Ada",
        "title: Clerk; until: none",
        "tags: a, b",
    ]


def test_web_pages(converter: Converter) -> None:
    page = (
        "<html><head><title>Permits – Harbours</title></head><body><header>Menu</header>"
        "<nav>Home</nav><main><h1>Permits</h1><p>You <b>must</b>\n have a permit.<br>Always.</p>"
        "<ul><li>boats</li><li><p>rafts</p></li></ul><ol start=3><li>apply</li></ol>"
        "<table><tr><th>Boat</th><th>Fee</th></tr><tr><td>Small</td><td>£5</td></tr></table>"
        "<table><tr><td><p>Only arranged</p></td></tr></table><pre>a\n  b</pre></main>"
        "<footer>Crown</footer></body></html>"
    )
    found = converter.convert("page.html", page.encode())
    assert found.text.split("\n\n") == [
        "Permits", "You must have a permit.\nAlways.", "• boats", "• rafts", "3. apply",
        "Boat: Small; Fee: £5", "Only arranged", "a\n  b",
    ]  # fmt: skip
    assert found.title == "Permits – Harbours"


def test_markdown(converter: Converter) -> None:
    source = (
        "---\ntitle: Guide\n---\n# Who\n\nYou **must** [apply](http://x.example) `now`.\n\n"
        "- one\n- two\n\n2. three\n\n| Boat | Fee |\n|--|--|\n| Small | £5 |\n\n```\ncode  here\n```\n"
        "<div>Boxed</div>\n\nUnder\n-----\n"
    )
    found = converter.convert("guide.md", source.encode())
    assert found.text.split("\n\n") == [
        "Who", "You must apply now.", "• one", "• two", "2. three", "Boat: Small; Fee: £5",
        "code  here", "Boxed", "Under",
    ]  # fmt: skip
    assert headings(found) == [("Who", 1), ("Under", 2)]
    assert found.title == "Guide"


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"a;b\n1,5;2\n3;4\n", ["a: 1,5; b: 2", "a: 3; b: 4"]),
        (b'Name|Says\n"Ada"|"Yes\nand no"\n', ["Name: Ada; Says: Yes and no"]),
        ("Name,Fee\nCaf\xe9,\xa35\n".encode("cp1252"), ["Name: Café; Fee: £5"]),
        (b"1,2\n3,4\n", ["1; 2", "3; 4"]),
        (b"Region,2024,2025\nNorth,1,2\n", ["Region: North; 2024: 1; 2025: 2"]),
        (b"Title only\n\nA,B\nx,y\n", ["Title only", "A: x; B: y"]),
        ("\ufeffA,B\nx,y\n".encode("utf-16-le"), ["A: x; B: y"]),
    ],
)
def test_tables_of_text(data: bytes, wanted: list[str], converter: Converter) -> None:
    assert converter.convert("x.csv", data).text.split("\n\n") == wanted


def test_plain_text_keeps_its_lines_pages_and_paragraphs(converter: Converter) -> None:
    found = converter.convert("x.txt", b"One\ntwo\n\n\n\nthree\x0cfour  \nfive")
    assert found.text == "One\ntwo\n\nthree\n\nfour\nfive"
    assert pages(found) == [("1", "One"), ("2", "four")]


blocks = st.lists(
    st.tuples(st.sampled_from(["heading", "paragraph", "page", "note"]), st.text(max_size=40))
)


@given(blocks)
def test_places_always_fit_the_text(given_blocks: list[tuple[str, str]]) -> None:
    draft = Draft(Limits())
    wanted = []
    for kind, text in given_blocks:
        if kind == "heading":
            draft.heading(text, 2)
            wanted += [" ".join(clean(text).split())] if clean(text).split() else []
        else:
            getattr(draft, kind)(text)
    found = draft.finish("text/plain")
    assert [found.text[h.start : h.end] for h in found.headings] == wanted
    assert [p.start for p in found.pages] == sorted(p.start for p in found.pages)
    assert all(0 <= p.start <= len(found.text) for p in found.pages)
    assert clean(found.text) == found.text
