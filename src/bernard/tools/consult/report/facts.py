"""What every file of a report says, worked out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bernard.errors import InputInvalid
from bernard.text.clean import clean, visible
from bernard.tools.consult.analysis import (
    GROUPING,
    Counts,
    Pair,
    Placed,
    Rich,
    Table,
    ThemeCount,
    count,
    cross_tabulate,
    placed,
    rich,
    said_together,
)
from bernard.tools.consult.naming import names_somebody, without_names
from bernard.tools.consult.personal import masked as without_personal
from bernard.tools.consult.quality import Quality
from bernard.tools.consult.types import (
    Analysed,
    Analysis,
    Column,
    Consultation,
    Fault,
    Quote,
    Response,
)

# A table of more groups is no table to read; its column is counted, but themes are not crossed with it.
MOST_GROUPS = 40


@dataclass(frozen=True)
class Facts:
    """One question, counted.

    Attributes:
        place: of the question in the consultation, from 1.
        tables: by the columns of the consultation. `crowded`: names of columns with too many answers.
        rich: what each response brings, by number.
        quality: of its mapping; None where nobody checked a sample.
    """

    place: int
    analysed: Analysed
    consultation: Consultation
    placed: Placed
    counts: Counts
    once: Counts
    tables: tuple[Table, ...]
    crowded: tuple[str, ...]
    pairs: tuple[Pair, ...]
    rich: tuple[Rich, ...]
    quality: Quality | None

    @cached_property
    def campaign_of(self) -> dict[int, str]:
        """By number of a response, the campaign it is in."""
        return {n: campaign.id for campaign in self.analysed.campaigns for n in campaign.members}

    @cached_property
    def titles(self) -> dict[str, str]:
        """By id, the title of each theme."""
        return {theme.id: theme.title for theme in self.analysed.framework.themes}

    @cached_property
    def largest_first(self) -> tuple[ThemeCount, ...]:
        """Themes by size, each followed by those nested in it, the largest first."""
        return self.counts.largest_first

    @property
    def wording(self) -> str:
        """The question as people read it."""
        return self.analysed.column.question or self.analysed.column.name


@dataclass(frozen=True)
class Told:
    """A consultation as the report tells it.

    Attributes:
        masked: whether personal data is taken out. `decided_by`: who decided that it is not.
        title: of the report.
    """

    analysis: Analysis
    questions: tuple[Facts, ...]
    masked: bool
    decided_by: str
    title: str
    smallest: int

    @property
    def consultation(self) -> Consultation:
        """The consultation."""
        return self.analysis.consultation

    @cached_property
    def grouping(self) -> tuple[Column, ...]:
        """The columns whose answers people chose from."""
        return tuple(c for c in self.consultation.columns if c.kind in GROUPING)

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """Remarks on the file, as this report may show them."""
        faults = self.consultation.faults
        return without_names(faults) if self.masked else faults

    def text(self, facts: Facts, number: int) -> str:
        """All that a response says to a question, as this report may show it."""
        return self.words(facts, Quote(number, 0, len(facts.analysed.texts[number])))

    def words(self, facts: Facts, quote: Quote) -> str:
        """The words of a quote as this report may show them."""
        text = facts.analysed.texts[quote.response]
        personal = facts.analysed.personal
        if not self.masked or quote.response >= len(personal) or not personal[quote.response]:
            return text[quote.start : quote.end]
        return without_personal(text, personal[quote.response], quote.start, quote.end)

    def shown(self, facts: Facts, quote: Quote) -> str:
        """The words of a quote on one line, for a page."""
        return " ".join(clean(self.words(facts, quote)).split())

    def id(self, number: int) -> str:
        """What the file calls a response; its row, where that may be a name or address."""
        response: Response = self.consultation.responses[number]
        if self.masked and names_somebody(response.id):
            return f"row {response.row}"
        return response.id


def gather(
    analysis: Analysis,
    *,
    masked: bool,
    decided_by: str,
    quality: Mapping[str, Quality] | None,
    title: str,
    smallest: int,
) -> Told:
    """Everything that the files of a report say.

    Raises:
        InputInvalid: personal data is to stay in and nobody is named who decided that.
    """
    decided_by = " ".join(clean(decided_by).split())
    if not masked and not decided_by:
        raise InputInvalid(
            "A report with personal data in it names the person who decided that. Say who."
        )
    known = quality or {}
    questions = tuple(
        _facts(place, one, analysis.consultation, known.get(one.column.name), smallest)
        for place, one in enumerate(analysis.questions, 1)
    )
    said = visible(title).strip() or _title(analysis.consultation.name)
    return Told(analysis, questions, masked, "" if masked else decided_by, said, smallest)


def _facts(
    place: int, one: Analysed, consultation: Consultation, quality: Quality | None, smallest: int
) -> Facts:
    at = placed(one)
    columns = [c for c in consultation.columns if c.kind in GROUPING]
    crowded = [c.name for c in columns if len(c.options) > MOST_GROUPS]
    return Facts(
        place=place,
        analysed=one,
        consultation=consultation,
        placed=at,
        counts=count(one, at=at),
        once=count(one, at=at, campaigns="once"),
        tables=tuple(
            cross_tabulate(one, consultation, c.name, smallest=smallest, at=at)
            for c in columns
            if c.name not in crowded
        ),
        crowded=tuple(crowded),
        pairs=tuple(said_together(one, smallest=smallest, at=at)),
        rich=_rich(one.texts),
        quality=quality,
    )


def _rich(texts: Sequence[str]) -> tuple[Rich, ...]:
    """Each distinct text is looked at once: of campaigns there are many."""
    known: dict[str, Rich] = {}
    made = []
    for text in texts:
        if (found := known.get(text)) is None:
            found = known[text] = rich(text)
        made.append(found)
    return tuple(made)


def _title(name: str) -> str:
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return " ".join(visible(stem).replace("_", " ").split()) or "Consultation"
