"""The clauses of an agreement in plain English."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from bernard.agreements.faults import EMBEDDED
from bernard.agreements.schema import ANY, Clause, Forbid, Limit, Marking, Supplier
from bernard.agreements.vocabulary import KINDS, vocabulary

ABOVE_ANY_AGREEMENT = (
    "Text marked SECRET or TOP SECRET never leaves the body's own machines and network.",
    "Text without a marking counts as OFFICIAL-SENSITIVE.",
    "Special category data is used only where the agreement states its Article 9 condition.",
    "Criminal offence data is used only where the agreement states its Article 10 condition.",
    "A decision with a significant effect on a person needs a person before the output is used.",
    "Nothing is sent to a model if nobody has said where it runs.",
    "Text from strangers, sensitive data and an effect outside the conversation come together only"
    " where a person looks before anything is done.",
    "Nothing is sent under an agreement that is not signed, has not started, has ended or is"
    " suspended.",
)
_INVOLVEMENT = {
    "none": "nobody need look at what the model writes",
    "sample": "people look at a sample of what the model writes",
    "before-use": "a person looks at what the model writes before it is used",
    "two-person": "two people look at what the model writes before it is used",
}
_EFFECT = {
    "none": "it has no effect on anybody",
    "support": "it may support a decision about a person",
    "significant": "it may have a significant effect on a person",
}
_IDENTIFIABLE = {
    "anonymous": "nobody can be told from it",
    "aggregate": "only totals over groups of people",
    "pseudonymised": "names and identifiers replaced by pseudonyms",
    "identifiable": "people can be told from it",
}
_USE = {"never": "never", "opt-in": "only where the body opts in", "always": "allowed"}
_ANY = {
    "services": "any service", "purposes": "any purpose", "operations": "any operation",
    "suppliers": "any supplier", "models": "any model", "places": "any place",
    "categories": "any kind of data", "special": "any special category", "subjects": "anybody",
    "descriptors": "any descriptor", "caveats": "any caveat", "tools": "any tool",
    "links": "anywhere",
}  # fmt: skip
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
Fact = tuple[str, tuple[str, ...]]


def of_clause(clause: Clause, supplier: Supplier | None = None) -> Iterator[Fact]:
    """Each thing that a clause asks, with what it allows; `supplier` is the agreement's own."""
    yield "Asked by", (listed("services", clause.services),)
    yield "For", _each("purposes", clause.purposes)
    yield "To", _each("operations", clause.operations)
    yield "Sent to", _sent_to(clause, supplier)
    yield "Models", (listed("models", clause.models) or "None",)
    yield "Processed in", (listed("places", clause.places) or "Nowhere",)
    yield "Highest marking", (marking(clause.marking),)
    yield "The text may hold", tuple(map(capital, _data(clause)))
    yield "About", (listed("subjects", clause.data.subjects) or "Nobody",)
    yield "In the form", (capital(_IDENTIFIABLE[clause.data.identifiability]),)
    yield "Done before it is sent", _each("safeguards", clause.safeguards) or ("Nothing",)
    yield "The supplier may", tuple(map(capital, _use(clause)))
    yield "People", tuple(map(capital, people(clause)))
    yield "The model may act with", tuple(map(capital, _tools(clause)))
    limits = [limit(one) for one in clause.limits]
    if clause.bytes_per_call is not None:
        limits.insert(0, f"{count(clause.bytes_per_call, 'byte')} of text in one call")
    yield "At most", tuple(limits) or ("No limit is stated",)


def _sent_to(clause: Clause, supplier: Supplier | None) -> tuple[str, ...]:
    names = {EMBEDDED: "models in Bernard itself"}
    if supplier:
        names[supplier.id] = supplier.name
    ids = clause.suppliers or ((supplier.id,) if supplier else ())
    return tuple(f"{capital(names[id])} ({id})" if id in names else id for id in ids) or ("Nobody",)


def people(clause: Clause) -> tuple[str, str]:
    """Who looks at what the model writes, and what it may do to a person."""
    return involvement(clause.human.involvement), effect(clause.human.effect)


def capital(text: str) -> str:
    """The text with a capital letter."""
    return text[:1].upper() + text[1:]


def of_forbid(box: Forbid) -> Iterator[Fact]:
    """Each thing that a forbid box names."""
    kinds = (
        ("Asked by", "services"), ("For", "purposes"), ("To", "operations"),
        ("Sent to", "suppliers"), ("Models", "models"), ("Processed in any of", "places"),
        ("Holds any of", "categories"), ("Holds special category data", "special"),
        ("About any of", "subjects"), ("Descriptors, any of", "descriptors"),
        ("Caveats, any of", "caveats"), ("Acts with any of", "tools"),
    )  # fmt: skip
    for name, kind in kinds:
        named = getattr(box, kind)
        if named is not None:
            yield name, (listed(kind, named) or "Nothing",)
    yield from ((name, tuple(map(capital, said))) for name, said in _levels(box))


