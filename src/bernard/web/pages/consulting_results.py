"""What people said, counted: every question, one question with its themes, one theme with its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from bernard.errors import InputInvalid
from bernard.look.charts import bars
from bernard.tools.consult.analysis import Counts, ThemeCount
from bernard.tools.consult.analysis.wording import percent
from bernard.tools.consult.checking import sample_of
from bernard.tools.consult.quality import Quality, assess
from bernard.tools.consult.types import Analysed, Analysis
from bernard.web.consult_text import between
from bernard.web.consult_visit import Mine, desk, held, mine, opened, question
from bernard.web.visit import Visit

FEW_THEMES = 5


@dataclass(frozen=True)
class Summary:
    """One question among the results.

    Attributes:
        quality: how good its mapping is, in a sentence; empty while nobody has checked.
    """

    number: int
    analysed: Analysed
    counts: Counts
    quality: str

    @property
    def blank(self) -> int:
        """Responses that left the question empty."""
        return self.counts.responses - self.counts.answered

    @property
    def empty(self) -> int:
        """Responses that wrote something and gave no answer."""
        return self.counts.answered - self.counts.said

    @property
    def top(self) -> list[ThemeCount]:
        """The largest themes, without those nested in others."""
        themes = [theme for theme in self.counts.themes if not theme.level]
        return sorted(themes, key=lambda theme: -theme.count.count)[:FEW_THEMES]

    @property
    def in_campaigns(self) -> int:
        """Responses that are in a campaign."""
        return sum(len(campaign.members) for campaign in self.analysed.campaigns)


def results_page(visit: Visit, own: Mine) -> Response:
    """Every question with its largest themes."""
    analysis = opened(visit, own)
    return visit.page(
        "consult_results.html",
        own=own,
        place="results",
        count=len(analysis.consultation.responses),
        summaries=[
            _summary(visit, analysis, number, analysed)
            for number, analysed in enumerate(analysis.questions, 1)
        ],
        share=share,
    )


def show_question(visit: Visit) -> Response:
    """One question: all its themes, where responses stand, and how good the mapping is."""
    own = mine(visit)
    analysis = opened(visit, own)
    number, analysed = question(visit, analysis)
    summary = _summary(visit, analysis, number, analysed)
    again = desk(visit).progress(own.kept.id)
    return visit.page(
        "consult_question.html",
        own=own,
        place="themes",
        number=number,
        summary=summary,
        chart=theme_chart(analysed, summary.counts),
        is_behind=desk(visit).is_behind(own.kept.id, str(number)),
        mapping="" if again.is_finished else (again.note or "The responses are mapped again soon."),
        mapping_errors=again.errors if again.is_finished else (),
        share=share,
    )


def chart_svg(visit: Visit) -> Response:
    """The chart of a question's themes, as a file."""
    own = mine(visit)
    _, analysed = question(visit, opened(visit, own))
    made = theme_chart(analysed, held(visit, analysed).counts)
    if not made:
        raise InputInvalid("There are no themes, so there is no chart.")
    kept = {"Content-Disposition": 'attachment; filename="themes.svg"'}
    return Response(str(made), media_type="image/svg+xml", headers=kept)


def theme_chart(analysed: Analysed, counts: Counts) -> Markup:
    """The themes as bars, largest first; nothing of it is markup but what the chart itself draws."""
    rows = sorted(counts.themes, key=lambda theme: -theme.count.count)
    values = [(theme.title, float(theme.count.count)) for theme in rows]
    return Markup(bars("Responses by theme", values))  # noqa: S704


def share(count: Any) -> str:
    """A share with its interval, as in `12% (10% to 14%)`."""
    if not count.of:
        return "–"
    return f"{percent(count.share)} ({between(count.low, count.high)})"


def quality_of(visit: Visit, analysis: Analysis, number: int, analysed: Analysed) -> Quality | None:
    """How good the mapping of a question is; None while nobody has checked a sample of it."""
    if not held(visit, analysed).is_checked:
        return None
    sample = sample_of(visit.bernard.store, visit.part("id"), str(number))
    return assess(analysed, analysis.consultation, drawn=sample.drawn if sample else None)


def _summary(visit: Visit, analysis: Analysis, number: int, analysed: Analysed) -> Summary:
    quality = quality_of(visit, analysis, number, analysed)
    counts = held(visit, analysed).counts
    return Summary(number, analysed, counts, quality.statement if quality else "")
