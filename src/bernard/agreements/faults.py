"""What makes a well-formed agreement impossible to use: wrong words, dates, numbers and parties."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from bernard.agreements import above
from bernard.agreements.dimensions import DIMENSIONS, Dimension
from bernard.agreements.form import Path
from bernard.agreements.privacy import covers
from bernard.agreements.schema import ANY, Agreement, Clause, Forbid, Privacy, Supplier
from bernard.agreements.types import Fault
from bernard.agreements.vocabulary import OPEN_WORD, OWN_PLACES, VERSION, words

EMBEDDED = "embedded"
_OPEN = re.compile(OPEN_WORD)
MODEL = r"any|[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}(@[A-Za-z0-9._:-]{0,64}\*?)?"
HOST = r"any|(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]{1,63}"
HASH = r"(sha256:)?[0-9a-f]{64}"
VALUE = r"[^*\s][^*]{0,199}|\*[^*]{4,199}"
CODE_WORD_KIND = r"[A-Z](?:[A-Z-]{0,38}[A-Z])?"
_MODEL, _HOST, _HASH, _VALUE, _KIND = map(re.compile, (MODEL, HOST, HASH, VALUE, CODE_WORD_KIND))
_SHORTEST_CODE_WORD = 2
ALWAYS_NAMED = ("purposes", "services", "operations", "models", "places")
Found = Iterator[tuple[Path, Fault]]


def word_faults(agreement: Agreement) -> Found:
    """Every fault but those of form, with the path of the value."""
    yield from _names(agreement)
    yield from _dates(agreement)
    yield from _parties(agreement)
    yield from _numbers(agreement, ())
    yield from _privacy(agreement.privacy)
    yield from _publication(agreement)
    for number, clause in enumerate(agreement.clauses):
        yield from _clause(agreement, clause, ("clauses", number))
    for number, box in enumerate(agreement.forbid):
        yield from _forbid(box, ("forbid", number))


def _names(agreement: Agreement) -> Found:
    if agreement.vocabularies.version != VERSION:
        message = f"There is no version {agreement.vocabularies.version!r} of the vocabularies."
        yield ("vocabularies", "version"), Fault(0, message, f'Write "{VERSION}".')
    if not _OPEN.fullmatch(agreement.id):
        yield ("id",), _bad_name(agreement.id)
    for part in ("clauses", "forbid"):
        seen: set[str] = set()
        for number, box in enumerate(getattr(agreement, part)):
            if not _OPEN.fullmatch(box.id):
                yield (part, number, "id"), _bad_name(box.id)
            if box.id in seen:
                message = f"Two parts of `{part}` are named {box.id!r}."
                yield (part, number, "id"), Fault(0, message, "Give each its own name.")
            seen.add(box.id)
    for path in ("supersedes", "legal.dpia.sha256"):
        value = attrgetter(path)(agreement)
        if value and not _HASH.fullmatch(value):
            message = f"{value!r} is not a SHA-256 hash."
            yield tuple(path.split(".")), Fault(0, message, "Write its 64 hexadecimal digits.")
    yield from _known(agreement.duties.publish, "publications", ("duties", "publish"))


def _bad_name(name: str) -> Fault:
    remedy = "Use small letters, digits, dots, hyphens and underscores; at most 64."
    return Fault(0, f"{name!r} cannot be a name.", remedy)


def _dates(agreement: Agreement) -> Found:
    term = agreement.term
    if term.start and term.end and term.end <= term.start:
        message = f"The end, {term.end}, is not after the start, {term.start}."
        yield ("term", "end"), Fault(0, message, "Choose a later day; the end is not included.")
    if term.review_by and term.end and term.review_by > term.end:
        message = f"The review, {term.review_by}, comes after the end, {term.end}."
        yield ("term", "review_by"), Fault(0, message, "Review it before it ends.")
    if agreement.status == "signed" and term.start is None:
        yield ("term",), Fault(0, "A signed agreement has no start.", "Add `start` to the term.")
    if agreement.status == "signed" and _outside(agreement) and term.end is None:
        message = "A signed agreement with a supplier has no end."
        yield ("term",), Fault(0, message, "Add `end` to the term: no agreement is for ever.")


def _outside(agreement: Agreement) -> bool:
    return agreement.parties.supplier is not None or above.has_outside_supplier(agreement)


def _parties(agreement: Agreement) -> Found:
    parties = agreement.parties
    if parties.supplier:
        if not _OPEN.fullmatch(parties.supplier.id) or parties.supplier.id in (ANY, EMBEDDED):
            yield ("parties", "supplier", "id"), _bad_name(parties.supplier.id)
        yield from _country(parties.supplier, ("parties", "supplier"))
    elif above.has_outside_supplier(agreement):
        message = "A clause lets text leave the body's own machines, and no supplier is a party."
        yield ("parties",), Fault(0, message, "Add `supplier` to the parties.")
    for number, processor in enumerate(parties.sub_processors):
        yield from _country(processor, ("parties", "sub_processors", number))


def _country(party: Any, path: Path) -> Found:
    if party.country:
        countries = words("places") - OWN_PLACES
        yield from _known((party.country,), "", (*path, "country"), countries)


def _numbers(part: msgspec.Struct, path: Path) -> Found:
    """No number of an agreement can be below zero."""
    for name in part.__struct_fields__:
        value = getattr(part, name)
        at = (*path, name)
        if isinstance(value, msgspec.Struct):
            yield from _numbers(value, at)
        elif isinstance(value, tuple):
            for number, item in enumerate(value):
                if isinstance(item, msgspec.Struct):
                    yield from _numbers(item, (*at, number))
        elif isinstance(value, (int, float)) and not value >= 0:
            yield at, Fault(0, f"{value!r} is below zero.", "Write 0 or more.")


def _clause(agreement: Agreement, clause: Clause, path: Path) -> Found:
    for of in DIMENSIONS:
        if of.clause:
            at = (*path, *of.clause.split("."))
            value = attrgetter(of.clause)(clause)
            if isinstance(value, tuple):
                yield from _listed(of, value, at)
            if value == () and of.clause in ALWAYS_NAMED:
                message = f"The clause {clause.id!r} names no {of.english}, so it allows nothing."
                yield at, Fault(0, message, "Name one, or take the clause out.")
    for number, limit in enumerate(clause.limits):
        if (limit.calls, limit.tokens, limit.bytes, limit.pence) == (None,) * 4:
            message = "A limit limits nothing."
            remedy = "Add `calls`, `tokens`, `bytes` or `pence`."
            yield (*path, "limits", number), Fault(0, message, remedy)
    for number, host in enumerate(clause.tools.links):
        if not _HOST.fullmatch(host):
            remedy = "Write the name alone, such as www.gov.uk or *.gov.uk."
            at = (*path, "tools", "links", number)
            yield at, Fault(0, f"{host!r} is not the name of a host.", remedy)
    yield from _suppliers(agreement.parties.supplier, clause, path)


def _suppliers(supplier: Supplier | None, clause: Clause, path: Path) -> Found:
    if not clause.suppliers and supplier is None:
        message = f"The clause {clause.id!r} names no supplier, and no supplier is a party."
        remedy = f"Add `suppliers`; for models inside Bernard write `suppliers: [{EMBEDDED}]`."
        yield path, Fault(0, message, remedy)
    if not above.leaves(clause):
        return
    for number, name in enumerate(clause.suppliers):
        if supplier and name not in (supplier.id, EMBEDDED):
            message = (
                f"The clause {clause.id!r} lets text leave for {name!r}, who is not a party to "
                f"this agreement."
            )
            remedy = f"Name {supplier.id!r} alone, and make an agreement with each other supplier."
            yield (*path, "suppliers", number), Fault(0, message, remedy)


def _privacy(section: Privacy) -> Found:
    """Lists that would leave in more than anybody meant, or that name a thing twice."""
    path: Path = ("privacy",)
    for name in ("take", "leave", "keep"):
        yield from _repeated(getattr(section, name), (*path, name))
    for number, value in enumerate(section.allow):
        if not _VALUE.fullmatch(value):
            remedy = "Write the value, or `*` and at least four characters that it ends in."
            yield (*path, "allow", number), Fault(0, f"{value!r} cannot be allowed.", remedy)
        elif any(covers(other, value) for other in section.allow[:number]):
            message = f"{value!r} is allowed already by one before it."
            yield (*path, "allow", number), Fault(0, message, "Keep one of them.")
    for number, word in enumerate(section.deny):
        at = (*path, "deny", number)
        if len(word.word.strip()) < _SHORTEST_CODE_WORD:
            yield at, Fault(0, f"{word.word!r} is too short a word.", "Write two letters or more.")
        if not _KIND.fullmatch(word.kind):
            yield at, Fault(0, f"{word.kind!r} cannot be a kind.", "Use capitals and hyphens.")


def _publication(agreement: Agreement) -> Found:
    path: Path = ("publication", "sealed")
    known = {clause.id for clause in agreement.clauses} | {ANY}
    yield from _repeated(agreement.publication.sealed, path)
    for number, name in enumerate(agreement.publication.sealed):
        if name not in known:
            remedy = f"Name a clause of this agreement, or write {ANY}."
            yield (*path, number), Fault(0, f"There is no clause {name!r} to seal.", remedy)


def _repeated(value: Sequence[str], path: Path) -> Found:
    for number, word in enumerate(value):
        if word in value[:number]:
            yield (*path, number), Fault(0, f"{word!r} is here twice.", "Keep one of them.")


def _forbid(box: Forbid, path: Path) -> Found:
    named = 0
    for of in DIMENSIONS:
        value = getattr(box, of.forbid) if of.forbid else None
        named += value is not None
        if isinstance(value, tuple):
            at = (*path, of.forbid)
            yield from _listed(of, value, at)
            if not value:
                message = f"The box {box.id!r} names no {of.english}, so it forbids nothing."
                yield at, Fault(0, message, f"Name one, or take `{of.forbid}` out.")
    if not named:
        message = f"The box {box.id!r} names nothing, so it would forbid every call."
        remedy = "Say what it forbids; to stop every call, set the status to suspended."
        yield path, Fault(0, message, remedy)


def _listed(of: Dimension, value: Sequence[str], path: Path) -> Found:
    yield from _repeated(value, path)
    if of.vocabulary:
        yield from _known(value, of.vocabulary, path)
        return
    form = _MODEL if of.kind == "models" else _OPEN
    for number, word in enumerate(value):
        if not form.fullmatch(word):
            yield (*path, number), _bad_model(word) if of.kind == "models" else _bad_name(word)


def _bad_model(word: str) -> Fault:
    remedy = "Write `name`, `name@version`, `name@start-of-version*` or `any`."
    return Fault(0, f"{word!r} is no model.", remedy)


def _known(value: Sequence[str], vocabulary: str, path: Path, known: Collection[str] = ()) -> Found:
    known = known or words(vocabulary)
    for number, word in enumerate(value):
        if word in known or (word == ANY and vocabulary not in ("", "publications", "safeguards")):
            continue
        at = path if path[-1] == "country" else (*path, number)
        kind = f"the vocabulary of {vocabulary}" if vocabulary else "ISO 3166-1"
        yield at, Fault(0, f"{word!r} is not in {kind}.", _nearest(word, sorted(known)))


def _nearest(word: str, known: Sequence[str]) -> str:
    by_small = {k.lower(): k for k in known}
    # Nearer than the usual 0.6: 'tenants' does not mean 'students'.
    near = difflib.get_close_matches(word.lower(), list(by_small), 1, cutoff=0.7)
    if near:
        return f"Did you mean {by_small[near[0]]!r}?"
    if len(known) <= 30:
        return f"There are: {', '.join(known)}."
    return "`docs/reference/agreement.md` lists the words."
