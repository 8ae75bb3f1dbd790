"""`bernard keys`: the API keys of services, and what they use."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import get_args

import click
import msgspec

from bernard.accounts import budgets
from bernard.accounts import keys as rules
from bernard.accounts.keys import Key
from bernard.agreements.schema import Effect, Identifiability, Involvement
from bernard.agreements.vocabulary import words
from bernard.cli.output import json_option, note, print_json, say
from bernard.config import load
from bernard.errors import InputInvalid
from bernard.store.database import Store, open_store
from bernard.store.usage import Used

_SENSITIVE = "-SENSITIVE"
_MARKINGS = ("OFFICIAL", "OFFICIAL-SENSITIVE", "SECRET", "TOP SECRET")


@click.group()
def keys() -> None:
    """The API keys of services, and what they use.

    \b
    Example: bernard keys list
    """


@keys.command()
@click.argument("name")
@click.option("--service", required=True, help="Which service will use it.")
@click.option("--purpose", "purposes", multiple=True, required=True, help="May be given again.")
@click.option("--agreement", default="", help="Id of the agreement its calls are under.")
@click.option("--model", "models", multiple=True, help="Model it may ask for; any without this.")
@click.option(
    "--marking",
    type=click.Choice(_MARKINGS),
    default="OFFICIAL-SENSITIVE",
    show_default=True,
    help="Of its text, where a call does not say.",
)
@click.option("--categories", default="", help="Data categories of its text, with commas between.")
@click.option("--special", default="", help="Special categories of its text.")
@click.option("--subjects", default="", help="Whom its text is about.")
@click.option("--descriptors", default="", help="Descriptors of the marking.")
@click.option("--caveats", default="", help="Caveats of the marking.")
@click.option("--offence", is_flag=True, help="Its text holds criminal offence data.")
@click.option(
    "--identifiability",
    type=click.Choice(get_args(Identifiability)),
    default="identifiable",
    show_default=True,
    help="How far its text tells whom it is about.",
)
@click.option(
    "--involvement",
    type=click.Choice(get_args(Involvement)),
    default="none",
    show_default=True,
    help="Of a person in the use of the reply.",
)
@click.option(
    "--effect",
    type=click.Choice(get_args(Effect)),
    default="none",
    show_default=True,
    help="Of the reply on a person.",
)
@click.option("--limit", "limits", multiple=True, help='Such as "day calls=1000 pence=500".')
@click.option("--expires", default="", help="First day (UTC) on which it holds no longer.")
@json_option
def make(
    name: str,
    service: str,
    purposes: tuple[str, ...],
    agreement: str,
    models: tuple[str, ...],
    marking: str,
    categories: str,
    special: str,
    subjects: str,
    descriptors: str,
    caveats: str,
    offence: bool,
    identifiability: str,
    involvement: str,
    effect: str,
    limits: tuple[str, ...],
    expires: str,
    as_json: bool,
) -> None:
    """Make a key for a service. It is printed this once and cannot be had again.

    \b
    Example: bernard keys make helpdesk --service helpdesk --purpose answer-questions
    JSON keys: key, id, name.
    """
    wanted = Key(
        id="",
        name=name,
        service=service,
        purposes=tuple(_known("purposes", purposes)),
        agreement=agreement,
        models=models,
        tier=marking.removesuffix(_SENSITIVE),
        sensitive=marking.endswith(_SENSITIVE),
        categories=_set("categories", categories),
        special=_set("special", special),
        subjects=_set("subjects", subjects),
        descriptors=_set("descriptors", descriptors),
        caveats=_set("caveats", caveats),
        offence=offence,
        identifiability=identifiability,
        involvement=involvement,
        effect=effect,
        limits=tuple(budgets.read_limit(limit) for limit in limits),
        expires=_date(expires),
    )
    with _opened() as store:
        _show_once(rules.make(store, wanted), as_json)


@keys.command("list")
@json_option
def list_keys(as_json: bool) -> None:
    """List every key: what it is for and whether it holds.

    \b
    Example: bernard keys list
    JSON: a list; keys those of `bernard keys show` without usage and secrets.
    """
    with _opened() as store:
        found = rules.listing(store)
    if as_json:
        print_json([_plain(key) for key in found])
        return
    for key in found:
        say(f"{key.name}  ({key.id}, {_state(key)})")
        say(f"    {key.service}, for {', '.join(key.purposes)}")
    if not found:
        say("There are no keys. `bernard keys make` makes one.")


@keys.command()
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> None:
    """Show a key by name or id: all that it is bound to, and what it has used.

    \b
    Example: bernard keys show helpdesk
    JSON keys: id, name, state, service, purposes, agreement, models, tier, sensitive, descriptors,
    caveats, categories, special, offence, subjects, identifiability, involvement, effect, limits,
    created, expires, revoked, usage (window, calls, tokens, bytes, pence), secrets (prefix,
    created, ends).
    """
    with _opened() as store:
        key, secrets = rules.get(store, name)
        used = budgets.usage(store, key.account)
    shown = [{"prefix": s.prefix, "created": s.created, "ends": s.ends} for s in secrets]
    if as_json:
        print_json(_plain(key) | {"usage": [_used(row) for row in used], "secrets": shown})
        return
    say(f"{key.name}  ({key.id}, {_state(key)})")
    for line in _in_words(key):
        say(f"    {line}")
    for secret in secrets:
        until = f", until {_day(secret.ends)}" if secret.ends else ""
        say(f"    Key {secret.prefix}…, made {_day(secret.created)}{until}")
    for row in used:
        say(f"    {_used_in_words(row)}")


@keys.command()
@click.argument("name")
@click.option(
    "--overlap-hours",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    help="How long the old key still holds.",
)
@json_option
def rotate(name: str, overlap_hours: float, as_json: bool) -> None:
    """Replace a key by a new one with the same bounds and counters, printed this once.

    \b
    Example: bernard keys rotate helpdesk --overlap-hours 24
    JSON keys: key, id, name.
    """
    with _opened() as store:
        _show_once(rules.rotate(store, name, overlap_hours), as_json)


@keys.command()
@click.argument("name")
@json_option
def revoke(name: str, as_json: bool) -> None:
    """Take a key back; within a second no process takes it any more.

    \b
    Example: bernard keys revoke helpdesk
    JSON keys: id, name, revoked (seconds since 1970).
    """
    with _opened() as store:
        key = rules.revoke(store, name)
    if as_json:
        print_json({"id": key.id, "name": key.name, "revoked": key.revoked})
    else:
        say(f"{key.name} is revoked.")


@keys.command()
@click.option("--window", default="", help="Such as day:2026-11-22 or month:2026-11; else in all.")
@json_option
def usage(window: str, as_json: bool) -> None:
    """Print what each key, and each clause of an agreement, has used.

    \b
    Example: bernard keys usage
    JSON: a list; keys account, name (of a key), window, calls, tokens, bytes, pence.
    """
    with _opened() as store:
        names = {key.account: key.name for key in rules.listing(store)}
        found = budgets.usage_in(store, window or "total")
    if as_json:
        print_json([_used(row) | {"name": names.get(row.account, "")} for row in found])
        return
    for row in found:
        name = names.get(row.account)
        say(f"{f'key {name}' if name else row.account}  {_used_in_words(row)}")
    if not found:
        say("Nothing has been used in this window.")


@keys.command("put-clock-right")
@json_option
def put_clock_right(as_json: bool) -> None:
    """Let budgets follow this machine's clock again, after it had run ahead.

    Budgets never go back to an earlier window by themselves: who puts the clock back would get a
    spent limit anew.

    \b
    Example: bernard keys put-clock-right
    JSON keys: minute (the window that budgets are in now).
    """
    with _opened() as store:
        minute = budgets.put_clock_right(store)
    if as_json:
        print_json({"minute": minute})
    else:
        say(f"Budgets follow the clock again. It is {minute.removeprefix('minute:')} UTC.")


@contextmanager
def _opened() -> Iterator[Store]:
    store = open_store(load())
    try:
        yield store
    finally:
        store.close()


def _show_once(made: rules.Made, as_json: bool) -> None:
    if as_json:
        print_json({"key": made.secret, "id": made.key.id, "name": made.key.name})
        return
    note(f"The key of {made.key.name}. It is shown this once; keep it as you keep a password.")
    click.echo(made.secret)


def _known(kind: str, given: Iterable[str]) -> list[str]:
    given = list(given)
    for word in given:
        if word not in words(kind):
            known = ", ".join(sorted(words(kind)))
            raise InputInvalid(f"{word!r} is not one of the {kind}. They are: {known}.")
    return given


def _set(kind: str, text: str) -> frozenset[str]:
    return frozenset(_known(kind, filter(None, (word.strip() for word in text.split(",")))))


def _date(text: str) -> float | None:
    if not text:
        return None
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError as error:
        raise InputInvalid(f"{text!r} is not a date. Write it as 2027-03-31.") from error
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC).timestamp()


def _day(at: float) -> str:
    return datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%d %H:%M")


def _state(key: Key) -> str:
    if key.revoked is not None:
        return f"revoked {_day(key.revoked)}"
    if key.expires is None:
        return "holds"
    over = key.expires <= datetime.datetime.now(datetime.UTC).timestamp()
    return f"{'ran out' if over else 'holds until'} {_day(key.expires)}"


def _in_words(key: Key) -> Iterator[str]:
    yield f"Service {key.service}, for {', '.join(key.purposes)}"
    yield f"Agreement {key.agreement or 'any'}; models {', '.join(key.models) or 'any'}"
    holds = sorted({*key.categories, *key.special, *key.subjects})
    yield f"Text: {key.tier}{_SENSITIVE if key.sensitive else ''}; {', '.join(holds) or 'no data declared'}"
    for limit in key.limits:
        yield f"Limit: {budgets.limit_in_words(limit)}"


def _plain(key: Key) -> dict[str, object]:
    values: dict[str, object] = {
        name: msgspec.to_builtins(getattr(key, name), order="sorted")
        for name in key.__struct_fields__
    }
    return values | {"state": _state(key)}


def _used(row: Used) -> dict[str, object]:
    pence = row.micropence / 1_000_000
    return {
        "account": row.account,
        "window": row.window,
        "calls": row.calls,
        "tokens": row.tokens,
        "bytes": row.bytes,
        "pence": pence,
    }


def _used_in_words(row: Used) -> str:
    pence = row.micropence / 1_000_000
    return (
        f"{row.window}: {row.calls:,} calls, {row.tokens:,} tokens, {row.bytes:,} bytes, "
        f"{pence:,.2f} pence"
    )
