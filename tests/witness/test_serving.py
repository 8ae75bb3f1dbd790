import socket
import threading
import time
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from bernard.cli.program import bernard
from bernard.errors import InputInvalid, StoreUnavailable
from bernard.ledger.tlog import Algorithm, SignerKey, Submission, VerifierKey, cosign
from bernard.witness.app import MOST_BODY_BYTES
from bernard.witness.evidence import MOST_UNPROVEN
from bernard.witness.keys import make_keys, read_keys
from bernard.witness.serving import open_watch, parse_logs


def post(address, body):
    return httpx.post(f"{address}/add-checkpoint", content=body)


def test_a_growing_log_is_cosigned_over_the_wire(make_log, make_key, serve):
    log, key = make_log(5), make_key()
    address = serve(key, log)
    assert post(address, log.submission(0)).status_code == 200
    answer = post(address, log.add(*[b"more"] * 300).submission(5))
    assert answer.status_code == 200, answer.text
    assert cosign(log.checkpoint(), answer.text, [key.verifier])
    stale = post(address, log.submission(0))
    assert (stale.status_code, stale.text) == (409, "305\n")
    assert stale.headers["content-type"] == "text/x.tlog.size"


def test_it_tells_its_key_its_logs_and_its_health(make_log, make_key, serve):
    log, key = make_log(1), make_key(algorithm=Algorithm.COSIGNATURE_MLDSA44)
    address = serve(key, log)
    assert VerifierKey.parse(httpx.get(f"{address}/key").text.strip()) == key.verifier
    assert httpx.get(f"{address}/logs").text == f"{log.vkey}\n"
    assert httpx.get(f"{address}/healthz").json() == {"status": "ok", "logs": 1, "forks": 0}
    assert httpx.get(f"{address}/elsewhere").status_code == 404
    assert httpx.get(f"{address}/add-checkpoint").status_code == 405


def test_two_stories_are_caught_and_both_kept(make_log, make_key, serve, tmp_path, caplog):
    log, fork = make_log(9), make_log(9, "another")
    address = serve(make_key(), log)
    assert post(address, log.submission(0)).status_code == 200
    same_size = bytes(Submission(9, (), fork.checkpoint()))
    assert post(address, same_size).status_code == 409
    assert post(address, same_size).status_code == 409
    assert httpx.get(f"{address}/healthz").json()["forks"] == 1
    [kept] = (tmp_path / "witness.example-w1" / "forks").iterdir()
    text = kept.read_text()
    assert "signed two different trees of 9 entries" in text
    assert str(log.checkpoint()) in text and str(fork.checkpoint()) in text
    assert "showed something else than before" in caplog.text
    fork.add(b"more")
    assert post(address, fork.submission(9)).status_code == 422
    assert httpx.get(f"{address}/healthz").json()["forks"] == 2
    # It goes on to hold the log to what it saw first.
    assert post(address, log.add(b"more").submission(9)).status_code == 200


def test_false_proofs_leave_room_for_what_proves_a_fork(make_log, make_key, tmp_path):
    log, fork = make_log(1), make_log(1, "another")
    watch = open_watch(tmp_path, [make_key()], [log.signer.verifier])
    watch.add_checkpoint(log.submission(0))
    for _ in range(2):
        watch.add_checkpoint(bytes(Submission(1, (bytes(32),), log.checkpoint())))
    assert watch.checks()["forks"] == 0
    for n in range(MOST_UNPROVEN + 3):
        later = log.add(b"more").checkpoint()
        for proof in (bytes(32), bytes([n + 1] * 32)):
            watch.add_checkpoint(bytes(Submission(1, (proof,) * 40, later)))
    assert watch.checks()["forks"] == MOST_UNPROVEN
    watch.add_checkpoint(bytes(Submission(1, (), fork.checkpoint())))
    assert watch.checks()["forks"] == MOST_UNPROVEN + 1


def test_what_is_too_long_or_no_request_is_turned_away(make_log, make_key, serve):
    address = serve(make_key(), make_log(1))
    assert post(address, b"x" * (MOST_BODY_BYTES + 1)).status_code == 413
    assert post(address, b"\xff").status_code == 400
    assert post(address, make_log(1, name="other.example").submission(0)).status_code == 404


