"""`bernard gateway`: the gateway alone, for programs, in as many processes as asked."""

from __future__ import annotations

import dataclasses
import socket
import tempfile
from functools import partial
from pathlib import Path

import click

from bernard.api.gateway import logs
from bernard.api.gateway.front import open_front
from bernard.api.gateway.listening import listen, more
from bernard.api.gateway.serving import LAST_WORDS_S, Server
from bernard.api.gateway.workers import Supervisor
from bernard.cli.output import note
from bernard.config import Settings, load
from bernard.gateway.house import House, open_house


@click.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes."
)
def gateway(host: str | None, port: int | None, workers: int) -> None:
    """Serve models to programs by OpenAI's and Anthropic's protocols, under an agreement.

    \b
    Example: bernard gateway --port 8100 --workers 2
    """
    settings = load()
    logs.set_up(settings.log_level)
    settings = dataclasses.replace(settings, host=host or settings.host)
    port = settings.gateway_port if port is None else port
    with listen(settings.host, port, shared=workers > 1) as listener:
        if workers > 1:
            _serve_by_many(settings, listener, workers)
            return
        with open_house(settings) as house:
            _say_how_to_use(settings, listener)
            _serve(settings, house, None, listener)


def _serve(settings: Settings, house: House, folder: Path | None, listener: socket.socket) -> None:
    front = open_front(settings, house, folder)
    with house.publishing():
        Server(front, front, settings).run(sockets=[listener])


def _work(settings: Settings, folder: Path, listener: socket.socket) -> None:
    """What each of several processes does."""
    with open_house(settings) as house:
        _serve(settings, house, folder, listener)


def _serve_by_many(settings: Settings, listener: socket.socket, workers: int) -> None:
    # Every fault that can be known is known before the first worker starts.
    with open_house(settings):
        _say_how_to_use(settings, listener)
    listeners = [listener, *more(listener, workers - 1)]
    with tempfile.TemporaryDirectory(prefix="bernard-gateway-") as folder:
        work = partial(_work, settings, Path(folder))
        patience_s = settings.shutdown_s + 2 * LAST_WORDS_S
        Supervisor(listeners, work, patience_s).run()


def _say_how_to_use(settings: Settings, listener: socket.socket) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    at = f"http://{host}:{listener.getsockname()[1]}"
    note(f"The gateway is at {at}/v1 for OpenAI's clients and {at} for Anthropic's.")
    note("`bernard keys make NAME --service NAME --purpose WORD` makes a key. Ctrl+C stops it.")
