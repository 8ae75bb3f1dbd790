"""Which log a command is about, and whose: this machine's own, or one in a folder or at an address."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import click

from bernard.cli.output import say
from bernard.config import Settings
from bernard.errors import InputInvalid
from bernard.ledger import StoredLedger, open_ledger
from bernard.ledger.publisher_opening import read_policy
from bernard.ledger.tlog import LogFiles, Policy, VerifierKey, files_in
from bernard.store.database import open_store

FETCH_WITHIN_S = 10.0
key_option = click.option("--key", "vkey", help="Public key of the log, from `bernard ledger key`.")
policy_option = click.option(
    "--policy",
    "policy_file",
    type=click.Path(path_type=Path),
    help="Policy file (C2SP tlog-policy): the log's key, and which witnesses must have seen it.",
)


@contextmanager
def own_log(settings: Settings) -> Iterator[StoredLedger]:
    """This machine's log, without the rest of Bernard."""
    with closing(open_store(settings)) as store:
        yield open_ledger(settings, store)


@contextmanager
def log_at(settings: Settings, place: str, within_s: float = FETCH_WITHIN_S) -> Iterator[LogFiles]:
    """The published log in a folder, or at an address on the web.

    Args:
        within_s: for each file that a server gives.

    Raises:
        InputInvalid: there is no such folder, or it is no address.
    """
    if "://" not in place:
        folder = Path(place)
        if not folder.is_dir():
            raise InputInvalid(
                f"There is no folder {str(folder)!r}. Name a folder, or an address with https://."
            )
        yield files_in(folder)
        return
    # A tenth of a second to import, which a look at a folder need not spend.
    from bernard.ledger.remote import Remote
    from bernard.ledger.web_client import WebClient

    with WebClient(settings.ca_file, within_s) as web, closing(Remote(place, web)) as remote:
        yield remote.files()


def policy_of(settings: Settings, vkey: str | None, policy_file: Path | None) -> Policy:
    """Whom to believe, as the options or the settings say.

    Raises:
        InputInvalid: they say nothing, both, or what cannot be used.
    """
    if vkey and policy_file:
        raise InputInvalid("Give --key or --policy, not both: a policy names the log's key.")
    if policy_file or not vkey:
        named = policy_file or settings.ledger_policy
        if named is None:
            raise InputInvalid(
                "Say whose log it is: --key with the public key that its owner tells (`bernard ledger "
                "key` prints it), or --policy with a file that names the key and the witnesses."
            )
        policy = read_policy(named)
        if not policy.logs:
            raise InputInvalid(f"The policy {str(named)!r} names no log. Add a line `log KEY`.")
        return policy
    return Policy(logs=[VerifierKey.parse(vkey)])


def say_witnesses(cosigned: Mapping[str, int]) -> None:
    """A line for each witness that cosigned."""
    for name, at in dates(cosigned).items():
        say(f"Seen by the witness {name} at {at}.")


def dates(cosigned: Mapping[str, int]) -> dict[str, str]:
    """When each witness says that it saw a checkpoint, in words."""
    return {name: _date(at) for name, at in cosigned.items()}


def _date(at: int) -> str:
    try:
        when = datetime.datetime.fromtimestamp(at, datetime.UTC)
    except (ValueError, OverflowError, OSError):
        # A witness may say any time, and need not be right.
        return f"{at} seconds after 1970"
    return when.strftime("%Y-%m-%d %H:%M:%S UTC")
