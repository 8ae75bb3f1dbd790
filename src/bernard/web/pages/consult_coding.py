"""Checking: draw a sample, read it blind, correct what helps the machine most, see what is flagged.

A page of the sample is made from the response's text and the framework alone. Nothing that the machine
said of a response is even looked up for it, so that it cannot lead whoever reads.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from bernard.errors import InputInvalid, NotFound
from bernard.tools.consult.checking import (
    MARGINS,
    MOST_CODERS,
    Flag,
    Sample,
    draw_sample,
    flag,
    flags,
    left_for,
    plan_of,
    read_by,
    sample_of,
    unflag,
)
from bernard.tools.consult.framework import unjudged
from bernard.tools.consult.quality import Stratify
from bernard.tools.consult.types import Decided
from bernard.web.consult_coding_form import Coding, coding, decided_of
from bernard.web.consult_themes import Asked, asked
from bernard.web.consult_visit import desk, errors
from bernard.web.visit import Visit, go, whole_number

LONGEST_NOTE = 500
STRATIFY: dict[Stratify, str] = {
    "none": "By chance alone",
    "theme": "By chance, with rare themes read more",
    "doubt": "By chance, with what the machine is unsure of read more",
    "group": "By chance, with small groups of respondents read more",
}


@dataclass(frozen=True)
class Reader:
    """A person who reads the sample, and how much of it they have read."""

    name: str
    done: int


def show(visit: Visit) -> Response:
    """How the checking stands, and the form to draw a sample."""
    return _page(visit, asked(visit), {})


def draw(visit: Visit) -> Response:
    """Draw the sample."""
    of, form = asked(visit), visit.form
    stratify: Stratify = next((s for s in STRATIFY if s == form.text("stratify")), "none")
    group = form.text("group") or None
    try:
        margin = whole_number(form.text("margin"))
        if not margin:
            raise InputInvalid("Choose how exactly F1 is to be known.")
        if stratify == "group" and not group:
            raise InputInvalid("Choose the column that makes the groups.")
        draw_sample(
            visit.bernard.store,
            of.own.kept.id,
            of.name,
            of.analysed,
            of.analysis.consultation,
            by=visit.account.name,
            margin=margin / 100,
            stratify=stratify,
            group=group if stratify == "group" else None,
            once=bool(form.text("once")),
            coders=whole_number(form.text("coders")) or 1,
        )
    except InputInvalid as error:
        field = "group" if "group" in str(error) else "margin"
        return _page(visit, of, {field: str(error)}, 422)
    return go(f"{of.here}/check?done=drawn")


def _page(visit: Visit, of: Asked, faults: Mapping[str, str], status: int = 200) -> Response:
    sample = _sample(visit, of)
    left = left_for(sample, of.analysed.decided, visit.account.name) if sample else []
    mine = read_by(of.analysed.decided, visit.account.name)
    told = {
        "drawn": "The sample is drawn. Read it in the order it is shown.",
        "learnt": "Nothing is left to correct. Map the responses again to use what you decided.",
        "all": "You have read all that is left for you. Thank you.",
    }
    return visit.page(
        "consult_check.html",
        status,
        of=of,
        own=of.own,
        place="results",
        sample=sample,
        left=len(left),
        readers=_readers(of, sample) if sample else [],
        older=len(_older(of, sample, mine)) if sample else 0,
        plan=plan_of(of.analysed, sample),
        margins=[round(100 * margin) for margin in MARGINS],
        margin=visit.form.text("margin") or str(round(100 * sample.margin) if sample else 5),
        stratify=STRATIFY,
        groups=[c.name for c in of.analysis.consultation.columns if c.kind in _GROUPS],
        most_coders=MOST_CODERS,
        flagged=len(flags(visit.bernard.store, of.own.kept.id, of.name)),
        learnt=sum(1 for one in of.analysed.decided if not one.blind),
        message=told.get(visit.query("done"), ""),
        faults={"margin": "", "group": "", **faults},
        errors=errors(faults),
    )


_GROUPS = ("closed", "multiple", "demographic")


def _sample(visit: Visit, of: Asked) -> Sample | None:
    return sample_of(visit.bernard.store, of.own.kept.id, of.name)


def _readers(of: Asked, sample: Sample) -> list[Reader]:
    inside = set(sample.numbers)
    names = sorted({one.by for one in of.analysed.decided if one.blind})
    done = [
        Reader(name, len(inside.intersection(read_by(of.analysed.decided, name)))) for name in names
    ]
    return [reader for reader in done if reader.done]


def _older(of: Asked, sample: Sample, mine: Mapping[int, Decided]) -> list[int]:
    """What the person read before all of today's themes were there."""
    return [n for n in sample.numbers if n in mine and unjudged(of.state, mine[n])]


