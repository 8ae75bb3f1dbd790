"""Many short texts looked at as one: each has what it would have by itself."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bernard.privacy import Guided, Policy, open_detector
from bernard.privacy.joint import Joint, ManyDetector
from bernard.privacy.overlaps import Shield
from bernard.privacy.types import Finding

TEXTS = [
    "My name is Sarah Okafor and you can ring me on 07700 900123.",
    "It is a fine song about a river and no more.",
    "Councillor Jim Hartley wrote to me at 14 Mill Lane, Westwick.",
    "",
    "The bus is late again and nobody tells us why.",
]


def _places(found: Sequence[Finding]) -> list[tuple[int, int, str]]:
    return [(f.start, f.end, f.kind) for f in found]


@pytest.mark.parametrize("mode", ["fast"])
def test_each_text_has_what_it_has_by_itself(mode: str) -> None:
    detector = open_detector(mode)
    assert isinstance(detector, ManyDetector)
    assert [_places(found) for found in detector.find_many(TEXTS)] == [
        _places(detector.find(text)) for text in TEXTS
    ]
    guided = Guided(detector, Policy(leave=("PUBLIC-FIGURE",)))
    kinds = [{f.kind for f in found} for found in guided.find_many(TEXTS)]
    assert kinds[0] == {"PERSON", "TELEPHONE"} and "PUBLIC-FIGURE" not in kinds[2]


def test_a_policy_over_a_detector_of_one_text_looks_at_each() -> None:
    rules = Guided(open_detector("rules"), Policy())
    assert [len(found) for found in rules.find_many(TEXTS)] == [1, 0, 1, 0, 0]


def test_what_reaches_over_a_blank_line_is_cut_there() -> None:
    joint = Joint(["ab cd", "ef", "", "gh"])
    found = joint.findings(
        [Finding(3, 9, "CODE", 1.0, "d", "w"), Finding(13, 15, "CODE", 1.0, "d", "w")]
    )
    assert [[(f.start, f.end) for f in part] for part in found] == [
        [(3, 5)],
        [(0, 2)],
        [],
        [(0, 2)],
    ]
    assert joint.shields([Shield(0, 2)])[0] == [Shield(0, 2)]
