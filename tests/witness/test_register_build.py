"""A register made from a log that witnesses cosign: what is said where they are not there."""

import http.server
import json
import threading
from contextlib import closing

import pytest
from click.testing import CliRunner

from bernard.cli.program import bernard
from bernard.ledger import Entry, open_ledger
from bernard.ledger.tlog import FolderMemory, VerifierKey, Witness
from bernard.store.database import open_store


class Leaving(http.server.BaseHTTPRequestHandler):
    """A witness that cosigns so often, and is away from then on."""

    witness: Witness
    times = 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, said = 503, b""
        if type(self).times > 0:
            type(self).times -= 1
            answer = self.witness.add_checkpoint(body)
            status, said = answer.status, answer.body.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args):
        pass


@pytest.fixture
def vkey(sqlite_settings):
    with closing(open_store(sqlite_settings)) as store:
        log = open_ledger(sqlite_settings, store)
        log.append(Entry("refusal", 0, service="ask", sequence=1, key="own"), durable=True)
        return log.vkey


@pytest.fixture
def leaving(vkey, make_key, tmp_path):
    """The witness, and the policy file that asks for it."""
    key = make_key()
    watches = Witness([key], [VerifierKey.parse(vkey)], FolderMemory(tmp_path / "memory"))
    handler = type("Here", (Leaving,), {"witness": watches})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    policy = tmp_path / "policy.txt"
    address = f"http://127.0.0.1:{server.server_address[1]}"
    policy.write_text(f"log {vkey}\nwitness one {key.verifier} {address}\nquorum one\n", "utf-8")
    yield handler, policy
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(sqlite_settings, tmp_path):
    def run(*words, policy=None):
        environ = {
            "BERNARD_HOME": str(sqlite_settings.home),
            "BERNARD_LEDGER_POLICY": str(policy or ""),
        }
        return CliRunner().invoke(bernard, list(words), env=environ)

    return run


def published(settings):
    return int((settings.log_folder / "checkpoint").read_text().split("\n")[1])


def test_a_witness_that_is_away_is_asked_before_anything_changes(
    run, leaving, sqlite_settings, tmp_path
):
    _, policy = leaving
    told = run("register", "build", str(tmp_path / "site"), policy=policy)
    assert told.exit_code == 1 and "Traceback" not in told.output
    assert "No register was made. 0 witnesses cosigned the log" in told.stderr
    assert ".." not in told.stderr
    assert not (tmp_path / "site").exists()
    with closing(open_store(sqlite_settings)) as store:
        assert len(list(open_ledger(sqlite_settings, store).all())) == 1


def test_a_witness_that_goes_meanwhile_leaves_a_register_that_is_told_of(
    run, leaving, sqlite_settings, tmp_path
):
    witness, policy = leaving
    witness.times = 1
    told = run("register", "build", str(tmp_path / "site"), policy=policy)
    assert told.exit_code == 1
    assert "SHA-256 of its list of files" in told.stdout
    assert "Entry 1 of the log says so." in told.stderr
    assert "not published with that entry yet. 0 witnesses cosigned" in told.stderr
    assert (tmp_path / "site" / "index.html").exists() and published(sqlite_settings) == 1
    # The same as JSON; the witness answers twice, at first with the size that it cosigned last.
    witness.times = 2
    told = run("register", "build", str(tmp_path / "site"), "--json", policy=policy)
    assert (told.exit_code, json.loads(told.stdout)["entry"]) == (1, 2)
    assert "0 witnesses cosigned" in json.loads(told.stdout)["fault"]
    witness.times = 9
    assert "Published: 3 entries" in run("ledger", "publish", policy=policy).stdout


def test_a_shell_that_does_not_know_the_policy_undoes_no_quorum(
    run, leaving, sqlite_settings, tmp_path
):
    witness, policy = leaving
    witness.times = 9
    assert "Published: 1 entry in" in run("ledger", "publish", policy=policy).stdout
    before = (sqlite_settings.log_folder / "checkpoint").read_bytes()
    told = run("register", "build", str(tmp_path / "site"))
    assert told.exit_code == 1 and "BERNARD_LEDGER_POLICY is not set" in told.stderr
    assert (sqlite_settings.log_folder / "checkpoint").read_bytes() == before
    assert not (tmp_path / "site").exists()
    with closing(open_store(sqlite_settings)) as store:
        log = open_ledger(sqlite_settings, store)
        log.append(Entry("refusal", 0, service="ask", sequence=2, key="own"), durable=True)
    assert "BERNARD_LEDGER_POLICY is not set" in run("ledger", "publish").stderr
    assert run("ledger", "publish", "--without-witnesses", policy=policy).exit_code == 0
    assert published(sqlite_settings) == 2
