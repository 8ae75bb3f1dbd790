import struct

import pytest

from bernard.errors import ModelMissing, ModelRejected
from bernard.models.gguf import read_header


def test_a_header_says_what_the_model_is(alphabet_gguf):
    header = read_header(alphabet_gguf)
    assert (header.architecture, header.tensors, header.can_chat) == ("llama", 12, True)
    assert header.facts["llama.context_length"] == 4096
    assert "tokenizer.ggml.tokens" not in header.facts


def test_a_base_model_cannot_chat(make_alphabet_model, tmp_path):
    assert not read_header(make_alphabet_model(tmp_path / "base.gguf", template="")).can_chat


@pytest.mark.parametrize("keep", [0, 3, 4, 20, 200, 3000, 6000])
def test_a_cut_file_is_refused_wherever_it_ends(alphabet_gguf, tmp_path, keep):
    path = tmp_path / "cut.gguf"
    path.write_bytes(alphabet_gguf.read_bytes()[:keep])
    with pytest.raises(ModelRejected):
        read_header(path)


def test_a_file_without_its_last_tensor_is_refused(alphabet_gguf, tmp_path):
    path = tmp_path / "cut.gguf"
    path.write_bytes(alphabet_gguf.read_bytes()[:200_000])
    with pytest.raises(ModelRejected, match="last tensor"):
        read_header(path)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"GGML" + b"\0" * 100, "not a GGUF"),
        (b"GGUF" + struct.pack("<I", 99), "version 99"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0), "entries"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**62), "claims a text"),
        (b"GGUF" + struct.pack("<IQQQ1sI", 3, 0, 1, 1, b"a", 77), "kind of value 77"),
        (b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"a", 9, 8, 2**60), "list"),
        (b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"a", 9, 9, 1), "list"),
        (b"GGUF" + struct.pack("<IQQQ2s", 3, 0, 1, 2, b"\xff\xff"), "ends early"),
    ],
)
def test_a_hostile_header_is_refused(tmp_path, data, why):
    path = tmp_path / "bad.gguf"
    path.write_bytes(data)
    with pytest.raises(ModelRejected, match=why):
        read_header(path)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(ModelMissing, match="gone"):
        read_header(tmp_path / "gone.gguf")
