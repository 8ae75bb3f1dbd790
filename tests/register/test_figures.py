"""Figures from a log: true within the rule, the same by the command, never changed later."""

import json
import random
import shlex
from collections import Counter

import msgspec
import pytest
from click.testing import CliRunner

from bernard.cli.program import bernard
from bernard.config import Settings
from bernard.errors import InputInvalid, LogBroken
from bernard.ledger import open_ledger
from bernard.ledger.canonical import canonical
from bernard.ledger.tlog import files_in, publish
from bernard.ledger.types import Entry
from bernard.register.figures import SECTIONS, figures, figures_of, parse_period, sectioned
from bernard.register.figures.reading import read
from bernard.register.figures.steps import publish as publish_line
from bernard.register.holding_back import Rule
from bernard.register.site.giving import as_csv, as_json
from bernard.store.database import open_store

DAY = 86_400
START = 20_393 * DAY  # 2025-11-01


def made_log(calls=400, days=45, seed=5):
    """Entries as the gateway writes them, over two months, with an edition on the way."""
    chance, entries = random.Random(seed), []
    for index in range(calls):
        at = START + index * days // calls * DAY
        service = chance.choice(("letters", "letters", "lessons", "press"))
        asked = {
            "service": service, "purpose": chance.choice(("draft", "summarise")), "key": service,
            "agreement": "old" if index < calls // 2 else "new", "provider": "examplar",
            "place": "GB", "declared": ("policy-drafts",), "sequence": index + 1,
        }  # fmt: skip
        if chance.random() < 0.1:
            reasons = ("tier", "budget") if chance.random() < 0.5 else ("forbid:no-health",)
            entries.append(Entry("refusal", at, reasons=reasons, **asked))
            continue
        model = chance.choice(("large-1", "small-1"))
        number = len(entries)
        entries.append(
            Entry("intent", at, model=model, left_bytes=700, taken_out={"NAME": 2}, **asked)
        )
        if index != 7:
            entries.append(
                Entry("outcome", at, of=number, prompt_tokens=90, energy_wh=0.5, pence=0.2,
                      completion_tokens=chance.randrange(20, 90))
            )  # fmt: skip
        if index % 6 == 0:
            decision = chance.choice(("accepted", "accepted", "overturned"))
            entries.append(Entry("review", at, of=number, service=service, decision=decision))
        if index == 150:
            entries.append(Entry("publication", at, of=len(entries), what="register", files=3))
        if index % 9 == 0:
            entries.append(Entry("redaction", at, taken_out={"NAME": 9}, left_in={"NAME": 3}))
    at = START + days * DAY
    entries.append(Entry("evaluation", at, task="ask", model="m", scores={"f1": 0.5}, cases=9))
    entries.append(Entry("sealed", at, commitment="ab" * 32))
    for day, theirs in (("2025-12-01", 100), ("2025-12-02", 50)):
        entries.append(
            Entry("reconciliation", at, day=day, provider="examplar", ours_calls=100,
                  theirs_calls=theirs)
        )  # fmt: skip
    return entries


def as_dicts(entries):
    return [(n, msgspec.json.decode(canonical(e))) for n, e in enumerate(entries)]


def by_id(entries, **more):
    return {table.id: table for table in figures(as_dicts(entries), "a checkpoint", **more)}


def column(table, name):
    at = [c.name for c in table.columns].index(name)
    return {row[0]: row[at] for row in table.rows}


@pytest.fixture(scope="module")
def entries():
    return made_log()


@pytest.fixture
def home(tmp_path, entries):
    """A home whose log has these entries, and a published copy of the log."""
    settings = Settings(home=tmp_path)
    store = open_store(settings)
    ledger = open_ledger(settings, store)
    with store.write() as c:
        ledger.append_many(c, [canonical(entry) for entry in entries])
    publish(tmp_path / "log", ledger.checkpoint(), ledger.tile, ledger.bodies)
    store.close()
    return tmp_path


def run(home, *arguments):
    result = CliRunner(env={"BERNARD_HOME": str(home)}).invoke(
        bernard, arguments, catch_exceptions=False
    )
    return result


