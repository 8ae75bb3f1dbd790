"""How long the register's figures take from a log, and how far they are from the true counts.

    python benchmarks/figures.py [ENTRIES]

The log is made up, in memory, in the files that are published: 30 services, 5 purposes, 8 models and
3 agreements in every mixture, over two years.
"""

import random
import statistics
import sys
import time
from collections import Counter

import msgspec

from bernard.ledger.tlog import (
    ENTRIES,
    At,
    Checkpoint,
    LogFiles,
    SignerKey,
    Tree,
    hash_leaves,
    sign_checkpoint,
)
from bernard.ledger.tlog.tiles import TILE_WIDTH, pack
from bernard.register.figures import figures_of

SERVICES = [f"service-{i}" for i in range(30)]
PURPOSES = ["draft", "summarise", "answer-questions", "translate", "classify"]
MODELS = [(f"m{i}", f"supplier-{i % 4}", ("GB", "IE", "SE", "FR")[i % 4]) for i in range(8)]
START_DAY, DAYS = 20_000, 700


def bodies(size: int):
    """Entries of calls, each intent with its outcome, and a refusal now and then."""
    chance, encode = random.Random(1), msgspec.json.Encoder(order="sorted").encode
    number = asked = 0
    while number < size - 1:
        model, provider, place = chance.choice(MODELS)
        call = {
            "at": (START_DAY + number * DAYS // size) * 86_400, "agreement": f"a-{asked % 3}",
            "agreement_sha256": "ab" * 32, "clause": "c1", "service": chance.choice(SERVICES),
            "purpose": chance.choice(PURPOSES), "operation": "chat", "marking": "OFFICIAL",
            "declared": ["policy-drafts"], "derived": ["personal-identifiers"], "model": model,
            "model_version": "1", "provider": provider, "place": place, "key": f"key-{asked % 40}",
            "safeguards": ["mask-identifiers", "check-markings"], "sequence": asked // 40 + 1,
            "derived_attributes": ["bytes", "categories"], "detector": "fast",
            "attested_attributes": ["places", "training", "human_review", "model"],
        }  # fmt: skip
        asked += 1
        if asked % 20 == 0:
            yield encode({**call, "event": "refusal", "reasons": ["tier", "budget"]})
            number += 1
            continue
        yield encode(
            {**call, "event": "intent", "characters": 900, "left_bytes": 1000, "texts": 3,
             "taken_out": {"NAME": 3, "POSTCODE": 1}, "content": "cd" * 32}
        )  # fmt: skip
        yield encode(
            {"event": "outcome", "at": call["at"], "of": number, "outcome": "finished",
             "prompt_tokens": chance.randrange(2000), "completion_tokens": 300, "pence": 0.1,
             "energy_wh": 0.3, "co2e_g": 0.05, "milliseconds": 900, "content": "ef" * 32}
        )  # fmt: skip
        number += 2


def published(entries: list[bytes]) -> LogFiles:
    """The log's files, in memory."""
    tree, bundles = Tree(), {}
    for start in range(0, len(entries), TILE_WIDTH):
        some = entries[start : start + TILE_WIDTH]
        tree = tree.append(hash_leaves(some)).tree
        bundles[At(ENTRIES, start // TILE_WIDTH, len(some)).path] = pack(some)
    key = SignerKey.generate("benchmark.invalid/log")
    signed = sign_checkpoint(Checkpoint(key.verifier.name, len(entries), tree.root), key)
    bundles["checkpoint"] = str(signed).encode()
    return LogFiles(bundles.__getitem__)


def main(size: int) -> None:
    entries = list(bodies(size))
    files = published(entries)
    print(f"{len(entries):,} entries, {sum(map(len, entries)) / 1e6:,.0f} MB")
    start, busy = time.perf_counter(), time.process_time()
    tables = {table.id: table for table in figures_of(files)}
    busy, start = time.process_time() - busy, time.perf_counter() - start
    print(f"{len(tables)} tables in {start:.1f} s, {busy:.1f} s of the processor")
    calls = [call for call in map(msgspec.json.decode, entries) if call["event"] == "intent"]
    for table, field in (("service", "service"), ("purpose", "purpose"), ("supplier", "provider"),
                         ("agreement", "agreement")):  # fmt: skip
        shown = {
            str(row[0]).rpartition("(")[2].rstrip(")"): row[1] or 0
            for row in tables[f"disclosures-by-{table}"].rows
        }
        true = Counter(call[field] for call in calls)
        off = [abs(shown.get(word, 0) - n) for word, n in true.items()]
        print(f"by {table}: off by {statistics.median(off):.0f} in the median, {max(off)} at most, "
              f"of {statistics.mean(true.values()):,.0f}")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
