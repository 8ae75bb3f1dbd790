"""The tables of a report as rows, which the spreadsheet and the CSV files both hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bernard.tools.consult.analysis import Count, Pair, Table, shown_answer
from bernard.tools.consult.report.facts import Facts, Told
from bernard.tools.consult.types import Column, Mapped, Quote, Span
from bernard.tools.consult.writing.cells import Value

JOINT = "; "
HELD_BACK = "held back"
NOT_COUNTED = "too many answers"
Row = tuple[Value, ...]


class Sheet(NamedTuple):
    """A table: its name, the headings of its columns, and its rows, made as they are asked for."""

    name: str
    headings: tuple[str, ...]
    rows: Iterable[Row]


def sheets(told: Told) -> list[Sheet]:
    """Every table, in the order of the spreadsheet."""
    return [
        Sheet("Themes", THEMES, _themes(told)),
        Sheet("Responses", (*RESPONSES, *(c.name for c in told.grouping)), _responses(told)),
        Sheet("Mapping", MAPPING, _mapping(told)),
        Sheet("Campaigns", CAMPAIGNS, _campaigns(told)),
        Sheet("Cross-tables", TABLES, _tables(told)),
        Sheet("Said together", PAIRS, _pairs(told)),
        Sheet("Quality", QUALITY, _quality(told)),
    ]


THEMES = (
    "question", "theme", "title", "description", "stance", "level", "part of", "responses", "of",
    "share", "low", "high", "in words", "campaigns once", "without campaigns", "decided by a person",
)  # fmt: skip


def _themes(told: Told) -> Iterator[Row]:
    for facts in told.questions:
        name = facts.analysed.column.name
        for theme in facts.counts.themes:
            yield (
                name, theme.id, theme.title, theme.description, theme.stance, theme.level,
                theme.parent, *_figures(theme.count), theme.words, theme.once, theme.without,
                theme.decided,
            )  # fmt: skip
        none = facts.counts.none_of_these
        yield (name, "", "None of these", "", None, 0, None, *_figures(none), "", None, None, None)


RESPONSES = (
    "question", "response", "row", "part", "text", "outcome", "themes", "titles", "confidence",
    "doubt", "decided by", "campaign", "evidence", "experience", "why",
)  # fmt: skip


def _responses(told: Told) -> Iterator[Row]:
    answers = list(_answers(told))
    for facts in told.questions:
        name = facts.analysed.column.name
        for mapped in facts.analysed.mapped:
            number = mapped.response
            found = facts.rich[number]
            yield (
                name,
                told.id(number),
                told.consultation.responses[number].row,
                1,
                told.text(facts, number),
                mapped.outcome,
                JOINT.join(a.theme for a in mapped.themes),
                JOINT.join(facts.titles.get(a.theme, a.theme) for a in mapped.themes),
                JOINT.join(f"{a.confidence:.2f}" for a in mapped.themes),
                round(mapped.doubt, 4),
                _by(mapped),
                facts.campaign_of.get(number, ""),
                found.evidence,
                found.experience,
                _why(told, facts, number),
                *answers[number],
            )


def _answers(told: Told) -> Iterator[Row]:
    """For each response what it chose in each column."""
    for response in told.consultation.responses:
        yield tuple(
            JOINT.join(_answer(told, column, a) for a in response.answers.get(column.name, ()))
            for column in told.grouping
        )


def _answer(told: Told, column: Column, answer: str) -> str:
    """An option as it is; people's own words only where personal data may be shown."""
    return shown_answer(column, answer) if told.masked else answer


def _by(mapped: Mapped) -> str:
    people = [mapped.by, *(a.by for a in mapped.themes)]
    return JOINT.join(dict.fromkeys(person for person in people if person))


def _why(told: Told, facts: Facts, number: int) -> str:
    """The signs of evidence and experience, in the words that this report may show."""
    found = facts.rich[number]
    if not found.evidence and not found.experience:
        return ""
    shown: dict[str, list[str]] = {}
    for sign in found.signs:
        words = told.words(facts, Quote(number, *sign.place))
        shown.setdefault(sign.kind, []).append(" ".join(words.split()))
    return JOINT.join(f"{kind}: {', '.join(words)}" for kind, words in shown.items())


MAPPING = (
    "question", "response", "theme", "title", "confidence", "sentence", "start", "end", "decided by",
)  # fmt: skip


