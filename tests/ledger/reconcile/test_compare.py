"""The supplier's count beside ours: what agrees, what differs, and what nobody can know."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from bernard.errors import InputInvalid
from bernard.ledger.reconcile import compare, read_usage
from bernard.ledger.reconcile.ours import Ours, Seen


def usage(*rows, heading="date,calls,prompt_tokens,completion_tokens", name="usage.csv"):
    return read_usage("\n".join([heading, *rows]).encode(), name)


def test_counts_that_agree(calls, counted, openai_csv):
    found = compare([read_usage(openai_csv.encode(), "u.csv")], counted(calls))
    assert found.provider == "openai"
    assert not found.differs
    assert [(str(day.day), day.calls.ours, day.calls.theirs) for day in found.days] == [
        ("2026-11-10", 2, 2),
        ("2026-11-11", 2, 2),
        ("2026-11-12", 1, 1),
        ("2026-11-13", 0, 0),
    ]
    assert (found.days[0].prompt_tokens.ours, found.days[0].completion_tokens.theirs) == (300, 50)
    assert {day.model for day in found.models} == {"gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18"}


ALTERED = [
    ("2026-11-10,3,300,50", "calls"),
    ("2026-11-10,1,300,50", "calls"),
    ("2026-11-10,2,301,50", "prompt_tokens"),
    ("2026-11-10,2,300,49", "completion_tokens"),
]


@pytest.mark.parametrize(("row", "measure"), ALTERED)
def test_one_call_or_token_more_or_less_is_found(row, measure, calls, counted):
    found = compare([usage(row)], counted(calls))
    assert found.differs
    assert getattr(found.days[0], measure).differs


def test_a_day_that_one_of_the_two_has_not(calls, counted):
    found = compare([usage("2026-11-10,2,300,50", "2026-11-12,1,10,1")], counted(calls))
    assert [day.differs for day in found.days] == [False, True, False]
    assert found.days[1].calls.theirs == 0
    more = compare([usage("2026-11-09,1,5,5", "2026-11-10,2,300,50")], counted(calls))
    assert [day.differs for day in more.days] == [True, False]


def test_what_a_file_does_not_tell_is_not_compared(calls, counted):
    found = compare([usage("2026-11-10,300", heading="date,input_tokens")], counted(calls))
    assert not found.differs
    assert found.days[0].calls.theirs is None


def test_a_tolerance(calls, counted):
    files = [usage("2026-11-10,2,301,50")]
    assert compare(files, counted(calls)).differs
    assert not compare(files, counted(calls), tolerance=0.01).differs


def test_tries_may_count_or_not(calls, counted):
    for count, differs in ((2, False), (4, False), (5, True), (1, True)):
        found = compare([usage(f"2026-11-11,{count},1234,156")], counted(calls))
        assert found.differs is differs, count
        assert found.days[0].calls.ours == 2


def test_calls_that_broke_off_may_count_or_not(call, counted):
    ours = counted([call("10 09:00", 100, 20), call("10 09:30", 40, 8, outcome="stopped")])
    for row in ("2026-11-10,1,100,20", "2026-11-10,2,140,28", "2026-11-10,2,155,25"):
        assert not compare([usage(row)], ours).differs, row
    assert compare([usage("2026-11-10,5,140,28")], ours).differs
    assert compare([usage("2026-11-10,2,400,28")], ours).differs
    unknown = counted([call("10 09:00", 100, 20), call("10 09:30", 0, 0, outcome=None)])
    for row in ("2026-11-10,1,100,20", "2026-11-10,2,900,700"):
        assert not compare([usage(row)], unknown).differs, row
    assert compare([usage("2026-11-10,5,900,700")], unknown).differs


def test_a_call_over_midnight_counts_on_either_day(call, counted):
    ours = counted([call("10 23:59", 100, 20, ended="11 00:02"), call("11 09:00", 1, 1)])
    for rows in (
        ("2026-11-10,1,100,20", "2026-11-11,1,1,1"),
        ("2026-11-10,0,0,0", "2026-11-11,2,101,21"),
    ):
        assert not compare([usage(*rows)], ours).differs, rows
    assert compare([usage("2026-11-10,2,100,20", "2026-11-11,1,1,1")], ours).differs
    found = compare([usage("2026-11-10,1,100,20", "2026-11-11,1,1,1")], ours)
    assert [day.calls.ours for day in found.days] == [1, 1]


@pytest.mark.parametrize("step_s", [60, 3600, 86400])
def test_coarse_times_still_sum_to_days(step_s, calls, counted, openai_csv):
    found = compare([read_usage(openai_csv.encode(), "u.csv")], counted(calls, step_s))
    assert not found.differs
    assert not found.notes


def test_the_days_of_another_zone(call, counted):
    zone = ZoneInfo("Asia/Kolkata")
    exact = counted([call("10 18:45", 5, 5)], zone=zone)
    files = [usage("2026-11-11,1,5,5")]
    assert not compare(files, exact, time_zone="Asia/Kolkata").differs
    coarse = counted([call("10 18:45", 5, 5)], 3600, zone)
    found = compare(files, coarse, time_zone="Asia/Kolkata")
    assert any("hour alone is known" in note for note in found.notes)


def test_models_by_their_versions(call, counted):
    ours = counted(
        [
            call("10 09:00", 1, 1, model="gpt-4o"),
            call("10 09:00", 2, 2, model="gpt-4o-mini", version="2024-07-18"),
        ]
    )
    heading = "date,model,calls,prompt_tokens,completion_tokens"
    right = ("2026-11-10,gpt-4o-2024-08-06,1,1,1", "2026-11-10,gpt-4o-mini-2024-07-18,1,2,2")
    assert not compare([usage(*right, heading=heading)], ours).differs
    swapped = ("2026-11-10,gpt-4o-2024-08-06,1,2,2", "2026-11-10,gpt-4o-mini-2024-07-18,1,1,1")
    found = compare([usage(*swapped, heading=heading)], ours)
    assert not any(day.differs for day in found.days)
    assert found.differs
    other = ("2026-11-10,gpt-4o-2024-08-06,1,1,1", "2026-11-10,somebody-elses,1,2,2")
    unmatched = compare([usage(*other, heading=heading)], ours)
    assert unmatched.unmatched == ("somebody-elses", "gpt-4o-mini")
    assert not unmatched.models


def test_which_supplier(calls, call, counted):
    several = counted([*calls, call("10 09:00", 1, 1, provider="lantern")])
    files = [usage("2026-11-10,1,1,1")]
    with pytest.raises(InputInvalid, match="lantern, openai"):
        compare(files, several)
    assert not compare(files, several, "lantern").differs
    nobody = compare(files, several, "unheard-of")
    assert nobody.differs
    assert nobody.days[0].calls.ours == 0


def test_the_period(calls, counted):
    files = [usage("2026-11-10,2,300,50", "2026-11-11,2,1234,156", "2026-11-12,9,9,9")]
    day = datetime.date(2026, 11, 11)
    found = compare(files, counted(calls), first=day, last=day)
    assert [d.day for d in found.days] == [day]
    assert not found.differs
    assert found.notes == ("2 rows are of days outside the period.",)
    today = compare(files, counted(calls), today=datetime.date(2026, 11, 12))
    assert today.last == day
    assert today.notes == ("2026-11-12 is not over, so it is left out.",)
    for over, when in (
        (datetime.date(2026, 11, 10), "tomorrow"),
        (day.replace(day=1), "after 2026"),
    ):
        with pytest.raises(InputInvalid, match=f"2026-11-10 is not over.*Run it again {when}"):
            compare(files, counted(calls), today=over)
    with pytest.raises(InputInvalid, match="the first is after the last"):
        compare(files, counted(calls), first=day, last=day.replace(day=1))
    with pytest.raises(InputInvalid, match="tells of no day"):
        compare([usage("soon,1,1,1")], counted(calls))
    with pytest.raises(InputInvalid, match="days"):
        compare([usage("1926-11-10,2,300,50", "2026-11-10,1,1,1")], counted(calls))


def test_a_row_that_cannot_be_read_may_have_made_a_difference(calls, counted):
    found = compare([usage("2026-11-10,2,300,50", "soon,1,1,1")], counted(calls))
    assert found.differs
    assert not found.days[0].differs


def test_several_files_add_up_and_the_same_one_counts_once(calls, counted):
    one, other = usage("2026-11-10,1,100,20"), usage("2026-11-10,1,200,30", name="b.csv")
    both = compare([one, other], counted(calls))
    assert not both.differs
    assert both.file_sha256 not in (one.sha256, other.sha256)
    assert both.file_sha256 == compare([other, one], counted(calls)).file_sha256
    twice = compare([one, other, usage("2026-11-10,1,100,20", name="c.csv")], counted(calls))
    assert not twice.differs
    assert "'c.csv' is the same file as 'usage.csv'." in twice.notes
    assert compare([one], counted(calls)).file_sha256 == one.sha256


def test_totals_are_told_and_not_counted(calls, counted):
    found = compare([usage("2026-11-10,2,300,50", "Total,2,300,50")], counted(calls))
    assert not found.differs
    assert found.notes == ("'usage.csv' line 3 is a total and is not counted: Total, 2, 300, 50",)


def test_entries_of_any_form_count_for_nothing():
    bodies = (
        b'{"a":' * 6000 + b"1" + b"}" * 6000,
        b'{"at":%d,"event":"intent","place":"uk","provider":"acme"}' % (2**62),
        b'{"at":-9,"event":"intent","place":"uk","provider":"acme"}',
        b'{"a":"\xff"}',
    )
    ours = Ours(datetime.UTC)
    ours.take(Seen(number, body) for number, body in enumerate(bodies))
    assert ours.providers == ()
