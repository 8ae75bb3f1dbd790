"""The witness as a program: its folder opened, its socket served."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from pathlib import Path

import uvicorn

from bernard.errors import Error, InputInvalid, StoreUnavailable
from bernard.ledger.tlog import FolderMemory, SignerKey, VerifierKey, Witness
from bernard.witness.app import Watch, app
from bernard.witness.evidence import Evidence

# A witness hears from a log every few seconds at most.
MOST_AT_ONCE = 200
KEEP_ALIVE_S = 15
STOP_WITHIN_S = 5


def open_watch(folder: Path, signers: Iterable[SignerKey], logs: Iterable[VerifierKey]) -> Watch:
    """A witness that keeps its memory and its evidence in this folder.

    Raises:
        InputInvalid: no log is named, or a key is of the wrong kind.
        StoreUnavailable: the folder cannot be used, or its memory is damaged.
    """
    signers, logs = tuple(signers), tuple(logs)
    if not logs:
        raise InputInvalid("Name the logs to watch, each by its key.")
    try:
        memory, evidence = FolderMemory(folder), Evidence(folder / "forks")
    except OSError as error:
        raise StoreUnavailable(
            f"The folder {str(folder)!r} cannot be used: {error.strerror}."
        ) from error
    witness = Witness(signers, logs, memory)
    watch = Watch(witness, tuple(key.verifier for key in signers), logs, memory, evidence)
    watch.checks()
    return watch


def serve(watch: Watch, listener: socket.socket) -> None:
    """Answer until stopped."""
    server(watch).run(sockets=[listener])


def server(watch: Watch) -> uvicorn.Server:
    """The server, not yet running."""
    return uvicorn.Server(
        uvicorn.Config(
            app(watch),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            limit_concurrency=MOST_AT_ONCE,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
    )


def parse_logs(vkeys: Iterable[str]) -> tuple[VerifierKey, ...]:
    """The keys of logs from their one-line forms.

    Raises:
        InputInvalid: one of them is not a key; the message names it.
    """
    found = []
    for vkey in vkeys:
        try:
            found.append(VerifierKey.parse(vkey.strip()))
        except Error as error:
            raise InputInvalid(f"The log's key {vkey[:80]!r} cannot be used. {error}") from error
    return tuple(found)
