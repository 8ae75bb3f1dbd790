"""An agreement as an ODRL policy in JSON-LD, with its words tied to the Data Privacy Vocabulary.

Each clause is a permission, each forbid box and each rule above any agreement a prohibition, and a
prohibition wins. ODRL leaves open how a constraint is compared, so this says what the gateway does
in words that others can read; it is not what the gateway reads.

Source: ODRL Information Model 2.2, https://www.w3.org/TR/odrl-model/; DPV 2,
https://w3id.org/dpv.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from bernard.agreements.above import rules
from bernard.agreements.canonical import sha256
from bernard.agreements.dimensions import Bound, Dimension, allowed_box, dimension, forbidden_box
from bernard.agreements.privacy import plain
from bernard.agreements.schema import ANY, Agreement, Clause, Duties, Privacy, Term
from bernard.agreements.vocabulary import VERSION, vocabulary

_CONTEXT = [
    "http://www.w3.org/ns/odrl.jsonld",
    {
        # The published context of ODRL leaves these two out.
        "uid": "@id",
        "obligation": {"@type": "@id", "@id": "http://www.w3.org/ns/odrl/2/obligation"},
        "bernard": "urn:bernard:agreement:",
        "word": f"urn:bernard:vocabulary:{VERSION}:",
        "dpv": "https://w3id.org/dpv#",
        "dcterms": "http://purl.org/dc/terms/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    },
]
_PROFILE = "urn:bernard:agreement:profile:1"
# Operands of ODRL's own vocabulary; every other dimension is one of the profile.
_OPERANDS = {"purpose": "purpose", "places": "spatial"}
_DPV = {
    "purpose": "dpv:hasPurpose",
    "operation": "dpv:hasProcessing",
    "places": "dpv:hasLocation",
    "categories": "dpv:hasPersonalData",
    "special": "dpv:hasPersonalData",
    "subjects": "dpv:hasDataSubject",
    "safeguards": "dpv:hasTechnicalOrganisationalMeasure",
}
Json = dict[str, Any]


def policy(agreement: Agreement) -> Json:
    """The agreement as one JSON-LD document."""
    parties = agreement.parties
    body, supplier = parties.public_body, parties.supplier
    name = f"bernard:{agreement.id}:{agreement.version}"
    between: Json = {"assigner": _party(body.organisation, body.name)}
    if supplier:
        between["assignee"] = _party("", supplier.name, f"word:supplier:{supplier.id}")
    return {
        "@context": _CONTEXT,
        # An agreement of ODRL is between two; a rule that a body makes for itself is a set.
        "@type": "Agreement" if supplier else "Set",
        "uid": name,
        "profile": _PROFILE,
        "conflict": "prohibit",
        "dcterms:title": agreement.title,
        "dcterms:description": agreement.summary,
        "dcterms:identifier": f"sha256:{sha256(agreement)}",
        **({"dcterms:replaces": agreement.supersedes} if agreement.supersedes else {}),
        "bernard:status": agreement.status,
        **between,
        "permission": [_permission(name, agreement, clause) for clause in agreement.clauses],
        "prohibition": list(_prohibitions(name, agreement)),
        "obligation": list(_obligations(agreement.duties)),
        **_legal(agreement),
        **_stays(agreement),
        "bernard:words": list(_words(agreement)),
    }


def _party(address: str, name: str, otherwise: str = "bernard:public-body") -> Json:
    uid = address if address.startswith(("https://", "http://")) else otherwise
    return {"@type": "Party", "uid": uid, "dcterms:title": name}


def _permission(name: str, agreement: Agreement, clause: Clause) -> Json:
    supplier = agreement.parties.supplier.id if agreement.parties.supplier else ""
    box = allowed_box(clause, supplier)
    constraints = [*_period(agreement.term), *_constraints(box, _allowed)]
    return {
        "@type": "Permission",
        "uid": f"{name}:clause:{clause.id}",
        **({"dcterms:description": clause.summary} if clause.summary else {}),
        "target": f"{name}:text",
        "action": _actions(box["operation"]),
        "constraint": constraints,
        "dpv:hasProcess": {"@type": "dpv:Process", **_process(box)},
    }


def _prohibitions(name: str, agreement: Agreement) -> Iterator[Json]:
    boxes: list[tuple[str, str, Mapping[str, Bound]]] = [
        (f"forbid:{box.id}", box.summary, forbidden_box(box)) for box in agreement.forbid
    ]
    boxes += [
        (f"above:{number}:{rule.id}", rule.sentence, rule.box)
        for number, rule in enumerate(rules(agreement), 1)
    ]
    for uid, said, box in boxes:
        yield {
            "@type": "Prohibition",
            "uid": f"{name}:{uid}",
            **({"dcterms:description": said} if said else {}),
            "target": f"{name}:text",
            "action": _actions(box.get("operation", frozenset({ANY}))),
            "constraint": list(_constraints(box, _forbidden)),
        }


def _actions(operations: Bound) -> list[str]:
    assert isinstance(operations, frozenset)
    return ["use"] if ANY in operations else [f"word:operations:{w}" for w in sorted(operations)]


def _period(term: Term) -> Iterator[Json]:
    for operator, day in (("gteq", term.start), ("lt", term.end)):
        if day:
            yield _constraint("dateTime", operator, _date(day))


def _constraints(box: Mapping[str, Bound], operator_of: Any) -> Iterator[Json]:
    for name, bound in box.items():
        one = dimension(name)
        if name == "operation" or bound is None:
            continue
        if isinstance(bound, frozenset) and ANY in bound:
            continue
        if name == "untrusted" and operator_of is _allowed:
            continue
        operator, value = operator_of(one, bound)
        yield _constraint(_OPERANDS.get(name, f"bernard:{name}"), operator, value)


def _allowed(one: Dimension, bound: Bound) -> tuple[str, Any]:
    if isinstance(bound, frozenset):
        operators = {"one": "isAnyOf", "models": "isAnyOf", "subset": "isPartOf"}
        return operators.get(one.kind, "isAllOf"), _named(one, bound)
    if not one.levels:
        return "lteq", _integer(bound)
    place = one.rank(bound)
    kept = one.levels[place:] if one.kind == "at_least" else one.levels[: place + 1]
    return "isAnyOf", list(kept)


def _forbidden(one: Dimension, bound: Bound) -> tuple[str, Any]:
    if isinstance(bound, frozenset):
        return "isAnyOf", _named(one, bound)
    if not one.levels:
        return "gteq", _integer(bound)
    place = one.rank(bound)
    caught = one.levels[: place + 1] if one.kind == "at_least" else one.levels[place:]
    return "isAnyOf", list(caught)


def _constraint(operand: str, operator: str, value: Any) -> Json:
    return {
        "@type": "Constraint",
        "leftOperand": operand,
        "operator": operator,
        "rightOperand": value,
    }


def _named(one: Dimension, bound: frozenset[str]) -> list[Any]:
    kind = one.vocabulary or one.name
    if one.kind == "models":
        return sorted(bound)
    if not bound:
        # An empty list would say nothing at all in RDF.
        return [{"@id": "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil"}]
    return [{"@id": f"word:{kind}:{word.replace(' ', '-')}"} for word in sorted(bound)]


def _integer(value: Any) -> Json:
    return {"@value": str(int(value)), "@type": "xsd:integer"}


def _date(day: datetime.date) -> Json:
    return {"@value": day.isoformat(), "@type": "xsd:date"}


def _process(box: Mapping[str, Bound]) -> Json:
    """The clause in the terms of the Data Privacy Vocabulary, as near as it has them."""
    found: dict[str, list[Json]] = {}
    for name, relation in _DPV.items():
        bound = box[name]
        assert isinstance(bound, frozenset)
        known = vocabulary(dimension(name).vocabulary)
        terms = {known[word].iri for word in bound if word in known} - {""}
        found.setdefault(relation, []).extend({"@id": term} for term in sorted(terms))
    return {relation: terms for relation, terms in found.items() if terms}


def _obligations(duties: Duties) -> Iterator[Json]:
    if duties.retain_content_days is not None:
        yield _within("delete", f"P{duties.retain_content_days}D")
    if duties.breach_hours is not None:
        yield _within("inform", f"PT{duties.breach_hours}H")
    for publication in duties.publish:
        yield {"@type": "Duty", "action": f"word:publications:{publication}"}


def _within(action: str, duration: str) -> Json:
    most = {"@value": duration, "@type": "xsd:duration"}
    return {
        "@type": "Duty",
        "action": action,
        "constraint": [_constraint("elapsedTime", "lteq", most)],
    }


def _legal(agreement: Agreement) -> Json:
    law = agreement.legal
    said = {
        "dpv:hasLegalBasis": law.lawful_basis,
        "bernard:power": law.power,
        "bernard:article9Condition": law.article_9_condition,
        "bernard:article10Condition": law.article_10_condition,
        "bernard:impactAssessment": law.dpia.reference,
        "bernard:contract": law.contract,
        "bernard:transferMechanism": law.transfer_mechanism,
    }
    return {key: value for key, value in said.items() if value}


def _stays(agreement: Agreement) -> Json:
    """What of personal data may stay in a text, in words; nothing where the agreement says nothing."""
    if agreement.privacy == Privacy():
        return {}
    return {"bernard:mayStay": list(plain(agreement.privacy))}


def _words(agreement: Agreement) -> Iterator[Json]:
    """Every word of a vocabulary that the clauses and boxes use, with its label and W3C term."""
    boxes = [allowed_box(clause) for clause in agreement.clauses]
    boxes += [forbidden_box(box) for box in agreement.forbid]
    used: set[tuple[str, str]] = {("publications", word) for word in agreement.duties.publish}
    for box in boxes:
        for name, bound in box.items():
            if isinstance(bound, frozenset) and dimension(name).vocabulary:
                used |= {(dimension(name).vocabulary, word) for word in bound}
    for kind, name in sorted(used):
        word = vocabulary(kind).get(name)
        if word:
            yield {
                "@id": f"word:{kind}:{name.replace(' ', '-')}",
                "@type": "skos:Concept",
                "skos:prefLabel": word.label,
                **({"skos:definition": word.description} if word.description else {}),
                **({"skos:closeMatch": {"@id": word.iri}} if word.iri else {}),
            }
