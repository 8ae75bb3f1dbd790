"""What cog puts into the pages between [[[cog and [[[end]]]: reference that cannot fall behind.

`cog -I docs -r docs/*.md docs/*/*.md` writes it again; `cog --check` fails where it is out of date.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from importlib import import_module
from importlib.metadata import PackageNotFoundError, metadata
from os.path import relpath
from pathlib import Path
from typing import Any

import click
from packaging.requirements import Requirement

from bernard import errors
from bernard.config import PREFIX, Settings

DOCS = Path(__file__).parent
HELP = ["-h", "--help"]


def pages(folder: str, start: str = ".") -> str:
    """A list of links to the pages of a folder, by title, as seen from the folder `start`."""
    found = sorted((DOCS / folder).glob("*.md"))
    titles = {page: page.read_text(encoding="utf-8").splitlines()[0] for page in found}
    return "".join(
        f"- [{title.removeprefix('# ')}]({Path(relpath(page, DOCS / start)).as_posix()})\n"
        for page, title in titles.items()
        if page.name != "README.md"
    )


def settings() -> str:
    """A table of every setting."""
    lines = ["| Variable | Default | What it does |", "|---|---|---|"]
    for field in dataclasses.fields(Settings):
        default = "" if field.default in ("", None) else f"`{field.default}`"
        lines.append(f"| `{PREFIX}{field.name.upper()}` | {default} | {field.metadata['doc']} |")
    return "\n".join(lines) + "\n"


def every_error(error: type[errors.Error] = errors.Error) -> Iterator[type[errors.Error]]:
    """An error of the tree and all errors below it."""
    yield error
    for below in error.__subclasses__():
        # An error of another module would be a second tree.
        if below.__module__ == errors.__name__:
            yield from every_error(below)


def personal_kinds(*, personal: bool) -> str:
    """A table of every kind that is found, or of what is left: how it is known, and an example."""
    from bernard.privacy.recogniser import shipped  # needed by one page only

    rows: dict[str, list[str]] = {}
    for recogniser in shipped():
        if recogniser.personal == personal:
            rows.setdefault(recogniser.kind, []).append(recogniser.why)
    lines = ["| Kind | Known by |", "|---|---|"]
    lines += [
        f"| `{kind}` | {'; '.join(dict.fromkeys(why))} |" for kind, why in sorted(rows.items())
    ]
    return "\n".join(lines) + "\n"


def attributes(module: str, name: str) -> str:
    """A table of a class's attributes, from the section of its docstring that lists them."""
    text = inspect.getdoc(getattr(import_module(module), name)) or ""
    section = text.partition("Attributes:\n")[2]
    pairs = re.findall(r"^    (\w+): ((?:.+\n?)(?:^        .+\n?)*)", section, re.M)
    rows = [f"| `{field}` | {' '.join(meaning.split())} |" for field, meaning in pairs]
    return "\n".join(["| Field | What it says |", "|---|---|", *rows]) + "\n"


def declarations() -> str:
    """A table of the headers by which a call declares what it is."""
    from bernard.api.gateway.declared import DECLARATIONS  # needed by one page only

    lines = ["| Header | What it says | Instead of the key's |", "|---|---|---|"]
    for name, one in DECLARATIONS.items():
        title = name.decode().title()
        lines.append(f"| `X-Bernard-{title}` | {one.said} | `{one.field}` |")
    return "\n".join(lines) + "\n"


def gateway_numbers() -> str:
    """A table of what Prometheus can read of the gateway."""
    from bernard.api.gateway.meter import Numbers  # needed by one page only
    from bernard.api.gateway.prometheus import LEDGER, families

    lines = ["| Name | Kind | Labels | What it counts |", "|---|---|---|---|"]
    for family in families(Numbers(), dict.fromkeys(LEDGER, 0)):
        labels = ", ".join(f"`{label}`" for label in getattr(family, "_labelnames", ()))
        name = f"{family.name}_total" if family.type == "counter" else family.name
        lines.append(f"| `{name}` | {family.type} | {labels} | {family.documentation} |")
    return "\n".join(lines) + "\n"


