"""Stand-ins for personal data: put them in before a call, and the originals back after."""

from __future__ import annotations

import re
from collections import Counter

import msgspec

from bernard.privacy.types import Detector


class Pseudonyms:
    """The stand-ins of one call: the same value has the same stand-in throughout.

    A stand-in is typed and numbered, `⟦EMAIL-1⟧`. The mapping is personal data itself: it lives in
    memory for as long as the call does.
    """

    def __init__(self, detector: Detector) -> None:
        """Start with no stand-ins; `detector` says what must have one."""
        self._detector = detector
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._originals: dict[str, str] = {}
        self._per_kind: Counter[str] = Counter()

    @property
    def taken_out(self) -> dict[str, int]:
        """How many different values of each kind were replaced."""
        return dict(self._per_kind)

    def mask(self, text: str) -> str:
        """The text with each finding replaced by its stand-in."""
        pieces: list[str] = []
        end = 0
        for finding in self._detector.find(text):
            pieces += [
                text[end : finding.start],
                self._stand_in(finding.kind, text[finding.start : finding.end], text),
            ]
            end = finding.end
        return "".join([*pieces, text[end:]])

    def restore(self, text: str, *, json: bool = False) -> str:
        """The text with each stand-in replaced by its original, escaped where the text is JSON."""
        if not self._originals:
            return text
        return _STAND_IN.sub(lambda m: self._original(m.group(), json), text)

    def restorer(self, *, json: bool = False) -> Restorer:
        """Restores a text that comes in pieces."""
        return Restorer(self, json=json)

    def _original(self, stand_in: str, json: bool) -> str:
        original = self._originals.get(stand_in, stand_in)
        return msgspec.json.encode(original).decode()[1:-1] if json else original

    def _stand_in(self, kind: str, value: str, text: str) -> str:
        key = (kind, re.sub(r"[\s-]", "", value).casefold())
        if key not in self._stand_ins:
            self._per_kind[kind] += 1
            number = self._per_kind[kind]
            # Text that already holds such a mark must not be taken for ours when it comes back.
            while f"⟦{kind}-{number}⟧" in text or f"⟦{kind}-{number}⟧" in self._originals:
                number += 1
            self._stand_ins[key] = f"⟦{kind}-{number}⟧"
            self._originals[self._stand_ins[key]] = value
        return self._stand_ins[key]


_STAND_IN = re.compile(r"⟦[A-Z-]{1,40}-\d{1,6}⟧")
_LONGEST = 50


class Restorer:
    """Puts originals back into a stream, holding back only what may be half a stand-in."""

    def __init__(self, pseudonyms: Pseudonyms, *, json: bool = False) -> None:
        """Restore with these stand-ins; `json` where the text is inside JSON."""
        self._json = json
        self._pseudonyms = pseudonyms
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be shown now."""
        text = self._held + piece
        open_at = text.rfind("⟦")
        unfinished = open_at >= 0 and "⟧" not in text[open_at:]
        cut = open_at if unfinished and len(text) - open_at <= _LONGEST else len(text)
        self._held = text[cut:]
        return self._pseudonyms.restore(text[:cut], json=self._json)

    def finish(self) -> str:
        """What was held back to the end."""
        held, self._held = self._held, ""
        return self._pseudonyms.restore(held, json=self._json)
