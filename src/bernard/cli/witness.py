"""`bernard witness`: cosign the checkpoints of other bodies' logs. It needs no database."""

from __future__ import annotations

from pathlib import Path

import click

from bernard.api.gateway import logs
from bernard.api.gateway.listening import listen
from bernard.cli.output import json_option, note, print_json, say
from bernard.config import load
from bernard.ledger.tlog import Algorithm
from bernard.look.words import plural
from bernard.witness.keys import make_keys, read_keys
from bernard.witness.serving import open_watch, parse_logs
from bernard.witness.serving import serve as serve_watch

PORT = 8300
key_option = click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path),
    required=True,
    help="File of the witness's private key.",
)


@click.group()
def witness() -> None:
    """Watch other bodies' logs: cosign each checkpoint that extends the one before it.

    \b
    Example: bernard witness serve --folder memory --key witness.key --log VKEY
    """


@witness.command()
@key_option
@click.option("--name", help="Make the key, under this name: an address without https://.")
@click.option("--ml-dsa", is_flag=True, help="Make an ML-DSA-44 key too, for quantum computers.")
@json_option
def key(key_file: Path, name: str | None, ml_dsa: bool, as_json: bool) -> None:
    """Print a witness's public key for policies; with --name, make the private one first.

    \b
    Example: bernard witness key --key witness.key --name witness.example/w1
    JSON keys: a list of name, algorithm, key.
    """
    if name:
        post_quantum = (Algorithm.COSIGNATURE_MLDSA44,) if ml_dsa else ()
        keys = make_keys(key_file, name, (Algorithm.COSIGNATURE, *post_quantum))
        note(f"The private key is in {key_file}. Keep a copy where nobody else can read it.")
    else:
        keys = read_keys(key_file)
    public = [key.verifier for key in keys]
    if as_json:
        rows = [(key.name, key.algorithm.name.lower(), str(key)) for key in public]
        print_json([dict(zip(("name", "algorithm", "key"), row, strict=True)) for row in rows])
        return
    for one in public:
        say(str(one))


@witness.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Where it remembers what it cosigned, and keeps evidence of forks.",
)
@key_option
@click.option("--log", "vkeys", multiple=True, required=True, help="Key of a log; may be repeated.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Port."
)
def serve(folder: Path, key_file: Path, vkeys: tuple[str, ...], host: str, port: int) -> None:
    """Serve the witness until stopped.

    \b
    Example: bernard witness serve --folder memory --key witness.key --log VKEY
    """
    logs.set_up(load().log_level)
    watch = open_watch(folder, read_keys(key_file), parse_logs(vkeys))
    with listen(host, port) as listener:
        at = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        watched = plural(len(watch.logs), "log")
        note(f"The witness is at http://{shown}:{at} for {watched}. Ctrl+C stops it.")
        serve_watch(watch, listener)
