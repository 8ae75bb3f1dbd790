"""The keys that let us in: read from a variable or a file that the register names, never shown."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


class Key:
    """A supplier's key. Its text is in `secret` and in no message, log or repr.

    Attributes:
        secret: empty where there is none.
        fault: why there is none although there should be; empty where all is well.
    """

    __slots__ = ("fault", "secret")

    def __init__(self, secret: str = "", fault: str = "") -> None:
        """Take what was found."""
        self.secret = secret
        self.fault = fault

    def __repr__(self) -> str:
        return f"Key({'set' if self.secret else 'none'})"


def read_key(variable: str, path: str, environ: Mapping[str, str] | None = None) -> Key:
    """The key in a variable, or in a file; none where neither is named."""
    environ = os.environ if environ is None else environ
    if variable:
        text, where = environ.get(variable, ""), f"the variable {variable}"
    elif path:
        text, where = _read(Path(path)), f"the file {path!r}"
    else:
        return Key()
    text = text.strip()
    if not text:
        return Key(fault=f"The key should be in {where}, and it is not.")
    if not text.isascii() or not text.isprintable() or " " in text:
        return Key(fault=f"What is in {where} cannot be a key: it has spaces or odd characters.")
    return Key(text)


def _read(path: Path) -> str:
    try:
        return path.expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
