"""`analysis.json`: all that is known of a consultation, for programs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from bernard.tools.consult.analysis import shown_answer
from bernard.tools.consult.analysis.wording import RULE
from bernard.tools.consult.report import shapes
from bernard.tools.consult.report.facts import Facts, Told
from bernard.tools.consult.report.rows import own_words
from bernard.tools.consult.types import Campaign, FoundTheme, Judged, Mapped, Quote, Span, Theme

# Half a character, which no encoding carries.
_BROKEN = re.compile("[\ud800-\udfff]")


def everything(told: Told) -> bytes:
    """The bytes of `analysis.json`."""
    consultation = told.consultation
    made = shapes.Everything(
        version=shapes.VERSION,
        title=told.title,
        masked=told.masked,
        decided_by=told.decided_by,
        file=_sound(consultation.name),
        sha256=consultation.sha256,
        encoding=consultation.encoding,
        blanks=consultation.blanks,
        columns=consultation.columns,
        faults=told.faults,
        made=told.analysis.made,
        wording=dict(RULE),
        responses=tuple(_responses(told)),
        questions=tuple(_question(told, facts) for facts in told.questions),
    )
    try:
        return msgspec.json.encode(made) + b"\n"
    except UnicodeEncodeError:
        # Names and options are people's too; what is whole in them is kept.
        plain = msgspec.to_builtins(made, str_keys=True)
        return msgspec.json.encode(_all_sound(plain)) + b"\n"


def _question(told: Told, facts: Facts) -> shapes.QuestionTold:
    one = facts.analysed
    return shapes.QuestionTold(
        column=one.column,
        framework=tuple(_theme(told, facts, theme) for theme in one.framework.themes),
        framework_version=one.framework.version,
        signed_by=one.framework.signed_by,
        counts=facts.counts,
        counts_once=facts.once,
        tables=facts.tables,
        together=facts.pairs,
        found=tuple(_found(told, facts, theme) for theme in one.found.themes),
        candidates=tuple(_found(told, facts, theme) for theme in one.candidates),
        notes=one.found.notes,
        campaigns=tuple(_campaign(told, facts, campaign) for campaign in one.campaigns),
        personal=dict(sorted(Counter(p.kind for some in one.personal for p in some).items())),
        quality=facts.quality,
        judged=_judged(told, one.judged),
        decided=tuple(
            shapes.DecidedTold(told.id(d.response), d.outcome, tuple(d.themes), d.by, d.at, d.blind)
            for d in one.decided
        ),
        answers=tuple(_answer(told, facts, mapped) for mapped in one.mapped),
    )


def _judged(told: Told, judged: Judged | None) -> shapes.JudgedTold | None:
    if judged is None:
        return None
    asked, answered, changed = (
        tuple(_sound(told.id(number)) for number in numbers)
        for numbers in (judged.asked, judged.answered, judged.changed)
    )
    return shapes.JudgedTold(judged.model, judged.sha256, judged.calls, asked, answered, changed)


def _responses(told: Told) -> Iterator[shapes.ResponseTold]:
    """Answers to choose from alone: what people wrote themselves stands with its question."""
    for response in told.consultation.responses:
        answers = {
            column.name: tuple(
                dict.fromkeys(shown_answer(column, a) if told.masked else a for a in given)
            )
            for column in told.grouping
            if (given := response.answers.get(column.name))
        }
        yield shapes.ResponseTold(_sound(told.id(response.number)), response.row, answers)


def _answer(told: Told, facts: Facts, mapped: Mapped) -> shapes.AnswerTold:
    number = mapped.response
    found = facts.rich[number]
    return shapes.AnswerTold(
        response=_sound(told.id(number)),
        text=_sound(told.text(facts, number)),
        outcome=mapped.outcome,
        themes=tuple(
            shapes.AssignedTold(
                a.theme,
                a.confidence,
                a.start,
                a.end,
                _sound(told.words(facts, Quote(number, a.start, a.end))),
                a.by,
            )
            for a in mapped.themes
        ),
        doubt=mapped.doubt,
        by=mapped.by,
        campaign=facts.campaign_of.get(number, ""),
        evidence=found.evidence,
        experience=found.experience,
        signs=tuple(
            shapes.SignTold(s.kind, _sound(told.words(facts, Quote(number, *s.place))))
            for s in found.signs
        ),
    )


def _theme(told: Told, facts: Facts, theme: Theme) -> shapes.ThemeTold:
    return shapes.ThemeTold(
        theme.id,
        _sound(theme.title),
        _sound(theme.description),
        theme.stance,
        theme.parent,
        theme.origin,
        theme.version,
        _words(told, facts, theme.examples),
    )


def _found(told: Told, facts: Facts, found: FoundTheme) -> shapes.FoundTold:
    return shapes.FoundTold(
        found.theme.id,
        _sound(found.theme.title),
        _sound(found.theme.description),
        len(found.members),
        found.share,
        found.low,
        found.high,
        tuple(map(_sound, found.words)),
        _words(told, facts, found.typical),
        _words(told, facts, found.distinctive),
    )


def _campaign(told: Told, facts: Facts, campaign: Campaign) -> shapes.CampaignTold:
    return shapes.CampaignTold(
        campaign.id,
        tuple(_sound(told.id(number)) for number in campaign.members),
        _sound(told.id(campaign.typical)),
        _words(told, facts, (Quote(campaign.typical, *span) for span in campaign.shared)),
        {
            _sound(told.id(number)): _sound(words)
            for number, own in _with_own(campaign)
            if (words := own_words(told, facts, number, own))
        },
    )


def _with_own(campaign: Campaign) -> Iterator[tuple[int, tuple[Span, ...]]]:
    return zip(campaign.members, campaign.own, strict=True)


def _words(told: Told, facts: Facts, quotes: Iterable[Quote]) -> tuple[shapes.Words, ...]:
    return tuple(
        shapes.Words(_sound(told.id(q.response)), q.start, q.end, _sound(told.words(facts, q)))
        for q in quotes
    )


def _sound(text: str) -> str:
    return text if text.isascii() else _BROKEN.sub("\ufffd", text)


def _all_sound(value: object) -> object:
    if isinstance(value, str):
        return _sound(value)
    if isinstance(value, dict):
        return {_all_sound(key): _all_sound(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_all_sound(one) for one in value]
    return value
