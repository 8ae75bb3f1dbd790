"""The graph we build computes what BERT computes, and always the same bytes."""

import math

import msgspec
import numpy as np
import onnxruntime
import pytest

from bernard.config import load
from bernard.errors import ModelRejected
from bernard.models import onnx_build
from bernard.models.embedding import open_shipped, shipped
from bernard.models.manifest import WEIGHTS, find
from bernard.models.onnx_graph import build

WIDTH, HEADS, LAYERS, WIDE = 128, 4, 2, 256
MINILM = find("all-minilm-l6-v2")


@pytest.fixture(scope="module")
def weights():
    rng = np.random.default_rng(3)

    def random(*shape):
        return (rng.standard_normal(shape) * 0.3).astype(np.float32)

    found = {
        "embeddings.word_embeddings.weight": random(50, WIDTH),
        "embeddings.position_embeddings.weight": random(20, WIDTH),
        "embeddings.token_type_embeddings.weight": random(2, WIDTH),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}."
        norms += [prefix + "attention.output.LayerNorm", prefix + "output.LayerNorm"]
        shapes = {f"attention.self.{k}": (WIDTH, WIDTH) for k in ("query", "key", "value")}
        shapes |= {
            "attention.output.dense": (WIDTH, WIDTH),
            "intermediate.dense": (WIDE, WIDTH),
            "output.dense": (WIDTH, WIDE),
        }
        for name, shape in shapes.items():
            found[f"{prefix}{name}.weight"] = random(*shape)
            found[f"{prefix}{name}.bias"] = random(shape[0])
    for name in norms:
        found[name + ".weight"], found[name + ".bias"] = 1 + random(WIDTH), random(WIDTH)
    return found


def norm(x, weights, name):
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
    return x * weights[name + ".weight"] + weights[name + ".bias"]


def dense(x, weights, name):
    return x @ weights[name + ".weight"].T + weights[name + ".bias"]


def reference(ids, weights):
    """BERT as its paper has it, one text, slowly: Devlin et al. 2019, arXiv 1810.04805."""
    erf = np.vectorize(math.erf)
    x = weights["embeddings.word_embeddings.weight"][ids]
    x = x + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(
        x + weights["embeddings.token_type_embeddings.weight"][0], weights, "embeddings.LayerNorm"
    )
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}."
        q, k, v = (
            dense(x, weights, f"{prefix}attention.self.{kind}")
            .reshape(len(ids), HEADS, -1)
            .transpose(1, 0, 2)
            for kind in ("query", "key", "value")
        )
        scores = np.exp(q @ k.transpose(0, 2, 1) / math.sqrt(WIDTH / HEADS))
        seen = (scores / scores.sum(-1, keepdims=True)) @ v
        seen = seen.transpose(1, 0, 2).reshape(len(ids), WIDTH)
        seen = dense(seen, weights, prefix + "attention.output.dense")
        x = norm(x + seen, weights, prefix + "attention.output.LayerNorm")
        wide = dense(x, weights, prefix + "intermediate.dense")
        wide = wide * (1 + erf(wide / math.sqrt(2))) / 2
        narrow = dense(wide, weights, prefix + "output.dense")
        x = norm(x + narrow, weights, prefix + "output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


def run(graph, rows):
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    ids = np.zeros((len(rows), max(map(len, rows))), np.int64)
    mask = np.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)], mask[i, : len(row)] = row, 1
    return session.run(None, {"input_ids": ids, "attention_mask": mask})[0]


ROWS = [[2, 17, 4], [5, 6, 7, 8, 9, 30, 31, 2, 1, 3, 4], [49]]


def test_the_graph_is_bert_and_padding_does_not_matter(weights):
    found = run(build(weights, LAYERS, HEADS, quantised=False), ROWS)
    for row, vector in zip(ROWS, found, strict=True):
        assert np.allclose(vector, reference(row, weights), atol=2e-5)


def test_eight_bits_stay_close(weights):
    found = run(build(weights, LAYERS, HEADS), ROWS)
    for row, vector in zip(ROWS, found, strict=True):
        assert vector @ reference(row, weights) > 0.99


def test_two_builds_are_byte_identical(weights):
    assert build(weights, LAYERS, HEADS) == build(dict(reversed(weights.items())), LAYERS, HEADS)


