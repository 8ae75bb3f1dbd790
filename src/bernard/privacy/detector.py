"""One detector of everything: what has a form by rules, names by a tagger, brought together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from bernard.errors import InputInvalid
from bernard.privacy.combination import Combined
from bernard.privacy.recogniser import Recogniser
from bernard.privacy.structured import StructuredDetector
from bernard.privacy.types import Detector

__all__ = ["Combined", "Mode", "open_detector"]

Mode = Literal["rules", "fast", "assured"]


def open_detector(mode: Mode | str = "fast", more: Iterable[Recogniser] = ()) -> Detector:
    """A detector ready to use.

    Args:
        mode: `rules` for forms and check digits alone, `fast` with the small tagger of names,
            `assured` with the large one.
        more: a body's own recognisers.

    Raises:
        InputInvalid: there is no such mode.
        ModelMissing: the weights of its tagger are not there.
        ModelRejected: they are not those that Bernard knows.
    """
    if mode not in get_args(Mode):
        modes = ", ".join(get_args(Mode))
        raise InputInvalid(f"There is no mode {mode!r}. There are: {modes}.")
    rules = StructuredDetector(more)
    if mode == "rules":
        return rules
    # Numpy and ONNX Runtime take memory that a process without a tagger does not need.
    from bernard.privacy.tagger import open_tagger

    return Combined(rules, open_tagger(mode))
