"""Personal data in many texts at once, and in plain words in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from bernard.privacy import Detector, Guided, Policy, open_detector
from bernard.privacy.types import Finding
from bernard.tools.consult.personal import find_personal, in_words, masked
from bernard.tools.consult.types import Personal

TEXTS = [
    "The bus to the village is late and nobody tells us why.",
    "",
    "My name is Sarah Okafor and you can ring me on 07700 900123.",
    "Write to sarah@example.org about the bus.",
    "Okafor is also the name of a river, and Sarah a song.",
    "The bus to the village is late and nobody tells us why.",
]


@pytest.fixture(scope="module")
def detector() -> Detector:
    return open_detector("fast")


def test_each_text_has_its_own(detector: Detector) -> None:
    found = find_personal(TEXTS, detector)
    said = [[TEXTS[n][p.start : p.end] for p in spans] for n, spans in enumerate(found)]
    assert said[:4] == [[], [], ["Sarah Okafor", "07700 900123"], ["sarah@example.org"]]
    assert said[5] == []
    assert [p.kind for p in found[2]] == ["PERSON", "TELEPHONE"]
    assert masked(TEXTS[2], found[2]) == "My name is [name] and you can ring me on [phone number]."


def test_the_same_for_any_number_of_threads_and_beside_anything(detector: Detector) -> None:
    texts = [f"{text} It is reason {n}." for n in range(120) for text in TEXTS]
    texts.insert(100, "Ring Jo Quillfeather on 07700 900456. " + "The bus is late again. " * 4000)
    once = find_personal(texts, detector, threads=1)
    assert once == find_personal(texts, detector, threads=3)
    assert [texts[100][p.start : p.end] for p in once[100]] == ["Jo Quillfeather", "07700 900456"]
    assert len(once) == len(texts)


def test_places_stay_unless_the_policy_takes_them(detector: Detector) -> None:
    texts = ["I went to Leeds by bus and it was late."]
    assert find_personal(texts, detector) == [()]
    taken = find_personal(texts, Guided(detector, Policy(take=("PLACE", "ORGANISATION"))))
    assert [texts[0][p.start : p.end] for p in taken[0]] == ["Leeds"]


def test_a_detector_that_looks_at_one_text_only_will_do() -> None:
    class Stars:
        """Finds runs of stars."""

        def find(self, text: str) -> Sequence[Finding]:
            at = text.find("***")
            return [Finding(at, at + 3, "CODE-WORD", 1.0, "stars", "stars")] if at >= 0 else []

    assert find_personal(["a *** b", "c", "***"], Stars()) == [
        (Personal(2, 5, "CODE-WORD"),),
        (),
        (Personal(0, 3, "CODE-WORD"),),
    ]


def test_a_word_of_the_subject_is_no_name() -> None:
    class Taggers:
        """Takes two words for names."""

        def find(self, text: str) -> Sequence[Finding]:
            return [
                Finding(m.start(), m.end(), "PERSON", 0.9, "tagger", "a name")
                for m in re.finditer("gambling|smith", text)
            ]

    texts = [f"I think that gambling is bad, reason {n}" for n in range(30)]
    texts += ["smith told me so", "It was smith and no other", "Mr Smith"]
    found = find_personal(texts, Taggers())
    assert [len(spans) for spans in found] == [0] * 30 + [1, 1, 0]


def test_part_of_a_text_is_masked() -> None:
    text, spans = (
        "Jo Bloggs lives at 1 Mill Lane.",
        (Personal(0, 9, "PERSON"), Personal(19, 30, "ADDRESS")),
    )
    assert masked(text, spans) == "[name] lives at [address]."
    assert masked(text, spans, 3, 25) == "[name] lives at [address]"
    assert masked(text, spans, 10, 18) == "lives at"
    assert masked("", ()) == ""
    assert in_words("NHS-NUMBER") == "NHS number"