def write_safetensors(path, tensors):
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, array in tensors.items():
        data = array.tobytes()
        kind = {"f": "F32", "i": "I64"}[array.dtype.kind]
        offsets = [len(body), len(body) + len(data)]
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": offsets}
        body += data
    head = msgspec.json.encode(header)
    path.write_bytes(len(head).to_bytes(8, "little") + head + body)


def test_safetensors_are_read(tmp_path):
    path = tmp_path / "model.safetensors"
    numbers = np.arange(6, dtype=np.float32).reshape(2, 3)
    write_safetensors(path, {"ids": np.arange(3), "a": numbers})
    found = onnx_build.read_safetensors(path)
    assert list(found) == ["a"]
    assert np.array_equal(found["a"], numbers)


def test_a_build_that_is_not_the_pinned_one_is_refused(weights, tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_build, "_LAYERS", LAYERS)
    monkeypatch.setattr(onnx_build, "_HEADS", HEADS)
    write_safetensors(tmp_path / "model.safetensors", weights)
    with pytest.raises(ModelRejected, match="the manifest pins"):
        onnx_build.write(MINILM, tmp_path, tmp_path / "weights")
    assert not (tmp_path / "weights").exists()


@pytest.fixture(scope="module")
def source():
    home = load().models_folder / MINILM.name
    if not (home / "model.safetensors").is_file():
        pytest.skip(f"the publisher's weights are not here; `bernard models get {MINILM.name}`")
    return home


@pytest.mark.weights
def test_the_shipped_model_is_built_from_the_publishers(source, tmp_path):
    assert onnx_build.write(MINILM, source, tmp_path) == MINILM.built.sha256
    assert onnx_build.is_built(MINILM, tmp_path)
    note = msgspec.json.decode((tmp_path / "all-minilm-l6-v2.json").read_bytes())
    assert note["source_sha256"]["model.safetensors"] == MINILM.files[0].sha256
    assert note["licence"] == "Apache-2.0"


@pytest.mark.weights
def test_the_shipped_model_says_what_the_publishers_says(source):
    """Mean cosine over 0.99 on GOV.UK-like sentences; the reference page has the measured figure."""
    if not shipped(MINILM).present:
        pytest.skip("the embedding model is not built; `make setup` builds it")
    texts = [
        "You may be able to adopt a child if you are aged 21 or over.",
        "Apply for or renew a Blue Badge: it costs up to £10 in England and £20 in Scotland.",
        "Statutory Sick Pay is paid by your employer for up to 28 weeks.",
        "The court will write to you within 10 days of getting your application.",
        "how do i appeal",
        "Council tax bands depend on what the property was worth on 1 April 1991. " * 6,
    ]
    embedder = open_shipped(MINILM, threads=1)
    ours = embedder.embed(texts)
    graph = build(onnx_build.read_safetensors(source / "model.safetensors"), 6, 12, quantised=False)
    _, tokenizer = embedder._load()
    theirs = np.concatenate([run(graph, [tokenizer.encode(text).ids]) for text in texts])
    cosines = (ours * theirs).sum(axis=1)
    assert cosines.mean() > 0.99
    assert cosines.min() > 0.985


@pytest.mark.weights
def test_a_text_has_the_same_vector_whatever_stands_beside_it():
    if not shipped(MINILM).present:
        pytest.skip("the embedding model is not built; `make setup` builds it")
    one, two = (open_shipped(MINILM, threads=threads) for threads in (1, 2))
    texts = [f"Paragraph {n} of the rules. " * (1 + n % 9) for n in range(40)]
    together = one.embed(texts)
    assert np.array_equal(together, two.embed(texts[::-1])[::-1])
    assert np.array_equal(together[:3], np.concatenate([one.embed([text]) for text in texts[:3]]))


@pytest.mark.weights
def test_a_changed_weight_file_is_not_loaded(tmp_path):
    files = shipped(MINILM)
    if not files.present:
        pytest.skip("the embedding model is not built; `make setup` builds it")
    data = bytearray(files.model.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / files.model.name).write_bytes(data)
    (tmp_path / files.tokenizer.name).write_bytes(files.tokenizer.read_bytes())
    with pytest.raises(ModelRejected, match="not the file it should be"):
        open_shipped(MINILM, folder=tmp_path).embed(["hello"])
    assert WEIGHTS.is_dir()
