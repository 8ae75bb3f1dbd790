"""What is private of an entry stands beside the log; sequences have no gaps; salts can be destroyed."""

import hashlib
import subprocess
import sys

import msgspec
import pytest

from bernard.errors import InputInvalid, NotFound, SettingInvalid
from bernard.ledger import Entry, StoredLedger, erasing, pseudonyms
from bernard.ledger.commitments import Received, committed, content_bytes
from bernard.ledger.erasing import erase_over, forget, opens_entry
from bernard.ledger.known import known
from bernard.ledger.publicity import Private, coarse, read_step
from bernard.ledger.tlog.entries import opens
from bernard.ledger.writing import Alone, Writer
from bernard.store import private
from bernard.store.sql import run

NOON = 1_795_348_800  # 2026-11-22 12:00 UTC
BODY = {"model": "m", "messages": [{"role": "user", "content": "Où est ⟦PERSON-1⟧?"}]}


@pytest.fixture
def ledger(store):
    return StoredLedger(store)


@pytest.fixture
def writer(ledger):
    return Writer(ledger)


def intent(n=0, key="k", **fields):
    return Entry("intent", NOON + n, service="ask", key=key, **fields)


def write(store, writer, *drafts):
    with store.write() as c:
        return writer.write(c, [Alone(*d) if isinstance(d, tuple) else Alone(d) for d in drafts])


class TestTime:
    @pytest.mark.parametrize(
        ("step", "at"),
        [("second", 4321), ("minute", 4320), ("hour", 3600), ("day", 0), (None, 3600)],
    )
    def test_is_as_coarse_as_the_policy_says_and_exact_in_private(self, store, writer, step, at):
        midnight = NOON - 43_200
        entry = Entry("intent", midnight + 4321, service="ask")
        [logged] = write(store, writer, (entry, Private(time=step)))
        assert logged.entry["at"] == midnight + at
        [one] = known(store, [logged])
        assert one.fields["at"] == midnight + 4321

    def test_settings_name_a_step(self):
        assert read_step("day") == "day"
        with pytest.raises(SettingInvalid, match="'week'"):
            read_step("week")
        assert coarse(NOON + 59, "minute") == NOON


class TestSequences:
    def test_count_intents_and_refusals_of_each_key(self, store, writer):
        drafts = [intent(key="a"), Entry("outcome", NOON, of=0), intent(key="b")]
        drafts += [Entry("refusal", NOON, key="a"), Entry("intent", NOON)]
        logged = write(store, writer, *drafts) + write(store, writer, intent(key="a"))
        found = [(one.entry.get("key"), one.entry.get("sequence")) for one in logged]
        assert found == [("a", 1), (None, None), ("b", 1), ("a", 2), ("bernard", 1), ("a", 3)]

    def test_of_what_is_taken_back_are_used_again(self, store, writer):
        with pytest.raises(ZeroDivisionError), store.write() as c:
            writer.write(c, [Alone(intent()), Alone(intent())])
            raise ZeroDivisionError
        [logged] = write(store, writer, intent())
        assert logged.entry["sequence"] == 1

    def test_have_no_gap_where_processes_share_a_key(self, sqlite_store, sqlite_settings):
        code = """
import sys
from bernard.config import Settings
from pathlib import Path
from bernard.store.database import open_store
from bernard.ledger import Entry, StoredLedger
from bernard.gateway.recorder import Recorder
store = open_store(Settings(home=Path(sys.argv[1])))
recorder = Recorder(store, StoredLedger(store))
for n in range(40):
    recorder.intent_now(Entry("intent", 0, key="k"), durable=False)
recorder.close()
"""
        home = str(sqlite_settings.home)
        StoredLedger(sqlite_store).append(Entry("refusal", 0), durable=False)
        workers = [subprocess.Popen([sys.executable, "-c", code, home]) for _ in range(3)]
        assert [worker.wait(60) for worker in workers] == [0, 0, 0]
        entries = [one.entry for one in StoredLedger(sqlite_store).all()][1:]
        assert [entry["sequence"] for entry in entries] == list(range(1, 121))


class TestSealed:
    def test_say_nothing_and_are_known_here(self, store, writer, ledger):
        sealed = Private(sealed=True)
        [first, outcome, open_] = write(
            store,
            writer,
            (intent(7, purpose="draft"), sealed),
            (Entry("outcome", NOON + 9, of=0, outcome="finished"), sealed),
            intent(8),
        )
        assert first.entry.keys() == outcome.entry.keys() == {"commitment", "event"}
        assert first.entry["event"] == "sealed" and ledger.verify().fault == ""
        one, two, three = known(store, ledger.all())
        assert (one.sealed, one.fields["purpose"], one.fields["at"]) == (True, "draft", NOON + 7)
        assert (two.event, two.fields["of"], three.sealed) == ("outcome", 0, False)
        # Each has a sequence of its own, so that neither the public nor who knows both sees a gap.
        assert one.fields["sequence"] == open_.entry["sequence"] == 1

    def test_can_be_opened_to_somebody(self, store, writer):
        [logged] = write(store, writer, (intent(), Private(sealed=True)))
        with store.read() as c:
            kept = private.sealed(c, [logged.number])[logged.number]
        assert opens(logged.entry["commitment"], kept.body.encode(), kept.salt)

    def test_are_not_in_what_is_published(self, store, writer, ledger):
        write(store, writer, (intent(purpose="draft"), Private(sealed=True)))
        assert b"draft" not in b"".join(ledger.bodies(0, 10))


