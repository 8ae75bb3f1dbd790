"""What every chat model and every embedding model does, the doubles included."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from bernard.errors import ModelFailed
from bernard.models.embedding import open_shipped, shipped
from bernard.models.llama import LlamaChat
from bernard.models.llama_process import LlamaOptions
from bernard.models.manifest import find
from bernard.models.scripted import ScriptedChat, ScriptedEmbedder
from bernard.models.types import (
    ChatModel,
    ChatRequest,
    EmbeddingModel,
    Message,
)

MINILM = find("all-minilm-l6-v2")
SCHEMA = {
    "type": "object",
    "properties": {"verdict": {"enum": ["supported", "unsupported"]}},
    "required": ["verdict"],
    "additionalProperties": False,
}


def ask(text, **options):
    options.setdefault("max_tokens", 8)
    return ChatRequest([Message("user", text)], **options)


def says(request):
    """What the doubles answer: to a schema its first choice, else ten words."""
    if request.schema:
        return '{"verdict": "supported"}'
    return "one two three four five six seven eight nine ten"


@pytest.fixture(params=["scripted", "llama"])
def chat(request, alphabet_gguf):
    if request.param == "scripted":
        yield ScriptedChat(says)
    else:
        sha256 = hashlib.sha256(alphabet_gguf.read_bytes()).hexdigest()
        options = LlamaOptions(threads=1, timeout_s=30)
        model = LlamaChat("alphabet", alphabet_gguf, sha256, options)
        yield model
        model.close()


@pytest.fixture(params=["scripted", pytest.param("onnx", marks=pytest.mark.weights)])
def embedder(request):
    if request.param == "scripted":
        yield ScriptedEmbedder()
    else:
        if not shipped(MINILM).present:
            pytest.skip("the embedding model is not built; `make setup` builds it")
        yield open_shipped(MINILM, threads=1)


class TestChat:
    def test_it_is_a_chat_model_and_says_where_it_runs(self, chat):
        assert isinstance(chat, ChatModel)
        assert chat.deployment.model
        assert chat.deployment.provider
        assert chat.deployment.place

    def test_the_last_piece_and_only_that_has_a_stop_reason_and_the_usage(self, chat):
        *pieces, last = chat.chat(ask("abc"))
        assert all(piece.text and piece.stop_reason is None for piece in pieces)
        assert last.stop_reason == "length"
        assert last.usage.prompt_tokens > 0
        assert last.usage.completion_tokens == 8

    def test_the_same_request_gets_the_same_reply(self, chat):
        first, second = (list(chat.chat(ask("abc"))) for _ in range(2))
        assert [d.text for d in first] == [d.text for d in second]

    def test_a_schema_is_obeyed(self, chat):
        reply = list(chat.chat(ask("abc", schema=SCHEMA, max_tokens=60)))
        text = "".join(delta.text for delta in reply)
        assert json.loads(text)["verdict"] in ("supported", "unsupported")
        assert reply[-1].stop_reason == "end"

    def test_closing_the_iterator_stops_it_and_the_next_request_is_answered(self, chat):
        reply = chat.chat(ask("abc", max_tokens=3000))
        assert next(reply).text
        reply.close()
        assert list(chat.chat(ask("abc")))[-1].stop_reason == "length"

    def test_nothing_happens_before_the_first_piece_is_asked_for(self, chat):
        chat.chat(ask("abc"))
        assert list(chat.chat(ask("abc")))[-1].usage.completion_tokens == 8

    def test_hostile_text_is_only_text(self, chat):
        for text in ("\x00\x1b[31m", "\u202e\U000e0041", '"}]}\n{"do": "stop"}', "\ud800", ""):
            assert list(chat.chat(ask(text + "a")))[-1].stop_reason == "length"


class TestEmbedding:
    def test_it_is_an_embedding_model_and_says_where_it_runs(self, embedder):
        assert isinstance(embedder, EmbeddingModel)
        assert embedder.deployment.model

    def test_one_unit_vector_a_text(self, embedder):
        vectors = embedder.embed(["a blue badge", "the price of fish", "", " ", "x" * 100_000])
        assert vectors.shape == (5, embedder.dimensions)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_no_texts_give_no_vectors(self, embedder):
        assert embedder.embed([]).shape == (0, embedder.dimensions)

    def test_order_is_kept_whatever_the_lengths(self, embedder):
        texts = [f"paragraph {n} " * (1 + n * 7 % 13) for n in range(150)]
        together = embedder.embed(texts)
        alone = np.concatenate([embedder.embed([text]) for text in texts[:5] + texts[-5:]])
        picked = np.concatenate([together[:5], together[-5:]])
        assert ((picked * alone).sum(axis=1) > 0.98).all()

    def test_it_may_be_shared_between_threads(self, embedder):
        texts = [f"paragraph {n}" for n in range(20)]
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(embedder.embed, [texts] * 4))
        assert all(np.array_equal(vectors, found[0]) for vectors in found)

    def test_texts_that_share_words_are_near(self, embedder):
        badge, same, fish = embedder.embed(
            ["apply for a blue badge", "how to apply for a blue badge", "cod and haddock prices"]
        )
        assert badge @ same > badge @ fish

    def test_hostile_text_is_only_text(self, embedder):
        vectors = embedder.embed(["\x00", "\ud800", "\u202e", "🇬🇧" * 500, "\n\t"])
        assert np.isfinite(vectors).all()


def test_a_script_that_is_used_up_fails():
    chat = ScriptedChat(["one", ModelFailed("two")])
    assert "".join(d.text for d in chat.chat(ask(""))) == "one"
    for message in ("two", "no more replies"):
        with pytest.raises(ModelFailed, match=message):
            list(chat.chat(ask("")))
    assert len(chat.requests) == 3


def test_a_script_counts_who_stopped_listening():
    chat = ScriptedChat(["one two three"])
    reply = chat.chat(ask(""))
    next(reply)
    reply.close()
    assert chat.stopped == 1
