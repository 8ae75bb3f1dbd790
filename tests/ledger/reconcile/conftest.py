"""A log of known calls, and usage files in the forms that suppliers give."""

import datetime

import pytest

from bernard.ledger import Entry, open_ledger
from bernard.ledger.canonical import canonical
from bernard.ledger.publicity import OPEN, Private
from bernard.ledger.reconcile import Ours, Seen
from bernard.ledger.writing import Alone, Writer


def at(text):
    """Seconds since 1970 of `10 09:30`, a day of November 2026 in UTC."""
    return int(datetime.datetime.strptime(f"2026-11-{text} +0000", "%Y-%m-%d %H:%M %z").timestamp())


@pytest.fixture
def when():
    """Seconds since 1970 of `10 09:30`, a day of November 2026 in UTC."""
    return at


def _call(began, prompt, completion, *, ended=None, model="gpt-4o", outcome="finished", **more):
    """An intent and its outcome; no outcome where that is None."""
    version, provider, tries = (
        more.get("version", ""),
        more.get("provider", "openai"),
        more.get("tries", 0),
    )
    intent = Entry(
        "intent",
        at(began),
        model=model,
        model_version=version,
        provider=provider,
        place=more.get("place", "GB"),
        characters=4000,
        estimated_tokens=1500,
    )
    if outcome is None:
        return intent, None
    return intent, Entry(
        "outcome",
        at(ended or began),
        outcome=outcome,
        prompt_tokens=prompt,
        completion_tokens=completion,
        tries=tries,
    )


@pytest.fixture
def call():
    """Makes an intent and its outcome; no outcome where that is None."""
    return _call


@pytest.fixture
def calls():
    """Three days of calls, to two models of one supplier and to others."""
    return [
        _call("10 09:00", 100, 20),
        _call("10 10:00", 200, 30, model="gpt-4o-mini", version="2024-07-18"),
        _call("10 11:00", 5000, 500, provider="embedded", place="this-machine"),
        _call("11 09:00", 1000, 100),
        _call("11 12:00", 234, 56, tries=3),
        _call("12 08:00", 10, 1),
    ]


@pytest.fixture
def counted():
    """Counts calls as they are known beside the log: exactly, or by coarse public times."""

    def count(calls, step_s=0, zone=datetime.UTC):
        seen = []
        for intent, outcome in calls:
            of = len(seen)
            seen.append(_seen(of, intent, step_s))
            if outcome is not None:
                linked = Entry(**{**_fields(outcome), "of": of})
                seen.append(_seen(of + 1, linked, step_s))
        ours = Ours(zone)
        ours.take(seen)
        return ours

    return count


def _fields(entry):
    return {name: getattr(entry, name) for name in Entry.__struct_fields__}


def _seen(number, entry, step_s):
    if not step_s:
        return Seen(number, canonical(entry), entry.at)
    coarse = entry.at - entry.at % step_s
    return Seen(number, canonical(Entry(**{**_fields(entry), "at": coarse})))


@pytest.fixture
def write_log():
    """Writes calls into the log of a store."""

    def write(settings, store, calls, sealed=False):
        writer = Writer(open_ledger(settings, store))
        beside = Private(sealed=True) if sealed else OPEN
        with store.write() as c:
            for intent, outcome in calls:
                [logged] = writer.write(c, [Alone(intent, beside)])
                if outcome is not None:
                    linked = Entry(**{**_fields(outcome), "of": logged.number})
                    writer.write(c, [Alone(linked, beside)])

    return write


@pytest.fixture
def openai_csv():
    """What OpenAI's dashboard exports of those calls; the last day of it has none."""
    return (
        "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,model,"
        "batch,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens\n"
        "1794268800,1794355200,2026-11-10T00:00:00+00:00,2026-11-11T00:00:00+00:00,proj_a,1.0,"
        "gpt-4o-2024-08-06,FALSE,100.0,20.0,0.0,100.0\n"
        "1794268800,1794355200,2026-11-10T00:00:00+00:00,2026-11-11T00:00:00+00:00,proj_a,1.0,"
        "gpt-4o-mini-2024-07-18,FALSE,200.0,30.0,0.0,200.0\n"
        "1794355200,1794441600,2026-11-11T00:00:00+00:00,2026-11-12T00:00:00+00:00,proj_a,2.0,"
        "gpt-4o-2024-08-06,FALSE,1234.0,156.0,1000.0,234.0\n"
        "1794441600,1794528000,2026-11-12T00:00:00+00:00,2026-11-13T00:00:00+00:00,proj_a,1.0,"
        "gpt-4o-2024-08-06,FALSE,10.0,1.0,0.0,10.0\n"
        "1794528000,1794614400,2026-11-13T00:00:00+00:00,2026-11-14T00:00:00+00:00,,,,,,,,\n"
    )
