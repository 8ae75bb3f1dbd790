"""An answer as a document to keep or send: Markdown and Word, with every citation."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from docx import Document as new_document
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from bernard.gateway.types import Receipt
from bernard.text.clean import clean
from bernard.tools.ask.types import Answer, Citation, Claim

WHAT_STATES_MEAN = (
    "Quoted: the words are the source's own. Supported by: worded by a model; the quote was found "
    "in the source and its details agree. No source found: do not rely on it. "
    "A program found the quotes; whether they answer the question is for you to judge."
)
NEAREST = 3
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)


def to_markdown(answer: Answer) -> str:
    """The answer in Markdown: claims with numbers, then the sources with their quotes."""
    sources = sources_of(answer.claims)
    lines = [f"# {_plain(answer.question)}", ""]
    if answer.refused or not answer.claims:
        lines += [_plain(answer.answer), ""]
    for claim in answer.claims:
        lines += [f"{_plain(claim.text)} {_numbers(claim, sources)} ({claim.state})", ""]
        lines += [f"Check this: {_plain(warning)}\n" for warning in claim.warnings]
    if sources:
        lines += ["## Sources", ""]
        for number, citation in enumerate(sources, 1):
            lines += [f"{number}. {_plain(_where(citation))}", "", _quote(citation.quote), ""]
    if not sources and answer.passages:
        lines += ["## The nearest passages", ""]
        for passage in answer.passages[:NEAREST]:
            lines += [f"{_plain(passage.name)}{_page(passage.page)}", "", _quote(passage.text), ""]
    lines += ["## How this was made", ""]
    lines += [f"- {_plain(line)}" for line in how_made(answer)]
    return "\n".join(lines).rstrip() + "\n"


def to_docx(answer: Answer) -> bytes:
    """The answer as a Word document that says the same as the Markdown."""
    document = new_document()
    _page_setup(document, answer)
    sources = sources_of(answer.claims)
    document.add_heading(_text(answer.question), 1)
    if answer.refused or not answer.claims:
        document.add_paragraph(_text(answer.answer))
    for claim in answer.claims:
        paragraph = document.add_paragraph(f"{_text(claim.text)} ")
        paragraph.add_run(f"{_numbers(claim, sources)} ({claim.state})").bold = True
        for warning in claim.warnings:
            document.add_paragraph(f"Check this: {_text(warning)}")
    if sources:
        document.add_heading("Sources", 2)
    for number, citation in enumerate(sources, 1):
        document.add_paragraph(
            f"[{number}] {_text(_where(citation))}"
        ).paragraph_format.keep_with_next = True
        document.add_paragraph(_text(citation.quote), "Quote")
    if not sources and answer.passages:
        document.add_heading("The nearest passages", 2)
        for passage in answer.passages[:NEAREST]:
            document.add_paragraph(_text(f"{passage.name}{_page(passage.page)}"))
            document.add_paragraph(_text(passage.text), "Quote")
    document.add_heading("How this was made", 2)
    for line in how_made(answer):
        document.add_paragraph(_text(line), "List Bullet")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def sources_of(claims: Sequence[Claim]) -> list[Citation]:
    """The citations of the claims, each once, in the order of first use."""
    return list(dict.fromkeys(citation for claim in claims for citation in claim.citations))


def how_made(answer: Answer) -> list[str]:
    """Plain sentences on how the answer came about and what left the machine."""
    return [
        *answer.notes,
        WHAT_STATES_MEAN,
        *(_receipt(answer.receipt) if answer.receipt else ["No model was called; nothing left."]),
    ]


def _receipt(receipt: Receipt) -> list[str]:
    taken = ", ".join(f"{count} {kind}" for kind, count in sorted(receipt.taken_out.items()))
    return [
        f"Model: {receipt.model} ({receipt.provider}, {receipt.place}). "
        f"{receipt.left:,} bytes left this machine."
        + (f" Taken out before: {taken}." if taken else ""),
        f"Log entry {receipt.entry}, {receipt.hash} (agreement {receipt.agreement}, "
        f"clause {receipt.clause}).",
    ]


def _numbers(claim: Claim, sources: Sequence[Citation]) -> str:
    numbers = sorted({sources.index(citation) + 1 for citation in claim.citations})
    return "".join(f"[{number}]" for number in numbers)


def _where(citation: Citation) -> str:
    return f"{citation.name}{_page(citation.page)}, characters {citation.start} to {citation.end}"


def _page(label: str) -> str:
    return f", page {label}" if label.isdigit() else f", {label}" if label else ""


def _plain(text: str) -> str:
    """Text that no Markdown reader takes for markup."""
    escaped = _MARKUP.sub(r"\\\1", clean(text))
    return _LINE_START.sub(r"\1\\\2", escaped).replace("\n", "  \n")


def _quote(text: str) -> str:
    return "\n".join(f"> {_plain(line)}".rstrip() for line in clean(text).split("\n"))


def _text(text: str) -> str:
    """Text that an XML file can hold."""
    return clean(text)


def _page_setup(document: Document, answer: Answer) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    document.core_properties.title = _text(answer.question)[:255]
    document.core_properties.author = "Bernard"
    document.styles["Normal"].font.size = Pt(12)
    _say_language(document)


def _say_language(document: Document) -> None:
    """Screen readers choose the voice by it, and Word the dictionary."""
    properties = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), "en-GB")
