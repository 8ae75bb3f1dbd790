"""How the results were made, and what they cannot say."""

from __future__ import annotations

from bernard.tools.consult.analysis import rule
from bernard.tools.consult.report import notes
from bernard.tools.consult.report.facts import Told
from bernard.tools.consult.report.word.page import Page
from bernard.tools.consult.report.word.table import Column


def add_method(page: Page, told: Told) -> None:
    """Method, the rule of words, limits, and what can be checked."""
    page.heading("Method", 1, new_page=True)
    page.bullets(
        [
            notes.MAPPING,
            *([notes.SECOND] if any(f.analysed.judged for f in told.questions) else []),
            notes.CAMPAIGNS,
            notes.INTERVALS,
            notes.CHANCE,
            notes.held_back(told.smallest),
            notes.personal(told),
        ]
    )
    page.heading("What words stand for", 2)
    page.table(
        "The rule that puts shares in words",
        (Column("Words", 1), Column("Share of those who say something", 3)),
        rule(),
        "A word is chosen for each end of the share’s 95% interval; where they differ both are named, the "
        "lower first: many, perhaps most. So no word claims more than the interval bears out.",
    )
    page.heading("Limits", 2)
    page.bullets(
        [
            "Responses say what those who chose to respond think, not what the public thinks.",
            "How many raise a theme does not say how right it is.",
            "A program can miss irony, what is meant but not said, and words it has not met.",
            "Intervals are about chance alone: they do not hold the errors of the mapping, which the "
            "check of a random sample measures.",
            "Rules for evidence and experience are for English; responses in other languages may be missed.",
        ]
    )
    page.heading("How this was made", 2)
    file = told.consultation
    page.bullets([f"File {file.name}, SHA-256 {file.sha256}.", *notes.made(told)])
    page.text(
        "The same file, framework and decisions make this document again, byte for byte. "
        f"{notes.EVERY_COUNT}"
    )
