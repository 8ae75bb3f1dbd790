"""Time search and indexing: 100,000 passages, words and vectors, beside a peer in the same run.

    .venv/bin/python benchmarks/search.py                      # the whole of it
    .venv/bin/python benchmarks/search.py --passages 10000     # a smaller index
    .venv/bin/python benchmarks/search.py --database postgresql://...

The passages are made up, from a seed: sentences of the sample documents, and sentences of invented
words that are as unequally common as English ones (Zipf). Embedding 100,000 texts would take an
hour here, so their vectors are seeded mixtures of some hundred real embeddings; a query is
embedded by the real model each time. Indexing with real embeddings is timed apart, on fewer pages.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bernard.accounts.unlocked import unlocked
from bernard.assembly import Bernard, open_bernard
from bernard.config import Settings
from bernard.library.ranking import Judge, understand
from bernard.library.search import SEARCHER, search
from bernard.store import documents, passages
from bernard.store.index import PassageIndex, open_index
from bernard.store.passages import DocumentText, NewPassage
from bernard.text.sentences import sentences

SOURCES = Path(__file__).parents[1] / "src" / "bernard" / "samples" / "sources"
WORDS_A_PAGE = 400
PASSAGES_A_DOCUMENT = 50
SYLLABLES = [
    "ba",
    "be",
    "bi",
    "co",
    "da",
    "de",
    "dro",
    "fa",
    "fi",
    "ga",
    "gre",
    "ha",
    "in",
    "jo",
    "ka",
    "la",
    "le",
    "lo",
    "ma",
    "mi",
    "na",
    "no",
    "or",
    "pa",
    "pe",
    "qua",
    "ra",
    "re",
    "ri",
    "sa",
    "se",
    "sti",
    "ta",
    "te",
    "to",
    "un",
    "va",
    "ve",
    "wi",
]


@dataclass(frozen=True)
class Corpus:
    """Texts and their vectors."""

    texts: list[str]
    vectors: NDArray[np.float32]


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="bernard-bench-") as home:
        settings = replace(Settings(), home=Path(home), database=options.database)
        settings = replace(settings, models=Settings().home.expanduser() / "models")
        with open_bernard(settings) as bernard:
            report = _measure(bernard, options)
    print(json.dumps(report, indent=2))


def _measure(bernard: Bernard, options: argparse.Namespace) -> dict[str, object]:
    rng = random.Random(options.seed)
    real = _real_sentences()
    corpus = _corpus(bernard, rng, real, options.passages)
    account = unlocked(bernard.store, "bench")
    large = bernard.library.collection(account.id, "large").id
    small = bernard.library.collection(account.id, "small").id
    index = open_index(bernard.store)
    one_percent = len(corpus.texts) // 100
    start = time.perf_counter()
    _put(bernard, index, small, corpus, slice(0, one_percent))
    _put(bernard, index, large, corpus, slice(one_percent, None))
    indexed = time.perf_counter() - start
    queries = _queries(rng, corpus.texts, options.queries)
    report: dict[str, object] = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "database": bernard.store.dialect,
        "passages": len(corpus.texts),
        "words_a_passage": round(sum(len(t.split()) for t in corpus.texts) / len(corpus.texts)),
        "index_without_embedding_pages_a_minute": _pages(corpus.texts) / indexed * 60,
    }
    report |= _times(bernard, index, queries, [large, small], "")
    report |= _times(bernard, index, queries, [small], "one_percent_")
    report["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    report |= _peer(corpus.texts, queries)
    report |= _real_indexing(bernard, rng, real, options.pages)
    return report


def _times(
    bernard: Bernard,
    index: PassageIndex,
    queries: list[tuple[str, str]],
    places: list[str],
    prefix: str,
) -> dict[str, float]:
    """Of the whole search and of its parts, in milliseconds."""
    store, gateway = bernard.store, bernard.gateway
    deployment = gateway.embedding_model
    model = deployment.model if deployment else ""
    vectors = {q: gateway.embed(SEARCHER, [q])[0][0] for q, _ in queries}

    def whole(question: str, scenario: str) -> None:
        search(store, index, gateway, question, places, 10, scenario)

    def by_words(question: str, scenario: str) -> None:
        with store.read() as c:
            asked = understand(question, scenario)
            judge = Judge(asked, index.frequencies(c, asked.stems))
            index.by_words(c, judge.question, places, 50)

    def by_vector(question: str, scenario: str) -> None:
        with store.read() as c:
            index.by_vector(c, vectors[question], places, 50, model)

    def embed(question: str, scenario: str) -> None:
        gateway.embed(SEARCHER, [f"{question} {scenario}"])

    found: dict[str, float] = {}
    for name, work in (
        ("search", whole),
        ("by_words", by_words),
        ("by_vector", by_vector),
        ("embed_query", embed),
    ):
        found |= _percentiles(prefix + name, work, queries)
    return found


def _percentiles(
    name: str, work: Callable[[str, str], None], queries: list[tuple[str, str]]
) -> dict[str, float]:
    for question, scenario in queries[:20]:  # the first reads vectors and pages into memory
        work(question, scenario)
    taken = []
    for question, scenario in queries:
        start = time.perf_counter()
        work(question, scenario)
        taken.append((time.perf_counter() - start) * 1000)
    p50, p99 = np.percentile(taken, [50, 99])
    return {f"{name}_p50_ms": round(float(p50), 2), f"{name}_p99_ms": round(float(p99), 2)}


def _put(
    bernard: Bernard, index: PassageIndex, collection: str, corpus: Corpus, part: slice
) -> None:
    texts, vectors = corpus.texts[part], corpus.vectors[part]
    deployment = bernard.gateway.embedding_model
    model = deployment.model if deployment else ""
    for begin in range(0, len(texts), PASSAGES_A_DOCUMENT):
        some = texts[begin : begin + PASSAGES_A_DOCUMENT]
        new, at = [], 0
        for text in some:
            new.append(NewPassage(at, at + len(text), "1", "", text))
            at += len(text) + 2
        with bernard.store.write() as c:
            document = documents.put(
                c,
                collection,
                f"document {begin}",
                media_type="text/plain",
                sha256=f"{begin:064x}",
                size=at,
            )
            ids = passages.replace(c, document.id, DocumentText("\n\n".join(some)), new)
            index.add(c, ids, vectors[begin : begin + len(some)], model)


def _corpus(bernard: Bernard, rng: random.Random, real: list[str], count: int) -> Corpus:
    made = _made_up_sentences(rng)
    texts = [
        " ".join(rng.choice(real) if rng.random() < 0.3 else next(made) for _ in range(11))
        for _ in range(count)
    ]
    seeds, _ = bernard.gateway.embed(SEARCHER, real)
    mixing = np.random.default_rng(rng.randrange(2**32))
    vectors = np.zeros((count, seeds.shape[1]), np.float32)
    for _ in range(3):
        shares = mixing.random((count, 1), np.float32)
        vectors += shares * seeds[mixing.integers(0, len(seeds), count)]
    vectors += mixing.normal(0, 0.02, vectors.shape).astype(np.float32)
    return Corpus(texts, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _real_sentences() -> list[str]:
    found = []
    for path in sorted(SOURCES.glob("*.md")):
        text = path.read_text()
        found += [" ".join(text[s.start : s.end].split()) for s in sentences(text)]
    return [sentence for sentence in dict.fromkeys(found) if len(sentence.split()) > 4]


def _made_up_sentences(rng: random.Random) -> Iterator[str]:
    """Sentences of 10 to 24 words from 40,000, the n-th 1/n times as common as the first."""
    common = [
        "the",
        "of",
        "to",
        "and",
        "a",
        "in",
        "is",
        "for",
        "you",
        "it",
        "that",
        "be",
        "on",
        "with",
        "as",
        "are",
        "by",
        "or",
        "at",
        "your",
        "not",
        "must",
        "may",
        "can",
        "if",
        "this",
        "from",
        "will",
        "have",
    ]
    vocabulary = dict.fromkeys(common)
    while len(vocabulary) < 40_000:
        vocabulary["".join(rng.choices(SYLLABLES, k=rng.randint(2, 5)))] = None
    words = list(vocabulary)
    weights = list(np.cumsum(1 / (np.arange(len(words)) + 3)))
    while True:
        drawn = rng.choices(words, cum_weights=weights, k=200_000)
        at = 0
        while at + 24 < len(drawn):
            length = rng.randint(10, 24)
            yield " ".join(drawn[at : at + length]).capitalize() + "."
            at += length


def _queries(rng: random.Random, texts: list[str], count: int) -> list[tuple[str, str]]:
    """Questions of some ten words, English and invented; every third comes with a scenario."""
    real = _real_sentences()
    queries = []
    for number in range(count):
        invented = rng.choice(texts).lower().rstrip(".").split()
        at = rng.randrange(len(invented) - 8)
        words = rng.choice(real).rstrip(".").split()[:6] + invented[at : at + 2]
        scenario = " ".join([rng.choice(real), *rng.sample(invented, 3)])
        queries.append((f"Can I get {' '.join(words)}?", scenario if number % 3 == 0 else ""))
    return queries


def _peer(texts: list[str], queries: list[tuple[str, str]]) -> dict[str, object]:
    """tantivy (Rust, BM25, in memory) on the same passages and questions: words only."""
    try:
        import tantivy  # a peer to compare with, not needed by Bernard
    except ImportError:
        return {"peer": "tantivy is not installed: pip install tantivy"}
    schema = tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="en_stem").build()
    index = tantivy.Index(schema)
    start = time.perf_counter()
    writer = index.writer(heap_size=200_000_000)
    for text in texts:
        writer.add_document(tantivy.Document(text=text))
    writer.commit()
    writer.wait_merging_threads()
    indexed = time.perf_counter() - start
    index.reload()
    searcher = index.searcher()

    def work(question: str, scenario: str) -> None:
        plain = "".join(ch if ch.isalnum() else " " for ch in question)
        hits = searcher.search(index.parse_query(plain, ["text"]), 50).hits
        assert hits

    return {
        "peer": f"tantivy {getattr(tantivy, '__version__', '')} (words only, no fusion)".strip(),
        "peer_index_pages_a_minute": round(_pages(texts) / indexed * 60),
        **_percentiles("peer_by_words", work, queries),
    }


def _real_indexing(
    bernard: Bernard, rng: random.Random, real: list[str], pages: int
) -> dict[str, object]:
    """Pages taken in by the library, split and embedded by the real model."""
    if not pages:
        return {}
    made = _made_up_sentences(rng)
    account = unlocked(bernard.store, "bench")
    collection = bernard.library.collection(account.id, "real").id
    named = []
    for number in range(max(1, pages // 10)):
        lines = [
            " ".join(rng.choice(real) if rng.random() < 0.7 else next(made) for _ in range(5))
            for _ in range(10 * WORDS_A_PAGE // 75)
        ]
        named.append((f"report {number}.txt", "\n\n".join(lines).encode()))
    total = _pages([text.decode() for _, text in named])
    start = time.perf_counter()
    bernard.library.add(collection, named, "bench")
    bernard.library.read("bench")
    taken = time.perf_counter() - start
    rate = total / taken * 60
    return {
        "real_pages": round(total),
        "real_pages_a_minute": round(rate),
        "minutes_for_10000_pages_extrapolated": round(10_000 / rate, 1),
    }


def _pages(texts: list[str]) -> float:
    return sum(len(text.split()) for text in texts) / WORDS_A_PAGE


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--pages", type=int, default=500, help="pages embedded for real")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--database", default="", help="PostgreSQL address; SQLite if left out")
    return parser.parse_args()


if __name__ == "__main__":
    main()
