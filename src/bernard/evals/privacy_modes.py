"""The ways of finding personal data that can be measured, by name."""

from __future__ import annotations

from collections.abc import Callable

from bernard.errors import InputInvalid
from bernard.privacy import Detector, StructuredDetector

# Each makes a detector ready to use. `rules`: forms and check digits alone. `fast` and `assured` are the
# rules with a tagger of names; each comes with its weights.
MODES: dict[str, Callable[[], Detector] | None] = {
    "rules": StructuredDetector,
    "fast": None,
    "assured": None,
}


def detector(mode: str) -> Detector:
    """A detector of that mode.

    Raises:
        InputInvalid: there is no such mode, or this Bernard has no detector for it.
    """
    if mode not in MODES:
        raise InputInvalid(f"There is no mode {mode!r}. There are: {', '.join(MODES)}.")
    make = MODES[mode]
    if make is None:
        ready = ", ".join(name for name, there in MODES.items() if there)
        raise InputInvalid(f"The mode {mode!r} needs a tagger that is not here yet. Use: {ready}.")
    return make()
