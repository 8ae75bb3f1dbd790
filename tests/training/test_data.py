"""What the taggers are trained on: the same for the same seed, nothing held out, every span in its text."""

from __future__ import annotations

import itertools
import random

import pytest
from training.privacy import augment, corpus, data, names, places, sets, slots
from training.privacy.example import LABELS, Example

needs_sets = pytest.mark.skipif(
    not sets.DATA.is_dir(), reason="the labelled sets are not here (../shared/data/privacy-train)"
)


def drawn(count, seed=1):
    return list(itertools.islice(data.examples(seed, fills=1), count))


@needs_sets
def test_a_seed_gives_the_same_examples():
    assert drawn(300) == drawn(300)
    assert drawn(50, seed=2) != drawn(50)


@needs_sets
def test_spans_are_in_their_text_in_order_and_apart():
    for example in drawn(2000):
        at = 0
        for start, end, label in example.spans:
            assert at <= start < end <= len(example.text), example
            assert label in LABELS
            at = end


@needs_sets
def test_no_line_that_is_held_out_is_trained_on():
    for name in sets.SETS:
        kept = {example.text for example in sets.read(name)}
        held = {example.text for example in sets.read(name, held=True)}
        assert held
        assert not kept & held
        assert not any(map(sets.held_out, kept))


@needs_sets
def test_every_source_has_its_share():
    seen = {example.source.split("/")[0] for example in drawn(400)}
    assert seen == {*sets.SETS, "corpus", "synthetic"}


def test_no_name_of_development_or_the_test_is_trained_with():
    held_out = names.withheld()
    stock = names.stock()
    for culture in (*stock.groups, *stock.locales):
        assert not held_out & {name.lower() for name in (*culture.given, *culture.family)}


def test_the_corpus_gives_only_its_train_part():
    trained = {sample.template for sample in corpus.samples("train")}
    kept_back = {sample.template for sample in corpus.samples("development")}
    assert trained
    assert not trained & kept_back


def test_no_street_or_town_of_development_or_the_test_is_trained_with():
    for kind in ("towns", "surnamed", "houses"):
        assert not places.withheld() & set(places.world()[kind])


@pytest.mark.parametrize("genre", slots.genres())
def test_every_sentence_can_be_filled(genre):
    rng = random.Random(1)
    for sentence in slots.sentences(genre):
        example = slots.filled(sentence, rng, genre)
        assert "{p" not in example.text
        assert all(example.text[start:end].strip() for start, end, _ in example.spans)


def test_a_title_and_the_name_after_it_are_one():
    spans = [
        (sample.text[start:end], label)
        for sample in itertools.islice(corpus.samples("train"), 300)
        for start, end, label in corpus.example(sample).spans
        if sample.text[start:end].startswith(("Mr ", "Mrs "))
    ]
    assert spans
    assert {label for _, label in spans} == {"PERSON"}


def test_a_name_changes_alike_wherever_it_stands():
    text = "Ann Lee rang. Ann said Mr Lee was out."
    spans = ((0, 7, "PERSON"), (14, 17, "PERSON"), (23, 29, "PERSON"))
    example = augment.renamed(Example(text, spans, "test"), random.Random(4))
    full, given, titled = (example.text[start:end] for start, end, _ in example.spans)
    assert full.startswith(given)
    assert titled == "Mr " + full.removeprefix(given + " ")


def test_a_recased_text_keeps_its_spans():
    example = Example("Call Ann O'Neill", ((5, 16, "PERSON"),), "test")
    seen = {augment.recased(example, random.Random(turn)).text for turn in range(200)}
    assert {"call ann o'neill", "CALL ANN O'NEILL", "Call Ann O’Neill"} <= seen
