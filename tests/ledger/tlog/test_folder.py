import functools
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bernard.ledger
from bernard.errors import InputInvalid, LogBroken, LogUnwritable
from bernard.ledger.tlog import (
    Note,
    Policy,
    Tree,
    files_in,
    places,
    verify_folder,
)
from bernard.ledger.tlog import note as notes

SIZES = [0, 1, 2, 255, 256, 257, 600]


@pytest.fixture(scope="module")
def whole(tmp_path_factory, make_log):
    """A log of 700 entries that was published three times, and its folder."""
    log, folder = make_log(), tmp_path_factory.mktemp("log")
    for size in (3, 300, 700):
        log.add(make_log(700).entries[log.tree.size : size]).publish(folder)
    return log, folder


@pytest.fixture
def one_file_says(one_file, capsys):
    """How the verifier of one file ends, and its line."""

    def run(*words):
        code = one_file.main([str(word) for word in words])
        out = capsys.readouterr()
        return code, out.out + out.err

    return run


@pytest.mark.parametrize("size", SIZES)
def test_a_published_log_holds_for_both_verifiers(size, make_log, tmp_path, one_file_says):
    log = make_log(size)
    folder, key = log.publish(tmp_path), str(log.signer.verifier)
    found = verify_folder(folder, key)
    assert (found.fault, found.entries) == ("", size)
    assert found.root == log.tree.root.hex()
    assert found.checkpoint == str(log.checkpoint)
    code, line = one_file_says(folder, key)
    assert code == 0
    assert f"{size} entries" in line
    assert log.tree.root.hex() in line


def test_a_log_that_is_published_as_it_grows_is_the_same_log(make_log, tmp_path):
    log, folder = make_log(), tmp_path / "log"
    seen = ""
    for size in SIZES:
        log.add(make_log(600).entries[log.tree.size : size]).publish(folder)
        found = verify_folder(folder, str(log.signer.verifier), seen)
        assert (found.fault, found.entries) == ("", size)
        seen = found.checkpoint
    files = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    now = {at.path for at in places(600)} | {"checkpoint"}
    # Partial files of earlier checkpoints stay until their full one is there.
    assert now <= files
    assert all(path.startswith("tile/1/000.p/") for path in files - now)
    read = files_in(folder)
    assert Tree.load(600, read.tile).root == log.tree.root


