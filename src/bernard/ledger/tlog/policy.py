"""Which logs are believed, and how many witnesses must have seen a checkpoint.

Source: C2SP tlog-policy, https://c2sp.org/tlog-policy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bernard.errors import InputInvalid, LogBroken
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.checkpoint import (
    Checkpoint,
    checkpoint_of,
    cosigned_by,
    is_witness_key,
)
from bernard.ledger.tlog.keys import Algorithm, VerifierKey
from bernard.ledger.tlog.note import Note

NONE = "none"


@dataclass(frozen=True)
class Group:
    """Witnesses and groups of which at least `needed` must have seen a checkpoint."""

    needed: int
    members: tuple[str, ...]


@dataclass
class Policy:
    """Whom to believe.

    Attributes:
        logs: keys of the logs, each named by its log's origin.
        witnesses: keys of the witnesses, by their names in this policy.
        groups: groups of witnesses and groups, by name.
        quorum: the witness or group that must have seen a checkpoint; `none` asks for nobody.
        urls: addresses of logs and witnesses, by key.
    """

    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = NONE
    urls: dict[VerifierKey, str] = field(default_factory=dict)

    def open(self, note: Note) -> Checkpoint:
        """The checkpoint in a note that one of the logs signed and enough witnesses saw.

        Raises:
            LogBroken: it is not signed so.
            InputInvalid: it is not a checkpoint.
        """
        signed = notes.check(note, self.logs)
        if not signed:
            raise LogBroken("The checkpoint is not signed by any log of the policy.")
        checkpoint = checkpoint_of(note, next(iter(signed)).name)
        seen = cosigned_by(note, self.witnesses)
        if not self.is_met(set(seen)):
            names = ", ".join(sorted(seen)) or "nobody"
            raise LogBroken(
                f"Too few witnesses saw the checkpoint ({names}); the policy asks more."
            )
        return checkpoint

    def is_met(self, seen: set[str]) -> bool:
        """Whether these witnesses are enough."""
        return self.quorum == NONE or self._has_seen(self.quorum, seen)

    def _has_seen(self, name: str, seen: set[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in seen
        return sum(self._has_seen(member, seen) for member in group.members) >= group.needed


def parse_policy(text: str) -> Policy:
    """A policy from its file.

    Raises:
        InputInvalid: a line cannot be used; the message names it.
    """
    reading = _Reading()
    for number, line in enumerate(text.split("\n"), 1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            reading.line(*words)
        except (InputInvalid, TypeError, ValueError) as error:
            reason = error if isinstance(error, InputInvalid) else "it has the wrong words"
            raise InputInvalid(f"Line {number} of the policy cannot be used: {reason}") from error
    if not reading.has_quorum:
        raise InputInvalid("The policy has no quorum line; `quorum none` asks for no witness.")
    return reading.policy


class _Reading:
    def __init__(self) -> None:
        self.policy = Policy()
        self.has_quorum = False
        self._members: set[str] = set()
        self._lines: dict[str, Callable[..., None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }

    def line(self, kind: str, *words: str) -> None:
        if kind not in self._lines:
            raise InputInvalid(f"{kind!r} is not log, witness, group or quorum.")
        self._lines[kind](*words)

    def _log(self, vkey: str, url: str = "") -> None:
        key = VerifierKey.parse(vkey)
        if key.algorithm is not Algorithm.ED25519:
            raise InputInvalid(f"The key of the log {key.name!r} makes cosignatures.")
        self._add_key(key, self.policy.logs, url)
        self.policy.logs.append(key)

    def _witness(self, name: str, vkey: str, url: str = "") -> None:
        key = VerifierKey.parse(vkey)
        if not is_witness_key(key):
            raise InputInvalid(f"The key of {name!r} does not make cosignatures.")
        self._add_key(key, list(self.policy.witnesses.values()), url)
        self._new(name)
        self.policy.witnesses[name] = key

    def _group(self, name: str, needed: str, first: str, *more: str) -> None:
        members = (first, *more)
        for member in members:
            self._defined(member)
            if member in self._members:
                raise InputInvalid(f"{member!r} is in a group already.")
            self._members.add(member)
        counts = {"any": "1", "all": str(len(members))}
        count = counts.get(needed, needed)
        if not count.isdecimal() or not 1 <= int(count) <= len(members):
            raise InputInvalid(f"{needed!r} of {len(members)} members cannot be asked.")
        self._new(name)
        self.policy.groups[name] = Group(int(count), members)

    def _quorum(self, name: str) -> None:
        if self.has_quorum:
            raise InputInvalid("there is a quorum line already.")
        if name != NONE:
            self._defined(name)
        self.policy.quorum, self.has_quorum = name, True

    def _add_key(self, key: VerifierKey, others: list[VerifierKey], url: str) -> None:
        if any(key.public == other.public for other in others):
            raise InputInvalid(f"the key of {key.name!r} is there already.")
        if url:
            self.policy.urls[key] = url

    def _new(self, name: str) -> None:
        if name == NONE or name in self.policy.witnesses or name in self.policy.groups:
            raise InputInvalid(f"the name {name!r} is taken.")

    def _defined(self, name: str) -> None:
        if name not in self.policy.witnesses and name not in self.policy.groups:
            raise InputInvalid(f"{name!r} is not defined above.")
