"""`bernard ledger verify`: check a whole log, whoever keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import msgspec

from bernard.cli.output import Progress, json_option, print_json, say
from bernard.cli.whose_log import (
    dates,
    key_option,
    log_at,
    own_log,
    policy_of,
    policy_option,
    say_witnesses,
)
from bernard.config import Settings, load
from bernard.errors import InputInvalid
from bernard.ledger.audit import Audit
from bernard.ledger.verifying import Outcome, verify_log
from bernard.look.words import plural

FINDINGS_SHOWN = 10
FETCH_WITHIN_S = 60.0


@click.command()
@click.argument("place", required=False)
@key_option
@policy_option
@click.option(
    "--seen",
    type=click.Path(path_type=Path),
    help="File with the checkpoint seen last; without it one for each log is kept in `home`.",
)
@json_option
@click.pass_context
def verify(
    context: click.Context,
    place: str | None,
    vkey: str | None,
    policy_file: Path | None,
    seen: Path | None,
    as_json: bool,
) -> None:
    """Check a whole log: this machine's own, or the one in a folder or at an address.

    Signatures, witnesses, every tile, every entry against the agreement it names, and that the log
    extends what was seen of it the last time.

    \b
    Example: bernard ledger verify https://bernard.example.gov.uk/ledger --key VKEY
    JSON keys: entries, root, checkpoint, fault (empty when the log holds), cosigned, extends, kept,
    audit.
    """
    settings = load()
    progress = Progress("Entries read")
    if place is None:
        if vkey or policy_file or seen:
            raise InputInvalid(
                "Name the folder or the address of the log too. Without one, this machine's own log is "
                "checked in its database, by its own key."
            )
        outcome = _verify_own(settings)
    else:
        policy = policy_of(settings, vkey, policy_file)
        seen = seen or _seen_folder(settings)
        with log_at(settings, place, FETCH_WITHIN_S) as files:
            outcome = verify_log(files, policy, seen, progress.show)
    progress.finish()
    if as_json:
        print_json(_plain(outcome))
    else:
        _tell(outcome)
    if not outcome.holds:
        context.exit(1)


def _seen_folder(settings: Settings) -> Path:
    folder = settings.home / "seen"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputInvalid(
            f"{str(folder)!r} cannot be written: {error.strerror}. Name a file with --seen."
        ) from error
    return folder


def _verify_own(settings: Settings) -> Outcome:
    audit = Audit()
    with own_log(settings) as log:
        # The store says by itself what is signed for and not there, which its files cannot.
        verified = log.verify(audit.note)
    return Outcome(verified, audit.report())


def _tell(outcome: Outcome) -> None:
    verified, report = outcome.verified, outcome.report
    if verified.fault:
        say(f"The log does not hold. {verified.fault}")
        if outcome.kept:
            say(f"What it showed now is kept in {outcome.kept}, beside what was seen before.")
        return
    say(f"The log holds: {plural(verified.entries, 'entry', 'entries')}, root {verified.root}.")
    if outcome.extends:
        say(f"It extends the {plural(outcome.extends, 'entry', 'entries')} seen before.")
    say_witnesses(outcome.cosigned)
    if report.faults:
        say(f"What it says does not hold: {plural(report.faults, 'fault')}.")
    broken = [finding for finding in report.findings if not finding.weak]
    for finding in broken[:FINDINGS_SHOWN]:
        say(f"Entry {finding.number}: {finding.sentence}")
    if report.weak:
        say(
            f"{plural(report.weak, 'finding')} may have a reason that the log does not show: see --json."
        )


def _plain(outcome: Outcome) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(outcome.verified),
        "cosigned": dates(outcome.cosigned),
        "extends": outcome.extends,
        "kept": str(outcome.kept) if outcome.kept else "",
        "audit": msgspec.to_builtins(outcome.report),
    }
