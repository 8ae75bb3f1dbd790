"""Stand-ins for personal data: put them in before a call, and the originals back after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from bernard.errors import DetectorFailed, Error
from bernard.privacy.marks import MARK, key_of, looks_marked
from bernard.privacy.overlaps import resolved
from bernard.privacy.restorer import Originals, Restorer
from bernard.privacy.types import Detector, Finding

# Values of these kinds differ where their capitals or signs do.
_AS_WRITTEN = frozenset(
    {
        "COOKIE",
        "CRYPTO-ADDRESS",
        "ENCODED",
        "LITERAL",
        "PASSWORD",
        "PRIVATE-KEY",
        "SECRET-KEY",
        "URL",
    }
)
# In these, only capitals make no difference.
_IN_ANY_CASE = frozenset({"EMAIL", "HANDLE", "SECURITY-ANSWER", "USER-NAME"})
_SEPARATORS = re.compile(r"[\s,.()-]+")
_NO_LETTER = re.compile(r"[^A-Z]+")
_TOKEN = re.compile(r"[^\s,;:()\[\]{}<>\"'|=]+")
# Shorter values are too likely to be something else where nothing says what they are.
_SHORTEST_KNOWN = 6
_NONE: dict[int, dict[str, str]] = {}
_NOT_KNOWN = frozenset({"AGE", "LITERAL", "CARD-EXPIRY"})


class Pseudonyms:
    """The stand-ins of one call: the same value has the same stand-in throughout.

    A stand-in is typed and numbered, `⟦EMAIL-1⟧`, in the order in which values are met, so a client
    that sends a conversation again with one more message has the same stand-ins for what it sent
    before. The mapping is personal data itself: it lives in memory for as long as the call does.
    """

    __slots__ = (
        "_detector",
        "_known",
        "_next",
        "_originals",
        "_per_kind",
        "_reserved",
        "_seed",
        "_stand_ins",
    )

    def __init__(self, detector: Detector, *, seed: bytes = b"") -> None:
        """Start with no stand-ins.

        Args:
            detector: says what must have one.
            seed: a secret of the conversation or the body. With one, the number of a stand-in
                comes from the value, so that it stays when earlier messages are dropped.
        """
        self._detector = detector
        self._seed = seed[:64]
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._originals = Originals()
        self._reserved: set[str] = set()
        self._per_kind: dict[str, int] = {}
        self._next: dict[str, int] = {}
        # By first token and then by length, so that many values are no slower to look for than one.
        self._known: dict[str, dict[int, dict[str, str]]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was replaced yet."""
        return not self._known

    @property
    def taken_out(self) -> dict[str, int]:
        """How many different values of each kind were replaced."""
        return dict(self._per_kind)

    @property
    def stand_ins(self) -> dict[str, str]:
        """Which original is behind which stand-in. It is personal data."""
        return dict(self._originals.by_stand_in)

    @property
    def unrestored(self) -> dict[str, int]:
        """Marks in replies that look like a stand-in and are none of ours; they stay as they are."""
        return dict(self._originals.strangers)

    def mask(self, text: str) -> str:
        """The text with each finding replaced by its stand-in; itself, where there is none.

        A value that was found in one text is replaced in later ones too, also where nothing beside
        it says what it is.

        Raises:
            DetectorFailed: it is not known what the text holds, so it must not be sent.
        """
        found = self._found(text)
        if self._known:
            found = [*found, *self._met_before(text)]
        if looks_marked(text):
            found = [*found, *self._marked_already(text)]
        if not found:
            return text
        pieces: list[str] = []
        end = 0
        for finding in resolved(found):
            value = text[finding.start : finding.end]
            pieces += (text[end : finding.start], self._stand_in(finding.kind, value))
            end = finding.end
        pieces.append(text[end:])
        return "".join(pieces)

    def restore(self, text: str, *, json: bool = False) -> str:
        """The text with each stand-in replaced by its original.

        Args:
            text: what a model wrote; it may have changed a stand-in's case, brackets or hyphens.
            json: the text is JSON, so an original goes in as JSON writes it in a string.
        """
        return self._originals.restore(text, json=json) if self._originals else text

    def restorer(self, *, json: bool = False) -> Restorer:
        """Restores a text that comes in pieces."""
        return Restorer(self._originals, json=json)

    def _found(self, text: str) -> Sequence[Finding]:
        try:
            return self._detector.find(text)
        except Error:
            raise
        except Exception as error:
            # Whatever went wrong, what the text holds is not known: the name of the fault is all
            # that may be shown, because its message may quote the text.
            raise DetectorFailed(
                f"Personal data could not be looked for ({type(error).__name__}), so nothing was "
                "sent. Try again."
            ) from error

    def _met_before(self, text: str) -> Iterable[Finding]:
        for token in _TOKEN.finditer(text):
            start = token.start()
            for length, values in self._known.get(token.group(), _NONE).items():
                end = start + length
                kind = values.get(text[start:end])
                if kind and not text[end : end + 1].isalnum():
                    yield Finding(start, end, kind, 0.9, "pseudonyms", "it was found before")

    def _marked_already(self, text: str) -> Iterable[Finding]:
        """Marks in the text that would be taken for ours when they come back.

        One that is not in use is kept free; for one that is, another stand-in goes in its place.
        """
        for mark in MARK.finditer(text):
            key = key_of(mark.group("core"))
            if key in self._originals:
                yield Finding(
                    *mark.span(), "LITERAL", 1.0, "pseudonyms", "the text holds such a mark already"
                )
            else:
                self._reserved.add(key)

    def _stand_in(self, kind: str, value: str) -> str:
        same = (kind, _same(kind, value))
        stand_in = self._stand_ins.get(same)
        if stand_in is None:
            stand_in = self._new(kind, same[1])
            self._stand_ins[same] = stand_in
            self._originals.add(stand_in, value)
            if kind != "LITERAL":
                self._per_kind[kind] = self._per_kind.get(kind, 0) + 1
        if len(value) >= _SHORTEST_KNOWN and kind not in _NOT_KNOWN:
            self._know(kind, value)
        return stand_in

    def _new(self, kind: str, same: str) -> str:
        kind = _NO_LETTER.sub("-", kind.upper()).strip("-") or "OTHER"
        number = self._first_number(kind, same)
        # A mark that a text holds must not be taken for ours when it comes back.
        while (key := key_of(f"{kind}-{number}")) in self._reserved or key in self._originals:
            number += 1
        if not self._seed:
            self._next[kind] = number + 1
        return f"⟦{kind}-{number}⟧"

    def _first_number(self, kind: str, same: str) -> int:
        if not self._seed:
            return self._next.get(kind, 1)
        digest = blake2b(f"{kind}\0{same}".encode(), key=self._seed, digest_size=4).digest()
        return int.from_bytes(digest) % 9000 + 1000

    def _know(self, kind: str, value: str) -> None:
        token = _TOKEN.match(value)
        if token:
            lengths = self._known.setdefault(token.group(), {})
            lengths.setdefault(len(value), {})[value] = kind


def _same(kind: str, value: str) -> str:
    """What two ways to write one value have in common."""
    if kind in _AS_WRITTEN:
        return value
    if kind in _IN_ANY_CASE:
        return value.casefold()
    bare = _SEPARATORS.sub("", value).casefold()
    if kind == "TELEPHONE":
        return bare.removeprefix("+").removeprefix("00").removeprefix("44").lstrip("0")
    return bare
