"""Run by a Python that has pymerkle: the same work by it. Prints JSON. `strangers.py ENTRIES FOLDER`."""

import json
import random
import sys
import time
from pathlib import Path

import pymerkle

BODY = b"x" * 650


def rate(count, work):
    begun = time.perf_counter()
    work()
    return count / (time.perf_counter() - begun)


def main(count, folder):
    entries = [b"%d" % n + BODY for n in range(count)]
    memory = pymerkle.InmemoryTree(algorithm="sha256")
    found = {"appends/s in memory": rate(count, lambda: [memory.append_entry(e) for e in entries])}
    stored = pymerkle.SqliteTree(str(Path(folder) / "pymerkle.db"), algorithm="sha256")
    singly = entries[:100]
    found["appends/s in SQLite, one at a time"] = rate(
        len(singly), lambda: [stored.append_entry(e) for e in singly]
    )
    rest = entries[100:]
    found["appends/s in SQLite, all at once"] = rate(
        len(rest), lambda: stored.append_entries(rest, chunksize=1024)
    )
    indexes = [random.Random(1).randrange(1, count + 1) for _ in range(20)]
    for name, tree in (("memory", memory), ("SQLite", stored)):
        found[f"inclusion proofs/s from {name}"] = rate(
            len(indexes), lambda tree=tree: [tree.prove_inclusion(i, count) for i in indexes]
        )
        found[f"consistency proofs/s from {name}"] = rate(
            len(indexes), lambda tree=tree: [tree.prove_consistency(i, count) for i in indexes]
        )
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