def test_a_request_that_breaks_off_does_not_stop_it(make_log, make_key, serve):
    log = make_log(1)
    address = serve(make_key(), log)
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as half:
        half.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 900\r\n\r\nold")
    assert post(address, log.submission(0)).status_code == 200


def test_a_memory_that_is_damaged_signs_nothing(make_log, make_key, serve, tmp_path):
    log = make_log(3)
    address = serve(make_key(), log)
    assert post(address, log.submission(0)).status_code == 200
    folder = tmp_path / "witness.example-w1"
    [memory] = folder.glob("*.checkpoint")
    memory.write_text("torn")
    answer = post(address, log.submission(3))
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text
    assert httpx.get(f"{address}/healthz").status_code == 503
    with pytest.raises(StoreUnavailable, match="cannot read"):
        open_watch(folder, [make_key()], [log.signer.verifier])


def test_killed_at_any_time_it_remembers(make_log, tmp_path, start):
    """Two processes share the folder; each holds the log to what the other cosigned."""
    make_keys(tmp_path / "w.key", "witness.example/w1", (Algorithm.COSIGNATURE,))
    log, fork = make_log(4), make_log(4, "another")
    one, two = (start(tmp_path / "w", tmp_path / "w.key", log.vkey) for _ in range(2))
    assert one.post(log.submission(0)).status_code == 200
    assert two.post(fork.submission(0)).status_code == 409
    done = threading.Event()

    def keep_growing():
        while not done.is_set():
            size = log.tree.size
            log.add(b"more")
            try:
                if two.post(log.submission(size)).status_code != 200:
                    return
            except httpx.HTTPError:
                return

    growing = threading.Thread(target=keep_growing)
    growing.start()
    while log.tree.size < 10 and growing.is_alive():
        time.sleep(0.001)
    two.kill()
    done.set()
    growing.join()
    one.kill()
    again = start(tmp_path / "w", tmp_path / "w.key", log.vkey)
    size = int(again.post(log.submission(0)).text)
    # What was answered before the kill is remembered; what was under way may be.
    assert log.tree.size - 1 <= size <= log.tree.size
    assert (
        again.post(bytes(Submission(size, (), make_log(size, "x").checkpoint()))).text
        == f"{size}\n"
    )
    assert again.post(log.submission(size)).status_code == 200


def test_keys_are_made_once_and_only_for_their_owner(tmp_path):
    path = tmp_path / "w.key"
    both = (Algorithm.COSIGNATURE, Algorithm.COSIGNATURE_MLDSA44)
    made = make_keys(path, "witness.example/w1", both)
    assert read_keys(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(InputInvalid, match="already"):
        make_keys(path, "witness.example/w1", both)
    path.chmod(0o644)
    with pytest.raises(InputInvalid, match="chmod 600"):
        read_keys(path)
    log_key = tmp_path / "log.key"
    log_key.write_text(SignerKey.generate("a/log").private_text)
    log_key.chmod(0o600)
    with pytest.raises(InputInvalid, match="no key that makes cosignatures"):
        read_keys(log_key)
    with pytest.raises(InputInvalid, match="witness key --key"):
        read_keys(tmp_path / "none")
    with pytest.raises(InputInvalid, match="cannot be named"):
        make_keys(tmp_path / "n", "two words", both)


def test_a_log_key_that_is_none_is_named():
    with pytest.raises(InputInvalid, match="'nonsense'"):
        parse_logs(["nonsense"])


def test_the_command_makes_a_key_and_shows_it_again(tmp_path):
    path = str(tmp_path / "w.key")
    run = CliRunner().invoke
    made = run(bernard, ["witness", "key", "--key", path, "--name", "w.example", "--ml-dsa"])
    assert made.exit_code == 0
    shown = run(bernard, ["witness", "key", "--key", path])
    lines = shown.stdout.splitlines()
    assert [VerifierKey.parse(line).name for line in lines] == ["w.example"] * 2
    assert set(lines) <= set(made.stdout.splitlines())
    assert "PRIVATE" not in made.output
    assert Path(path).read_text().count("PRIVATE+KEY") == 2
