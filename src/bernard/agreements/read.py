"""Read an agreement file and say every fault in it with its line."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import yaml

from bernard.agreements.decide import decide
from bernard.agreements.old import Agreement, Call, Clause, Decision, Fault
from bernard.agreements.old_vocabulary import vocabulary
from bernard.errors import AgreementInvalid

MAX_BYTES = 1_000_000


class InForce:
    """The agreement in a file, as the file is at each call.

    Suspending an agreement is an edit to its file, so the next call must see the edit; a file that
    has not changed is not read again.
    """

    def __init__(self, path: Path) -> None:
        """Read the agreement once, so that a fault in it is known before the first call."""
        self.path = path
        self._seen: tuple[tuple[int, ...], Agreement] | None = None
        self.current()

    def current(self) -> Agreement:
        """The agreement as its file says it now."""
        try:
            stat = self.path.stat()
        except OSError as error:
            raise _unreadable(self.path, error) from error
        state = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if self._seen is None or self._seen[0] != state:
            self._seen = (state, read(self.path))
        return self._seen[1]

    def decide(self, call: Call) -> Decision:
        """Whether this call may be made today."""
        return decide(self.current(), call, datetime.datetime.now(datetime.UTC).date())


def default_path() -> Path:
    """The agreement in force until the body names another: nothing leaves this machine."""
    return Path(str(resources.files("bernard.agreements") / "files" / "this-machine.yaml"))


def read(path: Path) -> Agreement:
    """The agreement in a file.

    Raises:
        AgreementInvalid: the file cannot be read or has faults; the message lists each with its line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    return read_text(data, name=path.name)


def _unreadable(path: Path, error: OSError) -> AgreementInvalid:
    return AgreementInvalid(f"The agreement {str(path)!r} cannot be read: {error.strerror}.")


def read_text(data: bytes, *, name: str = "agreement") -> Agreement:
    """The agreement in these bytes; `name` is what errors call it."""
    agreement, found = parse(data)
    if agreement is None or found:
        listed = " ".join(f"Line {f.line}: {f.message}" for f in found)
        raise AgreementInvalid(f"{name} cannot be used. {listed}")
    return agreement


def parse(data: bytes) -> tuple[Agreement | None, list[Fault]]:
    """The agreement, if it has the right form, and every fault found."""
    if len(data) > MAX_BYTES:
        return None, [Fault(1, f"The file is over {MAX_BYTES:,} bytes.")]
    try:
        # An alias can make a small file stand for a huge one.
        for event in yaml.parse(data, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                return None, [Fault(_first_line(event), "Aliases (*) are not allowed here.")]
        node = yaml.compose(data, Loader=yaml.SafeLoader)
        values = yaml.safe_load(data)
    except yaml.YAMLError as error:
        return None, [_yaml_fault(error)]
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        return None, [Fault(1, f"The file is not YAML text: {error}.")]
    try:
        agreement = msgspec.convert(values, Agreement)
    except msgspec.ValidationError as error:
        return None, [_form_fault(str(error), node)]
    agreement = msgspec.structs.replace(agreement, sha256=hashlib.sha256(data).hexdigest())
    return agreement, list(_faults(agreement, node))


def _faults(agreement: Agreement, node: Any) -> Iterator[Fault]:
    for number, clause in enumerate(agreement.clauses):
        for kind, word in _unknown_words(clause):
            line = _line(node, ["clauses", number, kind])
            yield Fault(line, f"{word!r} is not in the vocabulary of {kind}.")
        if any(other.id == clause.id for other in agreement.clauses[:number]):
            yield Fault(_line(node, ["clauses", number]), f"Two clauses are named {clause.id!r}.")
    term = agreement.term
    if agreement.supplier and term.end is None:
        yield Fault(_line(node, ["term"]), "An agreement with a supplier needs an end date.")
    if term.end and term.end <= term.start:
        yield Fault(_line(node, ["term", "end"]), "The end is not after the start.")
    if term.review_by and term.end and term.review_by > term.end:
        yield Fault(_line(node, ["term", "review_by"]), "The review comes after the end.")


def _unknown_words(clause: Clause) -> Iterator[tuple[str, str]]:
    words = vocabulary()
    for kind in ("services", "purposes", "operations", "places", "categories", "safeguards"):
        for word in getattr(clause, kind):
            if word not in getattr(words, kind):
                yield kind, word
    if clause.marking not in words.markings:
        yield "marking", clause.marking


def _yaml_fault(error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it cannot be read"
    return Fault((mark.line if mark else 0) + 1, f"The file is not YAML: {problem}.")


def _form_fault(message: str, node: Any) -> Fault:
    text, _, path = message.partition(" - at `$")
    steps: list[str | int] = [
        int(index) if index else name for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", path)
    ]
    return Fault(_line(node, steps), f"{text}{' in ' + path.strip('.`') if path else ''}.")


def _first_line(place: Any) -> int:
    return int(place.start_mark.line) + 1


def _line(node: Any, steps: list[str | int]) -> int:
    """The line a value stands on, as far down as the file has it."""
    for step in steps:
        below = _child(node, step)
        if below is None:
            break
        node = below
    return _first_line(node) if node is not None else 1


def _child(node: Any, step: str | int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None
