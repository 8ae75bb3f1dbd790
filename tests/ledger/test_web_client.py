"""What a hostile server answers costs whoever asks little memory and little time."""

import contextlib
import gzip
import http.server
import threading

import pytest

from bernard.errors import LogUnreachable
from bernard.ledger.web_client import WebClient

# Without the time of packing, by which the names of the tests would differ between processes.
PACKED = gzip.compress(b"text", mtime=0)
PACKED_TWICE = gzip.compress(PACKED, mtime=0)
EMPTY_BLOCKS = b"\0\0\0\xff\xff" * 10_000


@pytest.fixture
def serve():
    """A server that gives this encoding, and these pieces as its body, the last again and again."""
    servers = []

    def start(coding, pieces, *, for_ever=False):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                with contextlib.suppress(OSError):
                    self.send_response(200)
                    self.send_header("Content-Encoding", coding)
                    self.end_headers()
                    for piece in pieces:
                        self.wfile.write(piece)
                    while for_ever:
                        self.wfile.write(pieces[-1])

            def log_message(self, *args):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/checkpoint"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("coding", "body"),
    [("", b"text"), ("identity", b"text"), ("gzip", PACKED), ("gzip", b"")],
)
def test_what_is_plain_or_packed_once_is_read(coding, body, serve):
    with WebClient() as web:
        assert web.get(serve(coding, [body]), 4) == (b"text" if body else b"")


@pytest.mark.parametrize(
    ("coding", "pieces", "said"),
    [
        ("gzip", [gzip.compress(b"\0" * 10_000_000)], "gives more than"),
        ("gzip, gzip", [PACKED_TWICE], "packed as 'gzip, gzip'"),
        ("br", [b"text"], "packed as 'br'"),
        ("gzip", [b"text"], "incorrect header"),
        ("gzip", [PACKED[:-4]], "breaks off"),
    ],
)
def test_what_is_packed_to_be_large_or_wrong_is_refused(coding, pieces, said, serve):
    with WebClient() as web, pytest.raises(LogUnreachable, match=said):
        web.get(serve(coding, pieces), 1000)


def test_what_comes_without_end_and_is_nothing_is_refused(serve):
    url = serve("gzip", [gzip.compress(b"")[:10], EMPTY_BLOCKS], for_ever=True)
    with WebClient(timeout_s=5) as web, pytest.raises(LogUnreachable, match="gives more than"):
        web.get(url, 1000)
