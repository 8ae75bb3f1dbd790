"""The log's tree, proofs and verification: `python benchmarks/tlog.py [ENTRIES]`.

Times are of the processor, so that other work on the machine counts little, where nothing waits for
the disk; the wall clock stands beside those that read files.
"""

import random
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

import bernard.ledger
from bernard.ledger.tlog import (
    Checkpoint,
    Prover,
    Receipt,
    SignerKey,
    Tree,
    check_receipt,
    consistency_holds,
    hash_leaf,
    inclusion_holds,
    parse_receipt,
    publish,
    sign_checkpoint,
    verify_folder,
)
from bernard.ledger.tlog.policy import Policy

ENTRY = (
    b'{"agreement":"openai-2025","agreement_sha256":"' + b"5" * 64 + b'","at":1763769600,"caveats":'
    b'["public"],"characters":1830,"clause":"c3","declared":["contact"],"event":"intent","key":'
    b'"k1","left_bytes":2411,"model":"gpt","place":"uk","purpose":"advice","safeguards":["pseudonyms"],'
    b'"service":"ask","taken_out":{"name":2},"texts":1,"n":%012d}'
)
PROOFS = 2000


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(f"entries: {count:,} of {len(ENTRY % 0)} bytes")
    signer = SignerKey.generate("example.gov.uk/log")
    for batch in (1, 64, 256, 1024):
        append(min(count, 200_000), batch, signer)
    tree, tiles = grow(count)
    prove(tree, tiles)
    with tempfile.TemporaryDirectory() as folder:
        files(Path(folder), tree, tiles, signer)


def append(count: int, batch: int, signer: SignerKey) -> None:
    """Leaf hashes into the tree by groups; then the same with a root and a checkpoint a group."""
    leaf = b"".join(sha256(b"%d" % n).digest() for n in range(batch))
    rounds = count // batch if batch > 1 else count // 10
    tree, started = Tree(), time.process_time()
    for _ in range(rounds):
        tree = tree.append(leaf).tree
    grown_s = time.process_time() - started
    tree, started = Tree(), time.process_time()
    for _ in range(rounds):
        tree = tree.append(leaf).tree
        str(sign_checkpoint(Checkpoint(signer.name, tree.size, tree.root), signer))
    signed_s = time.process_time() - started
    total = rounds * batch
    print(
        f"append by {batch:>4}: {total / grown_s:>9,.0f} nodes/s;"
        f" with root and signed checkpoint {total / signed_s:>9,.0f}/s"
    )


def grow(count: int) -> tuple[Tree, dict[tuple[int, int], bytes]]:
    tree, tiles = Tree(), {}
    started = time.process_time()
    for start in range(0, count, 1024):
        stop = min(count, start + 1024)
        growth = tree.append(b"".join([hash_leaf(ENTRY % n) for n in range(start, stop)]))
        tree = growth.tree
        tiles.update({(t.level, t.number): t.hashes for t in growth.tiles})
    spent = time.process_time() - started
    print(f"entries hashed into the tree: {count / spent:,.0f}/s, {spent:.1f} s")
    return tree, tiles


def prove(tree: Tree, tiles: dict[tuple[int, int], bytes]) -> None:
    def read(at):
        return tiles[at.level, at.number][: 32 * at.width]

    generator, size = random.Random(1), tree.size
    anywhere = [generator.randrange(size) for _ in range(PROOFS)]
    newest = [generator.randrange(max(0, size - 20_000), size) for _ in range(PROOFS)]
    for name, indexes, kept in (
        ("anywhere, tiles from the store", anywhere, 8),
        ("anywhere, 1024 tiles in memory", anywhere, 1024),
        ("among the newest 20,000", newest, 1024),
    ):
        prover = Prover(read, kept)
        prover.inclusion(0, size)
        spent = timed(lambda i, p=prover: p.inclusion(i, size), indexes)
        print(f"inclusion proof, {name}: {spent:.0f} us")
    prover = Prover(read)
    proof = prover.inclusion(anywhere[0], size)
    leaf = hash_leaf(ENTRY % anywhere[0])
    assert inclusion_holds(leaf, anywhere[0], size, proof, tree.root)
    print(f"a proof has {32 * len(proof)} bytes")
    spent = timed(lambda i: inclusion_holds(leaf, anywhere[0], size, proof, tree.root), anywhere)
    print(f"inclusion check: {spent:.0f} us")
    print(f"consistency proof: {timed(lambda i: prover.consistency(i, size), newest):.0f} us")
    old, old_root = newest[0], prover.root(0, newest[0], size)
    proof = prover.consistency(old, size)
    assert consistency_holds(old, size, proof, old_root, tree.root)
    spent = timed(lambda i: consistency_holds(old, size, proof, old_root, tree.root), newest)
    print(f"consistency check: {spent:.0f} us")
    signer = SignerKey.generate("example.gov.uk/log")
    note = sign_checkpoint(Checkpoint(signer.name, size, tree.root), signer)
    receipt = Receipt(anywhere[0], tuple(prover.inclusion(anywhere[0], size)), note)
    text, policy = str(receipt), Policy([signer.verifier])
    entry = ENTRY % anywhere[0]
    spent = timed(lambda i: check_receipt(parse_receipt(text), entry, policy), anywhere)
    print(f"receipt of {len(text.encode())} bytes read and checked: {spent:.0f} us")


def files(folder: Path, tree: Tree, tiles: dict, signer: SignerKey) -> None:
    def read_tile(at):
        return tiles[at.level, at.number][: 32 * at.width]

    note = sign_checkpoint(Checkpoint(signer.name, tree.size, tree.root), signer)
    wall, cpu = time.perf_counter(), time.process_time()
    publish(folder, note, read_tile, lambda start, end: [ENTRY % n for n in range(start, end)])
    report("publish from nothing", wall, cpu)
    key = str(signer.verifier)
    wall, cpu = time.perf_counter(), time.process_time()
    assert verify_folder(folder, key).fault == ""
    report("verify from scratch", wall, cpu)
    alone = Path(bernard.ledger.__file__).parent / "verify_log.py"
    wall = time.perf_counter()
    subprocess.run([sys.executable, "-I", "-S", str(alone), str(folder), key], check=True)
    print(f"the same by the one-file verifier: {time.perf_counter() - wall:.1f} s on the clock")


def report(what: str, wall: float, cpu: float) -> None:
    print(
        f"{what}: {time.process_time() - cpu:.1f} s of processor,"
        f" {time.perf_counter() - wall:.1f} s on the clock"
    )


def timed(call, values) -> float:
    """Microseconds a call."""
    started = time.process_time()
    for value in values:
        call(value)
    return 1e6 * (time.process_time() - started) / len(values)


if __name__ == "__main__":
    main()
