"""The versions of every agreement: from the log, where their texts are, and from files."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from bernard.agreements import Agreement, check
from bernard.agreements.canonical import canonical
from bernard.agreements.read import open_document
from bernard.agreements.vocabulary import OPEN_WORD
from bernard.errors import InputInvalid
from bernard.register.site.source import LATEST_S

_STOPPED = {"suspended": "Suspended", "withdrawn": "Withdrawn"}


class Happened(msgspec.Struct, frozen=True):
    """What the log says became of a version: `change` at a time, in the entry of this number."""

    number: int
    at: int
    change: str


class Version(msgspec.Struct, frozen=True):
    """One version of an agreement.

    Attributes:
        unsaid: what it does not say, a sentence each; None without a file, since the canonical text
            leaves out what is said as it would be anyway.
        happened: what the log says of it, in the log's order; empty where it is in a file alone.
        file: of it, with its signatures and without comments, as JSON, which is YAML too; empty where
            none was given, and then its signatures are not known.
    """

    agreement: Agreement
    unsaid: tuple[str, ...] | None
    happened: tuple[Happened, ...]
    file: bytes = b""

    @property
    def name(self) -> str:
        """The start of its files' names; the hash tells two texts of one number apart."""
        return f"version-{self.agreement.version}-{self.agreement.sha256[:8]}"

    @property
    def text(self) -> bytes:
        """The canonical text, whose SHA-256 names it in the log."""
        return canonical(self.agreement)

    @property
    def in_force_from(self) -> int:
        """The entry in which it came into force last; -1 where the log has none."""
        found = [one.number for one in self.happened if one.change in ("in-force", "resumed")]
        return found[-1] if found else -1

    def stopped(self) -> str:
        """`Suspended` or `Withdrawn` where the log says so last, else nothing."""
        last = next((one.change for one in reversed(self.happened) if one.change != "signed"), "")
        return _STOPPED.get(last, "")


class History(msgspec.Struct, frozen=True):
    """An agreement with all its versions, the newest first."""

    id: str
    versions: tuple[Version, ...]


class Collector:
    """Takes the agreements out of the entries of a log, which it is given one by one."""

    def __init__(self) -> None:
        """Begin with none."""
        self._texts: dict[str, dict[int, str]] = {}
        self._happened: dict[str, list[Happened]] = {}

    def take(self, number: int, entry: Mapping[str, Any]) -> None:
        """Look at one entry."""
        if entry.get("event") != "agreement":
            return
        hash = str(entry.get("agreement_sha256", ""))
        text, part = entry.get("text"), entry.get("part", 1)
        if not isinstance(part, int):
            return
        if isinstance(text, str):
            self._texts.setdefault(hash, {})[part] = text
        if part <= 1:
            said = Happened(number, time_of(entry), str(entry.get("change", "")))
            self._happened.setdefault(hash, []).append(said)

    def histories(self, files: Iterable[bytes]) -> list[History]:
        """Every agreement of the log and of the files, by id.

        Raises:
            InputInvalid: the id of one of the files, or its supplier's, is none.
        """
        found: dict[str, Version] = {}
        for hash, parts in self._texts.items():
            _, agreement, _ = open_document(_with_status("".join(parts[n] for n in sorted(parts))))
            if agreement and agreement.sha256 == hash and _has_name(agreement):
                found[hash] = Version(agreement, None, self._of(hash))
        for data in files:
            document, agreement, _ = open_document(data)
            if agreement:
                if not _has_name(agreement):
                    raise InputInvalid(
                        f"The agreement {agreement.id[:80]!r} cannot be shown: its id or its "
                        "supplier's is no name of small letters, digits, dots and hyphens."
                    )
                unsaid = tuple(sorted(fault.message for fault in check(data).unsaid))
                # What a comment says need not be for the public.
                file = msgspec.json.format(msgspec.json.encode(document.values), indent=1) + b"\n"
                hash = agreement.sha256
                found[hash] = Version(agreement, unsaid, self._of(hash), file)
        return _by_id(found.values())

    def _of(self, hash: str) -> tuple[Happened, ...]:
        return tuple(self._happened.get(hash, ()))


def time_of(entry: Mapping[str, Any]) -> int:
    """When it was written, in seconds since 1970; 0 where it says no time that can be.

    >>> time_of({"at": 1795330800}), time_of({"at": -1}), time_of({"at": "noon"}), time_of({})
    (1795330800, 0, 0, 0)
    """
    at = entry.get("at", 0)
    return at if isinstance(at, int) and 0 <= at < LATEST_S else 0


def ended(agreement: Agreement, day: datetime.date) -> bool:
    """Whether its term is over on this day."""
    return agreement.term.end is not None and day >= agreement.term.end


def _has_name(agreement: Agreement) -> bool:
    """Whether pages can be named after it and its supplier; a log's texts are by whoever wrote it."""
    supplier = agreement.parties.supplier
    ids = (agreement.id, supplier.id) if supplier else (agreement.id,)
    return all(re.fullmatch(OPEN_WORD, id, re.ASCII) for id in ids)


def _with_status(text: str) -> bytes:
    """The canonical text leaves the status out; in the log stand agreements that came in force."""
    try:
        fields = msgspec.json.decode(text)
        return msgspec.json.encode({**fields, "status": "signed"})
    except (msgspec.DecodeError, TypeError):
        return b""


def _by_id(versions: Iterable[Version]) -> list[History]:
    found: dict[str, list[Version]] = {}
    for version in versions:
        found.setdefault(version.agreement.id, []).append(version)
    return [
        History(id, tuple(sorted(those, key=_newest_first))) for id, those in sorted(found.items())
    ]


def _newest_first(version: Version) -> tuple[int, int, str]:
    first = version.happened[0].number if version.happened else -1
    return -version.agreement.version, -first, version.agreement.sha256
