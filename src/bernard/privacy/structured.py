"""Find what has a form: identifiers, numbers, codes, dates of birth, ages, addresses and secrets.

Which recognisers can match is found in one pass (`scanner`); those then look for themselves. Names
in running text are not found here. Forms have no unbounded repeats, so the time is linear in the
length of the text.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Iterable, Mapping

from bernard.errors import DetectorFailed
from bernard.privacy.addresses import address_after, address_before, flat_before
from bernard.privacy.fold import Reading, may_be_coded, plain, readings
from bernard.privacy.overlaps import Shield, moved, resolved
from bernard.privacy.recogniser import LONGEST, Recogniser, Rule, places_of_figures, shipped
from bernard.privacy.scanner import Scanner, scanner
from bernard.privacy.tables import may_hold_table, tables
from bernard.privacy.types import Finding

BLOCK = 4_000
LIMIT_S = 5.0
LIMIT_S_A_MILLION = 5.0

Span = tuple[int, int]


class StructuredDetector:
    """Finds identifiers that have a form. Give one to a process and share it: it keeps no text."""

    name = "structured"

    def __init__(
        self,
        more: Iterable[Recogniser] = (),
        *,
        scan: type[Scanner] | None = None,
    ) -> None:
        """Ready the recognisers.

        Args:
            more: a body's own recognisers, beside those that Bernard ships.
            scan: how to narrow the recognisers down; None takes the fastest there is.

        Raises:
            SettingInvalid: a recogniser cannot be used.
        """
        rules = [Rule(recogniser) for recogniser in (*shipped(), *more)]
        self._scanner = scan(rules) if scan else scanner(rules)  # type: ignore[call-arg]

    def find(self, text: str) -> list[Finding]:
        """Findings in order of place; those that overlap are one finding.

        Raises:
            DetectorFailed: it took too long, so what the text holds is not known.
        """
        return resolved(*self.survey(text))

    def survey(
        self, text: str, others: frozenset[str] = frozenset()
    ) -> tuple[list[Finding], list[Shield]]:
        """What every rule found, in no order and overlapping, and what shields findings.

        Args:
            text: any text.
            others: kinds that another detector may find, whose shields are wanted too.

        Raises:
            DetectorFailed: it took too long, so what the text holds is not known.
        """
        started = time.thread_time()
        read = text if text.isascii() else plain(text)
        found, shields = self._scan(read, others)
        for reading in _other_readings(text):
            _in_time(text, started)
            more, more_shields = self._scan(plain(reading.text), others)
            for finding in more:
                start, end = reading.place(finding.start, finding.end)
                if start < end:
                    found.append(moved(finding, start, end))
            for start, end, kinds in more_shields:
                shields.append(Shield(*reading.place(start, end), kinds))
        return found, shields

    def _scan(self, text: str, others: frozenset[str]) -> tuple[list[Finding], list[Shield]]:
        """Findings, and the ranges that shield what they cover, of a plain text."""
        if len(text) > 2 * BLOCK:
            return self._look(text, self._windows(text), others, time.thread_time())
        rules = self._scanner.candidates(text)
        if not rules:
            return [], []
        return self._look(text, {rule: [(0, len(text))] for rule in rules}, others, None)

    def _windows(self, text: str) -> dict[Rule, list[Span]]:
        """For each rule that may match, the parts of a long text in which it may."""
        windows: dict[Rule, list[Span]] = {}
        for start, end in _blocks(text):
            first, last = max(0, start - LONGEST), min(len(text), end + LONGEST)
            for rule in self._scanner.candidates(text[first:last]):
                parts = windows.setdefault(rule, [])
                if parts and parts[-1][1] >= first:
                    parts[-1] = (parts[-1][0], last)
                else:
                    parts.append((first, last))
        return windows

    def _look(
        self,
        text: str,
        windows: Mapping[Rule, list[Span]],
        others: frozenset[str],
        started: float | None,
    ) -> tuple[list[Finding], list[Shield]]:
        found: list[Finding] = []
        later: list[tuple[Rule, list[Span]]] = []
        low = text.lower()
        figures = places_of_figures(text)
        for rule, parts in windows.items():
            if not rule.recogniser.personal:
                later.append((rule, parts))
                continue
            spans = [
                span for start, end in parts for span in rule.spans(text, low, start, end, figures)
            ]
            if not spans:
                continue
            if rule.recogniser.within:
                spans = [span for span in spans if self._holds(text[span[0] : span[1]])]
            found += self._findings(rule, spans, text)
            _in_time(text, started)
        return found, _shields(text, low, later, others.union(finding.kind for finding in found))

    def _findings(self, rule: Rule, spans: Iterable[Span], text: str) -> Iterable[Finding]:
        name, kind, score, why = self.name, rule.kind, rule.score, rule.why
        for start, end in spans:
            if kind == "ADDRESS":
                start, end = flat_before(text, start), address_after(text, end)
            yield Finding(start, end, kind, score, name, why)
            if kind == "POSTCODE":
                begins = address_before(text, start)
                if begins < start:
                    yield Finding(
                        begins, end, "ADDRESS", 0.9, name, "the lines of a postal address"
                    )

    def _holds(self, coded: str) -> bool:
        """Is it base64 of a text in which something is found?"""
        letters = coded.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            text = base64.b64decode(letters + "=" * (-len(letters) % 4)).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return False
        return bool(self.find(text))


def _shields(
    text: str, low: str, rules: Iterable[tuple[Rule, list[Span]]], found: frozenset[str]
) -> list[Shield]:
    """What the rules shield that shield any kind that was found."""
    shields: list[Shield] = []
    for rule, parts in rules:
        kinds = rule.recogniser.shields
        if found and (not kinds or not found.isdisjoint(kinds)):
            for start, end in parts:
                shields += [Shield(*span, kinds) for span in rule.spans(text, low, start, end)]
    return shields


def _in_time(text: str, started: float | None) -> None:
    if started is None:
        return
    limit = LIMIT_S + LIMIT_S_A_MILLION * len(text) / 1e6
    if time.thread_time() - started > limit:
        raise DetectorFailed(
            f"Looking for personal data in {len(text):,} characters took over {limit:.0f} seconds. "
            "Nothing was sent. Send less text at a time."
        )


def _other_readings(text: str) -> Iterable[Reading]:
    """What else the text says: with its codes undone, and its tables with their headings."""
    if may_be_coded(text):
        yield from readings(text)
    if may_hold_table(text):
        yield from tables(text)


def _blocks(text: str) -> Iterable[Span]:
    """The text in parts of about 4,000 characters that end where a line does, if any does."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + BLOCK, start + 2 * BLOCK) + 1 or start + 2 * BLOCK
        yield start, min(end, len(text))
        start = end
