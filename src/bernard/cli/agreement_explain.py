"""`bernard agreement explain`: one call, allowed or not, and what would change that."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, get_args

import click
import msgspec

from bernard.agreements import Agreement, Call, Clause
from bernard.agreements.dimensions import DIMENSIONS
from bernard.agreements.explain import Explanation
from bernard.agreements.explain import explain as explained
from bernard.agreements.schema import ANY, Effect, Identifiability, Involvement, SupplierUse
from bernard.agreements.sign import only_trusted
from bernard.cli.agreement_names import (
    Source,
    in_force_sources,
    keys_that_may_sign,
    source_argument,
)
from bernard.cli.output import json_option, note, print_json, say

F = TypeVar("F", bound=Callable[..., Any])
_MARKINGS = ("OFFICIAL", "OFFICIAL-SENSITIVE", "SECRET", "TOP SECRET")
_MANY = {
    "places": ("--place", "Where it may be processed: this-machine, GB."),
    "descriptors": ("--descriptor", "A descriptor beside the marking."),
    "caveats": ("--caveat", "A caveat beside the marking."),
    "categories": ("--category", "A kind of data that the text holds."),
    "special": ("--special", "A special category of data that it holds."),
    "subjects": ("--subject", "Whom the data is about."),
    "safeguards": ("--safeguard", "What will have run before it is sent."),
    "tools": ("--tool", "A tool that the model is offered."),
}
_ONE = {
    "service": "The service that calls.",
    "purpose": "What the call is for.",
    "operation": "What the model does: chat, embed.",
    "supplier": "Who runs the model.",
    "model": "The model.",
    "version": "Its version.",
}
_LEVELS = {
    "identifiability": (get_args(Identifiability), "How far people can be told from the text."),
    "training": (get_args(SupplierUse), "Whether the supplier trains on it."),
    "human_review": (get_args(SupplierUse), "Whether the supplier's people read it."),
    "involvement": (get_args(Involvement), "How people are involved before the reply is used."),
    "effect": (get_args(Effect), "The effect on a person."),
}
_FLAGS = {
    "offence": "The text holds criminal offence data.",
    "outside_effects": "A tool changes something outside.",
    "untrusted": "Some of the text is from nobody known.",
}
_NUMBERS = {"retention_s": "Seconds that the supplier keeps it.", "bytes": "Bytes of text."}
# What is asked about where no clause says anything else.
_PLAIN: dict[str, Any] = {
    "service": "ask",
    "purpose": "answer-questions",
    "operation": "chat",
    "supplier": "embedded",
    "model": "some-model",
    "places": ("GB",),
}


def _call_options(function: F) -> F:
    """An option for every attribute of a call."""
    options = [click.option(f"--{name}", help=said) for name, said in _ONE.items()]
    options += [
        click.option(option, name, multiple=True, help=f"{said} Can be given again.")
        for name, (option, said) in _MANY.items()
    ]
    options.append(click.option("--marking", type=click.Choice(_MARKINGS), help="Of the text."))
    options += [
        click.option(f"--{name.replace('_', '-')}", type=click.Choice(levels), help=said)
        for name, (levels, said) in _LEVELS.items()
    ]
    options += [
        click.option(f"--{name.replace('_', '-')}", is_flag=True, default=None, help=said)
        for name, said in _FLAGS.items()
    ]
    options += [
        click.option(f"--{name.replace('_', '-')}", type=click.IntRange(min=0), help=said)
        for name, said in _NUMBERS.items()
    ]
    for option in reversed(options):
        function = option(function)
    return function


@click.command()
@source_argument("agreement", required=False)
@click.option("--call", "file", type=click.File("rb"), help="A JSON file of the call, or `-`.")
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    default=lambda: datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
    help="The day of the call.  [default: today]",
)
@_call_options
@json_option
@click.pass_context
def explain(
    context: click.Context,
    /,
    agreement: Source | None,
    file: Any,
    date: datetime.datetime,
    as_json: bool,
    **options: Any,
) -> None:
    """Say whether a call is allowed, by which clause, or all that stands against it.

    Without AGREEMENT, by those in force here. What you leave out of the call is taken from the
    clause that fits the rest best, and said. Exit status 1 if it is refused.

    \b
    Example: bernard agreement explain this-machine --purpose answer-questions
    JSON keys: call, taken (what was taken from a clause), allowed, sentence, decision (allowed,
    agreement, version, sha256, clause, safeguards, reasons, failed, limits, forbidden_by, links),
    if_in_force, nearest_call, nearest_agreement.
    """
    sources = [agreement] if agreement else in_force_sources()
    keys = keys_that_may_sign()
    agreements = [only_trusted(source.read(), keys) for source in sources]
    given = {**_from_file(file), **_from_options(options)}
    taken = {k: v for k, v in _fitting(agreements, given).items() if k not in given}
    call = _call({"version": "", **taken, **given})
    found = explained(agreements, call, date.date())
    if as_json:
        fields: dict[str, Any] = msgspec.to_builtins(found)
        print_json({"call": call, "taken": _plain(taken), **fields})
    else:
        if taken:
            listed = "; ".join(f"{k} {_shown(v)}" for k, v in taken.items())
            note(f"Not given, so taken: {listed}.")
        say("\n".join(_in_words(found)))
    context.exit(0 if found.allowed else 1)


def _from_file(file: Any) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        fields = msgspec.json.decode(file.read(), type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise click.UsageError(f"The call is not a JSON object: {error}.") from error
    unknown = sorted(fields.keys() - set(Call.__struct_fields__))
    if unknown:
        raise click.UsageError(f"A call has no {unknown[0]!r}.")
    return fields


def _from_options(options: dict[str, Any]) -> dict[str, Any]:
    """What was given, as fields of a call."""
    marking = options.pop("marking")
    given = {name: value for name, value in options.items() if value not in (None, ())}
    if marking:
        given["tier"], _, sensitive = marking.partition("-")
        given["sensitive"] = bool(sensitive)
    return given


def _call(fields: dict[str, Any]) -> Call:
    try:
        return msgspec.convert(_plain(fields), Call)
    except msgspec.ValidationError as error:
        raise click.UsageError(f"The call cannot be read: {error}.") from error


def _fitting(agreements: Sequence[Agreement], given: dict[str, Any]) -> dict[str, Any]:
    """What the clause that takes most of what was given asks of a call; a plain question without."""
    clauses = [(clause, one) for one in agreements for clause in one.clauses]
    if not clauses:
        supplier = next((one.parties.supplier.id for one in agreements if one.parties.supplier), "")
        return {**_PLAIN, "supplier": supplier or _PLAIN["supplier"]}
    clause, agreement = max(clauses, key=lambda pair: _taken(pair[0], pair[1], given))
    supplier = agreement.parties.supplier.id if agreement.parties.supplier else ""
    words = {
        "service": clause.services,
        "purpose": clause.purposes,
        "operation": clause.operations,
        "supplier": clause.suppliers or ((supplier,) if supplier else ()),
        "model": clause.models,
    }
    found = {name: _first(named) or _PLAIN[name] for name, named in words.items()}
    found["model"], _, version = found["model"].partition("@")
    asked = {"version": version.rstrip("*"), "safeguards": clause.safeguards}
    place = (_first(clause.places) or "GB",)
    return {**found, "places": place, **{name: value for name, value in asked.items() if value}}


def _first(words: Sequence[str]) -> str:
    """The first word, apart from `any`."""
    return next((word for word in words if word != ANY), "")


def _taken(clause: Clause, agreement: Agreement, given: dict[str, Any]) -> int:
    """How many of the given attributes the clause takes."""
    supplier = agreement.parties.supplier.id if agreement.parties.supplier else ""
    admitted = 0
    for one in DIMENSIONS:
        if one.name in given:
            value = given[one.name]
            if one.kind == "models":
                value = (value, given.get("version", ""))
            elif one.kind in ("subset", "superset"):
                value = frozenset(value)
            admitted += one.admits(one.allowed(clause, supplier))(value)
    return admitted


def _in_words(found: Explanation) -> Iterator[str]:
    yield found.sentence
    if found.allowed:
        return
    yield ""
    yield from (f"- {reason}" for reason in found.decision.reasons)


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else repr(value)