def error_table() -> str:
    """A table of every error: what it is called, its HTTP status, and what it says."""
    lines = ["| Error | Title | HTTP status | What it says when nothing else is known |"]
    lines.append("|---|---|---|---|")
    for error in every_error():
        words = " ".join((error.__doc__ or "").split())
        status = f"{error.status.value} {error.status.phrase}"
        lines.append(f"| `{error.__name__}` | {error().title} | {status} | {words} |")
    return "\n".join(lines) + "\n"


def every_command(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """The path and command of a click command and all commands below it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from every_command(below, f"{path} {name}")


def commands() -> str:
    """The help of every command, as a terminal of 80 columns shows it."""
    from bernard.cli.program import bernard  # needed by one page only, and slow to import

    parts = []
    for path, command in every_command(bernard, "bernard"):
        context = click.Context(command, info_name=path, terminal_width=80, help_option_names=HELP)
        parts.append(f"## `{path}`\n\n```text\n{command.get_help(context).strip()}\n```\n")
    return "\n".join(parts)


def routes() -> str:
    """A table of every path of the API."""
    from bernard.api.routes import ENDPOINTS  # needed by one page only, and slow to import

    lines = ["| Request | What you get | Takes | Gives |", "|---|---|---|---|"]
    for endpoint in ENDPOINTS:
        takes = [shape.__name__ for shape in (endpoint.body, endpoint.query) if shape]
        takes += ["files"] if endpoint.takes_files else []
        gives = endpoint.gives.__name__ if endpoint.gives else endpoint.media_type
        gives = "nothing" if endpoint.status == HTTPStatus.NO_CONTENT else gives
        path = re.sub(r":\w+", "", endpoint.path)
        said = f"{endpoint.summary} (no token)" if endpoint.is_open else endpoint.summary
        lines.append(
            f"| `{endpoint.method} {path}` | {said} | {_links(takes)} "
            f"| {endpoint.status.value}: {_links([gives])} |"
        )
    return "\n".join(lines) + "\n"


def shapes() -> str:
    """Every shape that the API takes or gives, field by field."""
    from bernard.api import openapi  # needed by one page only, and slow to import
    from bernard.api.routes import ENDPOINTS

    sent = {shape.__name__ for e in ENDPOINTS for shape in (e.body, e.query) if shape} | {"Turn"}
    used = [shape for e in ENDPOINTS for shape in (e.body, e.query, e.gives) if shape]
    found = openapi.schemas(used, "{name}")
    return "\n".join(_shape(name, found[name], name in sent) for name in sorted(found))


def _shape(name: str, schema: dict[str, Any], is_sent: bool) -> str:
    lines = [f"### {name}\n", f"{schema['description']}\n", "| Field | Type | |", "|---|---|---|"]
    for field, about in schema["properties"].items():
        may = ", may be left out" if is_sent and field not in schema.get("required", ()) else ""
        lines.append(f"| `{field}` | {_type(about)}{may} | {about.get('description', '')} |")
    return "\n".join(lines) + "\n"


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        if name == "country":
            return "code of a country"
        return _links([name]) if name[:1].isupper() else f"[word](#the-words-of-{name})"
    if "const" in schema:
        return f"`{schema['const']}`"
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return {"date-time": "time", "date": "date"}.get(
        schema.get("format", ""), schema.get("type", "anything")
    )


def agreement_form() -> str:
    """Every field of an agreement file, part by part, from its JSON Schema."""
    from bernard.agreements.json_schema import json_schema  # needed by one page only

    parts = json_schema()["$defs"]
    return "\n".join(
        _shape(name, part, is_sent=True) for name, part in parts.items() if "properties" in part
    )


def entry_fields() -> str:
    """Every field of an entry of the log, what it may hold, and what it says."""
    from bernard.ledger.entry_schema import json_schema  # needed by one page only

    lines = ["| Field | May hold | What it says |", "|---|---|---|"]
    for name, field in json_schema()["properties"].items():
        lines.append(f"| `{name}` | {_holds(field)} | {field['description']} |")
    return "\n".join(lines) + "\n"


def _holds(field: dict[str, Any]) -> str:
    """What a field of an entry may hold, in few words."""
    if field.get("type") == "array":
        return f"list of {_holds(field['items'])}"
    if "propertyNames" in field:
        return f"number for each {_holds(field['propertyNames'])}"
    if "anyOf" in field:
        return " or ".join(_holds(one) for one in field["anyOf"])
    if "enum" in field:
        words = field["enum"]
        return ", ".join(f"`{word}`" for word in words) if len(words) <= 13 else "word"
    if "pattern" in field:
        escaped = str(field["pattern"]).replace("|", "\\|")
        return f"`{escaped}`"
    return str(field["type"])


def entry_reasons() -> str:
    """Every word for why a call was refused, with its sentence."""
    from bernard.ledger.reasons import FORBID, REASONS  # needed by one page only

    rows = [f"| `{word}` | {said} |" for word, said in sorted(REASONS.items())]
    forbid = f"| `{FORBID}ID` | It is inside the box of that id, which the agreement forbids. |"
    return "\n".join(["| Word | What it says |", "|---|---|", *rows, forbid]) + "\n"


def vocabularies() -> str:
    """Every word that an agreement may use, with its meaning."""
    from bernard.agreements.vocabulary import KINDS, vocabulary  # needed by one page only

    parts = []
    for kind in KINDS:
        lines = [f"### The words of {kind}\n"]
        if kind == "places":
            codes = [f"`{word}`" for word in vocabulary(kind)]
            lines.append(f"{', '.join(codes[:2])}, and by ISO 3166-1: {', '.join(codes[2:])}.")
        else:
            lines += ["| Word | What it means | W3C term |", "|---|---|---|"]
            for name, word in vocabulary(kind).items():
                term = f"[{word.dpv}]({word.iri})" if word.dpv else ""
                lines.append(f"| `{name}` | {word.label}. {word.description} | {term} |")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _links(names: Sequence[str]) -> str:
    """Names of shapes as links to their tables; other words as they are."""
    return ", ".join(f"[{n}](#{n.lower()})" if n[:1].isupper() else n for n in names)


def indirect_dependencies() -> str:
    """The locked packages that no line of pyproject names, by licence."""
    by_licence: dict[str, list[str]] = defaultdict(list)
    direct = {name.lower() for name in direct_dependencies()}
    for name in locked() - direct:
        by_licence[licence(name)].append(name)
    lines = ["| Licence | Packages |", "|---|---|"]
    lines += [f"| {key} | {', '.join(sorted(by_licence[key]))} |" for key in sorted(by_licence)]
    return "\n".join(lines) + "\n"


def direct_dependencies() -> list[str]:
    """The packages that pyproject names for those who run Bernard, in its order."""
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [Requirement(line).name for line in project["dependencies"] + extras]


def locked() -> set[str]:
    """The packages of requirements.lock that Linux needs, in lower case."""
    text = (DOCS.parent / "requirements.lock").read_text(encoding="utf-8")
    wanted = set()
    for line in text.splitlines():
        if line[:1].isalnum():
            requirement = Requirement(line.rstrip(" \\"))
            environment = {"sys_platform": "linux", "platform_system": "Linux"}
            if requirement.marker is None or requirement.marker.evaluate(environment):
                wanted.add(requirement.name.lower())
    return wanted


def licence(name: str) -> str:
    """The licence an installed package declares, in one wording."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return "not installed"
    declared = about.get("License-Expression") or about.get("License") or ""
    classifiers = [c.split(" :: ")[-1] for c in about.get_all("Classifier") or [] if "License" in c]
    first = declared.splitlines()[0] if declared else ", ".join(classifiers)
    return _WORDINGS.get(first, first)


_WORDINGS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-2-Clause",
    # The first line of the whole text, which is all that SciPy declares.
    "Copyright (c) 2001-2002 Enthought, Inc. 2003, SciPy Developers.": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "LGPL": "LGPL-2.1-or-later",
    "MIT License": "MIT",
    "PSFL": "PSF-2.0",
}
