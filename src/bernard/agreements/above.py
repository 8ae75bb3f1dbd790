"""The rules that stand above every agreement, as boxes of calls that none can allow."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bernard.agreements.dimensions import Bound
from bernard.agreements.schema import ANY, Agreement, Clause
from bernard.agreements.vocabulary import OWN_PLACES, personal_categories, words


class Rule(msgspec.Struct, frozen=True):
    """A box of calls that no agreement can allow.

    Attributes:
        box: bounds by dimension, as those of a forbid box.
        sentence: why not, and what would change it.
    """

    id: str
    box: Mapping[str, Bound]
    sentence: str


def rules(agreement: Agreement) -> tuple[Rule, ...]:
    """The rules for calls under this agreement, which depend on it only in its legal conditions.

    A call without a place, and one with a word that no vocabulary has, stand outside every clause
    already: see `Dimension.admits` and `decide`.
    """
    return (*_ALWAYS, _leaving(), *_without_condition(agreement), *_lethal_three())


_SIGNIFICANT = "A decision with a significant effect on a person needs a person before use."
_ALWAYS = (
    Rule(
        "significant-effect",
        {"effect": "significant", "involvement": "sample"},
        f"{_SIGNIFICANT} Declare the involvement before-use or two-person, and keep to it.",
    ),
)
_UNTRUSTED = (
    "Untrusted text, sensitive data and an effect outside the conversation may not meet in one "
    "call unless a person agrees before use."
)


def _leaving() -> Rule:
    return Rule(
        "above-official",
        {"tier": "SECRET", "places": words("places") - OWN_PLACES},
        "Nothing marked above OFFICIAL leaves the body's own machines.",
    )


def _without_condition(agreement: Agreement) -> list[Rule]:
    found = []
    if not agreement.legal.article_9_condition:
        found.append(
            Rule(
                "article-9",
                {"special": frozenset({ANY})},
                "Special category data needs a condition of Article 9(2) of the UK GDPR, and the "
                "agreement names none in legal.article_9_condition.",
            )
        )
    if not agreement.legal.article_10_condition:
        found.append(
            Rule(
                "article-10",
                {"offence": True},
                "Criminal offence data needs a condition under Article 10 of the UK GDPR, and the "
                "agreement names none in legal.article_10_condition.",
            )
        )
    return found


def _lethal_three() -> list[Rule]:
    """What an injected instruction needs to do harm is never all in one call without a person."""
    acting: dict[str, Bound] = {"untrusted": True, "outside_effects": True, "involvement": "sample"}
    sensitive: tuple[tuple[str, Bound], ...] = (
        ("sensitive", True),
        ("categories", personal_categories()),
        ("special", frozenset({ANY})),
        ("offence", True),
    )
    return [
        Rule("untrusted-text", {**acting, name: bound}, _UNTRUSTED) for name, bound in sensitive
    ]


def leaves(clause: Clause) -> bool:
    """Whether the clause lets anything go beyond the body's own machines."""
    return not OWN_PLACES.issuperset(clause.places)


def has_outside_supplier(agreement: Agreement) -> bool:
    """Whether a supplier that is not the body itself may receive anything; it must then sign."""
    return any(map(leaves, agreement.clauses))
