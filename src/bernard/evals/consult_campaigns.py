"""Are form letters and their edited copies found, and nothing else?

A folder's own labels are used where it has them: `campaigns.jsonl` (`id`, `campaign`), or `campaign` in
`labels.jsonl` or `responses.jsonl`; a response without one is in no campaign. Otherwise form letters are made
from the folder's responses, edited and hidden among the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from bernard.evals.ask_data import read_lines
from bernard.evals.consult_letters import Sent, campaigns
from bernard.evals.types import House, Metrics, OnProgress, Outcome, Task
from bernard.tools.consult.campaigns import find_campaigns

_RESPONSES, _QUESTION = "responses.jsonl", "question.txt"
_LABELS = ("campaigns.jsonl", "labels.jsonl")


class _Response(msgspec.Struct, frozen=True):
    id: str | int
    text: str | None = ""
    campaign: str | int | None = None


class _Label(msgspec.Struct, frozen=True):
    id: str | int
    campaign: str | int | None = None
    edit: str = ""


def measure(house: House, folder: Path, limit: int | None, on_progress: OnProgress) -> Outcome:
    """Score the pairs of responses that are put in one campaign."""
    sent = _read(folder, limit)
    question = folder / _QUESTION
    ignored = [question.read_text("utf-8")] if question.is_file() else []
    found = [-1] * len(sent)
    for place, campaign in enumerate(find_campaigns([one.text for one in sent], ignored=ignored)):
        for number in campaign.members:
            found[number] = place
    on_progress(len(sent), len(sent))
    given = [one.campaign for one in sent]
    by_edit = _by_edit(given, found, [one.edit for one in sent])
    return Outcome(len(sent), _pairs(given, found), {"edit": by_edit} if by_edit else {})


def _read(folder: Path, limit: int | None) -> list[Sent]:
    """The responses with their campaigns, given or made."""
    responses = read_lines(folder / _RESPONSES, _Response)[:limit]
    labels = _labels(folder, responses)
    if labels is None:
        return campaigns([one.text or "" for one in responses])
    none = _Label("")
    kept = [(one.text or "", labels.get(str(one.id), none)) for one in responses]
    return [Sent(text, _name(label.campaign), label.edit) for text, label in kept]


def _name(campaign: str | int | None) -> str:
    return "" if campaign is None else str(campaign)


def _labels(folder: Path, responses: Sequence[_Response]) -> dict[str, _Label] | None:
    """Which campaign each response is in; None where nothing in the folder says so of any."""
    for name in _LABELS:
        if (folder / name).is_file():
            labels = read_lines(folder / name, _Label)
            if any(_name(one.campaign) for one in labels):
                return {str(one.id): one for one in labels}
    if any(_name(one.campaign) for one in responses):
        return {str(one.id): _Label(one.id, one.campaign) for one in responses}
    return None


def _pairs(given: Sequence[str], found: Sequence[int]) -> Metrics:
    """Precision, recall and F1 of the pairs of responses that are in one campaign."""
    there = _count(Counter(campaign for campaign in given if campaign))
    said = _count(Counter(place for place in found if place >= 0))
    both = _count(Counter(pair for pair in zip(given, found, strict=True) if all(_in(*pair))))
    return {
        "precision": both / said if said else 1.0,
        "recall": both / there if there else 1.0,
        "f1": 2 * both / (said + there) if said + there else 1.0,
        "campaigns": float(len(set(given) - {""})),
        "campaigns_found": float(len(set(found) - {-1})),
    }


def _in(campaign: str, place: int) -> tuple[bool, bool]:
    return bool(campaign), place >= 0


def _count(sizes: Mapping[object, int]) -> int:
    """How many pairs there are in groups of these sizes."""
    return sum(size * (size - 1) // 2 for size in sizes.values())


def _by_edit(
    given: Sequence[str], found: Sequence[int], edits: Sequence[str]
) -> dict[str, Metrics]:
    """For the responses edited in one way: of those with which each belongs, or was put, how many are right."""
    there, said = Counter(given), Counter(found)
    both = Counter(zip(given, found, strict=True))
    totals: dict[str, list[int]] = {}
    for campaign, place, edit in zip(given, found, edits, strict=True):
        if edit:
            mates = there[campaign] - 1 if campaign else 0
            put = said[place] - 1 if place >= 0 else 0
            right = both[campaign, place] - 1 if campaign and place >= 0 else 0
            row = totals.setdefault(edit, [0, 0, 0, 0])
            for column, value in enumerate((1, mates, put, right)):
                row[column] += value
    return {
        edit: {
            "responses": float(count),
            "precision": right / put if put else 1.0,
            "recall": right / mates if mates else 1.0,
        }
        for edit, (count, mates, put, right) in sorted(totals.items())
    }


TASK = Task(
    name="consult.campaigns",
    description="Whether form letters and their edited copies are grouped, and nothing else is.",
    needs=(_RESPONSES,),
    measure=measure,
)
