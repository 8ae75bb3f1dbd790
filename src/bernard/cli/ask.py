"""`bernard ask` and `bernard search`: from documents on this machine to words with their source."""

from __future__ import annotations

from pathlib import Path

import click

from bernard.accounts.unlocked import COMMAND_LINE
from bernard.assembly import Bernard, open_bernard
from bernard.cli.output import Progress, json_option, note, print_json, say
from bernard.cli.whose import whose
from bernard.config import load
from bernard.errors import NotFound
from bernard.store import collections, documents
from bernard.tools import ask as tool
from bernard.tools.ask.types import Answer, Claim, to_json

docs_option = click.option(
    "--docs",
    type=click.Path(path_type=Path, exists=True),
    help="A file or folder to ask; read again only where it changed.",
)
collection_option = click.option(
    "--collection", help="A collection made with `bernard documents add`; all of them if left out."
)


@click.command()
@click.argument("question")
@docs_option
@collection_option
@click.option("--scenario", default="", help="The asker's circumstances, in a sentence or two.")
@click.option("--model", default="", help="Chat model that words the answer; none for quotes only.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "docx"]),
    default="text",
    show_default=True,
    help="How to write the answer.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="File for the answer; needed for docx."
)
@json_option
def ask(
    question: str,
    docs: Path | None,
    collection: str | None,
    scenario: str,
    model: str,
    form: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Answer a question from documents, each statement with the quote it rests on.

    \b
    Example: bernard ask "How many days of leave do I get?" --docs policies/
    JSON keys: question, answer, claims (text, state, citations), passages, receipt, mode,
    refused, notes.
    """
    if form == "docx" and out is None:
        raise click.UsageError("A Word document needs --out FILE.docx.")
    with open_bernard(load()) as bernard:
        # Said once and here, not by each of the calls that could not be logged.
        bernard.ledger.check()
        where = places(bernard, docs, collection)
        answer = tool.ask(
            question, bernard.library, bernard.gateway, where, scenario=scenario, model=model
        )
    if as_json:
        print_json(to_json(answer))
    elif form == "docx" and out is not None:
        out.write_bytes(tool.to_docx(answer))
        note(f"Written to {out}.")
    else:
        text = tool.to_markdown(answer) if form == "markdown" else in_words(answer)
        if out:
            out.write_text(text + "\n", encoding="utf-8")
        else:
            say(text)


@click.command()
@click.argument("query")
@docs_option
@collection_option
@click.option(
    "--limit",
    default=10,
    show_default=True,
    type=click.IntRange(1, 100),
    help="Most passages to find.",
)
@json_option
def search(
    query: str, docs: Path | None, collection: str | None, limit: int, as_json: bool
) -> None:
    """Find passages by words and by meaning, best first.

    \b
    Example: bernard search "carry leave over" --docs policies/
    JSON keys: a list of id, document, name, page, heading, start, end, score, text.
    """
    with open_bernard(load()) as bernard:
        hits = bernard.library.search(query, places(bernard, docs, collection), limit)
    if as_json:
        print_json(hits)
        return
    for number, hit in enumerate(hits, 1):
        page = f", page {hit.page}" if hit.page else ""
        say(f"{number}. {hit.name}{page}  [{hit.score:.2f}]\n{_indented(hit.text)}\n")
    if not hits:
        say("Nothing was found.")


def places(
    bernard: Bernard, docs: Path | None, collection: str | None, account: str = COMMAND_LINE
) -> list[str]:
    """The collections to look in; `--docs` is read into one of its own first."""
    owner = whose(bernard, account)
    if docs is not None:
        return [read_in(bernard, owner, str(docs.resolve()), docs)]
    with bernard.store.read() as c:
        owned = collections.of_owner(c, owner)
    chosen = [own.id for own in owned if collection in (None, own.name)]
    if not chosen:
        named = f"collection {collection!r}" if collection else "document yet"
        raise NotFound(f"There is no {named}. `bernard documents add FILE` puts documents in.")
    return chosen


def read_in(
    bernard: Bernard,
    owner: str,
    name: str,
    path: Path,
    *,
    retry: bool = False,
    mirror: bool = True,
) -> str:
    """Bring a collection in step with a path, read what is new, and give the collection's id."""
    where = bernard.library.collection(owner, name).id
    synced = bernard.library.sync(where, path, retry=retry, mirror=mirror)
    for refused in synced.refused:
        note(str(refused))
    if synced.waiting:
        progress = Progress("Documents read")
        end = bernard.library.read(synced.group, lambda far: progress.show(far.done, far.total))
        progress.finish()
        for error in [*end.errors, *failures(bernard, where)]:
            note(error)
    return where


def failures(bernard: Bernard, where: str) -> list[str]:
    """Why each document of the collection that could not be read was not."""
    with bernard.store.read() as c:
        return [d.error for d in documents.in_collection(c, where, state="failed")]


def in_words(answer: Answer) -> str:
    """The answer for a terminal: statements with numbers, then the sources they stand for."""
    sources = list(dict.fromkeys(cite for claim in answer.claims for cite in claim.citations))
    lines = []
    for claim in answer.claims:
        numbers = "".join(f"[{sources.index(cite) + 1}]" for cite in claim.citations)
        lines += [f"{claim.text} {numbers} ({claim.state})", *_warnings(claim)]
    if not answer.claims:
        lines.append(answer.answer)
    lines += ["", "Sources"] if sources else []
    for number, cite in enumerate(sources, 1):
        page = f", page {cite.page}" if cite.page else ""
        lines.append(
            f"[{number}] {cite.name}{page}, characters {cite.start} to {cite.end}:\n"
            f"{_indented(cite.quote)}"
        )
    if not answer.claims and answer.passages:
        lines += ["", "The nearest passages"]
        lines += [f"- {p.name}:\n{_indented(p.text)}" for p in answer.passages[:3]]
    lines += ["", *answer.notes]
    if answer.receipt:
        receipt = answer.receipt
        lines.append(
            f"{receipt.left:,} bytes left this machine. Log entry {receipt.entry}, "
            f"{receipt.hash[:16]} (agreement {receipt.agreement}, clause {receipt.clause})."
        )
    return "\n".join(lines)


def _warnings(claim: Claim) -> list[str]:
    return [f"  Check this: {warning}" for warning in claim.warnings]


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
