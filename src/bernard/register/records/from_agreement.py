"""What the agreements say, in the words of a record: each value with the hash of the text it is from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bernard.agreements import Agreement
from bernard.agreements.sentences import count, date, label, of_clause
from bernard.register.records.types import Cited, Evidence, Value

_ROLES = {
    "processor": "Processor: it handles data for the body and on its instructions.",
    "joint": "Joint controller: it decides with the body what the data is used for.",
    "independent": "Independent controller: it decides itself what the data is used for.",
    "none": "It handles no personal data.",
}
_TERMS = ("Processed in", "Highest marking", "The text may hold", "In the form", "The supplier may")
Agreements = Sequence[Agreement]
Filler = Callable[[Agreements], Evidence | None]


def _said(agreements: Agreements, value: Value) -> Evidence | None:
    hashes = dict.fromkeys(agreement.sha256 for agreement in agreements)
    return Evidence(value, "agreement", sha256=" ".join(hashes)) if value else None


def organisation(agreements: Agreements) -> Evidence | None:
    """The body that answers for it."""
    return _of_body(agreements, "name")


def senior_responsible_owner(agreements: Agreements) -> Evidence | None:
    """The post that is accountable."""
    return _of_body(agreements, "senior_responsible_owner")


def contact_email(agreements: Agreements) -> Evidence | None:
    """Where the public body can be written to, if the agreement has an address for it."""
    found = _of_body(agreements, "contact")
    return found if found and "@" in found.value and " " not in found.value else None


def third_party_involvement(agreements: Agreements) -> Evidence | None:
    """Whether there is a supplier."""
    outside = any(agreement.parties.supplier for agreement in agreements)
    return _said(agreements, "Yes" if outside else "No") if agreements else None


def inputs(agreements: Agreements) -> Evidence | None:
    """What the agreements let the tool's texts hold."""
    return _said(agreements, tuple(_facts(agreements, ("The text may hold", "About"))))


def special(agreements: Agreements) -> Evidence | None:
    """Special categories and criminal offence data, where they are allowed, and on which basis."""
    lines = []
    for agreement in agreements:
        kinds = dict.fromkeys(w for clause in agreement.clauses for w in clause.data.special)
        if kinds:
            lines.append(f"Special categories allowed: {', '.join(_labels(kinds))}.")
            lines.append(f"Article 9 condition: {agreement.legal.article_9_condition or 'none'}.")
        if any(clause.data.offence for clause in agreement.clauses):
            condition = agreement.legal.article_10_condition or "none"
            lines.append(f"Criminal offence data allowed; Article 10 condition: {condition}.")
    return _said(agreements, tuple(dict.fromkeys(lines)))


def storage(agreements: Agreements) -> Evidence | None:
    """Where the data may be handled, and how long each side keeps it."""
    lines = [*_facts(agreements, ("Processed in", "The supplier may"))]
    for agreement in agreements:
        days = agreement.duties.retain_content_days
        if days is not None:
            lines.append(f"The body keeps what was sent for {count(days, 'day')}.")
    return _said(agreements, tuple(dict.fromkeys(lines)))


def data_sharing_agreements(agreements: Agreements) -> Evidence | None:
    """The agreements by title, version, term and hash."""
    return _said(agreements, tuple(map(_named, agreements)))


def impact_assessments(agreements: Agreements) -> Evidence | None:
    """The data protection impact assessments that the agreements name."""
    lines = []
    for agreement in agreements:
        found = agreement.legal.dpia
        if found.reference or found.sha256:
            dated = f", of {date(found.date)}" if found.date else ""
            review = f", to be reviewed by {date(found.review_by)}" if found.review_by else ""
            hashed = f" SHA-256 {found.sha256}." if found.sha256 else ""
            name = found.reference or "not named"
            lines.append(f"Data protection impact assessment: {name}{dated}{review}.{hashed}")
    return _said(agreements, tuple(dict.fromkeys(lines)))


