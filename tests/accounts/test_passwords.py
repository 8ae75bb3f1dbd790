import statistics
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bernard.accounts.passwords import check_new_password, hash_password, verify_password
from bernard.errors import InputInvalid

QUICK = 2**4


def test_kept_password_opens_and_nothing_else_does():
    kept = hash_password("plum tractor window", QUICK)
    assert verify_password("plum tractor window", kept)
    assert not verify_password("plum tractor windoW", kept)
    assert not verify_password("", kept)
    assert "plum" not in kept


def test_same_password_is_kept_differently_each_time():
    assert hash_password("plum tractor window", QUICK) != hash_password(
        "plum tractor window", QUICK
    )


def test_full_cost_is_written_into_the_hash():
    kept = hash_password("plum tractor window")
    assert kept.startswith("scrypt$32768$8$3$")
    assert verify_password("plum tractor window", kept)


def test_ways_of_typing_an_accent_are_one_password():
    assert verify_password("cafe\u0301 tractor window", hash_password("café tractor window", QUICK))


def test_no_account_takes_as_long_as_a_wrong_password():
    kept = hash_password("plum tractor window")
    assert not verify_password("anything at all", "")

    def seconds(kept):
        started = time.perf_counter()
        verify_password("wrong password", kept)
        return time.perf_counter() - started

    real, nobody = (statistics.median(seconds(k) for _ in range(3)) for k in (kept, ""))
    assert 0.2 < real / nobody < 5


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "aaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "123456789012",
        "abcdefghijklmnop",
        "qwertyuiopasdf",
        "Password12345",
        "correct horse battery staple",
        "annannannann",
        "ann robinson 1",
        "x" * 1025,
    ],
)
def test_guessable_passwords_are_refused(password):
    with pytest.raises(InputInvalid, match="Password"):
        check_new_password(password, "ann robinson")


@pytest.mark.parametrize(
    "password", ["plum tractor window", "Tr0ub4dor&3-and-more", "ŵy gwdihŵ mawr", "pässwörter 17 x"]
)
def test_good_passwords_pass(password):
    check_new_password(password, "ann")


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_a_password(password):
    assert verify_password(password, hash_password(password, QUICK))
