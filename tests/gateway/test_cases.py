"""A case: one stand-in for one value from call to call, encrypted, and gone on time."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bernard.errors import CaseDamaged, CaseKeyInvalid, FieldInvalid, InputInvalid, Refused
from bernard.gateway import Caller, ChatRequest, Deployment, Message
from bernard.gateway import case_keys as files
from bernard.gateway.case_house import HouseKeys
from bernard.gateway.case_turns import of_service
from bernard.gateway.case_upkeep import DAY_S, CaseUpkeep, commitment
from bernard.gateway.cases import Cases
from bernard.ledger import StoredLedger
from bernard.models.types import ChatDelta, Usage
from bernard.store import cases as rows
from bernard.store.database import open_store
from bernard.store.tables import case_houses, case_keys, cases

AGREEMENT = """
schema: bernard-agreement/1
id: test
version: 1
title: A server of the body's own
summary: For tests.
status: signed
parties: {public_body: {name: Test}}
term: {start: 2020-01-01}
clauses:
  - id: all
    purposes: [any]
    services: [any]
    operations: [chat]
    suppliers: [own-server]
    models: [any]
    places: [own-network]
    marking: {tier: OFFICIAL, sensitive: true}
    data: {categories: [any], subjects: [any], identifiability: identifiable}
    safeguards: [mask-identifiers]
