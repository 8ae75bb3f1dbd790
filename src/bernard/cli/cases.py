"""`bernard privacy cases`: which cases have stand-ins kept, and their end."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bernard.cli.output import json_option, note, print_json, say
from bernard.config import Settings, load
from bernard.errors import InputInvalid, NotFound
from bernard.gateway.case_house import HouseKeys
from bernard.gateway.case_turns import of_service
from bernard.gateway.case_upkeep import DAY_S, CaseUpkeep
from bernard.ledger import open_ledger
from bernard.store import cases as rows
from bernard.store.cases import Listed
from bernard.store.database import Store, open_store

_SHOWN = 12


@click.group()
def cases() -> None:
    """The cases whose stand-ins are kept, encrypted, and their end.

    \b
    Example: bernard privacy cases list
    """


@cases.command("list")
@click.option("--service", default="", help="Those of this service.")
@json_option
def list_cases(service: str, as_json: bool) -> None:
    """List the cases, the one used last first. Their names are not kept, so each has a sign.

    \b
    Example: bernard privacy cases list
    JSON: a list; keys sign, service, created, used, ends (seconds since 1970), bytes.
    """
    with _opened() as (store, settings), store.read() as c:
        found = rows.listing(c, service)
    kept_s = settings.cases_kept_days * DAY_S
    if as_json:
        print_json([_plain(one, kept_s) for one in found])
        return
    for one in found:
        ends = _day(one.used + min(one.kept_s, kept_s))
        say(
            f"{one.id[:_SHOWN]}  {one.service}, used {_day(one.used)}, "
            f"destroyed {ends}, {one.bytes:,} bytes"
        )
    if not found:
        say("No case has stand-ins kept.")


@cases.command()
@click.argument("case", required=False, default="")
@click.option("--service", default="", help="The service whose case it is.")
@click.option("--sign", default="", help="The sign of a case, from the list, in place of its name.")
@click.option("--all", "every", is_flag=True, help="All of them, or all of --service.")
@json_option
def destroy(case: str, service: str, sign: str, every: bool, as_json: bool) -> None:
    """Destroy what stands for whom in a case, at once. Nobody can put it back.

    \b
    Example: bernard privacy cases destroy 2026/1234 --service helpdesk
    JSON keys: destroyed (how many), overwritten (whether nothing of them is left in the database).
    """
    if sum(map(bool, (case, sign, every))) != 1 or (case and not service):
        raise InputInvalid(
            "Name the case and its --service, or give its --sign, or --all (with --service or not)."
        )
    with _opened() as (store, settings):
        upkeep = CaseUpkeep(store, open_ledger(settings, store), settings.cases_kept_days)
        if every and not service:
            count = upkeep.destroy_all(time.time())
        else:
            ids = _chosen(store, settings, case, service, sign)
            count = upkeep.destroy(ids, time.time())
        overwritten = upkeep.wipe()
    if not count and not every:
        raise NotFound("There is no such case, so nothing was destroyed.")
    if as_json:
        print_json({"destroyed": count, "overwritten": overwritten})
        return
    say(f"{count} destroyed.")
    if not overwritten:
        note("Somebody reads the database, so the old bytes are overwritten within ten minutes.")


@cases.command("rotate-key")
@json_option
def rotate_key(as_json: bool) -> None:
    """Make a new key of the house, and wrap the key of every case with it.

    \b
    Example: bernard privacy cases rotate-key
    JSON keys: cases (how many were wrapped anew), file.
    """
    with _opened() as (store, settings):
        keys = HouseKeys(store, settings.cases_key)
        count = keys.rotate()
        CaseUpkeep(store, open_ledger(settings, store), settings.cases_kept_days).wipe()
    if as_json:
        print_json({"cases": count, "file": str(keys.path)})
    else:
        say(f"{count} cases are wrapped with a new key. The old one is gone from {keys.path}.")


@contextmanager
def _opened() -> Iterator[tuple[Store, Settings]]:
    settings = load()
    store = open_store(settings)
    try:
        yield store, settings
    finally:
        store.close()


def _chosen(store: Store, settings: Settings, case: str, service: str, sign: str) -> list[str]:
    """Ids of the rows that somebody named."""
    if case:
        return [HouseKeys(store, settings.cases_key).row_id(of_service(service), case)]
    with store.read() as c:
        ids = [one.id for one in rows.listing(c, service) if one.id.startswith(sign)]
    if sign and len(ids) > 1:
        raise InputInvalid(f"{len(ids)} cases have a sign that begins {sign!r}. Give more of it.")
    return ids


def _plain(one: Listed, kept_s: float) -> dict[str, object]:
    return {
        "sign": one.id[:_SHOWN],
        "service": one.service,
        "created": one.created,
        "used": one.used,
        "ends": one.used + min(one.kept_s, kept_s),
        "bytes": one.bytes,
    }


def _day(at: float) -> str:
    return datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%d")
