"""Decide a recorded call again, from the fields of its entry alone."""

from __future__ import annotations

from typing import Any

from bernard.agreements.compiled import everything, key
from bernard.agreements.types import Call
from bernard.agreements.vocabulary import words
from bernard.ledger.audit.texts import InLog
from bernard.ledger.types import Entry

_HERE = ("this-machine",)
Allowed = tuple[tuple[str, float], ...]


def allowed(known: InLog, entry: Entry) -> Allowed:
    """Each clause that allows such a call, in their order, with the most bytes it may have."""
    return _work_out(known, call_of(entry))


def first(found: Allowed, size: int) -> str:
    """The clause that decides a call of this size; empty where none allows it."""
    for clause, most in found:
        if 0 <= size <= most:
            return clause
    return ""


def clause_unlooked(known: InLog, entry: Entry) -> str:
    """The clause that allows the call whatever its text may hold.

    The gateway decides so for a model on this machine, to whose text nobody needs to look.
    """
    if entry.detector or places(entry) != _HERE:
        return ""
    held = tuple(sorted(words("categories")))
    call = call_of(entry, categories=held, identifiability="identifiable")
    return first(_work_out(known, call), entry.characters)


def refused_though_allowed(known: InLog, entry: Entry) -> str:
    """The clause under which a refused call would be allowed; a refusal says no size."""
    call = call_of(entry, safeguards=tuple(words("safeguards")))
    return first(_work_out(known, call), 0)


def places(entry: Entry) -> tuple[str, ...]:
    """Everywhere that the text was processed."""
    return entry.places or ((entry.place,) if entry.place else ())


def call_of(
    entry: Entry,
    *,
    categories: tuple[str, ...] = (),
    identifiability: str = "",
    safeguards: tuple[str, ...] = (),
) -> Call:
    """The call that an entry records; what it does not say is not taken for granted."""
    return Call(
        service=entry.service,
        purpose=entry.purpose,
        operation=entry.operation,
        supplier=entry.provider,
        model=entry.model,
        version=entry.model_version,
        places=frozenset(places(entry)),
        tier=entry.marking,
        sensitive=entry.sensitive,
        descriptors=frozenset(entry.descriptors),
        caveats=frozenset(entry.caveats),
        categories=frozenset(categories or (*entry.declared, *entry.derived)),
        special=frozenset(entry.special),
        offence=entry.offence,
        subjects=frozenset(entry.subjects),
        identifiability=identifiability or entry.identifiability,
        training=entry.training,
        human_review=entry.human_review,
        retention_s=entry.retention_s,
        safeguards=frozenset(safeguards or entry.safeguards),
        involvement=entry.involvement,
        effect=entry.effect,
        tools=frozenset(entry.tools),
        outside_effects=entry.outside_effects,
        bytes=entry.characters,
        untrusted=entry.untrusted,
    )


def _work_out(known: InLog, call: Call) -> Allowed:
    """By the words and the term; the signatures are not in the log, so nobody can ask for them here."""
    if not call.places:
        return ()
    values: tuple[Any, ...] = everything(call)
    found = []
    for candidate in known.ready.candidates(key(call)):
        most = candidate.most_bytes(values)
        if most >= 0:
            found.append((candidate.decision.clause, most))
    return tuple(found)
