"""The publisher that the settings ask for."""

from __future__ import annotations

from pathlib import Path

from bernard.config import Settings
from bernard.errors import InputInvalid, SettingInvalid
from bernard.ledger.published import Source
from bernard.ledger.publishing import Publisher
from bernard.ledger.tlog import Policy, parse_policy
from bernard.ledger.witnessing import Witnesses


def open_publisher(settings: Settings, log: Source) -> Publisher:
    """The publisher of this log, with the witnesses of the policy.

    Raises:
        SettingInvalid: the policy cannot be used.
    """
    return Publisher(log, settings.log_folder, open_witnesses(settings), settings.ledger_publish_s)


def open_witnesses(settings: Settings) -> Witnesses | None:
    """The witnesses that the log asks; None without a policy.

    Raises:
        SettingInvalid: the policy cannot be used.
    """
    if settings.ledger_policy is None:
        return None
    # Takes 10 MB and a tenth of a second to import, which a log without witnesses need not spend.
    from bernard.ledger.web_client import WebClient

    try:
        policy = read_policy(settings.ledger_policy)
        return Witnesses(policy, WebClient(settings.ca_file))
    except InputInvalid as error:
        raise SettingInvalid(f"BERNARD_LEDGER_POLICY cannot be used. {error}") from error


def read_policy(path: Path) -> Policy:
    """The policy in a file.

    Raises:
        InputInvalid: it cannot be read, or a line of it cannot be used.
    """
    try:
        return parse_policy(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InputInvalid(f"The policy {str(path)!r} cannot be read: {why}.") from error
    except InputInvalid as error:
        raise InputInvalid(f"{str(path)!r}: {error}") from error
