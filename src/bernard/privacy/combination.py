"""The rules and a tagger as one: what each found brought together, and each name wherever it stands.

A tagger reads running text and may err at the edges of a name, miss its second mention, or take a street
for a place. The rules know what is no name at all: a case in the law reports, a disease. Here each puts
the other right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bernard.privacy.addresses import glued
from bernard.privacy.births import births
from bernard.privacy.figures import with_figures
from bernard.privacy.fold import may_be_coded, readings
from bernard.privacy.joint import Joint
from bernard.privacy.mentions import Mentions
from bernard.privacy.names import TITLES, folded
from bernard.privacy.ordinary import OPENING
from bernard.privacy.overlaps import Shield, moved, resolved, unshielded
from bernard.privacy.structured import StructuredDetector
from bernard.privacy.types import Detector, Finding

TAGGED = frozenset(
    {"PERSON", "PLACE", "ORGANISATION", "ADDRESS", "CODE", "DATE-OF-BIRTH", "PUBLIC-FIGURE"}
)
_NAMES = frozenset({"PERSON", "PUBLIC-FIGURE"})
# A tagger that is so sure of a person is believed over a shield that says nothing of people.
_VERY_SURE = 0.95
_EDGE = re.compile(r"[\s,;:!?\"\u201c\u201d\u2018*_<>{}\[\]|#]+")
_POSSESSIVE = re.compile(r"['\u2019`]s$")
_LONGEST_WORD = 40


class Combined:
    """The rules and a tagger as one detector. It keeps no text, so a process shares one."""

    def __init__(self, rules: StructuredDetector, tagger: Detector) -> None:
        """Take both."""
        self._rules = rules
        self._tagger = tagger

    def find(self, text: str) -> Sequence[Finding]:
        """Findings of both in order of place; those that overlap are one.

        Raises:
            DetectorFailed: one of them failed, so what the text holds is not known.
        """
        found, shields = self._rules.survey(text, TAGGED)
        return self._together(text, found, shields, self._tags(text))

    def find_many(self, texts: Sequence[str]) -> list[Sequence[Finding]]:
        """Findings of each text, looked at as one; a name in one text says nothing of another.

        Raises:
            DetectorFailed: one of them failed, so what the texts hold is not known.
        """
        joint = Joint(texts)
        found, shields = self._rules.survey(joint.text, TAGGED)
        parts = zip(
            texts,
            joint.findings(found),
            joint.shields(shields),
            joint.findings(self._tags(joint.text)),
            strict=True,
        )
        return [
            self._together(text, some, shielding, tags) if some or tags else ()
            for text, some, shielding, tags in parts
        ]

    def _tags(self, text: str) -> list[Finding]:
        return [*self._tagger.find(text), *self._in_codes(text)]

    def _together(
        self,
        text: str,
        found: Sequence[Finding],
        shields: Sequence[Shield],
        tags: Sequence[Finding],
    ) -> Sequence[Finding]:
        """What the rules and the tagger found in a text, as one."""
        found = unshielded(found, shields) if shields else found
        tagged = with_figures(text, self._tagged(text, shields, tags))
        names = Mentions()
        for finding in tagged:
            if finding.kind in _NAMES:
                value = text[finding.start : finding.end]
                names.add(value, finding.kind, text[finding.end : finding.end + 10])
        everything = [*found, *tagged, *births(text, tagged)]
        if names:
            kept = [Shield(f.start, f.end) for f in tagged if f.kind not in _NAMES]
            everything += unshielded([*names.find(text)], [*shields, *kept], within=True)
        return glued(text, resolved(_apart(text, everything)))

    def _tagged(
        self, text: str, shields: Sequence[Shield], tags: Sequence[Finding]
    ) -> list[Finding]:
        """What the tagger found, trimmed, that no shield covers."""
        trimmed = [finding for each in tags if (finding := _trimmed(text, each))]
        if not shields:
            return trimmed
        sure = [f for f in trimmed if f.kind == "PERSON" and f.score >= _VERY_SURE]
        of_people = [shield for shield in shields if "PERSON" in shield.kinds]
        others = [f for f in trimmed if f.kind != "PERSON" or f.score < _VERY_SURE]
        return [
            *unshielded(others, shields, within=True),
            *unshielded(sure, of_people, within=True),
        ]

    def _in_codes(self, text: str) -> Iterator[Finding]:
        """What the tagger finds in the text with its codes undone: `Jane%20Okafor`."""
        reading = None
        if may_be_coded(text):
            for reading in readings(text):  # noqa: B007
                pass
        if reading is None:
            return
        for finding in self._tagger.find(reading.text):
            if finding.start < finding.end:
                start, end = reading.place(finding.start, finding.end)
                if start < end:
                    yield moved(finding, start, end)


def _trimmed(text: str, finding: Finding) -> Finding | None:
    """The finding without punctuation at its ends, to the end of the words that it is in; None if empty."""
    start, end = finding.start, finding.end
    while start < end and (text[start] in "()" or _EDGE.match(text[start])):
        start += 1
    closes = text.find("(", start, end) < 0  # "Jacqueline (Jackie)" keeps its bracket
    while end > start and ((closes and text[end - 1] in "()") or _EDGE.match(text[end - 1])):
        end -= 1
    if start == end or not any(map(str.isalnum, text[start:end])):
        return None
    if finding.kind == "CODE" and text[start:end].isalpha() and not text[start:end].isupper():
        return None  # a word beside a code: "AB123456C. Write to"
    if finding.kind in _NAMES:
        start, end = _to_word_ends(text, start, end)
        if (possessive := _POSSESSIVE.search(text, max(start, end - 2), end)) is not None:
            end = possessive.start()
        if end - start < _LONGEST_WORD:
            word = folded(text[start:end]).rstrip(".")
            if word in TITLES or word in OPENING:
                return None
    if (start, end) == (finding.start, finding.end):
        return finding
    return moved(finding, start, end)


def _to_word_ends(text: str, start: int, end: int) -> tuple[int, int]:
    """Half a word left readable gives the other half away."""
    first, last = max(0, start - _LONGEST_WORD), min(len(text), end + _LONGEST_WORD)
    while start > first and text[start].isalpha() and text[start - 1].isalpha():
        start -= 1
    while end < last and text[end - 1].isalpha() and text[end].isalpha():
        end += 1
    return start, end


def _apart(text: str, found: Iterable[Finding]) -> list[Finding]:
    """A person at the head of an address is no part of it: `Jane Okafor, 12 High Street`."""
    apart: list[Finding] = []
    person_ends = 0
    for finding in sorted(found):
        if finding.kind == "PERSON":
            person_ends = max(person_ends, finding.end)
        elif finding.kind == "ADDRESS" and finding.start < person_ends < finding.end:
            start = person_ends
            while start < finding.end - 1 and not text[start].isalnum():
                start += 1
            finding = moved(finding, start, finding.end)
        apart.append(finding)
    return apart
