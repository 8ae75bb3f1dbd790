"""What a door does with one text: find, mask, restore, and report what would be taken out and why."""

from __future__ import annotations

import re
import secrets
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from bernard.errors import InputInvalid
from bernard.privacy.context import json_in
from bernard.privacy.encoded import Decoding
from bernard.privacy.policy import TAKEN_ON_REQUEST, Guided, Policy
from bernard.privacy.pseudonyms import Pseudonyms
from bernard.privacy.state import State
from bernard.privacy.tree import mask_tree
from bernard.privacy.types import Detector, Finding

# Values that begin with the same word are looked for by their lengths: more than all lengths to 300 is
# no state that came of texts, and takes minutes.
_MOST_ALIKE = 50_000
_WORD = re.compile(r"[^\W_]+")


class Found(msgspec.Struct, frozen=True):
    """A finding with its text, and whether it goes or stays.

    Attributes:
        start, end: its place, in characters.
        goes: whether the policy takes it out.
    """

    start: int
    end: int
    kind: str
    score: float
    text: str
    detector: str
    why: str
    goes: bool = True


class Masked(msgspec.Struct, frozen=True):
    """A text with stand-ins.

    Attributes:
        taken_out: how many different values of each kind.
        kept: what stands for what, to restore with or to go on with. It is personal data.
    """

    text: str
    taken_out: dict[str, int]
    kept: State


class Restored(msgspec.Struct, frozen=True):
    """A text with its originals.

    Attributes:
        unrestored: marks that look like a stand-in and are none, with how often they stand there.
    """

    text: str
    unrestored: dict[str, int]


class Kind(msgspec.Struct, frozen=True):
    """How much of one kind a text holds.

    Attributes:
        times: how many findings.
        values: how many different texts.
    """

    kind: str
    times: int
    values: int
    why: str


class Report(msgspec.Struct, frozen=True):
    """What would be taken out of a text and what would stay.

    Attributes:
        characters: how long the text is.
        characters_out: how many of them would be taken out.
        goes, stays: by kind, the most frequent first.
        masked: the text as it would be sent.
        found: each finding, in order of place.
    """

    characters: int
    characters_out: int
    goes: tuple[Kind, ...]
    stays: tuple[Kind, ...]
    masked: str
    found: tuple[Found, ...]


def find(text: str, detector: Detector, policy: Policy) -> list[Found]:
    """Everything that is found in the text, with what stays by the policy marked so.

    Raises:
        DetectorFailed: the detector failed, so what the text holds is not known.
    """
    return _find(text, _Looked(text, Decoding(detector)), policy)


def mask(text: str, detector: Detector, policy: Policy, kept: State | None = None) -> Masked:
    """The text with a stand-in for each finding.

    Args:
        kept: of an earlier text, whose stand-ins go on.

    Raises:
        DetectorFailed: the detector failed, so what the text holds is not known.
        InputInvalid: too many long values of `kept` begin alike.
    """
    if kept:
        _check(kept)
    # What is invented comes from a secret; marks are numbered as they come.
    seed = secrets.token_bytes(16) if policy.style == "natural" else b""
    guided = Guided(Decoding(detector), policy)
    pseudonyms = Pseudonyms(guided, seed=seed, policy=policy, state=kept)
    masked = _masked(text, pseudonyms)
    return Masked(masked, pseudonyms.taken_out, pseudonyms.state())


def _check(kept: State) -> None:
    lengths: dict[str, set[int]] = {}
    for value in kept.values:
        for known in value.known:
            word = _WORD.search(known)
            lengths.setdefault(word[0] if word else "", set()).add(len(known))
    if any(sum(some) > _MOST_ALIKE for some in lengths.values()):
        raise InputInvalid("Too many long values of 'kept' begin alike. Send what mask gave.")


def restore(text: str, kept: State, *, json: bool = False) -> Restored:
    """The text with the original in place of each stand-in.

    Args:
        kept: as `mask` gave it.
        json: the text is JSON, so originals go in as JSON writes them.
    """
    pseudonyms = Pseudonyms(_Nothing(), state=kept)
    return Restored(pseudonyms.restore(text, json=json), pseudonyms.unrestored)


def report(text: str, detector: Detector, policy: Policy) -> Report:
    """What would be taken out of the text, and what would stay.

    Raises:
        DetectorFailed: the detector failed, so what the text holds is not known.
    """
    looked = _Looked(text, Decoding(detector))
    found = _find(text, looked, policy)
    going = [finding for finding in found if finding.goes]
    return Report(
        len(text),
        sum(finding.end - finding.start for finding in going),
        _kinds(going),
        _kinds(finding for finding in found if not finding.goes),
        mask(text, looked, policy).text,
        tuple(found),
    )


def _masked(text: str, pseudonyms: Pseudonyms) -> str:
    """The text with stand-ins; JSON stays JSON, where a number becomes a text and a key stays."""
    bare = text.strip()
    if json_in(bare) is None:
        return pseudonyms.mask(text)
    masked: str = mask_tree({"": bare}, pseudonyms).tree[""]
    return text.replace(bare, masked, 1)


class _Nothing:
    """Finds nothing; for a text that is only to be restored."""

    def find(self, text: str) -> Sequence[Finding]:
        return ()


class _Looked:
    """A detector that has looked at one text, so that no verb looks at it twice."""

    def __init__(self, text: str, detector: Detector) -> None:
        self._text = text
        self._detector = detector
        self._found = detector.find(text)

    def find(self, text: str) -> Sequence[Finding]:
        return self._found if text == self._text else self._detector.find(text)


def _find(text: str, detector: Detector, policy: Policy) -> list[Found]:
    going = Guided(detector, policy).find(text)
    either = Guided(detector, _all_of(policy)).find(text)
    starts = [finding.start for finding in going]
    staying = [f for f in either if not _touched(f, going, starts)]
    both = [(f, True) for f in going] + [(f, False) for f in staying]
    return [_shown(finding, text, goes) for finding, goes in sorted(both)]


def _all_of(policy: Policy) -> Policy:
    """The policy with nothing left in, to see what it leaves."""
    take = tuple(sorted(TAKEN_ON_REQUEST | set(policy.take)))
    return msgspec.structs.replace(policy, take=take, leave=(), allow=())


def _touched(finding: Finding, going: Sequence[Finding], starts: Sequence[int]) -> bool:
    """Whether one of these, which overlap nowhere, overlaps the finding."""
    before = bisect_left(starts, finding.end) - 1
    return before >= 0 and going[before].end > finding.start


def _shown(finding: Finding, text: str, goes: bool) -> Found:
    f = finding
    return Found(f.start, f.end, f.kind, f.score, text[f.start : f.end], f.detector, f.why, goes)


def _kinds(found: Iterable[Found]) -> tuple[Kind, ...]:
    listed = list(found)
    times = Counter(finding.kind for finding in listed)
    values = {kind: len({f.text for f in listed if f.kind == kind}) for kind in times}
    why = {finding.kind: finding.why for finding in reversed(listed)}
    return tuple(Kind(kind, n, values[kind], why[kind]) for kind, n in times.most_common())
