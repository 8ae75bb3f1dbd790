"""How texts are looked through before they are sent: with which detector, under which policy."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import msgspec

from bernard.agreements.privacy import MODES
from bernard.agreements.schema import Privacy
from bernard.config import Settings
from bernard.errors import DetectorFailed, Error
from bernard.gateway.minimise import Seen
from bernard.privacy import Detector, Guided, Policy, Pseudonyms, open_detector
from bernard.privacy.recogniser import Recogniser, read
from bernard.privacy.types import Finding

# Policies kept ready. Agreements change seldom; a service may name any that is in force.
_MOST_KEPT = 64


class Detectors:
    """The detectors of a house, each opened once; as a detector it is the one of the settings."""

    def __init__(self, mode: str = "fast", more: Iterable[Recogniser] = ()) -> None:
        """Open the detector that is used where no agreement asks for a stronger one.

        Args:
            mode: `rules`, `fast` or `assured`.
            more: a body's own recognisers.

        Raises:
            InputInvalid: there is no such mode.
            ModelMissing: the weights of its tagger are not there.
            ModelRejected: they are not those that Bernard knows.
        """
        self.mode = mode
        self._more = tuple(more)
        self._lock = threading.Lock()
        self._opened = {mode: open_detector(mode, self._more)}

    def find(self, text: str) -> Sequence[Finding]:
        """Findings of the detector of the settings."""
        return self._opened[self.mode].find(text)

    def stronger(self, mode: str) -> str:
        """The stronger of this mode and the one of the settings."""
        return max(self.mode, mode, key=MODES.index)

    def is_open(self, mode: str) -> bool:
        """Whether the detector of this mode is ready."""
        return mode in self._opened

    def open(self, mode: str) -> Detector:
        """The detector of this mode; opening one takes up to a second, once.

        Raises:
            ModelMissing: the weights of its tagger are not there.
            ModelRejected: they are not those that Bernard knows.
        """
        with self._lock:
            found = self._opened.get(mode)
            if found is None:
                found = self._opened[mode] = open_detector(mode, self._more)
        return found


class Look(msgspec.Struct, frozen=True):
    """One way of looking: a detector that a policy guides, and the texts it has found clean.

    Attributes:
        mode: of the detector, for the log; empty where the detector was given and has none.
        words: the policy in words for the log: `leave:PUBLIC-FIGURE`. Values of its lists stay out.
        secret: of this process; what is invented for a service comes from it.
    """

    detector: Detector
    policy: Policy
    seen: Seen
    mode: str = ""
    words: tuple[str, ...] = ()
    secret: bytes = b""

    def begin(self, detector: Detector, who: str) -> Pseudonyms:
        """The stand-ins of a call that belongs to no case.

        Invented names are the same in every call of one service, so that a conversation that is sent
        again reads the same; marks are numbered in each call from the first.
        """
        natural = self.policy.style == "natural"
        seed = blake2b(who.encode(), key=self.secret).digest() if natural else b""
        return Pseudonyms(detector, seed=seed, policy=self.policy)


class Looks:
    """The ways of looking that the agreements in force ask for, each made once."""

    def __init__(self, detector: Detector) -> None:
        """Look with this detector, or with those that `Detectors` can open."""
        self._detector = detector
        self._ready: dict[Privacy, Look] = {}

    def ready(self, section: Privacy) -> Look | None:
        """The way of looking that a section asks for, None where a detector must be opened first."""
        found = self._ready.get(section)
        if found is None and self._is_open(section):
            found = self.open(section)
        return found

    def open(self, section: Privacy) -> Look:
        """The same, opening the detector where it must be.

        Raises:
            DetectorFailed: the detector that an agreement asks for cannot be opened.
        """
        detector, mode = opened(self._detector, section)
        policy = policy_of(section)
        secret = secrets.token_bytes(32)
        look = Look(Guided(detector, policy), policy, Seen(), mode, words(policy), secret)
        if len(self._ready) >= _MOST_KEPT:
            self._ready.clear()
        self._ready[section] = look
        return look

    def _is_open(self, section: Privacy) -> bool:
        detector = self._detector
        return not isinstance(detector, Detectors) or detector.is_open(
            detector.stronger(section.mode)
        )


def opened(detector: Detector, section: Privacy) -> tuple[Detector, str]:
    """The detector that a section asks for, and its mode; a detector that was given has none.

    Raises:
        DetectorFailed: the detector that an agreement asks for cannot be opened.
    """
    if not isinstance(detector, Detectors):
        return detector, ""
    mode = detector.stronger(section.mode)
    try:
        return detector.open(mode), mode
    except Error as error:
        raise DetectorFailed(
            f"An agreement asks for the detector {mode!r}, which cannot be used, so nothing "
            f"was sent. {error}"
        ) from error


def policy_of(section: Privacy) -> Policy:
    """The policy that a section of an agreement states."""
    return Policy(
        style=section.style,
        take=section.take,
        leave=section.leave,
        allow=section.allow,
        deny={word.word: word.kind for word in section.deny},
        keep=section.keep,
    )


def words(policy: Policy) -> tuple[str, ...]:
    """A policy in words for the log, without the values of its lists; none for the default.

    >>> words(Policy(style="natural", leave=("PUBLIC-FIGURE",), deny={"Nightjar": "CODE-WORD"}))
    ('style:natural', 'leave:PUBLIC-FIGURE', 'deny-list')
    """
    said = [f"style:{policy.style}"] if policy.style != Policy().style else []
    said += [f"take:{kind}" for kind in sorted(policy.take)]
    said += [f"leave:{kind}" for kind in sorted(policy.leave)]
    said += ["allow-list"] if policy.allow else []
    said += ["deny-list"] if policy.deny else []
    if policy.keep != Policy().keep:
        said += [f"keep:{relation}" for relation in sorted(policy.keep)] or ["keep:nothing"]
    return tuple(said)


def open_detectors(settings: Settings, least: str) -> Detectors:
    """The detectors of the settings, and of the mode that the agreements in force ask for.

    Raises:
        InputInvalid: there is no such mode.
        SettingInvalid: the file of the body's own recognisers has a fault.
        ModelMissing: the weights of a tagger are not there.
        ModelRejected: they are not those that Bernard knows.
    """
    more = read(settings.privacy_recognisers) if settings.privacy_recognisers else ()
    detectors = Detectors(settings.privacy_mode, more)
    detectors.open(detectors.stronger(least))
    return detectors
