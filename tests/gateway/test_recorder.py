"""The recorder: groups, budgets in the same transaction, and what happens when something breaks."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from bernard.accounts.budgets import Charge, Limit, usage
from bernard.errors import Busy, LogKeyInvalid, LogUnwritable, OverBudget
from bernard.gateway.recorder import Recorder
from bernard.ledger import Entry, StoredLedger

MIDNIGHT = 1_795_305_600  # 2026-11-22 00:00 UTC
DAY = 86_400
A_DAY = (Limit("day", calls=10, tokens=1000),)


def intent(n=0, **fields):
    return Entry("intent", MIDNIGHT + n, service="ask", key="k", **fields)


def charge(tokens=0, limits=A_DAY, account="key:k", **fields):
    return Charge(account, limits, tokens=tokens, **fields)


def used(store, account="key:k"):
    return {row.window: row[2:] for row in usage(store, account)}


@pytest.fixture
def ledger(store):
    return StoredLedger(store)


class Clock:
    now = float(MIDNIGHT + 30)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def recorder(store, ledger, clock):
    recorder = Recorder(store, ledger, clock=clock)
    yield recorder
    recorder.close()


async def gather(*calls):
    return await asyncio.gather(*calls, return_exceptions=True)


class TestGroups:
    def test_calls_of_an_event_loop_and_of_threads_make_one_chain(self, recorder, ledger):
        async def many():
            return await gather(*(recorder.intent(intent(n)) for n in range(60)))

        with ThreadPoolExecutor(4) as threads:
            blocked = threads.map(lambda n: recorder.intent_now(intent(100 + n)), range(40))
            logged = [*asyncio.run(many()), *blocked]
        assert sorted(entry.number for entry in logged) == list(range(100))
        for entry in logged:
            assert ledger.get(entry.number) == entry
        assert (ledger.verify().entries, ledger.verify().fault) == (100, "")

    def test_those_who_wait_share_a_transaction(self, sqlite_store):
        ledger = StoredLedger(sqlite_store)
        recorder = Recorder(sqlite_store, ledger)
        commits = []
        event.listen(sqlite_store.engine, "commit", commits.append)

        async def many():
            with sqlite_store.write():
                calls = [asyncio.ensure_future(recorder.intent(intent(n))) for n in range(50)]
                await asyncio.sleep(0.3)
            return await gather(*calls)

        assert len(asyncio.run(many())) == 50
        recorder.close()
        # One was this test's own; the first group began while the rest came in.
        assert ledger.verify().entries == 50 and len(commits) <= 4

    def test_outcomes_are_queued_and_written_at_the_latest_at_the_end(self, recorder, ledger):
        logged = recorder.intent_now(intent())
        recorder.outcome(Entry("outcome", MIDNIGHT, of=logged.number, outcome="finished"))
        recorder.close()
        assert [e.entry["event"] for e in ledger.all()] == ["intent", "outcome"]

    def test_it_stays_in_one_chain_with_the_ledger(self, recorder, ledger):
        recorder.intent_now(intent())
        ledger.append(Entry("refusal", MIDNIGHT), durable=False)
        recorder.refusal_now(Entry("refusal", MIDNIGHT))
        assert asyncio.run(recorder.refusal(Entry("refusal", MIDNIGHT))).number == 3
        assert ledger.verify().fault == ""

    def test_after_the_end_nothing_is_taken(self, recorder):
        recorder.close()
        with pytest.raises(LogUnwritable, match="closing"):
            recorder.intent_now(intent())


class TestBudgets:
    def test_exactly_as_many_as_the_limit_allows(self, recorder, store, ledger):
        async def many():
            return await gather(*(recorder.intent(intent(n), [charge(10)]) for n in range(30)))

        results = asyncio.run(many())
        refused = [r for r in results if isinstance(r, OverBudget)]
        assert len(refused) == 20
        events = [entry.entry["event"] for entry in ledger.all()]
        assert (events.count("intent"), events.count("refusal")) == (10, 20)
        assert used(store)["day:2026-11-22"] == (10, 100, 0, 0)
        said = str(refused[0])
        assert "10 calls a day for this key" in said and "2026-11-23 00:00 UTC" in said
        assert all(r.retry_after_s > 0 for r in refused)
        assert ledger.newest(1)[0].entry["reasons"] == ["budget"]

    @pytest.mark.parametrize(
        ("limit", "words"),
        [
            (Limit("minute", tokens=100), "100 tokens a minute"),
            (Limit("hour", bytes=100), "100 bytes an hour"),
            (Limit("month", pence=1.5), "1.5 pence a month"),
            (Limit("total", calls=1), "1 calls in all"),
            (Limit("term", calls=1), "does not begin anew"),
        ],
    )
    def test_every_kind_of_limit(self, recorder, limit, words):
        one = charge(60, (limit,), bytes=60, pence=0.8)
        recorder.intent_now(intent(), [one])
        with pytest.raises(OverBudget, match=words):
            recorder.intent_now(intent(), [one])

    def test_a_call_that_alone_is_too_large(self, recorder):
        with pytest.raises(OverBudget, match="Make it smaller") as caught:
            recorder.intent_now(intent(), [charge(5000)])
        assert caught.value.retry_after_s == 0

    def test_all_accounts_are_charged_or_none(self, recorder, store):
        clause = charge(600, account="clause:a/b")
        recorder.intent_now(intent(), [charge(), clause])
        with pytest.raises(OverBudget, match="clause 'a/b'"):
            recorder.intent_now(intent(), [charge(), clause])
        assert used(store)["total"] == (1, 0, 0, 0)
        assert used(store, "clause:a/b")["total"] == (1, 600, 0, 0)

    def test_an_account_without_limits_is_counted(self, recorder, store):
        recorder.intent_now(intent(), [charge(7, (), bytes=8, pence=0.000001)])
        assert used(store) == dict.fromkeys(
            ("day:2026-11-22", "month:2026-11", "total"), (1, 7, 8, 1)
        )

    def test_an_outcome_settles_what_was_used(self, recorder, store):
        taken = charge(900)
        logged = recorder.intent_now(intent(), [taken])
        with pytest.raises(OverBudget):
            recorder.intent_now(intent(), [taken])
        outcome = Entry("outcome", MIDNIGHT, of=logged.number)
        recorder.outcome(outcome, [charge(100).less(taken)])
        recorder.intent_now(intent(), [taken])
        assert used(store)["day:2026-11-22"] == (2, 1000, 0, 0)

    def test_it_settles_in_the_window_it_was_taken_from(self, recorder, store, clock):
        limits = (Limit("day", tokens=1000), Limit("minute", tokens=1000))
        clock.now = MIDNIGHT - 1
        taken = charge(900, limits)
        logged = recorder.intent_now(intent(), [taken])
        clock.now = MIDNIGHT + 1
        recorder.outcome_now(Entry("outcome", 0, of=logged.number), [charge(1).less(taken)])
        assert used(store) == {
            "day:2026-11-21": (1, 1, 0, 0),
            "month:2026-11": (1, 1, 0, 0),
            "total": (1, 1, 0, 0),
            "minute:2026-11-21T23:59": (1, 1, 0, 0),
        }

    def test_a_new_day_is_a_new_limit(self, recorder, clock):
        recorder.intent_now(intent(), [charge(1000)])
        clock.now += DAY
        recorder.intent_now(intent(), [charge(1000)])

    def test_a_clock_that_is_put_back_frees_nothing(self, recorder, store, ledger, clock):
        recorder.intent_now(intent(), [charge(1000)])
        clock.now -= 5 * DAY
        with pytest.raises(OverBudget, match="2026-11-23"):
            recorder.intent_now(intent(), [charge(1000)])
        other = Recorder(store, ledger, clock=clock)
        with pytest.raises(OverBudget, match="2026-11-23"):
            other.intent_now(intent(), [charge(1000)])
        other.close()

    def test_windows_of_minutes_are_forgotten(self, recorder, store, clock):
        for _ in range(4):
            recorder.intent_now(intent(), [charge(1, (Limit("minute", tokens=5),))])
            clock.now += DAY
        windows = used(store)
        assert [w for w in windows if w.startswith("minute")] == ["minute:2026-11-25T00:00"]
        assert windows["day:2026-11-22"] == (1, 1, 0, 0)


class TestGoneCallers:
    def test_one_who_went_away_gets_its_charges_back(self, recorder, store, ledger):
        async def go():
            with ThreadPoolExecutor(1) as threads:
                held, release = threading.Event(), threading.Event()

                def hold():
                    with store.write() as c:
                        if store.dialect == "postgresql":
                            c.exec_driver_sql("LOCK TABLE entries")
                        held.set()
                        release.wait(20)

                holding = threads.submit(hold)
                held.wait(20)
                first = asyncio.ensure_future(recorder.intent(intent(1), [charge(5)]))
                await asyncio.sleep(0.3)  # It is being written.
                second = asyncio.ensure_future(recorder.intent(intent(2), [charge(5)]))
                await asyncio.sleep(0.05)  # It still waits.
                first.cancel(), second.cancel()
                await gather(first, second)
                release.set()
                holding.result()
            await recorder.intent(intent(3))
            await asyncio.sleep(0.1)

        asyncio.run(go())
        recorder.close()
        events = [(e.entry["event"], e.entry.get("outcome")) for e in ledger.all()]
        assert ("outcome", "stopped") in events and len(events) == 3
        assert set(used(store).values()) == {(0, 0, 0, 0)}

    def test_one_who_goes_at_the_moment_of_the_answer_gets_its_charges_back(self, recorder, store):
        async def go():
            call = asyncio.ensure_future(recorder.intent(intent(), [charge(5)]))
            await asyncio.sleep(0)
            waited = call._fut_waiter
            while not waited.done():
                await asyncio.sleep(0)
            call.cancel()
            await gather(call)
            assert not waited.cancelled() and call.cancelled()

        asyncio.run(go())
        recorder.close()
        assert set(used(store).values()) == {(0, 0, 0, 0)}

    def test_a_loop_that_has_ended_holds_nobody_up(self, sqlite_store):
        ledger = StoredLedger(sqlite_store)
        recorder = Recorder(sqlite_store, ledger)
        loop = asyncio.new_event_loop()
        with sqlite_store.write():
            call = loop.create_task(recorder.intent(intent(), [charge(5)]))
            loop.run_until_complete(asyncio.sleep(0.05))
            loop.run_until_complete(asyncio.sleep(0))
            call._log_destroy_pending = False
            loop.close()
        recorder.intent_now(intent(), [charge(7)])
        recorder.close()
        assert used(sqlite_store)["total"] == (1, 7, 0, 0)
        call.get_coro().close()


class TestFaults:
    def test_a_full_queue_says_come_back(self, sqlite_store):
        recorder = Recorder(sqlite_store, StoredLedger(sqlite_store), max_waiting=3)

        async def fill():
            with sqlite_store.write():
                calls = [asyncio.ensure_future(recorder.intent(intent())) for _ in range(10)]
                await asyncio.sleep(0.3)
            return await gather(*calls)

        results = asyncio.run(fill())
        recorder.close()
        assert {type(r) for r in results if isinstance(r, Exception)} == {Busy}

    def test_text_that_is_no_word_is_not_written(self, recorder, ledger):
        async def go():
            bad = recorder.intent(intent(purpose="\ud800", model="Ada Lovelace", tools=("x y",)))
            return await gather(recorder.intent(intent()), bad, recorder.intent(intent()))

        asyncio.run(go())
        fields = ledger.get(1).entry
        assert (fields["purpose"], fields["model"], fields["tools"]) == (
            "other",
            "other",
            ["other"],
        )
        assert ledger.verify().entries == 3

    def test_what_cannot_be_looked_at_stops_nobody_else(self, recorder, ledger):
        async def go():
            bad = recorder.intent(intent(policy=(["a"],)))
            return await gather(recorder.intent(intent()), bad, recorder.intent(intent()))

        results = asyncio.run(go())
        assert isinstance(results[1], LogUnwritable) and ledger.verify().entries == 2

    def test_a_number_that_cannot_be_kept_stops_nobody_else(self, recorder, store, ledger):
        async def go():
            bad = recorder.intent(intent(), [charge(2**70, ())])
            good = [recorder.intent(intent(), [charge(1)]) for _ in range(2)]
            return await gather(good[0], bad, good[1])

        results = asyncio.run(go())
        assert isinstance(results[1], Exception) and ledger.verify().entries == 2
        assert used(store)["total"] == (2, 2, 0, 0)

    def test_a_lost_table_fails_every_call_and_the_recorder_lives_on(self, recorder, store):
        logged = recorder.intent_now(intent())
        with store.write() as c:
            c.exec_driver_sql("ALTER TABLE entries RENAME TO away")
        with pytest.raises(LogUnwritable):
            recorder.intent_now(intent())
        with store.write() as c:
            c.exec_driver_sql("ALTER TABLE away RENAME TO entries")
        assert recorder.intent_now(intent()).number == logged.number + 1

    def test_a_lost_key_is_told_once_and_an_outcome_waits_for_it(self, sqlite_store, caplog):
        recorder = Recorder(sqlite_store, StoredLedger(sqlite_store))
        logged = recorder.intent_now(intent())
        recorder.close()
        key = sqlite_store.home / "ledger.key"
        away = key.rename(key.with_name("away"))
        ledger = StoredLedger(sqlite_store)
        recorder = Recorder(sqlite_store, ledger)
        recorder.outcome(Entry("outcome", 0, of=logged.number))
        for _ in range(3):
            with pytest.raises(LogKeyInvalid, match=r"ledger\.key.*is missing"):
                recorder.intent_now(intent())
        assert [(r.levelname, r.exc_info) for r in caplog.records] == [("WARNING", None)]
        away.rename(key)
        recorder.intent_now(intent())
        recorder.close()
        assert sorted(e.entry["event"] for e in ledger.newest(2)) == ["intent", "outcome"]

    def test_a_full_disk_refuses_and_then_goes_on(self, sqlite_store, monkeypatch):
        ledger = StoredLedger(sqlite_store)
        recorder = Recorder(sqlite_store, ledger)
        logged = recorder.intent_now(intent())
        limits = _limit_pages(sqlite_store)
        with pytest.raises(LogUnwritable, match="no room left"):
            for _ in range(1000):
                recorder.intent_now(intent(purpose="x" * 4000), [charge(limits=())])
        before = ledger.verify()
        recorder.outcome(Entry("outcome", 0, of=logged.number, reasons=("x" * 8000,)))
        time.sleep(0.2)
        counted = used(sqlite_store)["total"][0]
        assert before.fault == "" and before.entries == 1 + counted
        limits.append(10**9)
        recorder.intent_now(intent())
        recorder.close()
        assert [e.entry["event"] for e in ledger.newest(2)] == ["intent", "outcome"]


def _limit_pages(store):
    """Stands in for a disk with little room: SQLite then says the same as on a full one."""
    with store.read() as c:
        pages = [c.exec_driver_sql("PRAGMA page_count").scalar() + 4]

    def limit(connection, record, proxy):
        connection.execute(f"PRAGMA max_page_count = {pages[-1]}")

    event.listen(store.engine, "checkout", limit)
    return pages
