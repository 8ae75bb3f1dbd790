"""How much personal data is found beside Presidio, and at what cost, in one run.

python benchmarks/privacy/run.py --corpus build/privacy --train-data ../shared/data/privacy-train
    --presidio PYTHON MODEL [--modes fast,assured,rules] [--rounds 3] [--limit N] [--json FILE]

`--presidio` takes the Python that has `presidio-analyzer` and the folder of a spaCy model. Every text goes
through each system in turn, a batch at a time, so that other work on the machine meets all alike. The
sets of `--train-data` are those lines of them on which nothing was trained.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import zlib
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from bernard.evals.privacy_modes import detector
from bernard.evals.privacy_scores import Counts, Sample, Span, score

CHILD = Path(__file__).parent / "presidio_child.py"
NEED = {"person": "MUST", "code": "MUST", "place": "OPT", "organisation": "OPT"}
BATCH = 40


class Ours:
    """A mode of Bernard, in a process of its own for its memory."""

    def __init__(self, mode):
        self.mode = mode
        self.detector = detector(mode)
        self.detector.find("Jo Bloggs, AB123456C")

    def find(self, texts):
        started = time.process_time()
        found = [[(f.start, f.end) for f in self.detector.find(text)] for text in texts]
        return found, time.process_time() - started


class Child:
    """A system behind a pipe."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.ready = json.loads(self.process.stdout.readline())

    def find(self, texts):
        self.process.stdin.write(json.dumps(texts) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return [[(a, b) for a, b, *_ in found] for found in answer["found"]], answer["seconds"]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--corpus", type=Path)
    options.add_argument("--train-data", type=Path)
    options.add_argument("--data", type=Path, nargs="*", default=[])
    options.add_argument("--presidio", nargs=2, metavar=("PYTHON", "MODEL"))
    options.add_argument("--modes", default="fast,assured")
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--limit", type=int)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    systems = {mode: Ours(mode) for mode in chosen.modes.split(",") if mode}
    if chosen.presidio:
        systems["presidio"] = Child([chosen.presidio[0], str(CHILD), chosen.presidio[1]])
    results = {}
    for name, samples in sets(chosen):
        results[name] = measure(systems, samples[: chosen.limit], chosen.rounds)
        tell(name, results[name])
    tell_speed(results, list(systems))
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1))


def sets(chosen):
    if chosen.corpus:
        for part in ("test", "development"):
            yield f"our {part} part", read(chosen.corpus / f"{part}.jsonl")
    if chosen.train_data:
        for path in sorted(chosen.train_data.glob("*.jsonl")):
            yield path.stem, held_out(path)
    for path in chosen.data:
        yield path.stem, read(path)


def read(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return [msgspec_sample(json.loads(line)) for line in lines if line.strip()]


def msgspec_sample(line):
    spans = [Span(*span) for span in line["spans"]]
    return Sample(line["text"], spans, [], line.get("group", ""))


def held_out(path):
    """The lines on which nothing is trained; people and codes must go, places and bodies may."""
    samples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if zlib.crc32(row["text"].encode()) % 10 == 0:
            spans = [Span(a, b, kind.upper(), NEED[kind]) for a, b, kind in row["spans"]]
            samples.append(Sample(row["text"], spans))
    return samples


def measure(systems, samples, rounds):
    counts = {name: Counts() for name in systems}
    speeds = {name: [] for name in systems}
    for turn in range(rounds):
        spent = dict.fromkeys(systems, 0.0)
        for first in range(0, len(samples), BATCH):
            batch = samples[first : first + BATCH]
            for name, system in systems.items():
                found, seconds = system.find([sample.text for sample in batch])
                spent[name] += seconds
                if turn == 0:
                    for sample, ranges in zip(batch, found, strict=True):
                        score(counts[name], sample, ranges)
        size = sum(len(sample.text) for sample in samples)
        for name, seconds in spent.items():
            speeds[name].append(seconds * 1e6 / size)
    return {
        name: {
            **counts[name].metrics(),
            "ms_per_1000_chars": statistics.median(speeds[name]),
            "texts": len(samples),
            "breakdown": counts[name].breakdown(),
        }
        for name in systems
    }


def tell(name, result):
    for system, row in result.items():
        print(
            f"{name:22} {system:9} F2 {row['f2']:.3f}  leaked {row['leak_rate']:6.1%}  "
            f"over-masked {row['over_mask_rate']:5.1%}  {row['ms_per_1000_chars']:7.2f} ms/1,000",
            flush=True,
        )


def tell_speed(results, systems):
    if "presidio" not in systems:
        return
    for name in systems:
        ratios = [
            r["presidio"]["ms_per_1000_chars"] / r[name]["ms_per_1000_chars"]
            for r in results.values()
        ]
        leaks = [
            r[name]["leak_rate"] / max(r["presidio"]["leak_rate"], 1e-9) for r in results.values()
        ]
        print(
            f"{name}: {statistics.median(ratios):.1f} times Presidio's characters a second "
            f"({min(ratios):.1f} to {max(ratios):.1f}); "
            f"{statistics.median(leaks):.2f} times its leak ({min(leaks):.2f} to {max(leaks):.2f})",
            file=sys.stdout,
        )


if __name__ == "__main__":
    main()
