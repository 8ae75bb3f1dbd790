import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.errors import InputInvalid, LogBroken
from bernard.ledger.tlog import ENTRIES, At, changed, places
from bernard.ledger.tlog.tiles import pack, unpack


@pytest.mark.parametrize(
    ("at", "path"),
    [
        # The examples of C2SP tlog-tiles.
        (At(0, 1234067), "tile/0/x001/x234/067"),
        (At(0, 273, 112), "tile/0/273.p/112"),
        (At(ENTRIES, 0), "tile/entries/000"),
        (At(63, 1000, 1), "tile/63/x001/000.p/1"),
        (At(ENTRIES, 999_999, 255), "tile/entries/x999/999.p/255"),
    ],
)
def test_paths_are_those_of_the_standard(at, path):
    assert at.path == path


def test_the_standards_example_of_seventy_thousand_entries():
    found = [at for at in places(70_000) if at.level != ENTRIES]
    by_level = [[at.width for at in found if at.level == level] for level in range(3)]
    assert by_level == [[256] * 273 + [112], [256, 17], [1]]
    assert [at for at in places(256) if at.level != ENTRIES] == [At(0, 0), At(1, 0, 1)]
    assert list(places(0)) == []


@given(old=st.integers(0, 70_000), more=st.integers(0, 70_000))
def test_what_changed_is_what_the_larger_log_has_more(old, more):
    before, after = set(places(old)), set(places(old + more))
    assert set(changed(old, old + more)) >= after - before
    assert not {at for at in changed(old, old + more) if at in before and at.width == 256}


@given(entries=st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_keep_their_entries(entries):
    assert unpack(pack(entries), len(entries)) == entries


def test_an_entry_may_have_65535_bytes_and_no_more():
    assert unpack(pack([bytes(65_535)]), 1) == [bytes(65_535)]
    with pytest.raises(InputInvalid, match="65536"):
        pack([bytes(65_536)])


@pytest.mark.parametrize(
    "bundle", [b"", b"\x00", b"\x00\x05abc", b"\x00\x01a\x00", b"\x00\x00\x00\x00"]
)
def test_a_bundle_that_is_not_one_entry_is_told(bundle):
    with pytest.raises(LogBroken):
        unpack(bundle, 1)
