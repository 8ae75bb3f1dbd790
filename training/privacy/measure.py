"""Measure a tagger on development data: `python -m training.privacy.measure MODEL TOKENIZER`.

Each held-out set and our development part, with the tagger alone and with the rules: F2, characters leaked and masked
too much, as `bernard evals run privacy` counts them. Places and organisations stay, so they count neither way.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bernard.evals.privacy_scores import Counts, Left, Sample, Span, score
from bernard.privacy.combination import Combined
from bernard.privacy.structured import StructuredDetector
from bernard.privacy.tagger import assured
from bernard.privacy.tagger.weights import KnownTagger, TaggerFiles, WeightsFile
from bernard.privacy.types import Detector
from training.privacy import corpus, sets
from training.privacy.dial import STAY, Dial
from training.privacy.example import Example


class Dialled:
    """A tagger's session whose likelihoods are turned by a dial; each input is run once, however often it is asked."""

    def __init__(self, session: assured.Session) -> None:
        """Wrap a session."""
        self._session = session
        self._known: dict[bytes, NDArray[np.float32]] = {}
        self.dial = Dial()

    @property
    def meta(self) -> Mapping[str, str]:
        """As the session's."""
        return self._session.meta

    def run(self, inputs: Mapping[str, NDArray[np.generic]]) -> NDArray[np.float32]:
        """The session's output, turned."""
        key = inputs["ids"].tobytes() + inputs["kinds"].tobytes()
        if key not in self._known:
            self._known[key] = self._session.run(inputs)
        turned = self._known[key] * np.exp(-self.dial.off())
        return np.asarray(turned / turned.sum(-1, keepdims=True), np.float32)


def open_tagger(model: Path, tokenizer: Path) -> tuple[assured.AssuredTagger, Dialled]:
    """The assured tagger of these files, and what its dial is turned by."""
    files = tuple(
        WeightsFile(use, str(path.resolve()), hashlib.sha256(path.read_bytes()).hexdigest())
        for use, path in (("model", model), ("tokenizer", tokenizer))
    )
    tagger = assured.AssuredTagger(TaggerFiles(KnownTagger("assured", "", "", "", files)))
    dialled = Dialled(tagger._session)
    tagger._session = dialled  # type: ignore[assignment]
    return tagger, dialled


def development() -> dict[str, list[Sample]]:
    """Our development part and the held-out tenth of each set."""
    ours = [
        Sample(
            one.text,
            [Span(*span) for span in one.spans],
            [Left(*left) for left in one.left],
            one.group,
        )
        for one in corpus.samples("development")
    ]
    return {
        "corpus": ours,
        **{name: [_sample(e) for e in sets.read(name, held=True)] for name in sets.SETS},
    }


def _sample(example: Example) -> Sample:
    spans = [Span(a, b, label, "OPT" if label in STAY else "MUST") for a, b, label in example.spans]
    return Sample(example.text, spans)


def measured(detector: Detector, samples: Iterable[Sample]) -> Counts:
    """What a detector takes of these texts when places and organisations stay."""
    counts = Counts()
    for sample in samples:
        found = detector.find(sample.text)
        score(counts, sample, [(f.start, f.end) for f in found if f.kind not in STAY])
    return counts


def rows(detector: Detector, data: Mapping[str, list[Sample]]) -> Iterator[str]:
    """A line for each set."""
    for name, samples in data.items():
        counts = measured(detector, samples)
        found = counts.metrics()
        yield (
            f"{name:8} F2 {found['f2']:.3f}  leaked {found['leak_rate']:6.2%}"
            f"  over-masked {found['over_mask_rate']:6.2%}"
        )
        if name == "corpus":
            parts = counts.breakdown()
            for part in ("group", "kind", "left"):
                yield (
                    "    "
                    + part
                    + ": "
                    + ", ".join(
                        f"{key} {row['recall' if 'recall' in row else 'over_mask_rate']:.3f} ({row['n']:.0f})"
                        for key, row in parts.get(part, {}).items()
                    )
                )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m training.privacy.measure", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("--dials", default="0:0", help="outside:stays, several with commas between")
    parser.add_argument("--every", type=int, default=1, help="only each so many-th text")
    parser.add_argument("--rules-only", action="store_true", help="with the rules only, not alone")
    chosen = parser.parse_args()
    tagger, dialled = open_tagger(chosen.model, chosen.tokenizer)
    data = {name: samples[:: chosen.every] for name, samples in development().items()}
    ways: dict[str, Detector] = {
        "tagger": tagger,
        "with rules": Combined(StructuredDetector(), tagger),
    }
    if chosen.rules_only:
        del ways["tagger"]
    for dial in chosen.dials.split(","):
        dialled.dial = Dial.read(dial)
        for name, detector in ways.items():
            sys.stdout.write(f"== {name}, {dialled.dial}\n")
            for row in rows(detector, data):
                sys.stdout.write(row + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