"""
HELPDESK = Caller(service="helpdesk", purpose="answer-questions", key="k1")
LETTER = "Write to a.person@example.org, NI AB123456C."


class Echo:
    """A chat model elsewhere that says what it was told, and keeps it."""

    def __init__(self):
        self.deployment = Deployment("echo", "own-server", "own-network")
        self.heard = []
        self.says = None

    def chat(self, request) -> Iterator[ChatDelta]:
        self.heard.append(request.messages[-1].text)
        yield ChatDelta(self.says or self.heard[-1])
        yield ChatDelta(stop_reason="end", usage=Usage(1, 1))


class Clock:
    """A clock that the test moves."""

    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def stores():
    """Stores that are closed when everything that uses them is."""
    opened = []
    yield opened
    for store in opened:
        store.close()


@pytest.fixture
def open_house(settings, stores, gateway_over, clock, tmp_path):
    """Opens what a process has: a store, its cases and a gateway with a model elsewhere."""
    agreement = tmp_path / "agreement.yaml"

    def make(kept_days=30.0, said=AGREEMENT, **changes):
        agreement.write_text(said)
        mine = replace(settings, **changes)
        store = open_store(mine)
        stores.append(store)
        ledger = StoredLedger(store)
        upkeep = CaseUpkeep(store, ledger, kept_days)
        kept = Cases(store, HouseKeys(store, mine.cases_key), upkeep, clock)
        echo = Echo()
        gateway = gateway_over(store, echo, None, agreement, ledger, kept)
        return House(store, kept, upkeep, gateway, echo, mine)

    return make


class House:
    def __init__(self, store, cases, upkeep, gateway, echo, settings):
        self.store, self.cases, self.upkeep = store, cases, upkeep
        self.gateway, self.echo, self.settings = gateway, echo, settings

    def ask(self, text, case="1234", caller=HELPDESK):
        """What the model heard, and what came back."""
        request = ChatRequest([Message("user", text)])
        reply = self.gateway.chat(caller, request, case=case)
        return self.echo.heard[-1], reply.text

    def rows(self, table=cases):
        with self.store.read() as c:
            return [dict(row) for row in c.execute(select(table)).mappings()]

    def events(self):
        return [logged.entry for logged in StoredLedger(self.store).all()]


@pytest.fixture
def house(open_house):
    return open_house()


class TestStandIns:
    def test_are_the_same_in_every_call_process_and_after_a_restart(self, open_house):
        first, second = open_house(), open_house()
        heard, said = first.ask(LETTER)
        assert said == LETTER and "example.org" not in heard and "AB123456C" not in heard
        assert second.ask(LETTER) == (heard, said)
        assert open_house().ask(LETTER) == (heard, said)

    def test_of_later_calls_are_others_than_of_earlier(self, house):
        house.ask("Write to a.person@example.org.")
        heard, _ = house.ask("Write to b.person@example.org, then to a.person@example.org.")
        first, _ = house.ask("a.person@example.org")
        assert first in heard and heard.count(first) == 1 and heard.count("⟦EMAIL-") == 2

    def test_of_an_earlier_call_are_put_back_into_the_reply_of_a_later(self, house):
        heard, _ = house.ask("Write to a.person@example.org.")
        mark = heard.removeprefix("Write to ").removesuffix(".")
        house.echo.says = f"As {mark} said."
        assert house.ask("What was said?")[1] == "As a.person@example.org said."

    def test_count_in_the_log_for_the_call_alone(self, house):
        house.ask(LETTER)
        house.ask("Write to a.person@example.org.")
        house.ask("Nobody is named.")
        intents = [one for one in house.events() if one["event"] == "intent"]
        assert [one.get("taken_out") for one in intents] == [
            {"EMAIL": 1, "NATIONAL-INSURANCE-NUMBER": 1},
            {"EMAIL": 1},
            None,
        ]

    def test_without_a_case_begin_anew_in_each_call(self, house):
        house.ask(LETTER)
        assert house.ask("b.person@example.org", case="")[0] == "⟦EMAIL-1⟧"
        assert len(house.rows()) == 1

    def test_of_another_service_person_or_case_are_others(self, house):
        callers = [
            HELPDESK,
            Caller(service="housing", purpose="answer-questions", key="k2"),
            Caller(service="helpdesk", purpose="answer-questions"),
            Caller(service="helpdesk", purpose="answer-questions", person="p1"),
            Caller(service="helpdesk", purpose="answer-questions", person="p2"),
        ]
        heard = [house.ask(LETTER, caller=caller)[0] for caller in callers]
        heard.append(house.ask(LETTER, case="1235")[0])
        assert len(set(heard)) == len(heard) == len(house.rows())

    def test_of_one_person_are_the_same_in_every_tool(self, house):
        tools = [
            Caller(service=name, purpose="answer-questions", person="p1")
            for name in ("ask", "redact")
        ]
        assert len({house.ask(LETTER, caller=tool)[0] for tool in tools}) == 1

    def test_of_one_service_are_the_same_with_every_key(self, house):
        other = replace(HELPDESK, key="k9")
        assert house.ask(LETTER)[0] == house.ask(LETTER, caller=other)[0]

    def test_that_are_none_leave_no_trace(self, house):
        house.ask("Nobody is named.")
        assert house.rows() == house.rows(case_keys) == house.rows(case_houses) == []

    def test_a_refused_call_keeps_nothing(self, house):
        with pytest.raises(Exception, match="Nothing was sent"):
            house.ask(LETTER, caller=replace(HELPDESK, marking="SECRET"))
        assert house.rows() == []


class TestNames:
    @pytest.mark.parametrize("name", [" ", "a" * 201, "a\nb", "a\0", " x", "a\u200bb"])
    def test_must_be_seen(self, house, name):
        with pytest.raises(FieldInvalid, match="X-Bernard-Case"):
            house.ask(LETTER, case=name)
        assert house.echo.heard == []

    def test_may_be_any_words(self, house):
        assert house.ask(LETTER, case="Tŷ Gwyn / 12: 𝒳, 7") == house.ask(
            LETTER, case="Tŷ Gwyn / 12: 𝒳, 7"
        )

    def test_there_is_no_case_where_none_is_kept(self, open_house):
        with pytest.raises(FieldInvalid, match="BERNARD_CASES_KEPT_DAYS"):
            open_house(kept_days=0).ask(LETTER)


class TestAtRest:
    def test_nothing_can_be_read_without_the_key(self, house):
        house.ask(LETTER, case="Jones-1980")
        stored = str(house.rows()) + str(house.rows(case_keys)) + str(house.rows(case_houses))
        for secret in ("a.person", "example.org", "AB123456C", "EMAIL", "Jones", "1980"):
            assert secret not in stored
        assert house.settings.cases_key.stat().st_mode & 0o777 == 0o600
        assert "Jones" not in str(house.events()) and "case" not in str(house.events())

    def test_the_same_is_never_sealed_alike(self, open_house):
        house = open_house()
        house.ask(LETTER)
        house.ask(LETTER, case="2")
        house.ask("b.person@example.org", case="2")
        sealed = [row["mapping"] for row in house.rows()]
        wrapped = [row["wrapped"] for row in house.rows(case_keys)]
        assert len({bytes(one)[:12] for one in [*sealed, *wrapped]}) == 4

    @pytest.mark.parametrize("column", ["mapping", "wrapped", "version"])
    def test_what_was_changed_is_refused(self, open_house, column):
        open_house().ask(LETTER)
        house = open_house()
        table = case_keys if column == "wrapped" else cases
        with house.store.write() as c:
            value = c.scalar(select(table.c[column]))
            new = value + 1 if column == "version" else bytes([value[0] ^ 1]) + value[1:]
            c.execute(update(table).values({column: new}))
        with pytest.raises(CaseDamaged):
            house.ask(LETTER)
        assert house.echo.heard == []

    def test_what_was_moved_from_another_case_is_refused(self, open_house):
        first = open_house()
        first.ask(LETTER, case="1")
        first.ask(LETTER, case="2")
        house = open_house()
        one, other = house.rows()
        with house.store.write() as c:
            moved = {"mapping": one["mapping"], "version": one["version"]}
            c.execute(update(cases).where(cases.c.id == other["id"]).values(moved))
            [key] = [row for row in house.rows(case_keys) if row["id"] == one["id"]]
            c.execute(
                update(case_keys)
                .where(case_keys.c.id == other["id"])
                .values(wrapped=key["wrapped"])
            )
        refused = 0
        for case in ("1", "2"):
            try:
                house.ask(LETTER, case=case)
            except CaseDamaged:
                refused += 1
        assert refused == 1 == len(house.echo.heard)

    def test_without_the_key_file_nothing_is_sent(self, open_house):
        first = open_house()
        first.ask(LETTER)
        path = first.settings.cases_key
        aside = path.rename(path.with_name("aside"))
        house = open_house()
        with pytest.raises(CaseKeyInvalid, match="is missing"):
            house.ask(LETTER)
        assert not path.exists() and house.echo.heard == []
        # Calls without a case go on.
        house.ask(LETTER, case="")
        aside.rename(path)
        assert house.ask(LETTER) == first.ask(LETTER)

    def test_with_another_key_file_nothing_is_sent(self, open_house, tmp_path):
        open_house().ask(LETTER)
        house = open_house(cases_key_file=tmp_path / "other" / "cases.key")
        HouseKeys(house.store, house.settings.cases_key)
        files.make(house.settings.cases_key)
        with pytest.raises(CaseKeyInvalid, match="not the one"):
            house.ask(LETTER)
        assert house.echo.heard == []

    @pytest.mark.parametrize(
        "content", [b"", b"{}", b"\x80", b'{"index":"AA==","keys":{"a":"AA=="}}']
    )
    def test_with_a_broken_key_file_nothing_is_sent(self, open_house, content):
        first = open_house()
        first.ask(LETTER)
        first.settings.cases_key.write_bytes(content)
        house = open_house()
        with pytest.raises(CaseKeyInvalid, match=r"cases\.key"):
            house.ask(LETTER)
        assert house.echo.heard == []

    def test_a_key_file_that_others_can_read_is_told(self, open_house, caplog):
        first = open_house()
        first.ask(LETTER)
        assert not [r for r in caplog.records if r.name.startswith("bernard")]
        first.settings.cases_key.chmod(0o644)
        with caplog.at_level(logging.WARNING):
            open_house().ask(LETTER)
        assert "chmod 600" in caplog.text

    def test_a_key_file_that_cannot_be_made_is_told(self, open_house, tmp_path):
        (tmp_path / "file").write_text("x")
        house = open_house(cases_key_file=tmp_path / "file" / "cases.key")
        with pytest.raises(CaseKeyInvalid):
            house.ask(LETTER)
        assert house.echo.heard == []

    def test_two_that_make_the_key_file_at_once_have_one(self, tmp_path):
        made = []
        threads = [
            threading.Thread(target=lambda: made.append(files.make(tmp_path / "k")))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({one.index for one in made}) == 1 and len(list(tmp_path.iterdir())) == 1

    def test_more_than_is_kept_is_refused(self, house, monkeypatch):
        monkeypatch.setattr("bernard.gateway.cases.MOST_BYTES", 50)
        with pytest.raises(InputInvalid, match="Begin another case"):
            house.ask(LETTER)
        assert house.echo.heard == []


class TestEnd:
    def test_comes_when_nobody_has_named_the_case_for_long(self, open_house, clock):
        house = open_house(kept_days=2)
        heard, _ = house.ask(LETTER)
        ids = [row["id"] for row in house.rows()]
        clock.now += 1.9 * DAY_S
        house.ask(LETTER)
        clock.now += 1.9 * DAY_S
        assert house.upkeep.destroy_over(clock.now) == 0
        assert house.ask(LETTER)[0] == heard
        clock.now += 2.1 * DAY_S
        assert house.upkeep.destroy_over(clock.now) == 1
        assert house.rows() == house.rows(case_keys) == []
        [entry] = [one for one in house.events() if one["event"] == "destruction"]
        assert entry == {
            "event": "destruction",
            "at": int(clock.now - clock.now % 3600),
            "destroyed": 1,
            "because": "time",
            "commitment": commitment(ids),
        }
        # What was open in memory does not live on either.
        assert house.ask(LETTER)[0] != heard

    def test_comes_too_where_nobody_came_by_to_destroy_it(self, open_house, clock):
        heard, _ = open_house(kept_days=2).ask(LETTER)
        clock.now += 3 * DAY_S
        house = open_house(kept_days=2)
        assert house.ask(LETTER)[0] != heard
        assert [one["event"] for one in house.events()].count("destruction") == 1

    def test_a_shorter_time_counts_for_cases_that_are_there(self, open_house, clock):
        open_house(kept_days=30).ask(LETTER)
        clock.now += 3 * DAY_S
        assert open_house(kept_days=2).upkeep.destroy_over(clock.now) == 1

    def test_a_longer_time_does_not(self, open_house, clock):
        open_house(kept_days=2).ask(LETTER)
        clock.now += 3 * DAY_S
        assert open_house(kept_days=30).upkeep.destroy_over(clock.now) == 1

    def test_comes_when_somebody_asks(self, open_house, clock):
        house, other = open_house(), open_house()
        heard, _ = house.ask(LETTER)
        kept, _ = house.ask(LETTER, case="2")
        other.ask(LETTER)
        id = HouseKeys(house.store, house.settings.cases_key).row_id(of_service("helpdesk"), "1234")
        assert house.upkeep.destroy([id], clock.now) == 1
        assert house.upkeep.destroy([id], clock.now) == 0
        # The other process has it open in memory, and does not go on with it.
        assert other.ask(LETTER)[0] != heard
        assert other.ask(LETTER, case="2")[0] == kept
        [entry] = [one for one in house.events() if one["event"] == "destruction"]
        assert entry["because"] == "request" and entry["commitment"] == commitment([id])

    def test_of_all_needs_no_key(self, open_house, clock):
        house = open_house()
        house.ask(LETTER)
        house.ask(LETTER, case="2")
        house.settings.cases_key.unlink()
        assert open_house().upkeep.destroy_all(clock.now) == 2
        again = open_house()
        again.ask(LETTER)
        assert len(again.rows()) == 1 and again.settings.cases_key.exists()

    def test_a_case_made_again_is_another(self, open_house, clock):
        """One process has it open while another destroys it and makes it again."""
        house, other = open_house(), open_house()
        house.ask(LETTER)
        other.upkeep.destroy_all(clock.now)
        again, _ = other.ask(LETTER)
        assert house.ask(LETTER)[0] == again

    @pytest.mark.parametrize("share", [0.02, 0.5, 1.0])
    def test_leaves_no_byte_in_the_files_of_sqlite(self, sqlite_settings, share):
        store = open_store(sqlite_settings)
        ids = [f"{n * 7919 % 10007:064x}" for n in range(300)]
        written = {id: [] for id in ids}
        for turn in range(3):
            for n, id in enumerate(ids):
                sealed = id.encode() + bytes([turn + 1]) * (
                    40 * (n * 13 % 97 + 1) ** (1 + turn % 2)
                )
                row = rows.CaseRow(
                    id, "s", turn + 1, sealed, 1.0, 2.0, 3.0, "h", b"K" + id.encode()
                )
                written[id].append(sealed)
                with store.write() as c:
                    rows.put(c, row) if turn else rows.add(c, row)
        gone = ids[:: int(1 / share)]
        upkeep = CaseUpkeep(store, StoredLedger(store), 30.0)
        assert upkeep.destroy(gone, 5.0) == len(gone)
        left = b"".join(p.read_bytes() for p in sqlite_settings.home.iterdir() if p.is_file())
        assert not [id for id in gone if b"K" + id.encode() in left]
        assert not [id for id in gone for sealed in written[id] if sealed[:80] in left]
        assert all(b"K" + id.encode() in left for id in ids if id not in gone)
        store.close()

    def test_waits_with_overwriting_for_those_who_read(self, sqlite_settings, clock, monkeypatch):
        monkeypatch.setattr("bernard.store.cases._WAIT_MS", 10)
        store = open_store(sqlite_settings)
        row = rows.CaseRow("a" * 64, "s", 1, b"M" * 99, 1.0, 2.0, 3.0, "h", b"wrapped key")
        with store.write() as c:
            rows.add(c, row)
        upkeep = CaseUpkeep(store, StoredLedger(store), 30.0)
        with store.read() as c:
            rows.listing(c)
            upkeep.destroy(["a" * 64], clock.now)
            assert not upkeep.wipe()
        assert upkeep.wipe()
        left = b"".join(p.read_bytes() for p in sqlite_settings.home.iterdir() if p.is_file())
        assert b"wrapped key" not in left
        store.close()


class TestRotation:
    def test_changes_no_stand_in(self, open_house, clock):
        house, other = open_house(), open_house()
        heard, _ = house.ask(LETTER)
        other.ask(LETTER)
        before = house.settings.cases_key.read_bytes()
        assert HouseKeys(house.store, house.settings.cases_key).rotate() == 1
        after = house.settings.cases_key.read_bytes()
        assert before != after and house.settings.cases_key.stat().st_mode & 0o777 == 0o600
        for one in (house, other, open_house()):
            assert one.ask(LETTER)[0] == heard
            one.ask(LETTER, case="new")
        # A copy of the old file opens nothing any more.
        house.settings.cases_key.write_bytes(before)
        with pytest.raises(CaseKeyInvalid):
            open_house().ask(LETTER)

    def test_can_be_begun_again_where_it_was_killed(self, house):
        heard, _ = house.ask(LETTER)
        keys = HouseKeys(house.store, house.settings.cases_key)
        files.replace(keys.path, files.read(keys.path).rotated())
        keys.rotate()
        assert len(files.read(keys.path).keys) == 1
        house.cases.forget()
        assert house.ask(LETTER)[0] == heard


class TestAtOnce:
    def test_calls_of_one_case_lose_nothing(self, open_house):
        """In two processes' worth of stores, each call with a value of its own and one of all."""
        houses = [open_house() for _ in range(2)]
        texts = [f"n{n}@example.org and all@example.org" for n in range(12)]

        def ask(house, mine):
            async def one(text):
                asked = asyncio.to_thread(house.ask, text)
                return text, await asked

            async def every():
                return await asyncio.gather(*(one(text) for text in mine))

            found.extend(asyncio.run(every()))

        found = []
        threads = [
            threading.Thread(target=ask, args=(house, texts[n::2]))
            for n, house in enumerate(houses)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(said == text for text, (_, said) in found) and len(found) == len(texts)
        # What each call was told stands in the case, one stand-in for one value.
        heard, _ = open_house().ask(" ".join(f"n{n}@example.org" for n in range(12)))
        assert len(set(heard.split())) == 12
        for house in houses:
            for one in house.echo.heard:
                own, _, shared = one.partition(" and ")
                assert own in heard.split() and shared not in heard.split()
        [row] = houses[0].rows()
        assert len(houses[0].rows(case_keys)) == 1 and row["version"] > 12


def keeping(days):
    return AGREEMENT.replace("clauses:", f"duties: {{retain_content_days: {days}}}\nclauses:")


class TestAgreement:
    def test_may_let_a_case_be_kept_for_less_long(self, open_house, clock):
        open_house().ask(LETTER)
        house = open_house(said=keeping(3))
        house.ask(LETTER)
        assert [row["kept_s"] for row in house.rows()] == [3 * DAY_S]
        house = open_house()
        house.ask("b.person@example.org")
        assert [row["kept_s"] for row in house.rows()] == [3 * DAY_S]
        clock.now += 4 * DAY_S
        assert house.upkeep.destroy_over(clock.now) == 1

    def test_may_let_none_be_kept(self, open_house):
        house = open_house(said=keeping(0))
        with pytest.raises(Refused, match="retain_content_days"):
            house.ask(LETTER)
        assert house.rows() == house.echo.heard == []
        assert house.ask(LETTER, case="")[1] == LETTER
