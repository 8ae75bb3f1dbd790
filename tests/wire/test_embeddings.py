"""Embeddings and moderations, both ways."""

import array
import base64

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.errors import FieldInvalid, ModelFailed, Untranslatable
from bernard.wire import embeddings, moderations
from bernard.wire.types import Image, Text, Usage

VECTORS = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(
            st.floats(width=32, allow_nan=False, allow_infinity=False),
            min_size=width,
            max_size=width,
        ),
        min_size=1,
    )
)


@given(VECTORS, st.sampled_from(["float", "base64"]))
def test_vectors_come_back_as_they_were(vectors, encoding):
    embedded = embeddings.Embedded(tuple(vectors), "e", Usage(4))
    body = msgspec.json.decode(msgspec.json.encode(embeddings.write_reply(embedded, encoding)))
    again = embeddings.read_reply(body)
    assert [list(vector) for vector in again.vectors] == vectors
    assert (again.model, again.usage) == ("e", Usage(4))


@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_an_array_is_written_as_the_same_numbers(encoding):
    rows = np.arange(6, dtype=np.float32).reshape(2, 3)
    for given_rows in (rows, rows[:, ::2], rows[:0]):
        body = embeddings.write_vectors(given_rows, "e", Usage(1), encoding)
        if not len(given_rows):
            assert body["data"] == []
            continue
        read = [list(vector) for vector in embeddings.read_reply(body).vectors]
        assert read == given_rows.tolist()


def test_base64_is_little_endian_floats():
    body = embeddings.write_reply(embeddings.Embedded(((1.0, -2.0),)), "base64")
    raw = base64.b64decode(body["data"][0]["embedding"])
    assert raw == bytes.fromhex("0000803f000000c0")
    assert len(array.array("f", raw)) == 2


def test_answers_out_of_order_are_put_in_order():
    data = [{"index": 1, "embedding": [2.0]}, {"index": 0, "embedding": [1.0]}]
    assert embeddings.read_reply({"data": data}).vectors == ([1.0], [2.0])


@pytest.mark.parametrize(
    "body",
    [
        {"data": []},
        {"data": [{"embedding": [1.0]}, {"embedding": [1.0, 2.0]}]},
        {"data": [{"embedding": "!!"}]},
        {"data": [{"embedding": "AAA="}]},
        {"data": [{"embedding": ["a"]}]},
        {"error": {"message": "x"}},
    ],
)
def test_what_is_no_vector_is_an_error(body):
    with pytest.raises(ModelFailed):
        embeddings.read_reply(body)


def test_a_call_is_read_and_written():
    call = embeddings.read_request(
        {"model": "e", "input": "a", "dimensions": 5, "user": "u", "encoding_format": "base64"}
    )
    assert call == embeddings.EmbedCall("e", ("a",), 5, "base64", "u")
    assert embeddings.write_request(call)["input"] == ["a"]
    assert embeddings.write_gemini_request(call) == {
        "requests": [
            {
                "model": "models/e",
                "outputDimensionality": 5,
                "content": {"parts": [{"text": "a"}]},
            }
        ]
    }
    assert embeddings.read_gemini_reply({"embeddings": [{"values": [1, 2]}]}).vectors == ([1, 2],)


@pytest.mark.parametrize("given_input", [[1, 2], [[1, 2]], [], None, 5, [""] * 0])
def test_tokens_and_nothing_are_refused(given_input):
    with pytest.raises(FieldInvalid) as caught:
        embeddings.read_request({"model": "e", "input": given_input})
    assert caught.value.field.startswith("#/input")


def test_what_gemini_cannot_say_is_named():
    call = embeddings.read_request({"input": "a", "late_chunking": True})
    with pytest.raises(Untranslatable, match="late_chunking"):
        embeddings.write_gemini_request(call)
    assert embeddings.write_request(call)["late_chunking"] is True


def test_moderations_are_read_and_written():
    texts = moderations.read_request({"model": "m", "input": ["a", "b"]})
    assert texts.inputs == ((Text("a"),), (Text("b"),))
    assert moderations.write_request(texts) == {"model": "m", "input": ["a", "b"]}
    parts = [
        {"type": "text", "text": "a"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
    ]
    mixed = moderations.read_request({"input": parts})
    assert mixed.inputs == ((Text("a"), Image("image/png", "AAAA")),)
    assert moderations.write_request(mixed) == {"input": parts}
    judged = moderations.Judged({"hate": 0.2, "violence": 0.9}, ("violence",))
    moderated = moderations.Moderated((judged,), "m", "modr-1")
    assert moderations.read_reply(moderations.write_reply(moderated)) == moderated
    for bad in (None, [], [1], [{"type": "audio"}]):
        with pytest.raises(FieldInvalid):
            moderations.read_request({"input": bad})
    with pytest.raises(ModelFailed):
        moderations.read_reply({"results": [{}]})
