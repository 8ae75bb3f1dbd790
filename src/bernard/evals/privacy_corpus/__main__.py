"""Write the corpus: `python -m bernard.evals.privacy_corpus OUT`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bernard.evals.privacy_corpus.make import make, read_corpus, write


def main() -> None:
    """Write `train.jsonl`, `development.jsonl` and `test.jsonl` and say how many texts each holds."""
    parser = argparse.ArgumentParser(
        prog="python -m bernard.evals.privacy_corpus", description=__doc__
    )
    parser.add_argument("out", type=Path, help="folder to write to")
    parser.add_argument("--corpus", type=Path, default=Path("corpus/privacy"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fills", type=int, default=1, help="texts a template and group of names")
    chosen = parser.parse_args()
    samples = make(read_corpus(chosen.corpus), chosen.seed, chosen.fills)
    for part, count in write(samples, chosen.out).items():
        sys.stderr.write(f"{part}: {count:,} texts\n")


if __name__ == "__main__":
    main()