def test_what_was_seen_before_must_still_be_there(make_log, tmp_path, one_file_says):
    log, other = make_log(300), make_log(400, seed=1)
    key, seen = str(log.signer.verifier), str(log.checkpoint)
    kept = tmp_path / "seen"
    for folder, fault in [
        (other.publish(tmp_path / "fork"), "others"),
        (make_log(299).publish(tmp_path / "short"), "had 300 entries before"),
    ]:
        assert verify_folder(folder, key).fault == ""
        assert fault in verify_folder(folder, key, seen).fault
        kept.write_text(seen)
        code, line = one_file_says(folder, key, "--seen", kept)
        assert (code, kept.read_text()) == (1, seen)
        assert fault in line
    good = log.add([b"more"] * 300).publish(tmp_path / "good")
    assert verify_folder(good, key, seen).fault == ""
    assert one_file_says(good, key, "--seen", kept)[0] == 0
    assert kept.read_text() == str(log.checkpoint)
    with pytest.raises(InputInvalid, match="seen last"):
        verify_folder(good, key, str(make_log(1, name="example.gov.uk/other").checkpoint))


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_changed_byte_is_told_by_both_verifiers(data, whole, one_file):
    log, folder = whole
    key = str(log.signer.verifier)
    needed = ["checkpoint", *(at.path for at in places(700))]
    path = folder / data.draw(st.sampled_from(needed))
    before = path.read_bytes()
    changed = bytearray(before)
    changed[data.draw(st.integers(0, len(before) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        path.write_bytes(changed)
        assert verify_folder(folder, key).fault
        assert one_file.main([str(folder), key]) == 1
    finally:
        path.write_bytes(before)
    assert verify_folder(folder, key).fault == ""


@pytest.mark.parametrize("cut", [0, 1, -1])
def test_a_file_that_is_cut_or_gone_is_told(cut, whole, tmp_path, one_file_says):
    log, good = whole
    for path in ["checkpoint", *(at.path for at in places(700))]:
        folder = shutil.copytree(good, tmp_path / path.replace("/", "-"))
        if cut == -1:
            (folder / path).unlink()
        else:
            (folder / path).write_bytes(
                (good / path).read_bytes()[: -cut or None] + b"x" * (not cut)
            )
        key = str(log.signer.verifier)
        assert verify_folder(folder, key).fault
        assert one_file_says(folder, key)[0] == 1


def test_a_full_file_serves_where_the_partial_one_is_gone(make_log, tmp_path, one_file_says):
    log = make_log(255)
    old = log.checkpoint
    folder = log.add([b"last"]).publish(tmp_path)
    (folder / "checkpoint").write_text(str(old))
    assert verify_folder(folder, str(log.signer.verifier)).fault == ""
    assert one_file_says(folder, log.signer.verifier)[0] == 0


def test_a_policy_asks_for_witnesses(make_log, make_witness_key, tmp_path, one_file_says):
    log, witness = make_log(5), make_witness_key()
    folder, key = log.publish(tmp_path), str(log.signer.verifier)
    policy = Policy([log.signer.verifier], {"w": witness.verifier}, quorum="w")
    words = [folder, key, "--witness", witness.verifier, "--quorum", "1"]
    assert "witnesses" in verify_folder(folder, policy).fault
    # Naming a witness asks for it.
    assert one_file_says(*words)[0] == one_file_says(*words[:-2])[0] == 1
    assert one_file_says(*words[:-1], "0")[0] == 0
    seen = notes.sign(log.checkpoint.text, [witness], 5)
    note = Note(seen.text, (*log.checkpoint.signatures, *seen.signatures))
    (folder / "checkpoint").write_text(str(note))
    assert verify_folder(folder, policy).fault == ""
    assert one_file_says(*words)[0] == 0
    assert one_file_says(*words[:-1], "2")[0] == 1


def test_each_entry_can_be_looked_at(make_log, tmp_path):
    log = make_log(300)
    folder = log.publish(tmp_path)
    found = verify_folder(
        folder, str(log.signer.verifier), check_entry=lambda n, e: "odd" * (b'"n":270' in e)
    )
    assert found.fault == "Entry 270: odd"
    assert found.entries == 256


def test_another_key_does_not_open_the_log(make_log, tmp_path, one_file_says):
    folder = make_log(5).publish(tmp_path)
    other = make_log(name="example.gov.uk/other").signer.verifier
    assert "not signed" in verify_folder(folder, str(other)).fault
    assert one_file_says(folder, other)[0] == 1
    with pytest.raises(InputInvalid):
        verify_folder(folder, "no key")


def test_a_folder_does_not_go_back(make_log, tmp_path):
    make_log(5).publish(tmp_path)
    with pytest.raises(LogBroken, match="cannot go back"):
        make_log(4).publish(tmp_path)


def test_a_second_history_is_not_published(make_log, tmp_path):
    make_log(5).publish(tmp_path)
    with pytest.raises(LogBroken, match="does not extend the 5"):
        make_log(600, seed=1).publish(tmp_path)
    assert verify_folder(tmp_path, str(make_log().signer.verifier)).entries == 5


def test_a_store_that_lost_something_is_not_published(make_log, tmp_path):
    log = make_log(600)
    log.tiles[0, 2] = bytes(32 * 88)
    with pytest.raises(LogBroken, match="root of the checkpoint"):
        log.publish(tmp_path)
    log = make_log(600)
    del log.entries[-1]
    with pytest.raises(LogBroken, match=r"88 entries of 'tile/entries/002\.p/88'"):
        log.publish(tmp_path)
    assert not (tmp_path / "checkpoint").exists()


def test_a_reader_finds_the_old_log_where_writing_stops_halfway(make_log, tmp_path):
    log = make_log(300)
    folder = log.publish(tmp_path / "log")
    log.add([b"more"] * 300)
    tiles, log.tiles = log.tiles, {}
    with pytest.raises(KeyError):
        log.publish(folder)
    assert verify_folder(folder, str(log.signer.verifier)).entries == 300
    log.tiles = tiles
    assert verify_folder(log.publish(folder), str(log.signer.verifier)).entries == 600


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(make_log, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(LogUnwritable):
        make_log(1).publish(tmp_path / "log")


def test_a_file_in_the_folders_place_is_told(make_log, tmp_path):
    (tmp_path / "log").write_text("")
    with pytest.raises(LogUnwritable):
        make_log(1).publish(tmp_path / "log")


def test_the_one_file_needs_nothing_of_ours(make_log, tmp_path):
    """It runs isolated, without site packages, from a copy."""
    log = make_log(300)
    folder = log.publish(tmp_path / "log")
    alone = shutil.copy(
        Path(bernard.ledger.__file__).parent / "verify_page" / "verify_log.py", tmp_path
    )
    words = [sys.executable, "-I", "-S", alone, folder, str(log.signer.verifier)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("holds: 300 entries of 'example.gov.uk/log'")
    assert subprocess.run(words[:4], capture_output=True).returncode == 2


def test_the_one_file_reads_from_a_server(make_log, tmp_path, one_file_says):
    log = make_log(300)
    log.publish(tmp_path)
    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        assert one_file_says(address, log.signer.verifier)[0] == 0
        (tmp_path / "tile/entries/000").unlink()
        code, line = one_file_says(address, log.signer.verifier)
        server.shutdown()
    assert code == 1
    assert "tile/entries/000" in line


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 404 \x1b[2J\x9b31m\r\nContent-Length: 0\r\n\r\n", b"\x1b[2J\r\n\r\n"]
)
def test_the_one_file_says_nothing_that_a_terminal_obeys(answer, make_log, one_file_says):
    def once(listener):
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=once, args=(listener,), daemon=True).start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        code, line = one_file_says(address, make_log(1).signer.verifier)
    assert code == 1
    assert all(c.isprintable() or c == "\n" for c in line)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


def test_the_one_file_checks_a_receipt(make_log, tmp_path, one_file_says):
    from_log = make_log(300)
    proof = tuple(from_log.prover.inclusion(7, 300))
    text = (
        f"c2sp.org/tlog-proof@v1\nindex 7\n{''.join(notes.encode64(h) + chr(10) for h in proof)}\n"
    )
    (tmp_path / "receipt").write_text(f"{text}{from_log.checkpoint}")
    (tmp_path / "entry").write_bytes(from_log.entries[7])
    words = ["--receipt", tmp_path / "receipt", "--entry", tmp_path / "entry"]
    code, line = one_file_says(*words, from_log.signer.verifier)
    assert (code, line) == (0, "holds: the entry is in the log 'example.gov.uk/log' at 7\n")
    (tmp_path / "entry").write_bytes(from_log.entries[8])
    assert one_file_says(*words, from_log.signer.verifier)[0] == 1
