"""A second opinion weighed with our own: it moves what we thought, by a fixed amount, either way.

The odds of what the judge says, themes or that none fits, are multiplied by `SAID`; the odds of all else are
divided by `LEFT_OUT`, which is less: a reader leaves out more than they make up. Where both agree,
confidence rises, 0.5 to 0.8. Against us the judge makes 0.9 of 0.95 and 0.17 of 0.05, so alone it turns
no near-certain answer. Both numbers are a choice and were fitted to nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from bernard.tools.consult.fencing import on_one_line
from bernard.tools.consult.judging.asking import Held
from bernard.tools.consult.mapping import Standing
from bernard.tools.consult.types import Span

SAID, LEFT_OUT = 4.0, 2.0
_LEAST_QUOTED = 6
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")


def weighed(
    standing: Standing, ids: Sequence[str], held: Held, words: Callable[[Span], str]
) -> Standing:
    """How we stand to the response with the judge's opinion taken in.

    Args:
        ids: of the themes, in the order of the logits.
        words: gives a sentence as the judge saw it.
    """
    logits = tuple(
        _moved(logit, said=id in held) for id, logit in zip(ids, standing.logits, strict=True)
    )
    none = _moved(standing.none, said=not held)
    plain = [_plain(words(span)) for span in standing.sentences]
    nearest = tuple(
        place_of(held[id], plain, standing.sentences) or ours if id in held else ours
        for id, ours in zip(ids, standing.nearest, strict=True)
    )
    return replace(standing, logits=logits, none=none, nearest=nearest)


def _moved(logit: float, *, said: bool) -> float:
    return logit + math.log(SAID) if said else logit - math.log(LEFT_OUT)


def place_of(quote: str, said: Sequence[str], sentences: Sequence[Span]) -> Span | None:
    """The sentences that hold these words, from the first to the last; None where they are not there.

    Args:
        said: the sentences, as `_plain` gives them.
    """
    wanted = _plain(quote).strip("\"' .…")
    if len(wanted) < _LEAST_QUOTED and wanted not in (one.strip("\"' .…") for one in said):
        return None
    start = " ".join(said).find(wanted)
    if start < 0 or not wanted:
        return None
    touched, at = [], 0
    for span, one in zip(sentences, said, strict=True):
        if at < start + len(wanted) and start < at + len(one):
            touched.append(span)
        at += len(one) + 1
    return Span(touched[0].start, touched[-1].end)


def _plain(text: str) -> str:
    return on_one_line(text).translate(_STRAIGHT).casefold()