def test_every_section_has_tables_and_each_says_how_to_compute_it_again(entries):
    tables = figures(as_dicts(entries), "a checkpoint")
    assert list(sectioned(tables)) == list(SECTIONS)
    assert all(sectioned(tables).values())
    assert len({table.id for table in tables}) == len(tables)
    for table in tables:
        assert table.rows and table.title and table.summary
        assert table.checkpoint == "a checkpoint"
        assert f"figures {table.id} --log LOG --size {len(entries)}" in table.command
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_counts_are_near_the_true_ones_and_add_up(entries):
    tables = by_id(entries)
    true = Counter(e.service for e in entries if e.event == "intent")
    shown = column(tables["disclosures-by-service"], "calls")
    for service, count in true.items():
        # Two agreements, two purposes, two models and three steps: a dozen times two or so.
        assert abs(shown[service] - count) <= 30
    whole = shown.pop("All")
    assert abs(whole - true.total()) < 3 * 5
    assert sum(shown.values()) == whole
    for name in ("purpose", "supplier", "place", "agreement"):
        assert column(tables[f"disclosures-by-{name}"], "calls")["All"] == whole
    assert column(tables["energy-and-cost-by-model"], "calls")["All"] == whole
    months = column(tables["disclosures-by-month"], "calls")
    assert months.pop("All") == sum(months.values()) == whole


def test_days_add_up_to_what_is_told_apart(entries):
    tables = by_id(entries)
    days = column(tables["disclosures-by-day"], "calls")
    services = column(tables["disclosures-by-service"], "calls")
    rest = services["Not told apart, to protect small numbers"]
    assert sum(n or 0 for n in days.values()) == services["All"] - rest
    assert list(days) == sorted(days)


def test_no_count_under_the_smallest_is_shown(entries):
    for smallest in (5, 10):
        for table in by_id(entries, rule=Rule(smallest)).values():
            if "Small numbers are held back" not in table.note or table.id == "completeness":
                continue
            for row in table.rows:
                for value, of in zip(row, table.columns, strict=True):
                    if of.kind == "count" and not of.unit and isinstance(value, int):
                        assert value >= smallest


def test_a_later_edition_never_changes_what_was_published_of_a_month(entries):
    november = parse_period("2025-11", "2025-11")
    december = next(n for n, e in enumerate(entries) if e.at >= START + 30 * DAY) + 1
    before = by_id(entries[:december], period=november)
    after = by_id(entries, period=november)
    for id, table in before.items():
        if id != "completeness":
            assert table.rows == after[id].rows, id


def test_what_an_edition_published_is_part_of_what_a_later_one_publishes(entries):
    cut = next(e.of for e in entries if e.event == "publication")
    first = column(by_id(entries[:cut])["disclosures-by-service"], "calls")
    later = column(by_id(entries[: cut + 60])["disclosures-by-service"], "calls")
    assert all(later[name] >= n for name, n in first.items() if n is not None)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_editions_there_are_each_only_adds_to_the_one_before(seed):
    chance = random.Random(seed)
    entries, cells = as_dicts(made_log(300, seed=seed)), []
    log = []
    for _, entry in entries:
        log.append(entry if entry.get("what") != "register" else {"event": "none"})
        if chance.random() < 0.05:
            events = read(enumerate(log))
            now = publish_line(events, events.calls, Rule()).cells
            kept = [cell for cell in cells if cell.kind]
            assert [cell for cell in now if cell.kind][: len(kept)] == kept
            cells = now
            # What happens while an edition is made comes before the entry that tells of it.
            size = len(log)
            log += [dict(entry)] * chance.randrange(3) if entry["event"] == "intent" else []
            log.append({"event": "publication", "what": "register", "of": size})
    assert len(cells) > 30


def test_a_clock_that_goes_back_reopens_no_month():
    entries = made_log()
    late = [*entries, *(msgspec.structs.replace(e, at=START) for e in entries[:60])]
    november = parse_period("2025-11", "2025-11")
    one, two = by_id(entries, period=november), by_id(late, period=november)
    assert one["disclosures-by-service"].rows == two["disclosures-by-service"].rows


def test_periods_add_up(entries):
    whole = column(by_id(entries)["disclosures-by-purpose"], "calls")
    parts = [
        column(by_id(entries, period=parse_period(m, m))["disclosures-by-purpose"], "calls")
        for m in ("2025-11", "2025-12")
    ]
    for name, n in whole.items():
        assert n == sum(part.get(name) or 0 for part in parts)
    with pytest.raises(InputInvalid, match="no month"):
        parse_period("2025-13")
    with pytest.raises(InputInvalid, match="before it begins"):
        parse_period("2025-12", "2025-11")


def test_reviews_refusals_and_what_is_missing(entries):
    tables = by_id(entries)
    review = column(tables["review-by-service"], "overturn_rate")
    assert 0 < review["All"] < 100
    meanings = column(tables["refusals-by-reason"], "meaning")
    assert meanings["forbid:no-health"] == "It is inside what 'no-health' forbids."
    numbers = column(tables["completeness"], "number")
    assert numbers["Entries under the checkpoint"] == len(entries)
    assert numbers["Sealed entries, of which only a hash is public"] == 1
    assert numbers["Calls without an outcome"] is None
    [month] = tables["completeness-by-reconciliation"].rows
    assert month == ("2025-12", "examplar", 2, 1, 0, 1)
    assert tables["evaluations"].rows[0][1:] == ("ask", "m", "f1", 0.5, 9)