def show_code(visit: Visit) -> Response:
    """A response of the sample, without what the machine says of it."""
    of = asked(visit)
    sample, number = _next(visit, of)
    if number is None:
        return go(f"{of.here}/check?done=all")
    return _code_page(visit, of, sample, number, {})


def code(visit: Visit) -> Response:
    """Keep what the person says that the response holds, and show the next."""
    of = asked(visit)
    sample = _drawn(visit, of)
    number = whole_number(visit.form.text("response"))
    if number is None or number not in sample.numbers:
        raise NotFound("This response is not in the check sample any more.")
    try:
        decided = decided_of(visit, of, number, blind=True)
    except InputInvalid as error:
        return _code_page(visit, of, sample, number, {"theme": str(error)}, 422)
    keep(visit, of, decided)
    again = "?again=1" if visit.query("again") else ""
    return go(f"{of.here}/check/code{again}")


def keep(visit: Visit, of: Asked, decided: Decided) -> None:
    """Keep a decision, and a flag where the form carries one."""
    if visit.form.text("flag"):
        note = " ".join(visit.form.text("note").split())[:LONGEST_NOTE]
        one = Flag(decided.response, visit.account.name, time.time(), note)
        flag(visit.bernard.store, of.own.kept.id, of.name, one)
    desk(visit).decide(of.own.kept.id, of.name, decided)


def _drawn(visit: Visit, of: Asked) -> Sample:
    sample = _sample(visit, of)
    if sample is None:
        raise NotFound("No check sample is drawn for this question yet.")
    return sample


def _next(visit: Visit, of: Asked) -> tuple[Sample, int | None]:
    """The response at the place that is asked for, or the first that is left for the person."""
    sample = _drawn(visit, of)
    at = visit.number("at")
    if at and at <= len(sample.numbers):
        return sample, sample.numbers[at - 1]
    left: Sequence[int] = left_for(sample, of.analysed.decided, visit.account.name)
    if visit.query("again"):
        left = _older(of, sample, read_by(of.analysed.decided, visit.account.name))
    return sample, left[0] if left else None


def _code_page(
    visit: Visit,
    of: Asked,
    sample: Sample,
    number: int,
    faults: Mapping[str, str],
    status: int = 200,
) -> Response:
    mine = read_by(of.analysed.decided, visit.account.name)
    at = sample.numbers.index(number) + 1
    again = "?again=1" if visit.query("again") else ""
    return show_form(
        visit,
        of,
        coding(visit, of, number, mine.get(number), blind=True),
        faults,
        status,
        action=f"{of.here}/check/code{again}",
        heading=f"Check response {at:,} of {len(sample.numbers):,}",
        before=f"{of.here}/check/code?at={at - 1}" if at > 1 and mine else "",
        blind=True,
        why="",
        done=sum(1 for n in sample.numbers if n in mine),
        total=len(sample.numbers),
    )


def show_form(
    visit: Visit,
    of: Asked,
    shown: Coding,
    faults: Mapping[str, str],
    status: int,
    **values: object,
) -> Response:
    """A response with the form to say which themes it holds."""
    return visit.page(
        "consult_check_code.html",
        status,
        of=of,
        own=of.own,
        place="results",
        coding=shown,
        flag=visit.form.text("flag"),
        note=visit.form.text("note"),
        message="",
        faults={"theme": "", **faults},
        errors=errors(faults),
        **values,
    )


def show_flags(visit: Visit) -> Response:
    """The responses that people flagged."""
    of = asked(visit)
    found = flags(visit.bernard.store, of.own.kept.id, of.name)
    return visit.page(
        "consult_check_flags.html",
        of=of,
        own=of.own,
        place="results",
        flags=[(one, of.analysis.consultation.responses[one.response].id) for one in found],
        message="The flag was taken away." if visit.query("done") else "",
    )


def remove_flag(visit: Visit) -> Response:
    """Take a flag away."""
    of = asked(visit)
    number = whole_number(visit.form.text("response"))
    if number is None:
        raise NotFound("There is no such flag.")
    unflag(visit.bernard.store, of.own.kept.id, of.name, number)
    return go(f"{of.here}/check/flags?done=1")
