"""The register of deployments: which models may be asked, where, and what each supplier attests.

One YAML file, read strictly. The agreement decides on the facts in it, so none of them has a
default that flatters the supplier: where text is processed, whether it trains models, who looks at
it and how long it is kept must be said, each time, with its source.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from bernard.agreements.document import Document
from bernard.agreements.types import Fault
from bernard.errors import RegisterInvalid
from bernard.models.suppliers.keys import read_key
from bernard.models.suppliers.register_reading import read_document
from bernard.models.suppliers.register_types import DeploymentEntry, Register, SupplierEntry

__all__ = ["DeploymentEntry", "Register", "SupplierEntry", "faults", "parse", "read_register"]


def read_register(path: Path, others: Collection[str] = ()) -> Register:
    """The register in a file.

    Args:
        others: names of deployments that are not in the file, for its aliases: embedded models and
            those that `bernard models add` added.

    Raises:
        RegisterInvalid: the file cannot be read or has faults; the message lists them.
    """
    register, found = parse(path, others)
    if register is None or found:
        said = " ".join(f"Line {f.line}: {f.message} {f.remedy}".rstrip() for f in found[:10])
        raise RegisterInvalid(f"{str(path)!r} cannot be used. {said}")
    return register


def faults(
    path: Path, others: Collection[str] = (), environ: Mapping[str, str] | None = None
) -> list[Fault]:
    """Every fault of the file, and every key that is not where it says."""
    register, found = parse(path, others)
    if register is None or found:
        return found
    document = Document(path.read_bytes())
    for name, entry in register.suppliers.items():
        fault = read_key(entry.key_env, entry.key_file, environ).fault
        if fault:
            step = "key_env" if entry.key_env else "key_file"
            line = document.line(("suppliers", name, step))
            found.append(Fault(line, fault, "Set it, and load the register again."))
    return found


def parse(path: Path, others: Collection[str] = ()) -> tuple[Register | None, list[Fault]]:
    """The register, if it has the right form, and every fault found."""
    try:
        document = Document(path.read_bytes())
    except OSError as error:
        return None, [Fault(1, f"The file cannot be read: {error.strerror}.")]
    if document.faults:
        return None, document.faults
    return read_document(document, path.parent, others)
