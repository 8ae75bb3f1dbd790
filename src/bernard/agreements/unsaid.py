"""What an agreement leaves unsaid, and what silence means where it is not the strictest value."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from bernard.agreements import above
from bernard.agreements.document import Document
from bernard.agreements.form import Path
from bernard.agreements.schema import Agreement, Clause
from bernard.agreements.types import Fault
from bernard.agreements.vocabulary import personal_categories

Found = Iterator[tuple[Path, Fault]]

_DECLARED = (
    ("parties.public_body.senior_responsible_owner", "who answers for it in the public body",
     "Name the senior responsible owner."),
    ("parties.public_body.data_protection_officer", "who the data protection officer is",
     "Name the post or the person."),
    ("parties.public_body.contact", "how to reach the public body", "Add an address."),
    ("term.start", "when it starts", "Add `start`."),
    ("term.end", "when it ends", "Add `end`; nothing is allowed without it."),
    ("term.review_by", "when it is reviewed", "Add `review_by`."),
    ("legal.power", "under which power the body shares", "Name the Act and section."),
    ("legal.contract", "which contract stands beside it", "Name the contract."),
    ("duties.retain_content_days", "how long the public body keeps what was sent and answered",
     "Give a number of days; 0 if it keeps none."),
    ("duties.retain_log_days", "how long the log is kept", "Give a number of days."),
    ("duties.breach_hours", "how soon a breach is reported", "Give a number of hours."),
    ("duties.publish", "what is published, and so who can check",
     "Name what: `daily-totals`, `log`, `transparency-record`."),
)  # fmt: skip
_SUPPLIER = (
    ("parties.supplier.company_number", "what the supplier's company number is", "Add it."),
    ("parties.supplier.country", "in which country the supplier is established", "Add its code."),
    ("parties.supplier.relationship", "whether the supplier is a processor or a controller",
     "Say `processor`, `joint` or `independent`."),
    ("parties.sub_processors", "whom the supplier uses in turn", "Name each, or write []."),
)  # fmt: skip
_PERSONAL = (
    (
        "legal.lawful_basis",
        "what the lawful basis for personal data is",
        "Name it: UK GDPR Article 6(1).",
    ),
    ("legal.dpia.reference", "where the data protection impact assessment is", "Add a reference."),
    (
        "privacy.mode",
        "how carefully personal data is looked for before text is sent",
        "Choose the least: rules, fast, assured; left out, it is as the body has set it.",
    ),
)
_REQUIRED = (
    ("purposes", "for which purposes text may be sent"),
    ("services", "which services may send it"),
    ("operations", "what a model may be asked to do with it"),
    ("suppliers", "which suppliers may get it"),
    ("models", "which models and versions may be used"),
    ("places", "in which places it may be processed"),
)
_CLAUSE = (
    ("marking.tier", "how highly marked the text may be", "Add `marking`."),
    ("data.categories", "which kinds of data it may hold", "Name them, or write []."),
    ("data.special", "whether it may hold special categories of personal data",
     "Name them, or write []."),
    ("data.offence", "whether it may hold criminal offence data", "Write true or false."),
    ("data.subjects", "whom the data may be about", "Name them, or write []."),
    ("data.identifiability", "how identifiable people in it may be",
     "Choose the most: anonymous, aggregate, pseudonymised, identifiable."),
    ("supplier_use.training", "whether the supplier may train on it", "Write `never`, if so."),
    ("supplier_use.human_review", "whether the supplier's people may read it",
     "Write `never`, if so."),
    ("supplier_use.retention_s", "how long the supplier may keep it", "Give seconds, or 0."),
    ("safeguards", "what must be done to it before it is sent", "Name safeguards, or write []; left out, none is asked."),
    ("human.involvement", "how a person must be involved",
     "Choose the least: none, sample, before-use, two-person; left out, it is none."),
    ("human.effect", "what effect the reply may have on a person",
     "Choose the greatest: none, support, significant."),
    ("tools.allowed", "which tools a model may use", "Name them, or write []."),
    ("limits", "how much may be sent", "Add a limit, such as {per: month, pence: 100000}; left out, there is none."),
)  # fmt: skip


def unsaid(agreement: Agreement, document: Document) -> Found:
    """Everything that the agreement does not say, with where it could."""
    for path, what, remedy in _wanted(agreement):
        steps = tuple(path.split("."))
        if not document.says(steps) or attrgetter(path)(agreement) in ("", None):
            yield steps, Fault(0, f"It does not say {what}.", remedy)
    if not agreement.clauses:
        yield from _nothing_enforced()
    for number, clause in enumerate(agreement.clauses):
        yield from _clause(agreement, clause, ("clauses", number), document)


def _wanted(agreement: Agreement) -> Iterator[tuple[str, str, str]]:
    outside = agreement.parties.supplier is not None
    for path, what, remedy in _DECLARED:
        # Models on the body's own machines need neither an end nor a contract.
        if outside or path not in ("term.end", "legal.contract", "legal.power"):
            yield path, what, remedy
    if outside:
        yield from _SUPPLIER
    if outside and (not agreement.clauses or any(map(_is_personal, agreement.clauses))):
        yield from _PERSONAL
    if any(_is_abroad(clause) for clause in agreement.clauses):
        yield "legal.transfer_mechanism", "what makes the transfer abroad lawful", "Name it."


def _is_personal(clause: Clause) -> bool:
    held = {*clause.data.categories}
    return above.leaves(clause) and bool(held & {*personal_categories(), "any"})


def _is_abroad(clause: Clause) -> bool:
    return above.leaves(clause) and not {"this-machine", "own-network", "GB"}.issuperset(
        clause.places
    )


def _nothing_enforced() -> Found:
    at: Path = ("clauses",)
    yield at, Fault(0, "It has no clauses, so it allows nothing.", "Add a clause for each use.")
    for name, what in _REQUIRED:
        yield at, Fault(0, f"It does not say {what}.", f"Say it in a clause, as `{name}`.")
    for name, what, _ in _CLAUSE:
        yield at, Fault(0, f"It does not say {what}.", f"Say it in a clause, as `{name}`.")


def _clause(agreement: Agreement, clause: Clause, path: Path, document: Document) -> Found:
    for name, what, remedy in _CLAUSE:
        steps = (*path, *name.split("."))
        if not document.says(steps):
            yield steps, Fault(0, f"The clause {clause.id!r} does not say {what}.", remedy)
    if not clause.summary:
        message = f"The clause {clause.id!r} does not say in plain words what it is for."
        yield path, Fault(0, message, "Add `summary`.")
