"""How fast the taggers are and what memory they take: `python benchmarks/privacy_taggers.py TEXTS.jsonl`.

Each mode runs in a process of its own. Figures are of one thread: CPU milliseconds for 1,000 characters
over all texts, the median time of a prompt of 500 characters, seconds to open, and memory.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

MODES = ("rules", "fast", "assured")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path, help="JSON Lines with a `text` each")
    parser.add_argument("--mode", help="measure this mode in this process")
    parser.add_argument("--limit", type=int, default=400, help="most texts")
    given = parser.parse_args()
    if given.mode:
        print(json.dumps(measure(given.mode, given.texts, given.limit)))
        return
    for mode in MODES:
        command = [sys.executable, __file__, str(given.texts), "--mode", mode]
        print(
            mode, subprocess.run(command, capture_output=True, text=True).stdout.strip(), flush=True
        )


def measure(mode: str, path: Path, limit: int) -> dict[str, float]:
    """The figures of one mode."""
    from bernard.privacy import open_detector

    texts = [json.loads(line)["text"] for line in path.read_text().splitlines()[:limit]]
    before = memory_mb()
    started = time.perf_counter()
    detector = open_detector(mode)
    detector.find("Dear Ann,")
    opened = time.perf_counter() - started
    started = time.process_time()
    for text in texts:
        detector.find(text)
    spent = time.process_time() - started
    whole = " ".join(texts)
    prompts = [whole[at : at + 500] for at in range(0, min(len(whole), 100_000), 500)]
    return {
        "cpu_ms_per_1000_chars": round(spent * 1e6 / sum(map(len, texts)), 2),
        "p50_ms_of_500_chars": round(statistics.median(timed(detector, p) for p in prompts), 2),
        "open_s": round(opened, 2),
        "memory_mb": round(memory_mb(), 1),
        "memory_before_mb": round(before, 1),
    }


def timed(detector: object, prompt: str) -> float:
    started = time.perf_counter()
    detector.find(prompt)  # type: ignore[attr-defined]
    return 1000 * (time.perf_counter() - started)


def memory_mb() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    main()
