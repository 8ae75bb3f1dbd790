"""A question: its themes with counts, stance, quotes and minority views."""

from __future__ import annotations

from bernard.look.words import clip, plural
from bernard.tools.consult.analysis import ThemeCount, quotes
from bernard.tools.consult.analysis.wording import percent
from bernard.tools.consult.report import notes
from bernard.tools.consult.report.facts import Facts, Told
from bernard.tools.consult.report.word.chart import MOST_BARS, Bar
from bernard.tools.consult.report.word.differences import clearest
from bernard.tools.consult.report.word.figures import interval, raise_it, share_of
from bernard.tools.consult.report.word.page import Page
from bernard.tools.consult.report.word.table import Column
from bernard.tools.consult.types import FoundTheme, Quote

_QUOTES = 3
_LONGEST_QUOTE = 700
_DIFFERENCES = 8
_PAIRS = 6
# Themes that few raise are told apart, so that they are not lost below the large ones.
_MINORITY = 0.10


def add_question(page: Page, told: Told, facts: Facts) -> None:
    """All there is to say of a question."""
    page.heading(f"Question {facts.place}", 1, new_page=True)
    page.text(f"**{facts.wording}**")
    page.text(f"{notes.signed(facts)} {notes.checked(facts)}")
    if second := notes.judged(facts):
        page.text(second)
    if not facts.counts.themes:
        page.text("There are no themes to count.")
    else:
        _counts(page, facts)
        _stance(page, facts)
        _themes(page, told, facts)
    _minority(page, told, facts)
    _together(page, facts)
    _rich(page, told, facts)
    _differences(page, facts)
    _quality(page, facts)


def _counts(page: Page, facts: Facts) -> None:
    page.heading("How many raise what", 2)
    bars = [
        Bar(t.title, t.count.share, t.count.low, t.count.high)
        for t in facts.largest_first
        if t.level == 0 and t.count.count
    ]
    shown = f", the largest {MOST_BARS}" if len(bars) > MOST_BARS else ""
    page.chart(
        f"Share of responses that raise each theme{shown}, with 95% intervals",
        bars,
        "Bar chart. " + "; ".join(f"{b.name}: {percent(b.value)}" for b in bars[:MOST_BARS]) + ".",
    )
    campaigns = bool(facts.analysed.campaigns)
    columns = [
        Column("Theme", 2.9),
        *([Column("Stance", 1.15)] if facts.counts.stances else []),
        Column("Responses", 1.6, "right"),
        Column("Share", 1.0, "right"),
        Column("95% interval", 1.75, "right"),
        Column("In words", 1.75),
        *([Column("Campaigns once", 1.6, "right")] if campaigns else []),
        *([Column("Without campaigns", 1.6, "right")] if campaigns else []),
    ]
    rows = [_row(facts, theme, campaigns) for theme in facts.largest_first]
    none = facts.counts.none_of_these
    rows.append(_none(none.count, none.share, interval(none.low, none.high), len(columns), facts))
    note = f"Shares are of the {facts.counts.said:,} responses that say something; one response can raise several themes."
    if any(theme.level for theme in facts.counts.themes):
        note += f" {notes.NESTED}"
    page.table(f"Themes in the answers to question {facts.place}", columns, rows, note)


def _row(facts: Facts, theme: ThemeCount, campaigns: bool) -> list[str]:
    title = f"**{theme.title}**" if theme.level == 0 else f"{'– ' * theme.level}{theme.title}"
    return [
        title,
        *([theme.stance or ""] if facts.counts.stances else []),
        f"{theme.count.count:,}",
        percent(theme.count.share),
        interval(theme.count.low, theme.count.high),
        theme.words,
        *([f"{theme.once:,}", f"{theme.without:,}"] if campaigns else []),
    ]


def _none(count: int, share: float, ends: str, columns: int, facts: Facts) -> list[str]:
    start = ["None of these", *([""] if facts.counts.stances else [])]
    row = [*start, f"{count:,}", percent(share), ends]
    return [*row, *[""] * (columns - len(row))]


def _stance(page: Page, facts: Facts) -> None:
    if not facts.counts.stances:
        return
    page.heading("For and against", 2)
    rows = [
        (
            name.capitalize(),
            f"{found.count:,}",
            percent(found.share),
            interval(found.low, found.high),
        )
        for name, found in facts.counts.stances.items()
    ]
    page.table(
        f"Stance of the answers to question {facts.place}",
        (
            Column("Stance", 2),
            Column("Responses", 1, "right"),
            Column("Share", 1, "right"),
            Column("95% interval", 1, "right"),
        ),
        rows,
        notes.STANCES,
    )


def _themes(page: Page, told: Told, facts: Facts) -> None:
    page.heading("The themes in people’s words", 2)
    for theme in facts.largest_first:
        if not theme.count.count:
            continue
        page.heading(theme.title, 3 if theme.level == 0 else 4)
        if theme.description:
            page.text(theme.description)
        said = f"{raise_it(theme)} this: {share_of(theme.count)}."
        if theme.decided:
            said += f" People decided {theme.decided:,} of these themselves."
        page.text(said)
        for quote in quotes(facts.analysed, theme.id, most=_QUOTES if theme.level == 0 else 2):
            _quote(page, told, facts, quote)


def _quote(page: Page, told: Told, facts: Facts, quote: Quote) -> None:
    words = clip(told.shown(facts, quote), _LONGEST_QUOTE)
    campaign = facts.campaign_of.get(quote.response)
    source = f"Response {told.id(quote.response)}"
    page.quote(words, f"{source}, campaign {campaign}" if campaign else source)