def _mapping(told: Told) -> Iterator[Row]:
    for facts in told.questions:
        name = facts.analysed.column.name
        for mapped in facts.analysed.mapped:
            for a in mapped.themes:
                yield (
                    name,
                    told.id(mapped.response),
                    a.theme,
                    facts.titles.get(a.theme, a.theme),
                    round(a.confidence, 4),
                    told.words(facts, Quote(mapped.response, a.start, a.end)),
                    a.start,
                    a.end,
                    a.by or mapped.by,
                )


CAMPAIGNS = (
    "question",
    "campaign",
    "responses",
    "share",
    "response",
    "typical",
    "adds",
    "own words",
)


def _campaigns(told: Told) -> Iterator[Row]:
    for facts in told.questions:
        for campaign in facts.analysed.campaigns:
            share = len(campaign.members) / max(1, facts.counts.said)
            for number, own in zip(campaign.members, campaign.own, strict=True):
                yield (
                    facts.analysed.column.name,
                    campaign.id,
                    len(campaign.members),
                    share,
                    told.id(number),
                    number == campaign.typical,
                    bool(own),
                    own_words(told, facts, number, own),
                )


def own_words(told: Told, facts: Facts, number: int, own: Iterable[Span]) -> str:
    """What a member of a campaign says in words of its own."""
    return " … ".join(told.words(facts, Quote(number, *span)) for span in own)


TABLES = (
    "question", "by", "group", "group size", "theme", "title", "level", "responses", "share", "low",
    "high", "difference", "difference low", "difference high", "probability by chance", "by chance",
)  # fmt: skip


def _tables(told: Told) -> Iterator[Row]:
    for facts in told.questions:
        for table in facts.tables:
            yield from _table(table)
        for name in facts.crowded:
            yield (facts.analysed.column.name, name, NOT_COUNTED, *[None] * (len(TABLES) - 3))


def _table(table: Table) -> Iterator[Row]:
    for place, group in enumerate(table.groups):
        size: Value = HELD_BACK if group.of is None else group.of
        for row in table.rows:
            cell = row.cells[place]
            yield (
                table.question, table.by, group.name, size, row.theme, row.title, row.level,
                HELD_BACK if cell.count is None else cell.count, cell.share, cell.low, cell.high,
                cell.difference, cell.difference_low, cell.difference_high, cell.probability,
                cell.chance,
            )  # fmt: skip


PAIRS = (
    "question", "theme", "title", "other theme", "other title", "both", "share of theme",
    "share of other", "times as often as by chance", "low", "high", "probability by chance",
)  # fmt: skip


def _pairs(told: Told) -> Iterator[Row]:
    for facts in told.questions:
        for pair in facts.pairs:
            yield (facts.analysed.column.name, *_pair(facts, pair))


def _pair(facts: Facts, pair: Pair) -> Row:
    return (
        pair.one, facts.titles[pair.one], pair.other, facts.titles[pair.other], pair.both, pair.share,
        pair.back, pair.lift, pair.low, pair.high, pair.probability,
    )  # fmt: skip


QUALITY = (
    "question", "what", "theme", "title", "figure", "value", "low", "high", "rests on",
)  # fmt: skip


def _quality(told: Told) -> Iterator[Row]:
    for facts in told.questions:
        name, quality = facts.analysed.column.name, facts.quality
        if quality is None or not quality.checked:
            yield (name, "not checked", *[None] * (len(QUALITY) - 2))
            continue
        yield (name, "checked", None, None, "responses", quality.checked, None, None, None)
        if quality.f1:
            yield (name, "all themes", None, None, "F1", *_estimate(quality.f1))
        if quality.agreement:
            yield (name, "between people", None, None, "F1", *_estimate(quality.agreement.f1))
        if quality.agreement and quality.agreement.alpha:
            yield (name, "between people", None, None, "alpha", *_estimate(quality.agreement.alpha))
        for theme in quality.themes:
            for figure in ("precision", "recall", "f1", "alpha", "share"):
                found = getattr(theme, figure)
                if found is not None:
                    said = "corrected share" if figure == "share" else figure.replace("f1", "F1")
                    yield (name, "theme", theme.theme, theme.title, said, *_estimate(found))
        for group in quality.groups:
            if group.f1:
                yield (name, quality.group, None, group.value, "F1", *_estimate(group.f1))
        if quality.calibration:
            error = quality.calibration.error
            yield (name, "all themes", None, None, "calibration error", error, None, None, None)


def _estimate(found: object) -> Row:
    return tuple(getattr(found, name) for name in ("value", "low", "high", "n"))


def _figures(found: Count) -> Row:
    return (found.count, found.of, found.share, found.low, found.high)
