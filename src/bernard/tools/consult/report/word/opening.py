"""The first pages: what matters most, who responded, and campaigns."""

from __future__ import annotations

import numpy as np

from bernard.look.words import clip, plural
from bernard.tools.consult.analysis import HELD_BACK_NOTE, NO_ANSWER, answered
from bernard.tools.consult.analysis.holding_back import protected
from bernard.tools.consult.analysis.wording import percent
from bernard.tools.consult.report import notes
from bernard.tools.consult.report.facts import MOST_GROUPS, Facts, Told
from bernard.tools.consult.report.rows import own_words
from bernard.tools.consult.report.word.differences import clearest
from bernard.tools.consult.report.word.figures import raise_it, share_of
from bernard.tools.consult.report.word.page import Page
from bernard.tools.consult.report.word.table import Column
from bernard.tools.consult.types import Campaign, Quote

_THEMES_IN_SUMMARY = 4
_CAMPAIGNS = 10
_NAMED = 8
_SHARED = 600


def add_opening(page: Page, told: Told) -> None:
    """Title, summary, who responded, campaigns."""
    file = told.consultation
    page.title(
        told.title,
        f"What people said: {plural(len(file.responses), 'response')} to "
        f"{plural(len(told.questions), 'question')}",
    )
    for line in _standing(told):
        page.callout(line)
    page.contents()
    page.heading("Summary", 1)
    for facts in told.questions:
        _summary(page, facts)
    _overview(page, told)
    _responded(page, told)
    _campaigns(page, told)


def _standing(told: Told) -> list[str]:
    """What to know before anything is quoted from this report."""
    unsigned = [f.place for f in told.questions if not f.analysed.framework.signed_by]
    unchecked = [f.place for f in told.questions if f.quality is None or not f.quality.checked]
    lines = []
    if unsigned:
        lines.append(
            f"**Draft.** Nobody has signed off the themes of {_questions(unsigned, told)}."
        )
    if unchecked:
        lines.append(
            f"**Not checked.** No random sample of {_questions(unchecked, told)} has been read by a "
            "person, so nothing can be said of how well responses are mapped to themes. Treat the "
            "counts as provisional."
        )
    if not told.masked:
        lines.append(f"**Holds personal data.** {notes.personal(told)}")
    return lines


def _questions(places: list[int], told: Told) -> str:
    if len(places) == len(told.questions):
        return "any question" if len(places) > 1 else "the question"
    listed = [str(place) for place in places]
    if len(listed) == 1:
        return f"question {listed[0]}"
    return f"questions {', '.join(listed[:-1])} and {listed[-1]}"


def _summary(page: Page, facts: Facts) -> None:
    page.heading(f"Question {facts.place}: {clip(facts.wording, 140)}", 2)
    page.text(_who_said(facts))
    top = [t for t in facts.counts.themes if t.level == 0 and t.count.count]
    top.sort(key=lambda t: -t.count.count)
    page.bullets(
        [
            f"{raise_it(theme)} **{theme.title}** ({share_of(theme.count)})."
            for theme in top[:_THEMES_IN_SUMMARY]
        ]
    )
    if rest := top[_THEMES_IN_SUMMARY:]:
        page.text(f"Raised by fewer: {_listed([theme.title for theme in rest])}.")
    if facts.counts.stances:
        page.text(stance_sentence(facts))
    for line in clearest(facts, 2):
        page.text(line)
    if facts.quality is not None and facts.quality.checked:
        page.text(facts.quality.statement)


def _listed(names: list[str]) -> str:
    """Names in a row; how many more where there are too many."""
    shown = names[:_NAMED]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f", and {more} more" if more else "")


def _who_said(facts: Facts) -> str:
    counts = facts.counts
    said = f"{counts.answered:,} of {counts.responses:,} responses answer it; {counts.said:,} say something"
    some = sum(len(c.members) for c in facts.analysed.campaigns)
    if some:
        campaigns = plural(len(facts.analysed.campaigns), "campaign")
        said += f", {some:,} of them as part of {campaigns}"
    none = counts.none_of_these
    said += "."
    if none.count:
        said += f" {none.count:,} ({percent(none.share)}) fit none of the themes."
    return said


def stance_sentence(facts: Facts) -> str:
    """Where the responses to a question stand."""
    parts = [
        f"{name} {percent(found.share)} ({found.count:,})"
        for name, found in facts.counts.stances.items()
    ]
    return f"By the themes they raise, responses stand: {', '.join(parts)}."


