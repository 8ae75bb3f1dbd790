"""Other people's programs read our logs, and give the roots and proofs that we give.

They are no dependencies of ours (pymerkle is GPL). BERNARD_TEST_TLOG_ORACLES names a Python that has
them: `python -m venv V && V/bin/pip install --ignore-requires-python pymerkle aics-tlog`.
"""

import json
import os
import subprocess
import sys

import pytest

from bernard.ledger.tlog import Note, Tree, hash_leaves
from bernard.ledger.tlog import note as notes

PYMERKLE = """
import json, pymerkle
tree, found = pymerkle.InmemoryTree(algorithm="sha256"), []
for n in range(300):
    tree.append_entry(b"%d" % n)
    found.append(tree.get_state().hex())
paths = [tree.prove_inclusion(n + 1, 300).serialize()["path"] for n in range(300)]
print(json.dumps([found, paths]))
"""


@pytest.fixture
def run():
    """Run a stranger's program; skips where it is not there."""
    python = os.environ.get("BERNARD_TEST_TLOG_ORACLES", sys.executable)

    def call(*words):
        command = [python, *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True)
        if "No module named" in done.stderr:
            pytest.skip("BERNARD_TEST_TLOG_ORACLES names no Python with pymerkle and aics-tlog")
        return done

    return call


def test_pymerkle_gives_the_same_roots_and_proofs(run, make_log):
    done = run("-c", PYMERKLE)
    assert done.returncode == 0, done.stderr
    roots, paths = json.loads(done.stdout)
    entries = [b"%d" % n for n in range(300)]
    trees = [Tree().append(hash_leaves(entries[: n + 1])).tree for n in range(300)]
    assert roots == [tree.root.hex() for tree in trees]
    prover = make_log().add(entries).prover
    for index, path in enumerate(paths):
        # Its paths begin with the leaf itself.
        assert path[1:] == [hash.hex() for hash in prover.inclusion(index, 300)]


def test_aics_tlog_verifies_our_folder(run, make_log, make_witness_key, tmp_path):
    log, witness = make_log(300), make_witness_key()
    (tmp_path / "old").write_text(str(log.checkpoint))
    log.add([b"more"] * 400)
    seen = notes.sign(log.checkpoint.text, [witness], 1_700_000_000)
    note = Note(seen.text, (*log.checkpoint.signatures, *seen.signatures))
    folder = log.publish(tmp_path / "log")
    (folder / "checkpoint").write_text(str(note))
    (tmp_path / "entry").write_bytes(log.entries[299])
    (tmp_path / "other").write_bytes(log.entries[298])
    given = ["--tiles", folder, "--log-key", log.signer.verifier]
    witnessed = ["--witness-key", witness.verifier, "--quorum", 1]
    tlog = ("-m", "aics_tlog")
    inclusion = ["verify-inclusion", "--index", 299, *given, "--leaf"]
    for good in (
        ["verify-checkpoint", *given, *witnessed],
        [*inclusion, tmp_path / "entry"],
        ["verify-consistency", "--old-checkpoint", tmp_path / "old", *given],
    ):
        done = run(*tlog, *good)
        assert done.returncode == 0, done.stdout + done.stderr
    assert run(*tlog, *inclusion, tmp_path / "other").returncode == 1