def _minority(page: Page, told: Told, facts: Facts) -> None:
    few = [t for t in facts.largest_first if t.count.count and t.count.high < _MINORITY]
    if not few and not facts.analysed.candidates and not facts.counts.none_of_these.count:
        return
    page.heading("Views that few raise", 2)
    page.text(
        "A consultation is no vote: one person may see what a thousand do not. These themes are raised by "
        f"under {_MINORITY:.0%} of those who say something, by the upper end of the interval."
        if few
        else "No theme is raised by only a few."
    )
    page.bullets([f"**{theme.title}**: {theme.words} ({share_of(theme.count)})." for theme in few])
    none = facts.counts.none_of_these
    if none.count:
        page.text(
            f"Responses that say something no theme holds: **{none.count:,}** ({percent(none.share)}). They "
            "are in the spreadsheet, with the outcome none of these."
        )
        for number in _apart(facts):
            _quote(page, told, facts, Quote(number, 0, len(facts.analysed.texts[number])))
    for candidate in facts.analysed.candidates:
        _candidate(page, told, facts, candidate)


def _apart(facts: Facts) -> list[int]:
    """A few responses that fit no theme, of a length to be read here."""
    held = facts.placed.outcomes["none of these"]
    texts = facts.analysed.texts
    return [n for n in range(len(texts)) if held[n] and 40 <= len(texts[n]) <= _LONGEST_QUOTE][:2]


def _candidate(page: Page, told: Told, facts: Facts, candidate: FoundTheme) -> None:
    page.text(
        f"Proposed as a new theme, for a person to decide: **{candidate.theme.title}** "
        f"({plural(len(candidate.members), 'response')} that fit no theme)."
    )
    for quote in candidate.typical[:1]:
        _quote(page, told, facts, quote)


def _together(page: Page, facts: Facts) -> None:
    linked = [p for p in facts.pairs if p.probability < 0.05 and p.low > 1][:_PAIRS]
    if not linked:
        return
    page.heading("What is said together", 2)
    rows = [
        (
            facts.titles[pair.one],
            facts.titles[pair.other],
            f"{pair.both:,}",
            f"{pair.lift:.1f} ({pair.low:.1f} to {pair.high:.1f})",
        )
        for pair in linked
    ]
    page.table(
        f"Themes said together in the answers to question {facts.place}",
        (
            Column("Theme", 3),
            Column("Together with", 3),
            Column("Both", 0.8, "right"),
            Column("Times as often as by chance", 1.7, "right"),
        ),
        rows,
        "The strongest links that are more than chance. Every pair is in the spreadsheet.",
    )


def _rich(page: Page, told: Told, facts: Facts) -> None:
    evidence = [n for n, found in enumerate(facts.rich) if found.evidence]
    lived = [n for n, found in enumerate(facts.rich) if found.experience]
    if not evidence and not lived:
        return
    page.heading("Evidence and experience", 2)
    page.text(
        f"Responses that bring evidence: **{len(evidence):,}**. Responses that tell of experience: "
        f"**{len(lived):,}**. {notes.RICH} All are marked in the spreadsheet."
    )
    for number in [*_shortest(facts, evidence), *_shortest(facts, lived)]:
        _quote(page, told, facts, Quote(number, 0, len(facts.analysed.texts[number])))


def _shortest(facts: Facts, numbers: list[int]) -> list[int]:
    """One that shows most signs in few words."""
    fitting = [n for n in numbers if 60 <= len(facts.analysed.texts[n]) <= _LONGEST_QUOTE]
    fitting.sort(key=lambda n: (-len(facts.rich[n].signs), len(facts.analysed.texts[n]), n))
    return fitting[:1]


def _differences(page: Page, facts: Facts) -> None:
    if not facts.tables:
        return
    page.heading("Differences between groups", 2)
    found = clearest(facts, _DIFFERENCES)
    if not found:
        page.text("No difference between groups is clearly more than chance.")
    page.bullets(found)
    page.text(f"{notes.CHANCE} The tables are in an annex and in the spreadsheet.")


def _quality(page: Page, facts: Facts) -> None:
    page.heading("How well responses are mapped", 2)
    quality = facts.quality
    if quality is None or not quality.checked:
        page.text(notes.checked(facts))
        return
    page.text(quality.statement)
    rows = [
        (
            theme.title,
            f"{theme.checked:,}",
            _estimate(theme.precision),
            _estimate(theme.recall),
            percent(theme.counted),
            f"{percent(theme.share.value)} ({interval(theme.share.low, theme.share.high)})"
            if theme.share
            else "",
        )
        for theme in quality.themes
    ]
    columns = (
        Column("Theme", 3),
        Column("Checked", 0.9, "right"),
        Column("Right of those given", 1.5, "right"),
        Column("Found of those there", 1.5, "right"),
        Column("Share counted", 0.9, "right"),
        Column("Share corrected", 1.6, "right"),
    )
    page.table(f"Check of the answers to question {facts.place}", columns, rows)
    page.bullets([f"**{one.title}**: {one.why}" for one in quality.attention])
    page.bullets(list(quality.notes))


def _estimate(found: object) -> str:
    if found is None:
        return ""
    value, low, high = (getattr(found, name) for name in ("value", "low", "high"))
    return f"{value:.0%} ({low:.0%} to {high:.0%})"
