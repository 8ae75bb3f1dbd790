"""The log in the store as static files: published, served, refused where it would tell two stories."""

import dataclasses
import logging
import shutil
import threading
import time

import pytest

from bernard.errors import Busy, LogBroken, LogUnwritable, SettingInvalid, TooFewWitnesses
from bernard.gateway.configured import check_all
from bernard.ledger import open_ledger
from bernard.ledger.folder_lock import LOCK
from bernard.ledger.published import checkpoint_in, receipt_of
from bernard.ledger.publisher_opening import open_publisher
from bernard.ledger.publishing import Publisher
from bernard.ledger.tlog import (
    Algorithm,
    FolderMemory,
    Policy,
    SignerKey,
    VerifierKey,
    Witness,
    check_receipt,
    verify_folder,
)
from bernard.ledger.tlog.policy import Group
from bernard.ledger.types import Entry
from bernard.ledger.witnessing import Asked, Witnesses
from bernard.store.database import open_store


class InProcess:
    """Carries what is asked of a witness without a socket; None is a witness that is not there."""

    def __init__(self):
        self.witness = None
        self.asked = 0

    def post(self, url, body, most_bytes):
        self.asked += 1
        if self.witness is None:
            return 503, b""
        answer = self.witness.add_checkpoint(body)
        return answer.status, answer.body.encode()


@pytest.fixture
def log(store, settings):
    return open_ledger(settings, store)


@pytest.fixture
def sqlite_log(sqlite_store, sqlite_settings):
    return open_ledger(sqlite_settings, sqlite_store)


def grow(log, store, count=1):
    body = '{"at":0,"event":"refusal","service":"ask"}'
    with store.write(durable=True) as c:
        log.append_many(c, [body] * count)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "log"


def test_what_is_in_the_store_is_in_the_folder(log, store, folder):
    publisher = Publisher(log, folder)
    assert publisher.publish().size == 0
    assert checkpoint_in(folder) is None
    for size in (3, 300, 900):
        grow(log, store, size - publisher.published.size)
        assert (publisher.publish().size, publisher.publish().is_new) == (size, False)
        verified = verify_folder(folder, log.vkey)
        assert (verified.entries, verified.fault) == (size, "")
    assert publisher.notes() == {}
    assert publisher.numbers()["published_entries"] == 900


def test_a_receipt_is_under_what_is_published_as_soon_as_that_covers_it(log, store, folder):
    publisher = Publisher(log, folder)
    grow(log, store, 5)
    publisher.publish()
    grow(log, store, 5)
    policy = Policy(logs=[VerifierKey.parse(log.vkey)])
    sizes = [
        check_receipt(receipt_of(log, folder, n), log.get(n).body.encode(), policy).size
        for n in (4, 5)
    ]
    assert sizes == [5, 10]


def test_an_old_backup_is_not_published_over_what_others_saw(sqlite_settings, folder, caplog):
    store = open_store(sqlite_settings)
    log = open_ledger(sqlite_settings, store)
    grow(log, store, 5)
    store.close()
    old = sqlite_settings.home / "old.db"
    shutil.copy(sqlite_settings.home / "bernard.db", old)
    store = open_store(sqlite_settings)
    log = open_ledger(sqlite_settings, store)
    grow(log, store, 5)
    Publisher(log, folder).publish()
    store.close()
    for leftover in sqlite_settings.home.glob("bernard.db*"):
        leftover.unlink()
    old.rename(sqlite_settings.home / "bernard.db")

    store = open_store(sqlite_settings)
    log = open_ledger(sqlite_settings, store)
    publisher = Publisher(log, folder, every_s=0)
    with pytest.raises(LogBroken, match=r"older backup.*ledger renew"):
        publisher.check()
    for number in (3, 7):
        with pytest.raises(LogBroken, match="older backup"):
            receipt_of(log, folder, number)
    # Going on does not help: now there are as many, and they are others.
    with store.write(durable=True) as c:
        log.append_many(c, ['{"at":1,"event":"refusal","service":"ask"}'] * 9)
    published = (folder / "checkpoint").read_bytes()
    for _ in range(2):
        publisher.turn()
    assert (folder / "checkpoint").read_bytes() == published
    assert "older backup" in publisher.notes()["publishing"]
    assert len([r for r in caplog.records if r.levelno == logging.ERROR]) == 1
    # As a new log it goes on, in a folder of its own.
    log.renew()
    with pytest.raises(LogBroken, match="holds the log"):
        publisher.check()
    assert Publisher(log, folder.with_name("new")).publish().size == 14
    store.close()


