"""Where a server with a model is, and the key that lets us in."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bernard.errors import InputInvalid, ModelFailed

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Server:
    """Where a model is served and how to be let in.

    Attributes:
        url: base address, up to and with `/v1`.
        model: what the server calls the model.
        key_env: environment variable that holds the key, read at each call and never kept.
        key_file: file that holds the key, likewise.
        timeout_s: seconds until the first piece of a reply, and between two pieces.
    """

    url: str
    model: str
    key_env: str = ""
    key_file: str = ""
    timeout_s: float = 120.0

    @property
    def host(self) -> str:
        """The host's name, for messages."""
        return urlsplit(self.url).hostname or self.url

    @property
    def on_this_machine(self) -> bool:
        """Whether the address is this computer's own."""
        return urlsplit(self.url).hostname in _LOOPBACK

    def headers(self) -> dict[str, str]:
        """The headers that let us in.

        Raises:
            ModelFailed: the variable or file that should hold the key does not.
        """
        key = self._key()
        return {"Authorization": f"Bearer {key}"} if key else {}

    def _key(self) -> str:
        if self.key_env:
            key = os.environ.get(self.key_env, "").strip()
            where = f"the variable {self.key_env}"
        elif self.key_file:
            key = _read_key(Path(self.key_file))
            where = f"the file {self.key_file!r}"
        else:
            return ""
        if not key or not key.isascii() or not key.isprintable():
            raise ModelFailed(f"The key for {self.host} should be in {where}, and it is not.")
        return key


def check_address(url: str) -> str:
    """The address without a slash at its end.

    Raises:
        InputInvalid: it is not an http or https address, or there is a password in it.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (reading it checks it)
    except ValueError as error:
        raise InputInvalid(f"{url!r} is not an address: {error}.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputInvalid(f"{url!r} is not an address. It should begin with https:// or http://.")
    if parts.username or parts.password:
        raise InputInvalid("Leave the key out of the address; use --key-env or --key-file.")
    return url.rstrip("/")


def _read_key(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