# By section and field of the template.
FILLERS: dict[tuple[str, str], Filler] = {
    ("overview", "contact_email"): contact_email,
    ("owner", "organisation"): organisation,
    ("owner", "senior_responsible_owner"): senior_responsible_owner,
    ("owner", "third_party_involvement"): third_party_involvement,
    ("tool", "system_level_input"): inputs,
    ("operational_data", "sensitive_attributes"): special,
    ("operational_data", "data_access_and_storage"): storage,
    ("operational_data", "data_sharing_agreements"): data_sharing_agreements,
    ("risks", "impact_assessments"): impact_assessments,
}


def third_parties(agreements: Agreements) -> list[dict[str, Evidence]]:
    """Suppliers, and those they use in turn, once each."""
    found: dict[str, dict[str, Evidence]] = {}
    for agreement in agreements:
        for party in _parties(agreement):
            said = {name: _said([agreement], value) for name, value in party.items()}
            kept = {name: evidence for name, evidence in said.items() if evidence}
            found.setdefault(str(party["third_party"]).casefold(), kept)
    return list(found.values())


def cited(agreements: Agreements, entries: dict[str, int]) -> tuple[Cited, ...]:
    """The agreements with the entries of the log that hold their texts."""
    return tuple(
        Cited(a.id, a.version, a.sha256, a.title, entries.get(a.sha256)) for a in agreements
    )


def _parties(agreement: Agreement) -> Iterator[dict[str, Value]]:
    supplier = agreement.parties.supplier
    if supplier:
        uses = dict.fromkeys(w for clause in agreement.clauses for w in clause.operations)
        role = _ROLES[supplier.relationship]
        asked = ", ".join(label("operations", word) for word in uses)
        yield {
            "third_party": supplier.name,
            "companies_house_number": supplier.company_number,
            "role": (role, f"Its models are used to: {asked}.") if asked else role,
            "procurement_procedure_type": _contract(agreement),
            "data_access_terms": tuple(_terms(agreement)),
        }
    for processor in agreement.parties.sub_processors:
        used_by = f"Used by {supplier.name}." if supplier else "Used by the supplier."
        terms = "No more than the supplier that uses it may."
        role = f"{processor.role.rstrip('.')}. {used_by}" if processor.role else used_by
        yield {"third_party": processor.name, "role": role, "data_access_terms": terms}


def _terms(agreement: Agreement) -> Iterator[str]:
    """What the supplier may see and keep, clause by clause."""
    for clause in agreement.clauses:
        facts = dict(of_clause(clause, agreement.parties.supplier))
        said = " ".join(f"{kind}: {'; '.join(facts[kind])}." for kind in _TERMS)
        yield f"Clause {clause.id}. {said}"


def _contract(agreement: Agreement) -> str:
    contract = agreement.legal.contract
    return f"The agreement names the contract {contract.rstrip('.')}." if contract else ""


def _of_body(agreements: Agreements, field: str) -> Evidence | None:
    """What the first agreement that says it says of the public body.

    One without a second party is nobody's word on who the body is: it may have come with Bernard.
    """
    for agreement in agreements:
        value = getattr(agreement.parties.public_body, field)
        if value and agreement.parties.supplier:
            return _said([agreement], value)
    return None


def _facts(agreements: Agreements, kinds: Sequence[str]) -> Iterator[str]:
    """What the clauses say of these, each thing once."""
    lines: dict[str, None] = {}
    for agreement in agreements:
        for clause in agreement.clauses:
            for kind, values in of_clause(clause, agreement.parties.supplier):
                if kind in kinds:
                    lines[f"{kind}: {'; '.join(values)}."] = None
    yield from lines


def _labels(words: Iterator[str] | dict[str, None]) -> list[str]:
    return [label("special", word) for word in words]


def _named(agreement: Agreement) -> str:
    term = agreement.term
    when = f" In force from {date(term.start)}" if term.start else ""
    if when:
        when += f" until {date(term.end)} (not included)." if term.end else "."
    return f"{agreement.title} ({agreement.id}), version {agreement.version}, SHA-256 {agreement.sha256}.{when}"
