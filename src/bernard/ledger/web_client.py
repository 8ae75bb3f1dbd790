"""What is asked of other servers for the log: whole answers, within limits of size and time."""

from __future__ import annotations

import ssl
import time
import zlib
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import httpx

from bernard.errors import LogUnreachable, NotFound, SettingInvalid
from bernard.ledger.addresses import SCHEMES

MOST_REDIRECTS = 5
# What was packed may be a little longer than what is in it.
_MORE_PACKED = 64 * 1024


class _Reply(NamedTuple):
    """An answer: its status, the address that gave it, and its body."""

    status: int
    url: httpx.URL
    body: bytes


class WebClient:
    """Asks servers over HTTP; any thread may use it."""

    def __init__(self, ca_file: Path | None = None, timeout_s: float = 10.0) -> None:
        """Take limits.

        Args:
            ca_file: a further certificate authority to trust.
            timeout_s: for each whole answer, however slowly it comes.

        Raises:
            SettingInvalid: the file holds no certificate.
        """
        self._timeout_s = timeout_s
        self._http = httpx.Client(
            verify=_trusted(ca_file),
            timeout=timeout_s,
            follow_redirects=False,
            headers={"Accept-Encoding": "gzip", "User-Agent": "bernard"},
        )

    def __enter__(self) -> WebClient:
        """Open until the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Give back connections."""
        self.close()

    def close(self) -> None:
        """Give back connections."""
        self._http.close()

    def get(self, url: str, most_bytes: int) -> bytes:
        """What lies at the address.

        Redirects are followed to HTTP and HTTPS only, and never from HTTPS to HTTP.

        Raises:
            NotFound: there is nothing.
            LogUnreachable: it cannot be had.
        """
        request = self._http.build_request("GET", url)
        for _ in range(MOST_REDIRECTS + 1):
            reply, onward = self._send(request, most_bytes)
            if onward is None:
                return _found(reply)
            if onward.url.scheme not in SCHEMES or (
                request.url.scheme == "https" and onward.url.scheme == "http"
            ):
                raise LogUnreachable(
                    f"{str(request.url)!r} leads on to {str(onward.url)!r:.200}, which is not followed."
                )
            request = onward
        raise LogUnreachable(f"{url!r} leads on and on; {MOST_REDIRECTS} redirects are followed.")

    def post(self, url: str, body: bytes, most_bytes: int) -> tuple[int, bytes]:
        """Status and body of the answer to what is posted; a redirect is not followed.

        Raises:
            LogUnreachable: there is no answer.
        """
        reply, _ = self._send(self._http.build_request("POST", url, content=body), most_bytes)
        return reply.status, reply.body

    def _send(self, request: httpx.Request, most_bytes: int) -> tuple[_Reply, httpx.Request | None]:
        end = time.monotonic() + self._timeout_s
        try:
            answer = self._http.send(request, stream=True)
            try:
                whole = _whole(answer, most_bytes, end)
            finally:
                answer.close()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, zlib.error) as error:
            why = str(error) or type(error).__name__
            raise LogUnreachable(f"{str(request.url)!r} cannot be asked: {why}.") from error
        return _Reply(answer.status_code, request.url, whole), answer.next_request


def _whole(answer: httpx.Response, most_bytes: int, end: float) -> bytes:
    """The body, unpacked no further than to see that it is too long.

    A few bytes, packed twice, may be more than any memory holds, or come without end and be nothing.
    """
    coding = answer.headers.get("Content-Encoding", "").strip().lower() or "identity"
    if coding not in ("identity", "gzip"):
        raise httpx.DecodingError(f"it is packed as {coding!r:.80}")
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS) if coding == "gzip" else None
    whole, came = bytearray(), 0
    for piece in answer.iter_raw():
        came += len(piece)
        whole += unpacker.decompress(piece, most_bytes + 1 - len(whole)) if unpacker else piece
        if len(whole) > most_bytes or came > most_bytes + _MORE_PACKED:
            raise LogUnreachable(f"{str(answer.url)!r} gives more than {most_bytes:,} bytes.")
        if time.monotonic() > end:
            raise httpx.ReadTimeout("it came too slowly")
    if unpacker and came and not unpacker.eof:
        raise httpx.DecodingError("what is packed breaks off")
    return bytes(whole)


def _found(reply: _Reply) -> bytes:
    if reply.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise NotFound(f"There is nothing at {str(reply.url)!r}.")
    if reply.status != HTTPStatus.OK:
        raise LogUnreachable(f"{str(reply.url)!r} answered {reply.status}.")
    return reply.body


def _trusted(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        # A Python that does not know where this system keeps its certificates.
        context = httpx.create_ssl_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise SettingInvalid(
                f"BERNARD_CA_FILE is {str(ca_file)!r}, which holds no certificate: {error}."
            ) from error
    return context
