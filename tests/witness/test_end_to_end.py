"""A server appends, publishes and has witnesses cosign; others check it over HTTP."""

import contextlib
import dataclasses
import json
import socket
import threading
import time

import httpx
import pytest
from click.testing import CliRunner

from bernard.api.gateway.front import open_front
from bernard.api.gateway.serving import Server
from bernard.cli.program import bernard
from bernard.errors import LogBroken
from bernard.gateway.house import open_house
from bernard.ledger import Entry, open_ledger
from bernard.ledger.publishing import Publisher
from bernard.ledger.tlog import SignerKey, VerifierKey
from bernard.store.database import open_store


@pytest.fixture
def log(sqlite_settings):
    store = open_store(sqlite_settings)
    yield open_ledger(sqlite_settings, store)
    store.close()


@pytest.fixture
def write_policy(tmp_path, make_key, serve):
    """A policy file for this log, with a witness that runs."""

    def write(log):
        key = make_key()
        [address] = [serve(key, _Named(log.vkey))]
        policy = tmp_path / "policy.txt"
        policy.write_text(
            f"log {log.vkey}\nwitness one {key.verifier} {address}\nquorum one\n", "utf-8"
        )
        return policy

    return write


class _Named:
    """What `serve` wants of a log."""

    def __init__(self, vkey):
        self.signer = self
        self.verifier = VerifierKey.parse(vkey)


@contextlib.contextmanager
def serving(settings):
    """The gateway of these settings in a thread; gives its address."""
    with open_house(settings) as house, house.publishing():
        front = open_front(settings, house)
        server = Server(front, front, settings)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
            thread.start()
            while not server.started:
                time.sleep(0.01)
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            finally:
                server.should_exit = True
                thread.join(timeout=20)


@pytest.fixture
def run(tmp_path):
    """Runs a command as somebody on another machine: with a home of their own."""

    def run(*words):
        environ = {"BERNARD_HOME": str(tmp_path / "elsewhere")}
        return CliRunner().invoke(bernard, list(words), env=environ)

    return run


def append(log, count):
    for _ in range(count):
        log.append(Entry("refusal", 0, service="ask"), durable=False)


def until(holds):
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def published(address):
    answer = httpx.get(f"{address}/ledger/checkpoint")
    return int(answer.text.split("\n")[1]) if answer.status_code == 200 else 0


def test_from_the_call_to_the_auditor(log, sqlite_settings, write_policy, run, tmp_path):
    policy = write_policy(log)
    settings = dataclasses.replace(
        sqlite_settings,
        ledger_policy=policy,
        ledger_publish_s=0.05,
        chat_model="none",
        hosts="bernard.example.gov.uk",
    )
    with serving(settings) as address:
        append(log, 260)
        # Bernard writes of its agreements too.
        until(lambda: published(address) >= 260)
        first = run("ledger", "verify", f"{address}/ledger", "--policy", str(policy))
        assert first.exit_code == 0, first.output
        assert "The log holds: 26" in first.stdout
        assert "Seen by the witness one at " in first.stdout
        append(log, 30)
        until(lambda: published(address) >= 290)
        again = run("ledger", "verify", f"{address}/ledger", "--policy", str(policy), "--json")
        told = json.loads(again.stdout)
        assert told["entries"] >= 290 and 260 <= told["extends"] < 270 and told["fault"] == ""

        receipt = httpx.get(f"{address}/v1/ledger/receipts/7")
        assert receipt.headers["content-type"].startswith("text/plain")
        (tmp_path / "7.tlog-proof").write_bytes(receipt.content)
        entry = httpx.get(f"{address}/v1/ledger/entries/7")
        assert entry.headers["content-type"] == "application/json"
        assert entry.text == log.get(7).body
        (tmp_path / "7.json").write_bytes(entry.content)
        checked = run(
            "ledger", "check-receipt", str(tmp_path / "7.tlog-proof"),
            "--entry", str(tmp_path / "7.json"), "--policy", str(policy),
        )  # fmt: skip
        assert "this is entry 7 of" in checked.stdout, checked.output
        assert "Seen by the witness one" in checked.stdout

        tile = httpx.get(f"{address}/ledger/tile/0/000")
        assert len(tile.content) == 256 * 32
        assert "immutable" in tile.headers["cache-control"]
        assert tile.headers["access-control-allow-origin"] == "*"
        assert httpx.get(f"{address}/ledger/checkpoint").headers["cache-control"] == "no-cache"
        for path in ("tile/0/0", "%2e%2e/ledger.key", ".publishing", "tile/0/%2e%2e/000", ""):
            assert httpx.get(f"{address}/ledger/{path}").status_code == 404, path
        assert httpx.post(f"{address}/ledger/checkpoint").status_code == 405
        assert httpx.get(f"{address}/v1/ledger/receipts/2630").status_code == 404
        assert httpx.get(f"{address}/v1/ledger/receipts/x").status_code == 404
        assert httpx.get(f"{address}/v1/ledger/entries/2630").status_code == 404
        numbers = httpx.get(f"{address}/metrics").text
        assert "bernard_ledger_published_entries 29" in numbers
        assert "bernard_ledger_witnesses_cosigned 1.0" in numbers
        notes = httpx.get(f"{address}/readyz").json()["notes"]
        assert "publishing" not in notes and "witnesses" not in notes


