"""A supplier that counts honestly never differs; one that counted a call more always does."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bernard.ledger.reconcile import compare, read_usage

CALL = st.tuples(
    st.integers(10, 12),
    st.integers(0, 24 * 60 - 1),
    st.integers(0, 9),
    st.sampled_from(["finished", "finished", "finished", "stopped", "failed", None]),
    st.integers(0, 3000),
    st.integers(0, 900),
    st.sampled_from([0, 0, 0, 2, 3]),
)


def minutes(day, minute):
    return f"{day + minute // 1440:02} {minute % 1440 // 60:02}:{minute % 60:02}"


def made(call, drawn):
    """The calls, as the log has them."""
    day, minute, lasted, outcome, prompt, completion, tries = drawn
    ended = minutes(day, minute + lasted)
    return call(minutes(day, minute), prompt, completion, ended=ended, outcome=outcome, tries=tries)


def usage(days):
    rows = [
        f"2026-11-{day:02},{days[day, 0]},{days[day, 1]},{days[day, 2]}" for day in range(10, 14)
    ]
    text = "\n".join(["date,calls,prompt_tokens,completion_tokens", *rows])
    return read_usage(text.encode(), "usage.csv")


def counted_by_supplier(data, drawn, days):
    """Whatever a supplier may make of a call."""
    day, minute, lasted, outcome, prompt, completion, tries = drawn
    ended = day + (minute + lasted) // 1440
    own = data.draw(st.sampled_from(sorted({day, ended if outcome else day})))
    if outcome != "finished" and not data.draw(st.booleans()):
        return
    if outcome is None:
        days[own, 0] += 1
        days[own, 1] += data.draw(st.integers(0, 4000))
        days[own, 2] += data.draw(st.integers(0, 1500))
        return
    if outcome == "finished":
        made = data.draw(st.integers(1, max(1, tries)))
        days[own, 0] += made
        days[own, 1] += prompt * made
        days[own, 2] += completion + data.draw(st.integers(0, (made - 1) * completion))
        return
    days[own, 0] += data.draw(st.integers(1, 3))
    days[own, 1] += data.draw(st.integers(0, 4 * prompt))
    days[own, 2] += data.draw(st.integers(0, 4 * completion))


SETTINGS = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(data=st.data(), drawn=st.lists(CALL, max_size=12), step_s=st.sampled_from([0, 60, 3600]))
@SETTINGS
def test_an_honest_supplier_never_differs(data, drawn, step_s, call, counted):
    ours = counted([made(call, one) for one in drawn], step_s)
    days = Counter()
    for one in drawn:
        counted_by_supplier(data, one, days)
    found = compare([usage(days)], ours, "openai")
    assert not found.differs, [day for day in found.days if day.differs]


@given(drawn=st.lists(CALL, max_size=12), extra=st.integers(10, 12), part=st.integers(0, 2))
@SETTINGS
def test_a_call_around_the_gateway_always_differs(drawn, extra, part, call, counted):
    """Where every call finished at its first try and on one day."""
    sure = [(*one[:2], 0, "finished", *one[4:6], 0) for one in drawn]
    # Far enough from midnight that no clock puts it on another day.
    sure = [(day, max(1, min(minute, 1438)), *rest) for day, minute, *rest in sure]
    days = Counter()
    for day, _, _, _, prompt, completion, _ in sure:
        days.update({(day, 0): 1, (day, 1): prompt, (day, 2): completion})
    ours = counted([made(call, one) for one in sure])
    assert not compare([usage(days)], ours, "openai").differs
    days[extra, part] += 1
    assert compare([usage(days)], ours, "openai").differs


def test_days_that_agree_only_together_are_explained(call, counted):
    ours = counted([call("10 09:00", 5, 5), call("10 23:30", 7, 7)])
    days = Counter({(10, 0): 1, (10, 1): 5, (10, 2): 5, (11, 0): 1, (11, 1): 7, (11, 2): 7})
    found = compare([usage(days)], ours, today=datetime(2026, 11, 12, tzinfo=UTC).date())
    assert found.differs
    assert any("--time-zone" in note for note in found.notes)
    days[11, 1] += 1
    found = compare([usage(days)], ours, today=datetime(2026, 11, 12, tzinfo=UTC).date())
    assert not any("--time-zone" in note for note in found.notes)