def _overview(page: Page, told: Told) -> None:
    rows = []
    for facts in told.questions:
        top = max(facts.counts.themes, key=lambda t: t.count.count, default=None)
        quality = facts.quality
        rows.append(
            (
                str(facts.place),
                clip(facts.wording, 110),
                f"{facts.counts.answered:,}",
                f"{facts.counts.said:,}",
                f"{len(facts.counts.themes):,}",
                f"{clip(top.title, 60)} ({percent(top.count.share)})" if top else "none",
                f"F1 {quality.f1.value:.2f} ({quality.f1.low:.2f} to {quality.f1.high:.2f})"
                if quality and quality.f1
                else "not checked",
            )
        )
    columns = (
        Column("No.", 0.6),
        Column("Question", 3),
        Column("Answered", 1.35, "right"),
        Column("Say something", 1.35, "right"),
        Column("Themes", 1.1, "right"),
        Column("Largest theme", 2.1),
        Column("Agreement with people", 1.4),
    )
    page.table("The questions", columns, rows, notes.INTERVALS)


def _responded(page: Page, told: Told) -> None:
    file = told.consultation
    page.heading("Who responded", 1)
    read = f"The file {file.name} holds {plural(len(file.responses), 'response')}."
    if file.blanks:
        read += f" Wholly blank, and not counted: {plural(file.blanks, 'row')}."
    if file.faults:
        read += f" An annex holds {plural(len(file.faults), 'remark')} on the file."
    page.text(read)
    page.text(
        "People and bodies chose to respond. They are not a sample of the public, and their shares "
        "are not shares of the public."
    )
    for column in told.grouping:
        groups = answered(file, column.name)
        if len(groups) > MOST_GROUPS:
            page.text(f"**{column.question or column.name}**: {len(groups):,} different answers.")
            continue
        _answers(page, told, column.question or column.name, groups)


def _answers(page: Page, told: Told, name: str, groups: dict[str, np.ndarray]) -> None:
    sizes = np.array([int(mask.sum()) for mask in groups.values()], dtype=np.int64)
    people = np.array([group != NO_ANSWER for group in groups], dtype=np.bool_)
    few = (sizes > 0) & (sizes < told.smallest) & people
    hidden = protected(sizes, few, told.smallest, ~people)
    total = len(told.consultation.responses)
    rows = [
        (group, "held back", "") if hide else (group, f"{size:,}", percent(int(size) / total))
        for group, size, hide in zip(groups, sizes, hidden, strict=True)
        if size
    ]
    note = HELD_BACK_NOTE.format(most=told.smallest - 1) if hidden.any() else ""
    if sizes.sum() > total:
        note = f"{note} People could choose several answers.".strip()
    columns = (Column("Answer", 4), Column("Responses", 1, "right"), Column("Share", 1, "right"))
    page.table(clip(name, 150), columns, rows, note)


def _campaigns(page: Page, told: Told) -> None:
    page.heading("Campaigns", 1)
    if not any(facts.analysed.campaigns for facts in told.questions):
        page.text(
            "No campaign was found: no text was sent in, whole or lightly edited, by several."
        )
        return
    page.text(
        "Responses that share one text, whole or lightly edited, are shown as campaigns. That many people "
        f"send the same words is information, and each of them counts. {notes.CAMPAIGNS}"
    )
    for facts in told.questions:
        if facts.analysed.campaigns:
            _campaigns_of(page, told, facts)


def _campaigns_of(page: Page, told: Told, facts: Facts) -> None:
    shown = facts.analysed.campaigns[:_CAMPAIGNS]
    rows = [
        (
            campaign.id,
            f"{len(campaign.members):,}",
            percent(len(campaign.members) / max(1, facts.counts.said)),
            f"{sum(1 for own in campaign.own if own):,}",
            clip(told.shown(facts, Quote(campaign.typical, 0, 400)), 160),
        )
        for campaign in shown
    ]
    more = len(facts.analysed.campaigns) - len(shown)
    page.table(
        f"Campaigns in the answers to question {facts.place}",
        (
            Column("Campaign", 1),
            Column("Responses", 1.1, "right"),
            Column("Share", 0.8, "right"),
            Column("Add own words", 1, "right"),
            Column("Begins", 5),
        ),
        rows,
        f"{more:,} smaller campaigns are in the spreadsheet." if more > 0 else "",
    )
    _added(page, told, facts, shown[0])


def _added(page: Page, told: Told, facts: Facts, campaign: Campaign) -> None:
    """What members of the largest campaign say in their own words."""
    added = [
        (number, words)
        for number, own in zip(campaign.members, campaign.own, strict=True)
        if own and len(words := " ".join(own_words(told, facts, number, own).split())) > 30
    ]
    if added:
        page.text(f"What some of campaign {campaign.id} added of their own:")
    for number, words in added[:3]:
        page.quote(clip(words, _SHARED), f"Response {told.id(number)}")
