"""Facts about a person are told from talk about such things."""

import time
from pathlib import Path

import pytest

from bernard.agreements.vocabulary import words
from bernard.evals.privacy_categories import TASK, measure
from bernard.privacy.categories import Categories, Derived, categories
from bernard.privacy.categories.lexicon import shipped

CORPUS = Path(__file__).parents[3] / "corpus" / "categories"
FINDER = categories()


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("She was diagnosed with breast cancer in 2021.", {"health"}),
        ("Her methadone script runs out on Friday.", {"health"}),
        ("Medical conditions: asthma", {"health"}),
        ('{"religion": "Sikh"}', {"religious-or-philosophical-beliefs"}),
        ("⟦PERSON-1⟧ is a devout Muslim.", {"religious-or-philosophical-beliefs"}),
        ("Mae ganddi ddiabetes.", {"health"}),
        ("He is our UNISON rep.", {"trade-union-membership"}),
        ("Mrs Lee came in. Takes insulin.", {"health"}),
        ("The NHS treats cancer.", set()),
        ("Takes insulin.", set()),
        ("Religion: ______", set()),
        ("Religion and belief are protected characteristics.", set()),
        ("People with depression can ask for help.", set()),
        ("She teaches in prison.", set()),
        ("Her cancer charity raised £400.", set()),
        ("", set()),
    ],
)
def test_what_is_said_of_a_person(text, holds):
    derived = FINDER.of(text)
    assert derived.special == holds
    assert not derived.offence


def test_offences():
    assert FINDER.of("He was convicted of burglary and served 18 months.").offence
    assert FINDER.of("Mae hi ar drwydded.").offence
    assert not FINDER.of("Theft offences rose by 3%.").offence
    assert not FINDER.of("Mrs Patel reported a burglary.").offence


def test_the_evidence_says_where_and_why():
    text = "Dear Sir,\nshe has epilepsy."
    [one] = FINDER.of(text).evidence
    assert (text[one.start : one.end], one.category, one.why) == (
        "epilepsy",
        "health",
        "said of a person",
    )


def test_nothing_is_false():
    assert not Derived()
    assert Derived(offence=True)


def test_every_category_is_a_word_of_the_agreements():
    known = words("special") | {"offence"}
    found = {s.category for text in _texts() for s in FINDER.of(text).evidence}
    assert found == known


def _texts():
    return [line for file in CORPUS.glob("*.jsonl") for line in file.read_text().splitlines()]


@pytest.mark.parametrize(
    ("part", "precision", "recall"), [("development", 0.97, 0.97), ("test", 0.95, 0.85)]
)
def test_the_labelled_set(part, precision, recall):
    outcome = measure(None, CORPUS / f"{part}.jsonl", None, lambda done, of: None)
    assert TASK.name == "privacy.categories"
    assert outcome.n >= 290
    assert outcome.metrics["precision"] >= precision
    assert outcome.metrics["recall"] >= recall


def test_the_parts_share_no_text():
    development, test = (
        set((CORPUS / f"{part}.jsonl").read_text().splitlines()) for part in ("development", "test")
    )
    assert not development & test


@pytest.mark.parametrize(
    "unit", ["She was diagnosed with cancer and ", ".", " diagnosed with her his", "a\n", "had .. "]
)
def test_time_grows_with_the_text(unit):
    def seconds(size):
        text = unit * (size // len(unit))
        started = time.process_time()
        FINDER.of(text)
        return time.process_time() - started

    seconds(10_000)
    small, large = seconds(100_000), seconds(800_000)
    assert large < max(small, 0.01) * 32


def test_a_finder_keeps_nothing_between_texts():
    finder = Categories(shipped())
    assert finder.of("Mrs Lee came in.") == Derived()
    assert finder.of("Takes insulin.") == Derived()
