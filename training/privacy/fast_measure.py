"""How much the fast tagger leaks and takes too much, on development data, at any threshold.

Only development data: the corpus's development part, and the held-out tenth of each set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bernard.evals.privacy_scores import Counts, Left, Sample, Span, score
from bernard.privacy import Detector
from bernard.privacy.tagger.labels import Judge, Labels
from bernard.privacy.tagger.session import Session
from bernard.privacy.tagger.vectors import WordVectors, read_vectors
from bernard.privacy.tagger.words import Window, windows
from bernard.privacy.types import Finding
from training.privacy import corpus
from training.privacy.example import MASKED
from training.privacy.sets import SETS, read

Likely = tuple[Window, NDArray[np.float32]]


def sets() -> dict[str, list[Sample]]:
    """Development data by name, in the form that the project's own scorer reads."""
    found = {"corpus": [_sample(s) for s in corpus.samples("development")]}
    for name in SETS:
        found[name] = [
            Sample(e.text, [Span(a, b, label) for a, b, label in e.spans if label in MASKED])
            for e in read(name, held=True)
        ]
    return found


def _sample(sample: corpus.Sample) -> Sample:
    return Sample(
        sample.text,
        [Span(*span) for span in sample.spans],
        [Left(*left) for left in sample.left],
        sample.group,
    )


def likely(session: Session, vectors: WordVectors, texts: Iterable[str]) -> list[list[Likely]]:
    """What the network says of every token of texts."""
    return [
        [(w, session.run({"words": vectors.of(w.keys)})) for w in windows(text, 1024, 16)]
        for text in texts
    ]


class Table:
    """Development data with what the rules and the network say of it, worked out once."""

    def __init__(self, folder: Path, rules: Detector) -> None:
        """Run both over all of it."""
        session = Session(folder / "fast.onnx")
        vectors = read_vectors(folder / "fast.words.npz")
        self.labels = Labels.read(session.meta)
        self._sets = sets()
        self._rules = {n: [rules.find(s.text) for s in ss] for n, ss in self._sets.items()}
        self._likely = {
            n: likely(session, vectors, (s.text for s in ss)) for n, ss in self._sets.items()
        }

    def at(self, thresholds: Mapping[str, float]) -> Mapping[str, Counts]:
        """Counts for each set at thresholds for each kind."""
        judge = Judge(Labels(self.labels.names, thresholds), "fast")
        return {
            name: _counted(samples, self._rules[name], self._likely[name], judge)
            for name, samples in self._sets.items()
        }


def _counted(
    samples: Sequence[Sample],
    rules: Sequence[Sequence[Finding]],
    said: Sequence[Sequence[Likely]],
    judge: Judge,
) -> Counts:
    counts = Counts()
    for sample, ruled, parts in zip(samples, rules, said, strict=True):
        hits = (hit for window, row in parts for hit in judge.hits(window, row))
        named = [f for f in judge.findings(sample.text, hits) if f.kind in MASKED]
        score(counts, sample, sorted({(f.start, f.end) for f in (*ruled, *named)}))
    return counts