def test_a_server_does_not_start_on_an_older_backup(sqlite_settings):
    """What was published stands in the folder, and the database has less of it."""
    database = sqlite_settings.home / "bernard.db"
    sizes = []
    for count in (3, 2):
        backup = database.read_bytes()
        store = open_store(sqlite_settings)
        log = open_ledger(sqlite_settings, store)
        append(log, count)
        sizes.append(Publisher(log, sqlite_settings.log_folder).publish().size)
        store.close()
    assert sizes == [3, 5]
    with open_house(sqlite_settings):
        pass
    database.write_bytes(backup)
    with (
        pytest.raises(LogBroken, match="5 entries of the log are published"),
        open_house(sqlite_settings),
    ):
        pass


def test_at_ones_own_desk_no_page_of_others_reads_it(log, sqlite_settings):
    append(log, 1)
    Publisher(log, sqlite_settings.log_folder).publish()
    settings = dataclasses.replace(sqlite_settings, ledger_publish_s=0, chat_model="none")
    with serving(settings) as address:
        for path in ("/ledger/checkpoint", "/v1/ledger/receipts/0", "/v1/ledger/entries/0"):
            mine = httpx.get(address + path)
            assert mine.status_code == 200, path
            assert "access-control-allow-origin" not in mine.headers
            rebound = httpx.get(address + path, headers={"Host": "page.example"})
            assert rebound.status_code == 403, path
            assert "BERNARD_HOSTS" in rebound.text


def test_where_it_is_published_elsewhere_nothing_is_served(log, sqlite_settings):
    append(log, 1)
    settings = dataclasses.replace(
        sqlite_settings, ledger_public=False, ledger_publish_s=0, chat_model="none"
    )
    with serving(settings) as address:
        assert httpx.get(f"{address}/ledger/checkpoint").status_code in (401, 404)
        assert httpx.get(f"{address}/v1/ledger/receipts/0").status_code == 401


def test_a_client_that_kept_a_checkpoint_sees_a_second_history(make_log, run, tmp_path):
    """No witness is asked; whoever looked before is one."""
    log, fork = make_log(300), make_log(400, "another")
    for one in (log, fork):
        Publisher(one, tmp_path / ("fork" if one is fork else "log")).publish()
    seen = tmp_path / "seen.checkpoint"
    words = ("--key", log.vkey, "--seen", str(seen))
    assert run("ledger", "verify", str(tmp_path / "log"), *words).exit_code == 1  # no real entries
    assert seen.exists()
    kept = seen.read_text()
    told = run("ledger", "verify", str(tmp_path / "fork"), *words)
    assert told.exit_code == 1
    assert "its first 300 entries are others now" in told.stdout
    assert "is kept in" in told.stdout
    assert seen.read_text() == kept
    other = seen.with_name("seen.checkpoint.contradicted")
    assert other.read_text() == str(fork.checkpoint())
    other.unlink()
    bundle = tmp_path / "log" / "tile" / "entries" / "000"
    bundle.write_bytes(b"damaged")
    told = run("ledger", "verify", str(tmp_path / "log"), *words)
    assert "does not hold" in told.stdout and not other.exists()
    shorter = tmp_path / "shorter"
    Publisher(make_log(200), shorter).publish()
    assert (
        "had 300 entries before and has 200 now"
        in run("ledger", "verify", str(shorter), *words).stdout
    )


def test_what_was_changed_or_cannot_be_had_is_told(make_log, run, tmp_path):
    log, folder = make_log(300), tmp_path / "log"
    Publisher(log, folder).publish()
    words = ("ledger", "verify", str(folder))
    assert "Say whose log it is" in run(*words).stderr
    other = str(SignerKey.generate("other.example").verifier)
    assert "not signed by any log" in run(*words, "--key", other).stdout
    assert "not both" in run(*words, "--key", other, "--policy", "p").stderr
    assert "Name the folder" in run("ledger", "verify", "--key", other).stderr
    bundle = folder / "tile" / "entries" / "000"
    bundle.write_bytes(bundle.read_bytes().replace(b'"n":7,', b'"n":8,'))
    assert "Entry 7 does not have the hash" in run(*words, "--key", log.vkey).stdout
    nowhere = run("ledger", "verify", "http://127.0.0.1:9/ledger", "--key", log.vkey)
    assert "cannot be asked" in nowhere.stderr and nowhere.exit_code == 1
    assert "no folder" in run("ledger", "verify", "nowhere", "--key", log.vkey).stderr
    ftp = run("ledger", "verify", "ftp://127.0.0.1/ledger", "--key", log.vkey)
    assert "not an address" in ftp.stderr


def test_what_a_server_must_not_do_to_who_verifies(make_log, run, scripted):
    log = make_log(1)
    for status, body, said in (
        (302, b"", "cannot be asked"),
        (500, b"", "answered 500"),
        (200, b"x" * 2_000_000, "gives more than"),
        (200, b"garbage", "does not hold"),
    ):
        told = run("ledger", "verify", scripted(status, body), "--key", log.vkey)
        assert told.exit_code == 1
        assert said in told.output, (status, told.output)