class TestContent:
    def call(self, store, writer, until=None):
        sent, heard = committed(BODY), Received()
        heard.add({"delta": "a"})
        heard.add({"delta": "é"})
        got = heard.commitment()
        first, second = write(
            store,
            writer,
            (intent(content=sent.value), Private(salt=sent.salt, until=until)),
            (Entry("outcome", NOON, of=0, content=got.value), Private(salt=got.salt, until=until)),
        )
        return first.number, second.number

    def test_a_file_is_shown_to_be_what_was_sent(self, store, writer):
        sent, came = self.call(store, writer)
        pretty = msgspec.json.format(msgspec.json.encode(BODY), indent=2)
        assert opens_entry(store, sent, content_bytes(BODY)) and opens_entry(store, sent, pretty)
        assert opens_entry(store, came, '{"delta":"a"}\n{"delta":"é"}\n'.encode())
        assert opens_entry(store, came, b'{ "delta": "a" }\n\n{"delta":"\\u00e9"}')
        for wrong in (b"", b"{}", b"\xff\xfe", pretty.replace(b"user", b"tool"), b"[" * 100_000):
            assert not opens_entry(store, sent, wrong)

    def test_the_same_content_is_committed_to_otherwise_each_time(self):
        assert len({committed(BODY).value for _ in range(9)}) == 9
        assert committed(BODY).value != hashlib.sha256(content_bytes(BODY)).hexdigest()

    def test_what_is_no_json_is_not_committed_to(self):
        assert committed({"a": object()}).value == Received().commitment().value == ""

    def test_is_erased_while_the_log_stays_whole(self, store, writer, ledger):
        sent, came = self.call(store, writer)
        before = [one.body for one in ledger.all()]
        assert forget(store, sent) == 2 and forget(store, sent) == 0
        for number in (sent, came):
            with pytest.raises(InputInvalid, match="salt"):
                opens_entry(store, number, content_bytes(BODY))
        assert [one.body for one in ledger.all()] == before and ledger.verify().fault == ""
        [one] = known(store, [ledger.get(sent)])
        assert one.fields["at"] == NOON

    def test_is_erased_when_its_time_is_over(self, store, writer):
        sent, _ = self.call(store, writer, until=NOON + 10.0)
        later, _ = self.call(store, writer, until=NOON + 99.0)
        assert erase_over(store, NOON + 5) == 0
        assert erase_over(store, NOON + 10) == 2 and erase_over(store, NOON + 10) == 0
        assert opens_entry(store, later, content_bytes(BODY))
        with pytest.raises(InputInvalid):
            opens_entry(store, sent, content_bytes(BODY))

    def test_is_erased_however_long_the_call_took(self, store, writer, monkeypatch):
        monkeypatch.setattr(erasing, "PAGE", 2)
        sent, got = committed(BODY), committed({"a": 1})
        write(store, writer, (intent(content=sent.value), Private(salt=sent.salt)))
        write(store, writer, *(intent(n) for n in range(2 * erasing.MOST_PAGES + 1)))
        outcome = Entry("outcome", NOON, of=0, content=got.value)
        write(store, writer, (outcome, Private(salt=got.salt)))
        assert forget(store, 0) == 2

    def test_an_entry_without_content_and_one_that_is_not_there(self, store, writer):
        write(store, writer, intent())
        with pytest.raises(InputInvalid, match="commits to no content"):
            opens_entry(store, 0, b"")
        for number in (9, 10**30):
            with pytest.raises(NotFound):
                forget(store, number)

    def test_nothing_of_a_salt_is_left_in_the_files(self, sqlite_store):
        writer = Writer(StoredLedger(sqlite_store))
        content = committed(BODY)
        drafts = [(intent(content=content.value), Private(salt=content.salt))]
        write(sqlite_store, writer, *drafts)
        path = sqlite_store.home / "bernard.db"
        forget(sqlite_store, 0)
        with sqlite_store.engine.connect() as c:
            run(c, "PRAGMA wal_checkpoint(TRUNCATE)")
        assert content.salt not in path.read_bytes()


class TestStaff:
    DAY = 86_400

    def test_have_one_name_a_month_and_another_in_the_next(self, store):
        with store.write() as c:
            names = [pseudonyms.pseudonym(c, "ada", NOON + n * self.DAY) for n in (0, 1, 9, 40)]
            other = pseudonyms.pseudonym(c, "bob", NOON)
        assert names[0] == names[1] != names[2] != names[3] and other not in names
        assert all(name.startswith("p-") and len(name) == 18 for name in names)

    def test_can_be_named_until_the_secret_is_destroyed(self, store):
        with store.write() as c:
            name = pseudonyms.pseudonym(c, "ada", NOON)
            assert pseudonyms.whose(c, name, ["bob", "ada"], NOON) == "ada"
            assert pseudonyms.whose(c, name, ["bob"], NOON) == ""
        erase_over(store, NOON + 38 * self.DAY)  # the end of December
        with store.read() as c:
            assert pseudonyms.whose(c, name, ["ada"], NOON) == "ada"
        erase_over(store, NOON + 40 * self.DAY)  # the first of January
        with store.read() as c:
            assert pseudonyms.whose(c, name, ["ada"], NOON) == ""
