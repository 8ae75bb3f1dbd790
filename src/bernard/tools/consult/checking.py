"""The check sample of a question as people read it, and responses that somebody flagged.

What was drawn is kept with how it was drawn, so that every coder reads the same responses in the same
order and whoever doubts the figures can draw them again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence

import msgspec

from bernard.errors import InputInvalid
from bernard.store import consultations
from bernard.store.database import Store
from bernard.tools.consult.quality import Drawn, Plan, Stratify, draw, plan
from bernard.tools.consult.types import Analysed, Consultation, Decided

MARGINS = (0.02, 0.03, 0.05, 0.07, 0.1)
MOST_CODERS = 2
# A name with a dot is none of a shelf's.
_SAMPLE, _FLAG = "check.{}", "flag.{}."


class Sample(msgspec.Struct, frozen=True):
    """A check sample.

    Attributes:
        margin: what it was sized for: F1 known to so much either way.
        coders: how many people are to read each response.
        by, at: who had it drawn, and when.
    """

    margin: float
    stratify: Stratify
    group: str | None
    once: bool
    coders: int
    drawn: Drawn
    by: str
    at: float

    @property
    def numbers(self) -> tuple[int, ...]:
        """The responses, in the order to be read."""
        return self.drawn.numbers


class Flag(msgspec.Struct, frozen=True):
    """A response that somebody wants somebody else to look at."""

    response: int
    by: str
    at: float
    note: str = ""


def sample_of(store: Store, id: str, question: str) -> Sample | None:
    """The sample that was drawn last, None before the first."""
    with store.read() as c:
        kept = consultations.part(c, id, _SAMPLE.format(question))
    return None if kept is None else msgspec.msgpack.decode(kept, type=Sample)


def draw_sample(
    store: Store,
    id: str,
    question: str,
    analysed: Analysed,
    consultation: Consultation,
    *,
    by: str,
    margin: float = 0.05,
    stratify: Stratify = "none",
    group: str | None = None,
    once: bool = False,
    coders: int = 1,
) -> Sample:
    """Draw a sample large enough for the margin, and keep it.

    One drawn in the same way for a smaller margin begins with the same responses, so nothing that was
    read is lost.

    Raises:
        InputInvalid: the margin or the number of coders cannot be had, or there is nothing to draw.
    """
    if not 0.005 <= margin <= 0.5:
        raise InputInvalid(f"The margin must be from 0.5 to 50 points; {100 * margin:g} is not.")
    if not 1 <= coders <= MOST_CODERS:
        raise InputInvalid(f"A response is read by 1 or {MOST_CODERS} people, not {coders}.")
    size = plan(analysed, margin=margin).wanted
    drawn = draw(analysed, consultation, size, stratify=stratify, group=group, once=once)
    if not drawn.numbers:
        raise InputInvalid("Every response to this question is blank: there is nothing to check.")
    sample = Sample(margin, stratify, group, once, coders, drawn, by, time.time())
    with store.write(durable=True) as c:
        name = _SAMPLE.format(question)
        consultations.put_part(c, id, name, msgspec.msgpack.encode(sample))
        consultations.change(c, id, {})
    return sample


def plan_of(analysed: Analysed, sample: Sample | None) -> Plan:
    """How many responses to read for the sample's margin, from what was read so far."""
    if sample is None:
        return plan(analysed)
    return plan(analysed, margin=sample.margin, drawn=sample.drawn)


def read_by(decided: Iterable[Decided], name: str) -> dict[int, Decided]:
    """What this person decided blind, by response."""
    return {one.response: one for one in decided if one.blind and one.by == name}


def left_for(sample: Sample, decided: Sequence[Decided], name: str) -> list[int]:
    """The responses of the sample that this person is still to read, in order.

    Where one person is to read each, every person begins at another place, so that two who read at the
    same time do not read the same. The order was drawn by chance, and from any place on it still is.

    Those that enough others have read are left out, and so are those that the person has decided in
    sight of the machine's answer: they are not blind to it any more.
    """
    mine = set(read_by(decided, name))
    sighted = {one.response for one in decided if one.by == name and not one.blind}
    readers: dict[int, set[str]] = {}
    for one in decided:
        if one.blind:
            readers.setdefault(one.response, set()).add(one.by)
    return [
        number
        for number in _from_their_place(sample, name)
        if number not in mine
        and number not in sighted
        and len(readers.get(number, ())) < sample.coders
    ]


def _from_their_place(sample: Sample, name: str) -> tuple[int, ...]:
    numbers = sample.numbers
    if sample.coders > 1 or not numbers:
        return numbers
    place = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % len(numbers)
    return numbers[place:] + numbers[:place]


def flag(store: Store, id: str, question: str, one: Flag) -> None:
    """Flag a response; a later flag takes the place of an earlier."""
    with store.write(durable=True) as c:
        name = f"{_FLAG.format(question)}{one.response:09d}"
        consultations.put_part(c, id, name, msgspec.json.encode(one))


def unflag(store: Store, id: str, question: str, response: int) -> None:
    """Take a flag away."""
    with store.write(durable=True) as c:
        consultations.remove_part(c, id, f"{_FLAG.format(question)}{response:09d}")


def flags(store: Store, id: str, question: str) -> list[Flag]:
    """The flagged responses, in order."""
    prefix = _FLAG.format(question)
    with store.read() as c:
        names = [n for n in consultations.part_names(c, id) if n.startswith(prefix)]
        kept = [consultations.part(c, id, name) for name in names]
    return [msgspec.json.decode(data, type=Flag) for data in kept if data is not None]
