"""`bernard ledger reconcile` through the front door."""

import json
from datetime import UTC

import msgspec
import pytest
from click.testing import CliRunner

from bernard.cli.program import bernard
from bernard.ledger import Entry, open_ledger
from bernard.ledger.reconcile import compare, count_ours, read_usage
from bernard.ledger.reconcile import log as log_days
from bernard.ledger.tlog import publish
from bernard.ledger.vocabulary import check
from bernard.ledger.writing import Writer


@pytest.fixture
def run(sqlite_settings):
    def invoke(*words, stdin=None):
        env = {"BERNARD_HOME": str(sqlite_settings.home)}
        return CliRunner().invoke(bernard, ["ledger", "reconcile", *words], env=env, input=stdin)

    return invoke


@pytest.fixture
def usage_file(tmp_path, openai_csv):
    path = tmp_path / "completions_usage.csv"
    path.write_text(openai_csv)
    return path


@pytest.fixture
def log(sqlite_settings, sqlite_store, calls, write_log):
    write_log(sqlite_settings, sqlite_store, calls)
    return open_ledger(sqlite_settings, sqlite_store)


def reconciled(log):
    return [one for one in log.all() if one.entry["event"] == "reconciliation"]


def test_what_agrees_is_logged_a_day_at_a_time(run, usage_file, log):
    result = run(str(usage_file))
    assert result.exit_code == 0, result.output
    assert "All 4 days agree." in result.output
    entries = [one.entry for one in reconciled(log)]
    assert [entry["day"] for entry in entries] == [
        "2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13",
    ]  # fmt: skip
    first = entries[0]
    assert (first["provider"], first["ours_calls"], first["theirs_calls"]) == ("openai", 2, 2)
    assert (first["ours_prompt_tokens"], first["theirs_completion_tokens"]) == (300, 50)
    assert len(first["file_sha256"]) == 64
    for one in reconciled(log):
        check(msgspec.json.decode(one.body, type=Entry))


def test_a_difference_ends_with_one_and_is_logged(run, usage_file, log):
    usage_file.write_text(usage_file.read_text().replace(",2.0,", ",9.0,"))
    result = run(str(usage_file), "--json")
    assert result.exit_code == 1
    [day] = [day for day in json.loads(result.stdout)["days"] if day["calls"]["differs"]]
    assert (day["day"], day["calls"]["ours"], day["calls"]["theirs"]) == ("2026-11-11", 2, 9)
    assert log.get(day["entry"]).entry["theirs_calls"] == 9


def test_the_same_file_again_says_so_and_writes_nothing(run, usage_file, log):
    run(str(usage_file))
    before = len(reconciled(log))
    result = run(str(usage_file))
    assert result.exit_code == 0
    assert "was set beside the log before" in result.stderr
    assert len(reconciled(log)) == before


def test_a_dry_run_writes_nothing(run, usage_file, log):
    assert run(str(usage_file), "--dry-run").exit_code == 0
    assert reconciled(log) == []


def test_standard_input_and_a_difference_in_words(run, openai_csv, log):
    result = run("-", "--provider", "openai", stdin=openai_csv.replace(",10.0,1.0,", ",11.0,1.0,"))
    assert result.exit_code == 1
    assert "DIFFERS" in result.stdout
    assert "1 of 4 days differs." in result.stdout


def test_sealed_calls_are_counted_from_what_is_kept(
    run, usage_file, sqlite_settings, sqlite_store, calls, write_log
):
    write_log(sqlite_settings, sqlite_store, calls, sealed=True)
    assert run(str(usage_file), "--provider", "openai").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["missing.csv"], "cannot be read"),
        (["FILE", "--time-zone", "Mars/Olympus"], "no time zone"),
        (["FILE", "--from", "yesterday"], "--from"),
        (["FILE", "--columns", "date"], "--columns"),
    ],
)
def test_what_is_wrong_is_said(words, said, run, usage_file, log):
    result = run(*(str(usage_file) if word == "FILE" else word for word in words))
    assert result.exit_code == 1
    assert said in result.stderr
    assert reconciled(log) == []


def test_a_published_log_of_somebody_else(run, usage_file, log, tmp_path):
    folder = tmp_path / "published"
    publish(folder, log.checkpoint(), log.tile, log.bodies)
    words = [str(usage_file), "--log", str(folder), "--key", log.vkey]
    result = run(*words)
    assert result.exit_code == 0, result.output
    assert "All 4 days agree." in result.output
    assert reconciled(log) == []
    assert run(str(usage_file), "--log", str(folder)).exit_code == 1
    entries = folder / "tile" / "entries" / "000.p" / "12"
    entries.write_bytes(entries.read_bytes().replace(b'"GB"', b'"US"', 1))
    broken = run(*words)
    assert broken.exit_code == 1
    assert "does not hold" in broken.stderr


def test_a_supplier_that_no_call_went_to_is_said(run, usage_file, log):
    result = run(str(usage_file), "--provider", "opnai", "--dry-run")
    assert result.exit_code == 1
    assert "No call in the log went to 'opnai'; calls went to: openai." in result.stderr


def test_on_either_database(settings, store, calls, write_log, openai_csv):
    write_log(settings, store, calls[:2], sealed=True)
    write_log(settings, store, calls[2:])
    ours = count_ours(store, UTC)
    found = compare([read_usage(openai_csv.encode(), "usage.csv")], ours)
    assert not found.differs
    writer = Writer(open_ledger(settings, store))
    written = log_days(found, ours, store, writer)
    again = log_days(found, count_ours(store, UTC), store, writer)
    assert [day.entry for day in again.days] == [day.entry for day in written.days]
