"""`bernard serve`, `demo` and `worker`: the pages and the API, and the reading behind them."""

from __future__ import annotations

import dataclasses
import signal
import socket
import threading
import webbrowser
from pathlib import Path

import click

from bernard import server
from bernard.accounts import setup_code
from bernard.accounts.signing import is_first_run
from bernard.api.gateway import logs
from bernard.api.gateway.listening import listen
from bernard.assembly import open_bernard
from bernard.cli.output import note
from bernard.config import Settings, load
from bernard.web.security import is_loopback

host_option = click.option("--host", help="Address to listen on.")
port_option = click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")


@click.command()
@host_option
@port_option
@click.option("--worker/--no-worker", default=True, help="Read documents in this process too.")
def serve(host: str | None, port: int | None, worker: bool) -> None:
    """Serve the pages and the API.

    \b
    Example: bernard serve --port 8000
    """
    settings, listener = _listening(load(), host, port)
    logs.set_up(settings.log_level)
    with listener, open_bernard(settings) as bernard:
        note(f"Bernard is at {_address(settings)}. Press Ctrl+C to stop.")
        _say_gateway(settings)
        if is_first_run(bernard.store):
            note("Nobody has an account yet: the first page makes one.")
            if not is_loopback(settings.host):
                note(
                    f"From another machine it asks for the code in {setup_code.write(settings.home)}."
                )
        server.run(bernard, listener, worker=worker)


@click.command()
@port_option
@click.option("--home", type=click.Path(path_type=Path), help="Folder for the demo's data.")
@click.option("--browser/--no-browser", default=True, help="Open the page in a browser.")
def demo(port: int | None, home: Path | None, browser: bool) -> None:
    """Start Bernard with sample documents, on this machine only, with nothing to sign in to.

    \b
    Example: bernard demo
    """
    settings, listener = _listening(load(), "127.0.0.1", port)
    settings = dataclasses.replace(
        settings,
        home=(home or settings.home / "demo").absolute(),
        models=settings.models_folder,
        # A log of its own: under the name of another it would be a second history of that one.
        ledger_key_file=None,
        ledger_origin="",
        ledger_folder=None,
        ledger_policy=None,
    )
    with listener, open_bernard(settings, demo=True) as bernard:
        server.fill_demo(bernard)
        note(f"The demo is at {_address(settings)}. Press Ctrl+C to stop.")
        _say_gateway(settings)
        note(
            f"The public register will be at {_address(settings)}register/ after "
            f"`BERNARD_HOME={settings.home} bernard register build`."
        )
        if browser:
            threading.Timer(1.0, webbrowser.open, [_address(settings)]).start()
        server.run(bernard, listener, worker=True)


@click.command()
def worker() -> None:
    """Read waiting documents until stopped; start as many, on as many machines, as you like.

    \b
    Example: bernard worker
    """
    with open_bernard(load()) as bernard:
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        note("Reading documents as they come. Press Ctrl+C to stop.")
        others = [
            threading.Thread(target=desk.work, args=(stop,), daemon=True)
            for desk in (server.desk(bernard), server.consult_desk(bernard))
        ]
        for other in others:
            other.start()
        bernard.library.work(stop)
        for other in others:
            other.join(timeout=10)


def _listening(
    settings: Settings, host: str | None, port: int | None
) -> tuple[Settings, socket.socket]:
    """The settings with the address in use, and the socket on it.

    It is taken before anything else is opened: whoever has the port may be another Bernard.
    """
    host = host or settings.host
    listener = listen(host, settings.port if port is None else port)
    return dataclasses.replace(settings, host=host, port=listener.getsockname()[1]), listener


def _address(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}/"


def _say_gateway(settings: Settings) -> None:
    """How programs use the models here; the demo has a home of its own, which its keys are in."""
    home = "" if settings.home == load().home else f"BERNARD_HOME={settings.home} "
    note(
        f"OpenAI's clients can use {_address(settings)}v1 and Anthropic's {_address(settings)}, "
        f"with a key from `{home}bernard keys make NAME --service NAME --purpose WORD`."
    )
