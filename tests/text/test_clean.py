import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bernard.text.clean import clean


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("e\u0301", "é"),
        ("ig\u200bno\u2060re", "ignore"),
        ("a\u202eevil\u202c", "aevil"),
        ("\U000e0001\U000e0041tag", "tag"),
        ("x\u2066y\u2069", "xy"),
        ("gov\xadern", "govern"),
        ("£5\xa0000\u2009m", "£5 000 m"),
        ("\x1b[31mred\x00\x07", "[31mred"),
        ("one\x0btwo\x0cthree\u2028four", "one\ntwo\nthree\nfour"),
        ("\ud800broken", "\ufffdbroken"),
        ("\ufeffstart", "start"),
        ("a\u200db", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d⚖\ufe0f", "👩\u200d⚖\ufe0f"),
        ("a\ufe0fb\U000e0121", "ab"),
        ("\uf0b7 item", "• item"),
        ("oﬃce ﬁle", "office file"),
        ("tab\tstays", "tab\tstays"),
        ("", ""),
    ],
)
def test_what_is_kept_and_what_is_not(given: str, wanted: str) -> None:
    assert clean(given) == wanted


@given(st.text(alphabet=st.characters(codec=None, exclude_categories=[])))
@example("क\u200d\u200d")
@example("a\u200d\u0301")
@example("\u0600\u200d\ufe0f\u200d")
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(c) == "Cc" for c in once if c not in "\n\t")
    assert not any(0xE0000 <= ord(c) <= 0xE0FFF or 0x202A <= ord(c) <= 0x202E for c in once)
    once.encode("utf-8")


def test_a_tower_of_combining_marks_takes_no_time() -> None:
    begun = time.perf_counter()
    assert len(clean("a" + "\u0316\u0301" * 500_000)) < 40
    assert time.perf_counter() - begun < 2