def test_it_waits_for_enough_witnesses_and_tells_once(sqlite_log, sqlite_store, folder, caplog):
    names = ("one", "two")
    signers = {name: SignerKey.generate(f"{name}.example", Algorithm.COSIGNATURE) for name in names}
    keys = {name: signer.verifier for name, signer in signers.items()}
    policy = Policy(
        witnesses=keys,
        groups={"any": Group(1, tuple(keys))},
        quorum="any",
        urls={key: f"http://{name}.example" for name, key in keys.items()},
    )
    web = InProcess()
    now = [time.time()]
    witnesses = Witnesses(policy, web, within_s=5)
    publisher = Publisher(sqlite_log, folder, witnesses, clock=lambda: now[0])
    grow(sqlite_log, sqlite_store, 4)
    with pytest.raises(TooFewWitnesses, match=r"0 witnesses.*one: it answered 503"):
        publisher.publish()
    for _ in range(2):
        publisher.turn()
    assert checkpoint_in(folder) is None
    assert [r.levelname for r in caplog.records] == ["ERROR"]

    logs = [VerifierKey.parse(sqlite_log.vkey)]
    web.witness = Witness([signers["one"]], logs, FolderMemory(folder.with_name("w")))
    publisher.turn()
    assert list(publisher.published.cosigned) == ["one"]
    assert "witnesses" in publisher.notes()
    verified = verify_folder(folder, Policy(logs, policy.witnesses, policy.groups, "any"))
    assert (verified.entries, verified.fault) == (4, "")
    # Nothing new: nobody is asked before the cosignature has become old.
    asked = web.asked
    publisher.turn()
    assert web.asked == asked
    now[0] += 4000
    publisher.turn()
    assert web.asked > asked


def test_what_was_cosigned_is_not_replaced_by_what_is_not(sqlite_log, sqlite_store, folder):
    signer = SignerKey.generate("one.example", Algorithm.COSIGNATURE)
    keys = {"one": signer.verifier}
    policy = Policy(witnesses=keys, quorum="one", urls={signer.verifier: "http://one.example"})
    web = InProcess()
    logs = [VerifierKey.parse(sqlite_log.vkey)]
    web.witness = Witness([signer], logs, FolderMemory(folder.with_name("w")))
    grow(sqlite_log, sqlite_store)
    watched, plain = (
        Publisher(sqlite_log, folder, Witnesses(policy, web)),
        Publisher(sqlite_log, folder),
    )
    watched.publish()
    # What is there already stands, cosigned; it is cosigned anew where one asks for it.
    assert not plain.publish().is_new and watched.publish(anew=True).is_new
    with pytest.raises(SettingInvalid):
        plain.publish(anew=True)
    grow(sqlite_log, sqlite_store)
    before = (folder / "checkpoint").read_bytes()
    with pytest.raises(SettingInvalid, match=r"one\.example.*BERNARD_LEDGER_POLICY is not set"):
        plain.publish()
    assert (folder / "checkpoint").read_bytes() == before
    web.witness = None
    with pytest.raises(TooFewWitnesses):
        watched.publish()
    assert plain.publish(without_witnesses=True).size == 2
    assert plain.publish().size == 2
    grow(sqlite_log, sqlite_store)
    assert plain.publish().size == 3


