"""What is taken out and what may stay: the choices that an agreement makes about personal data.

Everything that is found goes, but for the kinds that stay unless they are asked for (`TAKEN_ON_REQUEST`).
A policy is data, so that it can be read, compared and logged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from bernard.errors import SettingInvalid
from bernard.privacy.joint import ManyDetector
from bernard.privacy.overlaps import resolved
from bernard.privacy.types import Detector, Finding

Style = Literal["placeholder", "natural"]
Relation = Literal["family", "age-band", "postcode-area"]

# By themselves these name nobody: they stay unless a policy takes them.
TAKEN_ON_REQUEST = frozenset({"PLACE", "ORGANISATION"})
_SPACERS = {ord(" "): None, ord("-"): None, ord("\u00a0"): None}


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Choices about personal data.

    Attributes:
        style: what goes in its place: `⟦PERSON-1⟧`, or an invented name.
        take: kinds that go too: `PLACE`, `ORGANISATION`.
        leave: kinds that stay: `PUBLIC-FIGURE`.
        allow: values that stay: `0300 123 4567`, or `*@example.gov.uk` for all that end so.
        deny: words that always go, each with its kind: `{"Nightjar": "CODE-WORD"}`.
        keep: what stand-ins may keep of their originals: that a family has one name, the band of an
            age, the area of a postcode.
    """

    style: Style = "placeholder"
    take: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    deny: dict[str, str] = {}
    keep: tuple[Relation, ...] = ("family",)


def read(path: Path) -> Policy:
    """The policy in a YAML file, with the fields of `Policy`.

    Raises:
        SettingInvalid: the file cannot be read, or is no policy.
    """
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        return msgspec.convert(told or {}, Policy)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise SettingInvalid(f"{str(path)!r} is no policy on personal data: {error}.") from error


class Guided:
    """A detector whose findings a policy has been applied to."""

    def __init__(self, detector: Detector, policy: Policy) -> None:
        """Ready the lists of the policy."""
        self._detector = detector
        self._left = (TAKEN_ON_REQUEST - set(policy.take)) | set(policy.leave)
        values = [_same(value) for value in policy.allow]
        self._allowed = frozenset(value for value in values if value[:1] != "*")
        self._allowed_ends = tuple(value[1:] for value in values if value[:1] == "*")
        self._denied = {word.casefold(): kind for word, kind in policy.deny.items()}
        self._deny = _any_of(policy.deny)

    def find(self, text: str) -> Sequence[Finding]:
        """What goes, in order of place; a word on the deny-list goes whatever else is said."""
        return self._guided(text, self._detector.find(text))

    def find_many(self, texts: Sequence[str]) -> list[Sequence[Finding]]:
        """What goes of each text; they are looked at together where the detector can."""
        if isinstance(self._detector, ManyDetector):
            many = self._detector.find_many(texts)
        else:
            many = [self._detector.find(text) for text in texts]
        return [self._guided(text, found) for text, found in zip(texts, many, strict=True)]

    def _guided(self, text: str, findings: Sequence[Finding]) -> Sequence[Finding]:
        found = [f for f in findings if f.kind not in self._left]
        if self._allowed or self._allowed_ends:
            found = [f for f in found if not self._is_allowed(text[f.start : f.end])]
        if self._deny:
            found = resolved([*found, *self._on_deny_list(text, self._deny)])
        return found

    def _is_allowed(self, value: str) -> bool:
        same = _same(value)
        ends = self._allowed_ends
        return same in self._allowed or (bool(ends) and same.endswith(ends))

    def _on_deny_list(self, text: str, deny: re.Pattern[str]) -> Iterable[Finding]:
        for match in deny.finditer(text):
            kind = self._denied.get(match.group().casefold(), "CODE-WORD")
            yield Finding(*match.span(), kind, 1.0, "policy", "a word on the deny-list")


def _same(value: str) -> str:
    """A value as the allow-list compares it: without spaces and hyphens, in small letters."""
    return value.translate(_SPACERS).casefold()


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """One pattern for all of the words, the longest first; plain words, so it cannot be slow."""
    ordered = sorted(words, key=len, reverse=True)
    if not ordered:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)", re.IGNORECASE)
