"""Everything the program can say of a tool, by field: from its agreements and from the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from bernard.agreements import Agreement
from bernard.agreements.canonical import sha256
from bernard.errors import NotFound
from bernard.register.holding_back import Rule
from bernard.register.records import from_agreement, from_log
from bernard.register.records.seen import Entries, Seen
from bernard.register.records.template import Template
from bernard.register.records.types import About, Cited, Evidence

Place = tuple[str, str]


class Gathered(NamedTuple):
    """What the program says.

    Attributes:
        fields: by section and field.
        parts: of the sections that repeat: what it says of each part.
        called: models that the log has calls to; `agreed` those that agreements name besides.
    """

    about: About
    smallest: int
    checkpoint: str
    agreements: tuple[Cited, ...]
    fields: dict[Place, list[Evidence]]
    parts: dict[str, list[dict[str, Evidence]]]
    called: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()


def gather(
    about: About,
    entries: Entries = (),
    checkpoint: str = "",
    agreements: Iterable[Agreement] = (),
    rule: Rule | None = None,
) -> Gathered:
    """Read the log once, and say all that can be said.

    Args:
        entries: of the log, with their numbers from 0; those the checkpoint does not sign are left.
        checkpoint: the signed note; empty where there is no log.
        agreements: in force here, for those whose text the log does not hold.
        rule: by which small numbers are held back.
    """
    seen = Seen(about, checkpoint, rule).read(entries)
    chosen = _chosen(seen, agreements)
    numbers = {sha256: number for sha256, (_, number) in seen.agreements.items()}
    fields: dict[Place, list[Evidence]] = {}
    for place, of_agreements in from_agreement.FILLERS.items():
        _add(fields, place, of_agreements(chosen))
    for place, of_log in from_log.FILLERS.items():
        _add(fields, place, of_log(seen))
    models = [_model(seen, name) for name in seen.model_names]
    parts = {"third_parties": from_agreement.third_parties(chosen), "models": models}
    return Gathered(
        about, seen.rule.smallest, checkpoint, from_agreement.cited(chosen, numbers), fields, parts,
        seen.model_names, _agreed(chosen, seen.model_names),
    )  # fmt: skip


def about_what(name: str, entries: Entries, agreements: Iterable[Agreement]) -> About:
    """Whether a word names an agreement or a service.

    Raises:
        NotFound: it names neither.
    """
    if any(agreement.id == name for agreement in agreements):
        return About(agreement=name)
    services = set()
    for _, fields in entries:
        if fields.get("agreement") == name:
            return About(agreement=name)
        services.add(fields.get("service"))
    if name in services:
        return About(service=name)
    raise NotFound(
        f"No agreement here and no service in the log is called {name!r}."
        " `bernard agreement show` names the agreements in force."
    )


def fillers(template: Template) -> set[Place]:
    """Every field that the program can say something of."""
    in_models = {("models", field) for field in from_log.MODEL_FILLERS}
    section = template.section("third_parties")
    parties = (
        {("third_parties", f.id) for f in section.fields if f.source != "person" or f.adds}
        if section
        else set()
    )
    return {*from_agreement.FILLERS, *from_log.FILLERS, *in_models, *parties}


def _chosen(seen: Seen, agreements: Iterable[Agreement]) -> list[Agreement]:
    """Of each agreement the newest version that calls were made under, or that is in force here."""
    found = [agreement for agreement, _ in seen.agreements.values()]
    for agreement in agreements:
        hashed = msgspec.structs.replace(agreement, sha256=agreement.sha256 or sha256(agreement))
        if hashed.id == seen.about.agreement or hashed.sha256 in seen.used:
            found.append(hashed)
    newest: dict[str, Agreement] = {}
    for agreement in found:
        if agreement.id not in newest or agreement.version > newest[agreement.id].version:
            newest[agreement.id] = agreement
    return [newest[name] for name in sorted(newest)]


def _add(fields: dict[Place, list[Evidence]], place: Place, evidence: Evidence | None) -> None:
    if evidence:
        fields.setdefault(place, []).append(evidence)


def _model(seen: Seen, name: str) -> dict[str, Evidence]:
    found = {field: fill(seen, name) for field, fill in from_log.MODEL_FILLERS.items()}
    return {field: evidence for field, evidence in found.items() if evidence}


def _agreed(agreements: Iterable[Agreement], called: Iterable[str]) -> tuple[str, ...]:
    """Models that agreements name and that were not called."""
    named = {
        word.partition("@")[0]
        for agreement in agreements
        for clause in agreement.clauses
        for word in clause.models
    }
    return tuple(sorted(named - {"any", *called}))
