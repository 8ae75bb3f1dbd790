"""Weights are used only if they are those that the manifest names."""

import shutil
from pathlib import Path

import pytest

from bernard.errors import ModelMissing, ModelRejected
from bernard.privacy.tagger import FastTagger, open_tagger
from bernard.privacy.tagger.weights import WEIGHTS, TaggerFiles, taggers


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "weights"
    shutil.copytree(WEIGHTS, folder)
    return folder


@pytest.mark.parametrize("mode", sorted(taggers()))
def test_every_tagger_opens_and_its_files_are_as_the_manifest_says(mode: str) -> None:
    assert open_tagger(mode).find("Dear Siân Pritchard,")
    known = taggers()[mode]
    assert known.licence and known.origin and known.about


def test_there_is_no_tagger_of_another_mode() -> None:
    with pytest.raises(ModelMissing, match="'slow'"):
        open_tagger("slow")


def test_a_file_with_another_byte_is_refused(copy: Path) -> None:
    known = taggers()["fast"]
    for file in known.files:
        path = copy / file.file
        right = path.read_bytes()
        path.write_bytes(right[:-1] + bytes([right[-1] ^ 1]))
        with pytest.raises(ModelRejected, match=file.sha256):
            FastTagger(TaggerFiles(known, copy))
        path.write_bytes(right)


def test_a_missing_file_is_named(copy: Path) -> None:
    known = taggers()["fast"]
    for file in known.files:
        (copy / file.file).rename(copy / "away")
        with pytest.raises(ModelMissing, match=file.file):
            FastTagger(TaggerFiles(known, copy))
        (copy / "away").rename(copy / file.file)


def test_every_file_of_weights_is_in_the_manifest() -> None:
    named = {file.file for known in taggers().values() for file in known.files}
    kept = {path.name for path in WEIGHTS.iterdir() if path.suffix not in (".yaml", ".txt", ".md")}
    assert kept == named
