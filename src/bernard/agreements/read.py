"""Read an agreement file, and say every fault in it with its line and what to do."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import msgspec

from bernard.agreements.canonical import sha256
from bernard.agreements.document import Document
from bernard.agreements.faults import word_faults
from bernard.agreements.form import form_faults
from bernard.agreements.schema import Agreement
from bernard.agreements.types import Fault
from bernard.errors import AgreementInvalid

_MOST_SAID = 10


def shipped() -> Path:
    """The folder of the agreements that come with Bernard."""
    return Path(str(resources.files("bernard.agreements") / "files"))


def default_path() -> Path:
    """The agreement in force until the body names another: nothing leaves this machine."""
    return shipped() / "this-machine.yaml"


def read(path: Path) -> Agreement:
    """The agreement in a file.

    Raises:
        AgreementInvalid: the file cannot be read or has faults; the message lists each with its line.
    """
    return read_text(read_bytes(path), name=path.name)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        AgreementInvalid: they cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"The agreement {str(path)!r} cannot be read: {error.strerror}."
        raise AgreementInvalid(message) from error


def read_text(data: bytes, *, name: str = "agreement") -> Agreement:
    """The agreement in these bytes; `name` is what errors call it.

    Raises:
        AgreementInvalid: it has faults; the message lists them with their lines.
    """
    agreement, found = parse(data)
    if agreement is None or found:
        raise AgreementInvalid(f"{name} cannot be used. {in_words(found)}")
    return agreement


def in_words(found: list[Fault]) -> str:
    """Faults in one line."""
    said = [f"Line {f.line}: {f.message} {f.remedy}".rstrip() for f in found[:_MOST_SAID]]
    if len(found) > _MOST_SAID:
        said.append(f"There are {len(found) - _MOST_SAID} more faults.")
    return " ".join(said)


def parse(data: bytes) -> tuple[Agreement | None, list[Fault]]:
    """The agreement, if it has the right form, and every fault found, in the order of the file."""
    _, agreement, faults = open_document(data)
    return agreement, faults


def open_document(data: bytes) -> tuple[Document, Agreement | None, list[Fault]]:
    """The document itself too, for those who ask where something stands."""
    document = Document(data)
    if document.faults:
        return document, None, document.faults
    found = list(form_faults(document.values))
    agreement = None
    if not found:
        # The form was checked field by field, so this can only succeed.
        agreement = msgspec.convert(document.values, Agreement)
        agreement = msgspec.structs.replace(agreement, sha256=sha256(agreement))
        found = list(word_faults(agreement))
    faults = [Fault(document.line(path), f.message, f.remedy) for path, f in found]
    return document, agreement, sorted(faults, key=lambda fault: fault.line)
