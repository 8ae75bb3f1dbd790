"""Find the UK's structured identifiers by their grammar, their check rule and the words beside them.

A first version: names and addresses in running text are not found. Patterns have no nested or
unbounded repeats, so the time is linear in the length of the text.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import phonenumbers

from bernard.privacy import checks
from bernard.privacy.types import Finding

NEAR = 60


@dataclass(frozen=True)
class Rule:
    """One identifier: its form, the check it must pass, and the words that must stand near it.

    Attributes:
        near: a pattern that must match within 60 characters before the number; None for a form
            that is enough by itself.
    """

    kind: str
    form: re.Pattern[str]
    why: str
    check: Callable[[str], bool] = lambda text: True
    near: re.Pattern[str] | None = None
    score: float = 0.95


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _is_ip(text: str) -> bool:
    try:
        return not ipaddress.ip_address(text).is_unspecified
    except ValueError:
        return False


_DATE = (
    r"(?<!\d)(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}|\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr"
    r"|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6},? (?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2})(?!\d)"
)

RULES = (
    Rule(
        "EMAIL",
        _form(
            r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+'-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}"
        ),
        "the form of an email address",
    ),
    Rule(
        "NHS-NUMBER",
        _form(r"(?<![\d.])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d.]\d|\d)"),
        "ten digits whose check digit is that of an NHS number",
        checks.nhs_number,
        _form(r"\bnhs|\bpatient|\bhospital|\bh&c|\bchi\b|\bgp\b"),
    ),
    Rule(
        "UTR",
        _form(r"(?<!\d)\d{5} ?\d{5}K?(?!\d)"),
        "ten digits whose check digit is that of a taxpayer reference",
        checks.unique_taxpayer_reference,
        _form(r"\butr\b|taxpayer|self[- ]assessment|\btax ref"),
    ),
    Rule(
        "NATIONAL-INSURANCE-NUMBER",
        _form(r"(?<![a-z0-9])[a-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d](?![a-z0-9])"),
        "the form of a National Insurance number",
        checks.national_insurance_number,
    ),
    Rule(
        "IBAN",
        _form(r"(?<![a-z0-9])[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?(?![a-z0-9])"),
        "the form and check digits of an international account number",
        checks.iban,
    ),
    Rule(
        "PAYMENT-CARD",
        _form(r"(?<!\d)[3-6]\d{3}[ -]?\d{4,6}[ -]?\d{4,5}[ -]?\d{0,4}(?!\d)"),
        "the length and check digit of a payment card",
        checks.luhn,
    ),
    Rule(
        "SORT-CODE",
        _form(r"(?<![\d-])\d{2}[ -]?\d{2}[ -]?\d{2}(?![\d-])"),
        "six digits beside the words sort code",
        near=_form(r"sort[- ]?code"),
    ),
    Rule(
        "ACCOUNT-NUMBER",
        _form(r"(?<!\d)\d{8}(?!\d)"),
        "eight digits beside the word account",
        near=_form(r"\baccount|\bacc(?:t)?\.? ?(?:no|num)"),
    ),
    Rule(
        "PASSPORT",
        _form(r"(?<![a-z0-9])(?:\d{9}|[a-z]\d{8})(?![a-z0-9])"),
        "nine characters beside the word passport",
        near=_form(r"passport"),
    ),
    Rule(
        "DRIVING-LICENCE",
        _form(r"(?<![a-z0-9])[a-z9]{5}\d[0156]\d[0-3]\d{2}[a-z9]{2}[a-z0-9]{3}(?![a-z0-9])"),
        "the form of a British driving licence number",
    ),
    Rule(
        "VEHICLE-REGISTRATION",
        _form(r"(?<![a-z0-9])[a-z]{2}\d{2} ?[a-z]{3}(?![a-z0-9])"),
        "the form of a vehicle registration",
        near=_form(r"\bcar\b|vehicle|registration|\breg\b|number ?plate|\bvan\b|driv|parked"),
    ),
    Rule(
        "DATE-OF-BIRTH",
        _form(_DATE),
        "a date beside words of birth",
        near=_form(r"\bborn\b|date of birth|\bd\.?o\.?b\b|birth ?date"),
    ),
    Rule(
        "POSTCODE",
        _form(
            r"(?<![a-z0-9])(?:gir ?0aa|[a-z](?:[a-hj-y]?\d[a-z0-9]?|\d[a-z]?) ?\d[abd-hjlnp-uw-z]{2})"
            r"(?![a-z0-9])"
        ),
        "the form of a postcode",
        score=0.9,
    ),
    Rule(
        "TELEPHONE",
        # The library knows which numbers are in use; this adds the ranges kept for fiction.
        _form(r"(?<![\d+])(?:\+44 ?\(?0?\)? ?|0)7\d{3} ?\d{3} ?\d{3}(?!\d)"),
        "the form of a British mobile number",
        score=0.9,
    ),
    Rule(
        "IP-ADDRESS",
        _form(
            r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]\d|\d)"
            r"|(?<![0-9a-f:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?![0-9a-f:])"
        ),
        "the form of an internet address",
        _is_ip,
    ),
)


class StructuredDetector:
    """Finds identifiers that have a form: numbers, codes, email addresses, telephone numbers."""

    name = "structured"

    def find(self, text: str) -> list[Finding]:
        """Findings in order of place; where two overlap, the longer stays."""
        found = [*self._by_rules(text), *self._telephones(text)]
        found.sort(key=lambda f: (f.start - f.end, -f.score, f.start))
        kept: list[Finding] = []
        taken = bytearray(len(text))
        for finding in found:
            if not any(taken[finding.start : finding.end]):
                taken[finding.start : finding.end] = b"\1" * (finding.end - finding.start)
                kept.append(finding)
        return sorted(kept)

    def _by_rules(self, text: str) -> Iterator[Finding]:
        for rule in RULES:
            for match in rule.form.finditer(text):
                before = text[max(0, match.start() - NEAR) : match.start()]
                if rule.near and not rule.near.search(before):
                    continue
                if rule.check(match.group()):
                    yield Finding(
                        match.start(), match.end(), rule.kind, rule.score, self.name, rule.why
                    )

    def _telephones(self, text: str) -> Iterator[Finding]:
        matcher = phonenumbers.PhoneNumberMatcher(text, "GB", max_tries=len(text) + 1)
        for match in matcher:
            yield Finding(
                match.start, match.end, "TELEPHONE", 0.9, self.name, "a valid telephone number"
            )