def test_an_empty_log_has_empty_tables():
    tables = figures([], "")
    assert len(tables) == len({table.id for table in tables}) > 20
    assert not any(table.rows for table in tables if table.id != "completeness")


def test_hostile_names_are_data():
    name = "=HYPERLINK(1),\"<script>\n'"
    entries = [Entry("intent", START, service=name, left_bytes=1) for _ in range(30)]
    table = by_id(entries)["disclosures-by-service"]
    assert table.rows[0][0] == name
    assert b"\n=HYPERLINK" not in as_csv(table) and b"'=HYPERLINK" in as_csv(table)
    assert json.loads(as_json(table))["rows"][0]["service"] == name


def test_every_table_is_computed_again_by_the_command_below_it(home, entries):
    tables = figures_of(files_in(home / "log"), log=str(home / "log"))
    for table in tables:
        arguments = shlex.split(table.command)
        assert arguments.pop(0) == "bernard"
        assert run(home, *arguments, "--format", "csv").stdout_bytes == as_csv(table)
    again = run(home, *arguments, "--format", "json")
    assert again.stdout_bytes == as_json(tables[-1])


def test_of_an_empty_log_the_command_says_that_it_is(tmp_path):
    failed = run(tmp_path / "home", "register", "figures", "evaluations")
    assert (failed.exit_code, failed.stderr) == (1, "bernard: The log is empty.\n")


def test_the_command_lists_reads_and_refuses(home, entries):
    listed = run(home, "register", "figures")
    assert "disclosures-by-service" in listed.stdout and "Energy and cost" in listed.stdout
    own = run(home, "register", "figures", "disclosures-by-service", "--from", "2025-11")
    assert "letters" in own.stdout and f"\n{len(entries)}\n" in own.stdout
    assert (
        "--smallest 10"
        in run(
            home, "register", "figures", "evaluations", "--smallest", "10", "--format", "json"
        ).stdout
    )
    for wrong, said in (
        (("nothing",), "no table"),
        (("evaluations", "--size", "99999"), "so there are no first 99999"),
        (("evaluations", "--smallest", "1"), "must be 3 or more"),
        (("evaluations", "--log", str(home / "nowhere")), "no folder"),
    ):
        failed = run(home, "register", "figures", *wrong)
        assert failed.exit_code == 1 and said in failed.stderr


def test_a_smaller_size_has_the_root_of_its_entries(home, entries):
    files = files_in(home / "log")
    [whole] = {table.checkpoint for table in figures_of(files)}
    assert whole == (home / "log" / "checkpoint").read_text()
    [part] = {table.checkpoint for table in figures_of(files, size=200)}
    assert part.splitlines()[1] == "200"


def test_figures_of_entries_that_were_changed_are_refused(home):
    path = home / "log" / "tile" / "entries" / "000"
    path.write_bytes(path.read_bytes().replace(b"letters", b"lessons", 1))
    with pytest.raises(LogBroken, match="not those"):
        figures_of(files_in(home / "log"))


def test_entries_of_any_form_are_counted_as_none_of_ours(tmp_path):
    hostile = [
        {}, {"event": 5}, {"event": "intent", "service": ["a"]}, {"event": "intent", "at": 10**15},
        {"event": "intent", "taken_out": {"NAME": -5}}, {"event": "intent", "left_bytes": 10**30},
        {"event": "outcome", "of": -1}, {"event": "outcome", "of": "x"}, {"event": "new-kind"},
        {"event": "outcome", "of": 99}, {"event": "publication", "what": "register", "of": 10**9},
        {"event": "reconciliation", "day": "x"}, {"event": "evaluation", "scores": {"a": "b"}},
    ]  # fmt: skip
    tables = {table.id: table for table in figures(enumerate(hostile), "")}
    numbers = column(tables["completeness"], "number")
    assert numbers["Entries that are none of this program's"] == 9
    assert numbers["Entries under the checkpoint"] == len(hostile)


def test_a_log_of_others_gives_no_figures(tmp_path):
    store = open_store(Settings(home=tmp_path))
    ledger = open_ledger(Settings(home=tmp_path), store)
    with store.write() as c:
        ledger.append_many(c, ["not JSON", "[]", '{"event":"intent","at":1}'])
    tables = {table.id: table for table in figures_of(ledger.files())}
    store.close()
    assert column(tables["completeness"], "number")["Entries that are none of this program's"] == 2
