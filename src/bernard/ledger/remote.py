"""The files of a log that is served over HTTP."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from bernard.errors import InputInvalid, NotFound
from bernard.ledger.addresses import check_address
from bernard.ledger.tlog import Checkpoint, LogFiles
from bernard.ledger.tlog import note as notes
from bernard.ledger.tlog.files import CHECKPOINT
from bernard.ledger.tlog.note import MOST_BYTES
from bernard.ledger.tlog.tiles import ENTRIES, MOST_ENTRY_BYTES, TILE_WIDTH, At, width_at
from bernard.ledger.tlog.tree import HASH_BYTES
from bernard.ledger.web_client import WebClient

MOST_TILE_BYTES = TILE_WIDTH * HASH_BYTES
MOST_BUNDLE_BYTES = TILE_WIDTH * (MOST_ENTRY_BYTES + 2)
# Files that are asked for before they are needed: what takes long is the way there and back.
AHEAD = 16


class Remote:
    """A log on a server, read from the first file on; it asks ahead for those that come next."""

    def __init__(self, url: str, web: WebClient) -> None:
        """Read the log at this address.

        Raises:
            InputInvalid: it is not one.
        """
        self._url = check_address(url)
        self._web = web
        self._pool = ThreadPoolExecutor(AHEAD // 2, thread_name_prefix="log files")
        self._ahead: OrderedDict[str, Future[bytes]] = OrderedDict()
        self._size = 0

    def files(self) -> LogFiles:
        """The log's files."""
        return LogFiles(self.read)

    def read(self, path: str) -> bytes:
        """The file at a path.

        Raises:
            NotFound: there is none.
            LogUnreachable: it cannot be had.
        """
        if path == CHECKPOINT:
            return self._checkpoint()
        self._look_ahead(At.parse(path))
        waiting = self._ahead.pop(path, None)
        return waiting.result() if waiting else self._fetch(path)

    def close(self) -> None:
        """Ask for nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _look_ahead(self, at: At) -> None:
        """Ask for the next few full files of this level, if there are any."""
        if at.width != TILE_WIDTH or at.level not in (ENTRIES, 0):
            return
        for number in range(at.number, at.number + AHEAD // 2):
            path = At(at.level, number).path
            is_full = width_at(self._size, at.level, number) == TILE_WIDTH
            if is_full and path not in self._ahead:
                self._ahead[path] = self._pool.submit(self._fetch, path)
        while len(self._ahead) > 2 * AHEAD:
            self._ahead.popitem(last=False)

    def _checkpoint(self) -> bytes:
        data = self._get(CHECKPOINT, MOST_BYTES)
        with suppress(InputInvalid):
            # Only says how far to look ahead; whether it is true is for others to check.
            self._size = Checkpoint.parse(notes.parse(data).text).size
        return data

    def _fetch(self, path: str) -> bytes:
        is_bundle = At.parse(path).level == ENTRIES
        return self._get(path, MOST_BUNDLE_BYTES if is_bundle else MOST_TILE_BYTES)

    def _get(self, path: str, most_bytes: int) -> bytes:
        try:
            return self._web.get(f"{self._url}/{path}", most_bytes)
        except NotFound as error:
            raise NotFound(f"The log has no file {path!r}. {error}") from error
