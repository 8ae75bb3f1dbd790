"""The published log for anybody: its files as they lie in the folder, without a key or a sign-in.

Source: C2SP tlog-tiles, https://c2sp.org/tlog-tiles (paths, media types, caching).
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from bernard.api.gateway.state import TEXT, is_named_here, reply
from bernard.api.gateway.types import Header, Scope, Send
from bernard.errors import Forbidden, NotFound
from bernard.ledger.tlog.files import CHECKPOINT
from bernard.ledger.tlog.folder import files_in
from bernard.ledger.tlog.tiles import At

FILES = "/ledger/"
RECEIPTS = "/v1/ledger/receipts/"
ENTRIES = "/v1/ledger/entries/"
# As many as any number that the database counts to.
MOST_DIGITS = 18
_BYTES = [(b"content-type", b"application/octet-stream")]
# A tile never changes, so whoever has it need not ask again; the checkpoint is another each time.
_FOREVER = [(b"cache-control", b"public, max-age=31536000, immutable")]
_ANEW = [(b"cache-control", b"no-cache")]
_PLAIN = [(b"x-content-type-options", b"nosniff")]
# A page of anybody's may read the log and check it.
_FOR_PAGES = [(b"access-control-allow-origin", b"*")]


class PublishedLog:
    """Serves the files of a log."""

    def __init__(self, folder: Path, *, here_only: bool) -> None:
        """Serve what is published in this folder.

        Args:
            here_only: to programs on this machine, and not to pages that a browser on it shows:
                else any page in the world could read what somebody does at their own desk.
        """
        self._read = files_in(folder).read
        self._here_only = here_only
        self._all = _PLAIN if here_only else [*_PLAIN, *_FOR_PAGES]

    def check(self, scope: Scope) -> None:
        """Refuse a request by another name than this machine's own, where only it is served.

        Raises:
            Forbidden: a page may have pointed its own name here (DNS rebinding).
        """
        if self._here_only and not is_named_here(scope):
            raise Forbidden(
                "This log is served to this machine only. Set BERNARD_HOSTS to the names that it is "
                "public under."
            )

    async def __call__(self, scope: Scope, send: Send) -> None:
        """Answer one request."""
        if scope["method"] not in ("GET", "HEAD"):
            await self._say(send, 405, "The log is only read here.\n", [(b"allow", b"GET, HEAD")])
            return
        try:
            self.check(scope)
            path = scope["path"].removeprefix(FILES)
            if path != CHECKPOINT:
                # Only what has the form of a tile's path is looked for in the folder.
                At.parse(path)
            data = await asyncio.to_thread(self._read, path)
        except NotFound as error:
            await self._say(send, 404, f"{error}\n", [])
            return
        except Forbidden as error:
            await self._say(send, 403, f"{error}\n", [])
            return
        except OSError:
            await self._say(send, 503, "The log cannot be read just now.\n", [])
            return
        headers = [*TEXT, *_ANEW] if path == CHECKPOINT else [*_BYTES, *_FOREVER]
        await reply(send, 200, data, [*headers, *self._all])

    async def _say(self, send: Send, status: int, text: str, headers: list[Header]) -> None:
        never = [(b"cache-control", b"no-store")]
        await reply(send, status, text.encode(), [*TEXT, *never, *headers, *self._all])


def number_of(path: str) -> int:
    """The number of the entry that is asked for, or whose receipt is. Raises NotFound."""
    said = path.removeprefix(RECEIPTS).removeprefix(ENTRIES)
    if not (said.isascii() and said.isdecimal() and len(said) <= MOST_DIGITS):
        raise NotFound(f"The log has no entry {said[:40]!r}.")
    return int(said)
