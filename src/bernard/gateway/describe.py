"""What the agreement is asked about a call: what the caller declares, raised by what was found."""

from __future__ import annotations

from functools import lru_cache

from bernard.agreements.types import Call
from bernard.agreements.vocabulary import vocabulary
from bernard.gateway.minimise import Minimised
from bernard.gateway.parts import has_untrusted, offers_tools, tool_names
from bernard.gateway.types import Asked
from bernard.models.suppliers.types import Attested, Operation
from bernard.text.markings import CAVEATS, TIERS, Marking

# Steps that the gateway can run on a text before it is sent, or on the reply.
SAFEGUARDS = frozenset(
    {"mask-identifiers", "mark-untrusted", "strip-invisible", "check-markings", "check-links"}
)
_NONE: frozenset[str] = frozenset()
IDENTIFIERS = "personal-identifiers"
_FORMS = ("anonymous", "aggregate", "pseudonymised", "identifiable")


class Described:
    """What is the same about a call whichever deployment answers it.

    Attributes:
        tools: that the model is offered.
        detector, policy: with which the text was looked through, in words for the log.
        size: of the request as it may be sent, in bytes.
    """

    __slots__ = (
        "caller",
        "categories",
        "caveats",
        "descriptors",
        "detector",
        "identifiability",
        "marking",
        "offence",
        "operation",
        "outside_effects",
        "policy",
        "size",
        "special",
        "tools",
        "untrusted",
    )

    def __init__(self, asked: Asked, sent: Minimised, *, leaves: bool = True) -> None:
        """Describe this request.

        Args:
            leaves: its text goes beyond this machine. Where it does not, special categories and
                offence data are as the caller declares, since most such texts are not looked at.
        """
        caller = asked.caller
        body = asked.body
        declared = declared_marking(caller.marking)
        self.caller = caller
        self.operation: Operation = asked.operation
        self.size = sent.size
        self.detector, self.policy = sent.detector, sent.policy
        self.tools = tool_names(body) if offers_tools(body) else _NONE
        self.untrusted = has_untrusted(body)
        effects = caller.outside_effects
        self.outside_effects = bool(self.tools) if effects is None else effects
        self.categories = _words(caller.categories)
        if sent.found:
            self.categories |= {IDENTIFIERS}
        self.descriptors = _words(caller.descriptors) | (sent.beside - CAVEATS)
        self.caveats = _words(caller.caveats) | (sent.beside & CAVEATS)
        self.special = _words(caller.special) | (sent.special if leaves else _NONE)
        self.offence = caller.offence or (leaves and sent.offence)
        self.identifiability = _form(caller.identifiability, sent)
        self.marking = _raised(declared, sent.marking) if sent.marking else declared

    @property
    def derived(self) -> tuple[str, ...]:
        """Names of the attributes that the gateway found or raised."""
        caller = self.caller
        raised = (
            ("tools", bool(self.tools)),
            ("untrusted", self.untrusted),
            ("categories", len(self.categories) > len(caller.categories)),
            ("descriptors", len(self.descriptors) > len(caller.descriptors)),
            ("caveats", len(self.caveats) > len(caller.caveats)),
            ("special", len(self.special) > len(caller.special)),
            ("offence", self.offence != caller.offence),
            ("identifiability", self.identifiability != caller.identifiability),
            ("marking", self.marking != declared_marking(caller.marking)),
        )
        return ("bytes", *(name for name, is_so in raised if is_so))

    @property
    def found(self) -> str:
        """In words what was found that the caller does not declare; empty if nothing was."""
        known = vocabulary("special")
        new = sorted(self.special.difference(self.caller.special))
        told = [known[word].label.lower() for word in new]
        if self.offence and not self.caller.offence:
            told.append("criminal offences")
        if not told:
            return ""
        return f"The text was found to say something of a person's {', '.join(told)}."

    def suppose(self, categories: frozenset[str]) -> None:
        """Suppose that the text holds all of these categories, and names people."""
        self.categories = categories
        self.identifiability = "identifiable"

    def call(self, attested: Attested) -> Call:
        """The call to this deployment, as the agreement is asked about it."""
        caller = self.caller
        return Call(
            service=caller.service,
            purpose=caller.purpose,
            operation=self.operation,
            supplier=attested.supplier,
            model=attested.model,
            version=attested.version,
            places=_words(attested.places),
            tier=self.marking.tier,
            sensitive=self.marking.sensitive,
            descriptors=self.descriptors,
            caveats=self.caveats,
            categories=self.categories,
            special=self.special,
            offence=self.offence,
            subjects=_words(caller.subjects),
            identifiability=self.identifiability,
            training=attested.training,
            human_review=attested.human_review,
            retention_s=attested.retention_s,
            safeguards=SAFEGUARDS,
            involvement=caller.involvement,
            effect=caller.effect,
            tools=self.tools,
            outside_effects=self.outside_effects,
            bytes=self.size,
            untrusted=self.untrusted,
        )


@lru_cache(maxsize=1024)
def _words(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(words)


@lru_cache(maxsize=64)
def declared_marking(marking: str) -> Marking:
    """The marking that a caller declares; a word that is none is kept, and no agreement allows it.

    >>> declared_marking("OFFICIAL-SENSITIVE")
    Marking(tier='OFFICIAL', sensitive=True)
    """
    tier, _, sensitive = marking.partition("-")
    known = marking in (*TIERS, "OFFICIAL-SENSITIVE")
    return Marking(tier, sensitive == "SENSITIVE") if known else Marking(marking, True)


def _raised(declared: Marking, found: Marking) -> Marking:
    if declared.tier not in TIERS:
        return declared
    tier = max(declared.tier, found.tier, key=TIERS.index)
    return Marking(tier, declared.sensitive or found.sensitive)


def _form(declared: str, sent: Minimised) -> str:
    """The form in which data about people is sent: a picture or a sound may show anyone."""
    if declared == "identifiable" or declared not in _FORMS:
        return declared
    least = "identifiable" if sent.binary else "pseudonymised" if sent.found else "anonymous"
    return max(declared, least, key=_FORMS.index)
