"""No input makes it slow, and what takes too long or fails stops the call."""

import time

import pytest

from bernard.errors import DetectorFailed
from bernard.privacy import Pseudonyms, StructuredDetector, structured

DETECTOR = StructuredDetector()
UNITS = [
    "1",
    "1 ",
    "a.",
    "a@",
    "a@b.",
    "0:",
    "⟦",
    "[EMAIL-",
    "AB12 ",
    "+44 ",
    "07",
    "ref ref ",
    "account ",
    "12 High St, ",
    "A-A ",
    "%40",
    "\\u0040",
    "&#64;",
    "http://a",
    "-----BEGIN PRIVATE KEY",
    "eyJaaaaaaaa.",
    "password is ",
    "1 Aa Bb Cc Dd ",
    "LS1 4AB\n",
    "QWxhZGRpbjpvcGVuIHNlc2FtZQ",
    "one two ",
    "\u200b",
]


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_the_length(unit):
    """Eight times the text takes about eight times as long, not sixty-four times."""

    def seconds(length):
        text = (unit * length)[:length]
        started = time.process_time()
        DETECTOR.find(text)
        return time.process_time() - started

    small = min(seconds(8_000) for _ in range(2))
    assert seconds(64_000) < 24 * small + 0.2


@pytest.mark.parametrize("unit", ["x", "1 ", "a@b."])
def test_ten_megabytes(unit):
    text = unit * (10_000_000 // len(unit))
    started = time.process_time()
    DETECTOR.find(text)
    assert time.process_time() - started < 60


def test_a_detector_that_takes_too_long_stops_the_call(monkeypatch):
    monkeypatch.setattr(structured, "LIMIT_S", -1.0)
    monkeypatch.setattr(structured, "LIMIT_S_A_MILLION", 0.0)
    with pytest.raises(DetectorFailed, match="Nothing was sent"):
        DETECTOR.find("jo@example.org\n" * 2_000)


class Broken:
    def find(self, text):
        raise RuntimeError(f"cannot read {text}")


def test_a_detector_that_fails_stops_the_call_and_quotes_nothing():
    with pytest.raises(DetectorFailed) as failed:
        Pseudonyms(Broken()).mask("AB123456C")
    assert "AB123456C" not in str(failed.value)
    assert "RuntimeError" in str(failed.value)


def test_many_values_are_masked_in_linear_time():
    """Thousands of numbers that begin alike, and a mark for each already in the text."""

    def seconds(count):
        text = "\n".join(f"07700 {n:06d} [TELEPHONE-{n}]" for n in range(count))
        pseudonyms = Pseudonyms(DETECTOR)
        started = time.process_time()
        masked = [pseudonyms.mask(text), pseudonyms.mask(text)]
        assert [pseudonyms.restore(each) for each in masked] == [text, text]
        return time.process_time() - started

    assert seconds(4_000) < 24 * seconds(500) + 0.2
