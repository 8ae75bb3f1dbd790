"""Check an agreement: every fault, what contradicts itself, and what is left unsaid."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bernard.agreements import above
from bernard.agreements.form import Path
from bernard.agreements.read import open_document
from bernard.agreements.schema import Agreement, Clause
from bernard.agreements.sign import verify
from bernard.agreements.types import Fault
from bernard.agreements.unsaid import unsaid

Found = Iterator[tuple[Path, Fault]]


class Findings(msgspec.Struct, frozen=True):
    """What was found in an agreement file.

    Attributes:
        agreement: None if the file has not the form of one.
        faults: what must be put right, in the order of the file.
        unsaid: what it does not say; no fault, and each says what its silence means where it matters.
    """

    agreement: Agreement | None
    faults: tuple[Fault, ...]
    unsaid: tuple[Fault, ...] = ()


def check(data: bytes) -> Findings:
    """Everything to be said of an agreement file.

    Besides the faults that keep a file from being read, these are found: parts that can never
    allow what they name, because a rule above every agreement forbids it, and signatures that do
    not hold.
    """
    document, agreement, faults = open_document(data)
    if agreement is None:
        return Findings(None, tuple(faults))

    def placed(found: Found) -> list[Fault]:
        return sorted(
            (Fault(document.line(path), f.message, f.remedy) for path, f in found),
            key=lambda fault: fault.line,
        )

    faults += placed(_contradictions(agreement)) + placed(_signatures(agreement))
    in_order = sorted(faults, key=lambda fault: fault.line)
    return Findings(agreement, tuple(in_order), tuple(placed(unsaid(agreement, document))))


def _contradictions(agreement: Agreement) -> Found:
    legal = agreement.legal
    for number, clause in enumerate(agreement.clauses):
        path: Path = ("clauses", number)
        if clause.data.special and not legal.article_9_condition:
            message = "Special category data is named, and no condition of Article 9(2)."
            remedy = "Add `article_9_condition` to `legal`, or take the data out."
            yield (*path, "data", "special"), Fault(0, message, remedy)
        if clause.data.offence and not legal.article_10_condition:
            message = "Criminal offence data is named, and no condition under Article 10."
            remedy = "Add `article_10_condition` to `legal`, or take the data out."
            yield (*path, "data", "offence"), Fault(0, message, remedy)
        yield from _never(clause, path)


def _never(clause: Clause, path: Path) -> Found:
    """What a rule above every agreement forbids although the clause names it."""
    if clause.human.effect == "significant" and clause.human.involvement in ("none", "sample"):
        message = "A significant effect on a person is allowed without a person before use."
        remedy = "Set `involvement` to before-use or two-person, or `effect` to support."
        yield (*path, "human", "effect"), Fault(0, message, remedy)
    if clause.marking.tier != "OFFICIAL" and above.leaves(clause):
        message = f"Text marked {clause.marking.tier} may not leave the body's own machines."
        remedy = "Set `tier` to OFFICIAL, or make a clause of its own for your own machines."
        yield (*path, "marking", "tier"), Fault(0, message, remedy)
    if "any" in clause.places:
        message = "Every place in the world is allowed."
        yield (*path, "places"), Fault(0, message, "Name the places.")


def _signatures(agreement: Agreement) -> Found:
    if not agreement.signatures and not above.has_outside_supplier(agreement):
        return
    signed = verify(agreement)
    for number, one in enumerate(signed.signatures):
        if one.fault:
            message = f"The signature of {one.signatory!r} does not hold. {one.fault}"
            remedy = "Sign again with `bernard agreement sign`."
            yield ("signatures", number), Fault(0, message, remedy)
    if agreement.status != "signed":
        return
    for role in signed.missing:
        message = f"The status is signed, and the {role.replace('-', ' ')} has not signed."
        remedy = "Sign with `bernard agreement sign`, or set the status to draft."
        yield ("status",), Fault(0, message, remedy)
