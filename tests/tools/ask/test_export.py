"""An answer on paper says what the page says."""

import io

import pytest
from docx import Document

from bernard.gateway.types import Receipt
from bernard.tools.ask import to_docx, to_markdown
from bernard.tools.ask.types import Answer, Citation, Claim, Passage

QUOTE = "You may carry over up to 8 days."
CITED = Citation("d1", "leave.pdf", "3", 10, 10 + len(QUOTE), QUOTE)
RECEIPT = Receipt(7, "ab" * 32, "qwen", "embedded", "this-machine", "local-models", "default 1")
PASSAGE = Passage(1, "d1", "leave.pdf", "3", "Leave", 0, 50, 0.4, "A passage *about* leave.")


def answer(**changes):
    given = {
        "question": "How many <b>days</b>?",
        "answer": "Up to 8 days.",
        "claims": (
            Claim("Up to 8 days.", "supported by", (CITED,), ("Check the year.",)),
            Claim(QUOTE, "quoted", (CITED,)),
            Claim("Ask the minister.", "no source found"),
        ),
        "passages": (PASSAGE,),
        "receipt": RECEIPT,
        "mode": "generated",
        "notes": ("qwen worded this answer.",),
    }
    return Answer(**(given | changes))


def words(answer):
    return "\n".join(p.text for p in Document(io.BytesIO(to_docx(answer))).paragraphs)


@pytest.mark.parametrize("export", [to_markdown, words])
def test_claims_states_sources_and_the_receipt(export):
    said = export(answer()).replace("\\", "")
    assert "Up to 8 days. [1] (supported by)" in said
    assert "(no source found)" in said
    assert "Check this: Check the year." in said
    assert "leave.pdf, page 3, characters 10 to 42" in said
    assert said.count("leave.pdf, page 3") == 1
    assert QUOTE in said
    assert "Log entry 7, " + "ab" * 32 in said
    assert "0 bytes left this machine" in said
    assert "qwen worded this answer." in said
    assert "verified" not in said.casefold()


@pytest.mark.parametrize("export", [to_markdown, words])
def test_a_refusal_gives_the_nearest_passages(export):
    said = export(answer(claims=(), refused=True, answer="Not covered.", receipt=None))
    assert "Not covered." in said
    assert "nearest passages" in said
    assert "No model was called" in said


def test_markdown_takes_no_markup_from_documents():
    trap = Claim("# not a heading\n- no list [x](javascript:1) <script>", "quoted", (CITED,))
    said = to_markdown(answer(claims=(trap,)))
    assert "\\# not a heading" in said
    assert "\\- no list" in said
    assert "\\<script\\>" in said
    assert "\\[x\\](javascript" in said


def test_word_takes_any_characters():
    document = Document(io.BytesIO(to_docx(answer(question="a\x00b\x0b\ud800 ok"))))
    assert "ok" in document.paragraphs[0].text
    assert document.core_properties.title.endswith("ok")


def test_word_says_its_language_and_is_a4():
    document = Document(io.BytesIO(to_docx(answer())))
    assert 'w:val="en-GB"' in document.styles.element.xml
    assert round(document.sections[0].page_width.cm, 1) == 21.0
