"""Agreements as a command's arguments: a file, or the id of one that comes with Bernard."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from bernard.agreements import Agreement, default_path, read_text, shipped
from bernard.agreements.read import read_bytes
from bernard.agreements.sign import Keys, trusted_keys
from bernard.config import load
from bernard.errors import AgreementInvalid, NotFound

F = TypeVar("F", bound=Callable[..., Any])


class Source(msgspec.Struct, frozen=True):
    """Where an agreement is read from; `name` is what the caller called it."""

    name: str
    data: bytes

    def read(self) -> Agreement:
        """The agreement, or AgreementInvalid with every fault."""
        return read_text(self.data, name=self.name)

    @property
    def text(self) -> str:
        """The file as text, or AgreementInvalid."""
        try:
            return self.data.decode()
        except UnicodeDecodeError as error:
            raise AgreementInvalid(f"{self.name} is not UTF-8 text. Save it as UTF-8.") from error


def source_argument(name: str, *, required: bool = True) -> Callable[[F], F]:
    """An argument that becomes a Source: a path, `-`, or the id of a shipped agreement."""
    return click.argument(name, required=required, callback=_source)


def _source(context: click.Context, parameter: click.Parameter, value: str | None) -> Source | None:
    """The bytes that the word stands for; a file goes before a shipped agreement."""
    if value is None:
        return None
    if value == "-":
        return Source(value, sys.stdin.buffer.read())
    path = Path(value)
    if not path.exists() and value in shipped_ids():
        path = shipped() / f"{value}.yaml"
    if not path.exists():
        raise NotFound(
            f"There is no file {value!r}, and no agreement of that id comes with Bernard."
            " `bernard agreement list` names those that do."
        )
    return Source(value, read_bytes(path))


agreement_argument = source_argument("agreement")


def shipped_ids() -> list[str]:
    """The ids of the agreements that come with Bernard."""
    return sorted(path.stem for path in shipped().glob("*.yaml"))


def keys_that_may_sign() -> Keys:
    """Those of the setting; none means that any key may."""
    return trusted_keys(load().agreement_keys)


def in_force_sources() -> list[Source]:
    """Those that this home obeys: the file of the setting, or every one of its folder."""
    path = Path(load().agreement or default_path())
    paths = sorted([*path.glob("*.yaml"), *path.glob("*.yml")]) if path.is_dir() else [path]
    return [Source(found.name, read_bytes(found)) for found in paths]
