"""`report.docx`: the report that an official reads and sends on."""

from __future__ import annotations

from bernard.tools.consult.report.facts import Told
from bernard.tools.consult.report.word.annexes import add_annexes
from bernard.tools.consult.report.word.method import add_method
from bernard.tools.consult.report.word.opening import add_opening
from bernard.tools.consult.report.word.page import Page
from bernard.tools.consult.report.word.question import add_question


def document(told: Told) -> bytes:
    """The bytes of `report.docx`."""
    page = Page(told.title)
    add_opening(page, told)
    for facts in told.questions:
        add_question(page, told, facts)
    add_method(page, told)
    add_annexes(page, told)
    return page.saved()


__all__ = ["document"]