def _levels(box: Forbid) -> Iterator[Fact]:
    if box.tier is not None:
        yield "Marked", (f"{box.tier} or above" if box.tier != "TOP SECRET" else box.tier,)
    if box.sensitive is not None:
        yield "Sensitive", ("marked -SENSITIVE" if box.sensitive else "marked -SENSITIVE or not",)
    if box.offence is not None:
        yield "Criminal offence data", ("held" if box.offence else "held or not",)
    if box.identifiability is not None:
        yield "In the form", (f"{_IDENTIFIABLE[box.identifiability]}, or more identifiable",)
    if box.training is not None:
        yield "Supplier trains on it", (_or_more(box.training),)
    if box.human_review is not None:
        yield "Supplier's people read it", (_or_more(box.human_review),)
    if box.retention_s is not None:
        yield "Supplier keeps it", (f"{duration(box.retention_s)} or longer",)
    if box.involvement is not None:
        yield "People", (f"{involvement(box.involvement)}, or less than that",)
    if box.effect is not None:
        yield "Effect", (f"{effect(box.effect)}, or more than that",)
    if box.outside_effects is not None:
        outside = "something outside the conversation may change"
        yield "Outside effects", (outside if box.outside_effects else f"{outside} or not",)
    if box.bytes_per_call is not None:
        yield "Size", (f"{count(box.bytes_per_call, 'byte')} of text or more in one call",)


def _or_more(use: str) -> str:
    return {"never": "never or more", "opt-in": "where the body opts in, or always"}.get(use, use)


def _data(clause: Clause) -> Iterator[str]:
    data = clause.data
    yield listed("categories", data.categories) or "no personal data and no named kind of data"
    special = listed("special", data.special)
    yield f"special category data: {special}" if special else "no special category data"
    yield "criminal offence data" if data.offence else "no criminal offence data"


def _use(clause: Clause) -> Iterator[str]:
    use = clause.supplier_use
    yield f"train models on it: {_USE[use.training]}"
    yield f"have people read it: {_USE[use.human_review]}"
    yield f"keep it: {duration(use.retention_s)}"


def _tools(clause: Clause) -> Iterator[str]:
    tools = clause.tools
    yield listed("tools", tools.allowed) or "no tools"
    yield (
        "what it does may change something outside the conversation"
        if tools.outside_effects
        else "nothing outside the conversation may change"
    )
    yield f"links in the reply may lead to: {listed('links', tools.links) or 'nowhere'}"


def marking(most: Marking) -> str:
    """The highest marking allowed, with the markings that may stand beside it.

    >>> marking(Marking("OFFICIAL", sensitive=True))
    'OFFICIAL-SENSITIVE'
    """
    tier = f"{most.tier}-SENSITIVE" if most.sensitive else most.tier
    beside = ", ".join(
        filter(None, (listed("descriptors", most.descriptors), listed("caveats", most.caveats)))
    )
    return f"{tier}, with {beside}" if beside else tier


def involvement(level: str) -> str:
    """Who looks at what the model writes."""
    return _INVOLVEMENT[level]


def effect(level: str) -> str:
    """What the output may do to a person."""
    return _EFFECT[level]


def limit(one: Limit) -> str:
    """A limit in words.

    >>> limit(Limit("day", calls=1000, pence=250.0))
    '1,000 calls and £2.50 in a day'
    """
    named = [
        count(getattr(one, field), field.removesuffix("s"))
        for field in ("calls", "tokens", "bytes")
        if getattr(one, field) is not None
    ]
    if one.pence is not None:
        whole = float(one.pence).is_integer()
        named.append(f"£{one.pence / 100:,.2f}" if whole else f"{one.pence:,}p")
    over = (
        "the whole term" if one.per == "term" else f"{'an' if one.per == 'hour' else 'a'} {one.per}"
    )
    return f"{' and '.join(named) or 'no limit'} in {over}"


def listed(kind: str, named: Iterable[str]) -> str:
    """Words of a vocabulary by their labels, in one line; empty for none."""
    return ", ".join(label(kind, word) for word in named)


def _each(kind: str, named: Iterable[str]) -> tuple[str, ...]:
    return tuple(label(kind, word) for word in named)


def label(kind: str, word: str) -> str:
    """What a page calls a word; open words, and words that no vocabulary knows, are themselves."""
    if word == ANY:
        return _ANY.get(kind, ANY)
    known = vocabulary(kind).get(word) if kind in KINDS else None
    return known.label if known else word


def duration(seconds: int) -> str:
    """A time in its largest whole unit.

    >>> duration(0), duration(2_592_000), duration(90)
    ('not at all', '30 days', '90 seconds')
    """
    if seconds <= 0:
        return "not at all"
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    return count(seconds // size, unit)


def count(number: int, unit: str) -> str:
    """A number of things.

    >>> count(1, "call"), count(2000, "call")
    ('1 call', '2,000 calls')
    """
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def date(day: datetime.date | None) -> str:
    """A day as it is written: 1 March 2026. Empty for none."""
    return f"{day.day} {day:%B %Y}" if day else ""
