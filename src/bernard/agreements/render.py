"""The page of an agreement for people who are no lawyers: who, why, what, where, how long."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

from bernard.agreements import privacy, sentences
from bernard.agreements.canonical import sha256
from bernard.agreements.page import Bullets, Facts, Page, Paragraph, Part, Section
from bernard.agreements.schema import ANY, Agreement, Clause, Forbid, Supplier
from bernard.agreements.sentences import capital, date, listed
from bernard.agreements.sign import Signed, needed, verify, words

_NOTHING = "Nothing. The agreement has no clause, so no text may be sent to any model under it."
_ROLES = {
    "processor": "A processor: it may do only what the public body instructs",
    "joint": "A joint controller: it decides with the public body why and how data is used",
    "independent": "A controller in its own right: it decides for itself why and how data is used",
    "none": "",
}


def render(
    agreement: Agreement,
    today: datetime.date,
    unsaid: Sequence[str] = (),
    signed: Signed | None = None,
) -> Page:
    """The agreement as a page; `as_html` and `as_text` write it out.

    Args:
        unsaid: what the agreement does not say, a sentence each, as `check` finds it.
        signed: what `verify` found, where keys are pinned; left out, it is found without.
    """
    signed = signed or verify(agreement)
    sections = (
        _short(agreement),
        _parties(agreement),
        _clauses(agreement),
        _stays(agreement),
        _never(agreement),
        _people(agreement),
        _term(agreement),
        _law(agreement),
        _duties(agreement),
        _unsaid(agreement, unsaid),
        _signatures(agreement, signed),
    )
    return Page(
        title=agreement.title,
        caption=f"Agreement {agreement.id}, version {agreement.version}",
        tag=_tag(agreement, today, signed),
        notice=_notice(agreement, today, signed),
        lead=agreement.summary,
        sections=sections,
        foot=_foot(agreement),
    )


def _tag(agreement: Agreement, today: datetime.date, signed: Signed) -> str:
    if agreement.status != "signed":
        return agreement.status.capitalize()
    if needed(agreement) and not signed.complete:
        return "Not signed"
    if agreement.term.start is None or today < agreement.term.start:
        return "Not started"
    if agreement.term.end and today >= agreement.term.end:
        return "Ended"
    return "In force"


def _notice(agreement: Agreement, today: datetime.date, signed: Signed) -> str:
    """The one thing to know first: whether anything may be sent under it today."""
    return {
        "Draft": "This is a draft. Nothing may be sent under it.",
        "Suspended": "This agreement is suspended. Nothing may be sent under it.",
        "Not signed": "The signatures of both sides do not hold. Nothing may be sent under it.",
        "Not started": "This agreement has not started. Nothing may be sent under it yet.",
        "In force": "What stands here is what the gateway allows, and nothing else.",
        "Ended": "This agreement has ended. Nothing may be sent under it.",
    }[_tag(agreement, today, signed)]


def _short(agreement: Agreement) -> Section:
    """One line each for those who read no further."""
    clauses, supplier = agreement.clauses, agreement.parties.supplier
    involved = [sentences.involvement(clause.human.involvement) for clause in clauses]
    pairs = (
        ("Who", (agreement.parties.public_body.name, supplier.name if supplier else "no supplier")),
        ("Why", (_every("purposes", (w for c in clauses for w in c.purposes)),)),
        ("What", tuple(_what(clauses))),
        ("Where", (_every("places", (w for c in clauses for w in c.places)),)),
        ("How long", (_from_to(agreement),)),
        ("Who decides", tuple(dict.fromkeys(involved)) or ("nobody: nothing is allowed",)),
    )
    capitals = tuple((name, tuple(map(capital, said))) for name, said in pairs)
    return Section("short", "In short", (Facts(capitals),))


def _what(clauses: tuple[Clause, ...]) -> Iterator[str]:
    yield _every("categories", (word for one in clauses for word in one.data.categories))
    special = _every("special", (word for one in clauses for word in one.data.special))
    if special != "nothing":
        yield f"special category data: {special}"
    if any(one.data.offence for one in clauses):
        yield "criminal offence data"
    for highest in dict.fromkeys(sentences.marking(one.marking) for one in clauses):
        yield f"marked at most {highest}"


def _every(kind: str, named: Iterable[str]) -> str:
    found = listed(kind, dict.fromkeys(named))
    return found or "nothing"


def _from_to(agreement: Agreement) -> str:
    term = agreement.term
    start = f"from {date(term.start)}" if term.start else "no start is set"
    return f"{start}, {f'until {date(term.end)}' if term.end else 'no end is set'}"


def _parties(agreement: Agreement) -> Section:
    body, supplier = agreement.parties.public_body, agreement.parties.supplier
    parts: list[Part] = [Section("public-body", "The public body", (_said(
        ("Name", body.name),
        ("Public page", body.organisation),
        ("Senior responsible owner", body.senior_responsible_owner),
        ("Data protection officer", body.data_protection_officer),
        ("Contact", body.contact),
    ),))]  # fmt: skip
    if supplier:
        parts.append(Section("supplier", "The supplier", (_said(
            ("Name", supplier.name),
            ("Company number", supplier.company_number),
            ("Country", listed("places", [supplier.country]) if supplier.country else ""),
            ("Under data protection law", _ROLES[supplier.relationship]),
        ),)))  # fmt: skip
    others = tuple(
        ", ".join(filter(None, (one.name, one.country, one.role)))
        for one in agreement.parties.sub_processors
    )
    if others:
        parts.append(
            Section("sub-processors", "Whom the supplier uses in turn", (Bullets(others),))
        )
    if not supplier:
        parts.append(Section("supplier", "The supplier", (Paragraph("There is no supplier."),)))
    return Section("parties", "Who the agreement is between", tuple(parts))


def _said(*pairs: tuple[str, str]) -> Facts:
    return Facts(tuple((name, (value or "Not said",)) for name, value in pairs))


def _clauses(agreement: Agreement) -> Section:
    supplier = agreement.parties.supplier
    parts = tuple(_clause(number, one, supplier) for number, one in enumerate(agreement.clauses, 1))
    lead = "A text may be sent only if everything under one of these headings is true of it."
    found: tuple[Part, ...] = (Paragraph(lead), *parts) if parts else (Paragraph(_NOTHING),)
    return Section("allowed", "What may be sent", found)


def _clause(number: int, clause: Clause, supplier: Supplier | None) -> Section:
    facts = Facts(tuple(sentences.of_clause(clause, supplier)))
    return Section(f"clause-{number}", f"{number}. Clause {clause.id}", _led(clause.summary, facts))


def _stays(agreement: Agreement) -> Section:
    """What of personal data stays in a text, and what is put in its place."""
    if not privacy.masks(agreement):
        told = "Texts stay on this machine as they are, so nothing is taken out."
        return Section("personal-data", "What is taken out first", (Paragraph(told),))
    said = tuple(f"{sentence}." for sentence in privacy.plain(agreement.privacy))
    return Section("personal-data", "What is taken out first", (Bullets(said),))


def _never(agreement: Agreement) -> Section:
    own = tuple(_forbidden(number, box) for number, box in enumerate(agreement.forbid, 1))
    lead = (
        "Whatever stands above, a text is not sent if everything under one of these headings is so."
    )
    always = Section("always", "Under any agreement", (Bullets(sentences.ABOVE_ANY_AGREEMENT),))
    parts: tuple[Part, ...] = (Paragraph(lead), *own, always) if own else (always,)
    return Section("never", "What is never allowed", parts)


def _forbidden(number: int, box: Forbid) -> Section:
    facts = Facts(tuple(sentences.of_forbid(box)))
    return Section(f"forbid-{number}", f"Never: {box.id}", _led(box.summary, facts))


def _led(lead: str, part: Part) -> tuple[Part, ...]:
    """The part, with a paragraph before it if there is one."""
    return (Paragraph(lead), part) if lead else (part,)


def _people(agreement: Agreement) -> Section:
    """Who decides on what affects a person, and who answers for the whole."""
    rules = tuple(
        f"Clause {one.id}: {sentences.involvement(one.human.involvement)};"
        f" {sentences.effect(one.human.effect)}."
        for one in agreement.clauses
    )
    owner = agreement.parties.public_body.senior_responsible_owner
    answers = (
        f"{owner} answers for the agreement."
        if owner
        else "The agreement does not name who answers for it."
    )
    parts: tuple[Part, ...] = (Paragraph(answers),)
    return Section("people", "Who decides", (Bullets(rules), *parts) if rules else parts)


def _term(agreement: Agreement) -> Section:
    term = agreement.term
    facts = _said(
        ("Starts", date(term.start)),
        ("Ends", f"{date(term.end)}; from that day nothing may be sent" if term.end else ""),
        ("Reviewed by", date(term.review_by)),
    )
    return Section("term", "How long it lasts", (facts,))


def _law(agreement: Agreement) -> Section:
    law = agreement.legal
    dpia = ", ".join(
        filter(None, (law.dpia.reference, date(law.dpia.date) and f"of {date(law.dpia.date)}"))
    )
    facts = _said(
        ("Legal power", law.power),
        ("Lawful basis", law.lawful_basis),
        ("Condition for special category data", law.article_9_condition),
        ("Condition for criminal offence data", law.article_10_condition),
        ("Data protection impact assessment", dpia),
        ("Contract", law.contract),
        ("Transfers out of the United Kingdom", law.transfer_mechanism),
    )
    return Section("law", "What makes it lawful", (facts,))


def _duties(agreement: Agreement) -> Section:
    duties = agreement.duties
    facts = _said(
        ("What was sent is kept", _days(duties.retain_content_days)),
        ("The log is kept", _days(duties.retain_log_days)),
        (
            "A breach is reported within",
            "" if duties.breach_hours is None else sentences.count(duties.breach_hours, "hour"),
        ),
        ("What is published", listed("publications", duties.publish)),
        ("Time in the public log", _TIMES.get(agreement.publication.time or "", "")),
        ("Sealed in the public log", _sealed(agreement)),
    )
    return Section("duties", "What the parties owe each other and the public", (facts,))


_TIMES = {
    "second": "To the second",
    "minute": "To the minute",
    "hour": "To the hour",
    "day": "The day alone",
}


def _sealed(agreement: Agreement) -> str:
    """Which calls the public sees no more of than that there was one."""
    sealed = agreement.publication.sealed
    if not sealed:
        return "Nothing"
    if ANY in sealed:
        return "Every call and every refusal: that there was one is public, and no more"
    named = ", ".join(sealed)
    return f"Calls under clause {named}: that there was one is public, and no more"


def _days(days: int | None) -> str:
    if days is None:
        return ""
    return sentences.count(days, "day") if days else "Not at all"


def _unsaid(agreement: Agreement, unsaid: Sequence[str]) -> Section:
    found = (
        Bullets(tuple(unsaid))
        if unsaid
        else Paragraph("Nothing was found that the agreement should say and does not.")
    )
    whose = (Paragraph(follows(agreement)),) if agreement.source else ()
    return Section("unsaid", "What it leaves unsaid", (*whose, found))


def follows(agreement: Agreement) -> str:
    """Whose silence it is, where a file follows words of others and not those of its parties."""
    return (
        "This is what this file leaves unsaid. It follows what its source says, and the parties"
        f" themselves may have said more. Source: {agreement.source}"
    )


def _signatures(agreement: Agreement, signed: Signed) -> Section:
    lines = [
        f"{one.signatory}, for the {words(one.role)}{f', on {date(one.date)}' if one.date else ''}:"
        f" {f'does not hold. {one.fault}' if one.fault else f'holds. Key {one.key}.'}"
        for one in signed.signatures
    ]
    lines += [f"The {words(role)} has not signed." for role in signed.missing]
    if not needed(agreement):
        lines.append(
            "It needs no signature: nothing leaves the body's own machines under it."
            if agreement.clauses
            else "Nobody has signed this file, and it allows nothing that would need a signature."
        )
    return Section("signatures", "Signatures", (Bullets(tuple(lines)),))


def _foot(agreement: Agreement) -> str:
    lines = [f"SHA-256 of the agreement: {sha256(agreement)}."]
    if agreement.supersedes:
        lines.append(f"It takes the place of {agreement.supersedes}.")
    if agreement.source:
        lines.append(f"Source: {agreement.source}")
    return " ".join(lines)