def test_a_policy_that_nobody_needs_is_not_asked_again_and_again(sqlite_log, sqlite_store, folder):
    key = SignerKey.generate("one.example", Algorithm.COSIGNATURE).verifier
    policy = Policy(witnesses={"one": key}, urls={key: "http://one.example"})
    web = InProcess()
    publisher = Publisher(sqlite_log, folder, Witnesses(policy, web))
    grow(sqlite_log, sqlite_store)
    assert publisher.publish().faults == {"one": "it answered 503"}
    assert not publisher.publish().is_new
    assert web.asked == 1
    assert "503" in publisher.notes()["witnesses"]


def test_a_policy_of_another_log_publishes_nothing(sqlite_log, sqlite_store, folder):
    policy = Policy(logs=[SignerKey.generate("other.example").verifier])
    grow(sqlite_log, sqlite_store)
    with pytest.raises(SettingInvalid, match="names other logs"):
        Publisher(sqlite_log, folder, Witnesses(policy, InProcess())).publish()


@pytest.mark.parametrize("text", ["", "log x\nquorum none", "witness one x\nquorum one"])
def test_a_policy_that_cannot_be_used_is_told_by_name(text, sqlite_settings, sqlite_log, tmp_path):
    path = tmp_path / "policy.txt"
    path.write_text(text)
    settings = dataclasses.replace(sqlite_settings, ledger_policy=path)
    with pytest.raises(SettingInvalid, match=r"BERNARD_LEDGER_POLICY.*policy\.txt"):
        open_publisher(settings, sqlite_log)
    assert [f for f in check_all(settings).faults if f.file == "BERNARD_LEDGER_POLICY"]


def test_two_publishers_take_turns(sqlite_log, sqlite_store, folder):
    grow(sqlite_log, sqlite_store, 3)
    entered, leave = threading.Event(), threading.Event()

    class Slow:
        policy = Policy()

        def ask(self, checkpoint, consistency):
            entered.set()
            leave.wait(10)
            return Asked(checkpoint, {}, {}, True)

    slow = threading.Thread(target=Publisher(sqlite_log, folder, Slow()).publish)
    slow.start()
    entered.wait(10)
    other = Publisher(sqlite_log, folder)
    with pytest.raises(Busy):
        other.publish()
    other.turn()
    assert other.notes() == {}
    leave.set()
    assert other.publish(wait_s=10).size == 3
    slow.join()
    # Who was killed while it published holds nothing back.
    (folder / LOCK).write_text("")
    assert other.publish().size == 3


def test_a_folder_that_cannot_be_written_is_told_and_the_loop_goes_on(
    sqlite_log, sqlite_store, folder, caplog
):
    folder.write_text("a file, no folder")
    grow(sqlite_log, sqlite_store)
    publisher = Publisher(sqlite_log, folder, every_s=0.01)
    with pytest.raises(LogUnwritable):
        publisher.publish()
    with publisher.running():
        while not publisher.fault:
            time.sleep(0.01)
        folder.unlink()
        while not publisher.published.size:
            time.sleep(0.01)
    assert [r.levelname for r in caplog.records] == ["ERROR", "WARNING"]
    assert publisher.notes() == {}


def test_a_published_checkpoint_that_is_damaged_is_not_passed_over(
    sqlite_log, sqlite_store, folder
):
    grow(sqlite_log, sqlite_store, 3)
    publisher = Publisher(sqlite_log, folder)
    publisher.publish()
    (folder / "checkpoint").write_text("torn")
    with pytest.raises(LogBroken, match="cannot be read"):
        publisher.publish()
    (folder / "checkpoint").write_bytes(b"")
    with pytest.raises(LogBroken):
        publisher.check()


def test_an_entry_at_a_time_while_it_publishes(sqlite_log, sqlite_store, folder):
    """What is published is whole at every moment."""
    publisher = Publisher(sqlite_log, folder, every_s=0.001)
    grow(sqlite_log, sqlite_store, 250)
    publisher.publish()
    faults = []
    with publisher.running():
        for _ in range(12):
            sqlite_log.append(Entry("refusal", 0, service="ask"), durable=False)
            faults.append(verify_folder(folder, sqlite_log.vkey).fault)
    assert not any(faults)
    publisher.publish(1)
    assert verify_folder(folder, sqlite_log.vkey).entries == 262
