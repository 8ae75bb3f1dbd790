"""The corpus of public-service texts: what is marked is what was filled in, and the parts share nothing."""

from collections import defaultdict
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from bernard.errors import InputInvalid
from bernard.evals.privacy import _read
from bernard.evals.privacy_corpus import PARTS, make, read_corpus, write
from bernard.privacy.checks import CHECKS
from bernard.privacy.surrogates.identifiers import IDENTIFIERS

FOLDER = Path(__file__).parents[2] / "corpus" / "privacy"


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(FOLDER)


@pytest.fixture(scope="module")
def samples(corpus):
    return list(make(corpus))


def test_it_is_of_hundreds_of_templates_in_many_voices_and_two_languages(corpus):
    templates = corpus.templates
    assert len(templates) > 400
    assert len({template.voice for template in templates}) > 25
    assert sum(template.language != "en" for template in templates) >= 25


def test_every_group_of_names_has_every_template(corpus, samples):
    groups = defaultdict(set)
    for _, sample in samples:
        groups[sample.group].add(sample.template)
    assert len(groups) == 10
    assert all(len(names) == len(corpus.templates) for names in groups.values())


def test_no_two_parts_share_a_template_or_a_name(corpus, samples):
    templates = defaultdict(set)
    for part, sample in samples:
        templates[part].add(sample.template.split("~")[0])
    names = {
        part: {
            name
            for lists in corpus.names[part].values()
            for name in (*lists.female, *lists.male, *lists.family)
        }
        for part in PARTS
    }
    for one, other in combinations(PARTS, 2):
        assert not templates[one] & templates[other]
        assert not names[one] & names[other]


def test_each_part_and_group_has_names_enough(corpus):
    for groups in corpus.names.values():
        for lists in groups.values():
            assert min(len(lists.female), len(lists.male), len(lists.family)) >= 4


def test_spans_are_in_order_and_hold_what_their_kind_is(samples):
    unchecked = {kind for kind, check, _ in IDENTIFIERS.values() if not check}
    checks = {
        kind: CHECKS[check]
        for kind, check, _ in IDENTIFIERS.values()
        if check and kind not in unchecked
    }
    for _, sample in samples:
        places = sorted((start, end) for start, end, *_ in (*sample.spans, *sample.left))
        assert all(one[1] <= other[0] for one, other in pairwise(places))
        for start, end, kind, need in sample.spans:
            value = sample.text[start:end]
            assert value == value.strip() != "", sample.template
            if kind in checks and need == "MUST":
                assert checks[kind](value.upper()), (kind, value)


def test_identifiers_are_from_blocks_that_are_not_issued(samples):
    for _, sample in samples:
        for start, end, kind, _ in sample.spans:
            value = sample.text[start:end].upper().replace(" ", "").replace("-", "")
            if kind == "NHS-NUMBER":
                assert value.startswith("999")
            if kind == "VEHICLE-REGISTRATION":
                assert value[2:4] in ("77", "78", "79")
            if kind == "EMAIL":
                assert ".EXAMPLE" in value or "@EXAMPLE." in value
            if kind == "SORT-CODE":
                assert value.startswith("00")


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(corpus, tmp_path):
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        write(make(corpus, seed), tmp_path / name)
    for part in PARTS:
        file = f"{part}.jsonl"
        one = (tmp_path / "one" / file).read_bytes()
        assert one == (tmp_path / "again" / file).read_bytes()
        assert one != (tmp_path / "other" / file).read_bytes()
        assert len(list(_read(tmp_path / "one" / file))) > 400


def test_a_slot_that_there_is_not_is_named(corpus, tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.txt").write_text("=== a/b | letter\nDear {magic}\n")
    (tmp_path / "names.yaml").write_bytes((FOLDER / "names.yaml").read_bytes())
    with pytest.raises(InputInvalid, match=r"'a/b'.*'magic'"):
        list(make(read_corpus(tmp_path)))


def test_a_template_without_a_head_is_named(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.txt").write_text("Dear {p1.full}\n")
    with pytest.raises(InputInvalid, match=r"'a\.txt'"):
        read_corpus(tmp_path)
