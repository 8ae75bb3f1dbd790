import contextlib
import threading

import pytest

from bernard.accounts import limits, sessions, setup_code, signing, tokens
from bernard.accounts.demo import account as demo_account
from bernard.accounts.passwords import hash_password
from bernard.errors import Forbidden, InputInvalid, NotFound, TooManyAttempts
from bernard.store import people
from bernard.store.tables import sessions as sessions_table
from bernard.store.tables import tokens as tokens_table

GOOD = "plum tractor window"


@pytest.fixture
def ann(store):
    """The first account, with a password that is cheap to check."""
    with store.write() as c:
        return people.create(c, "ann robinson", hash_password(GOOD, cost=2**4), is_admin=True)


def sign_in(store, name="ann robinson", password=GOOD, address="192.0.2.1"):
    return signing.sign_in(store, name, password, address, 12)


def test_first_account_looks_after_the_others(store):
    ann = signing.create_first(store, "  Ann   Robinson ", GOOD)
    assert (ann.name, ann.is_admin) == ("ann robinson", True)
    assert not signing.is_first_run(store)
    assert not signing.create(store, "Bob", GOOD).is_admin


def test_only_one_account_can_be_first(store, ann):
    with pytest.raises(Forbidden, match="set up already"):
        signing.create_first(store, "mallory", GOOD)


def test_two_at_once_make_one_first_account(store):
    made = []

    def make(name):
        with contextlib.suppress(Forbidden):
            made.append(signing.create_first(store, name, GOOD))

    threads = [threading.Thread(target=make, args=(f"person {n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_accounts_without_a_password_leave_the_first_run_open(store):
    demo_account(store)
    assert signing.is_first_run(store)


@pytest.mark.parametrize("name", ["demo", "Command  Line", "", "   ", "x" * 101, "a\u202eb"])
def test_names_that_will_not_do(store, name):
    with pytest.raises(InputInvalid):
        signing.create_first(store, name, GOOD)


def test_cookie_finds_the_account_and_the_store_never_holds_it(store, ann):
    cookie = sign_in(store, " ANN robinson")
    with store.read() as c:
        found = sessions.find(c, cookie)
        kept = str(c.execute(sessions_table.select()).all())
    assert found.account.id == ann.id
    assert cookie not in kept
    assert len(found.csrf) > 30


def test_each_sign_in_is_a_new_session_with_a_new_token(store, ann):
    first, second = sign_in(store), sign_in(store)
    with store.read() as c:
        assert first != second
        assert sessions.find(c, first).csrf != sessions.find(c, second).csrf


def test_sessions_end(store, ann):
    first, second, third = (sign_in(store) for _ in range(3))
    with store.write() as c:
        sessions.end(c, first)
        assert sessions.find(c, first) is None
        sessions.end_all(c, ann.id, keep=sessions.find(c, second).hash)
        assert sessions.find(c, second) is not None
        assert sessions.find(c, third) is None
        assert sessions.find(c, "made up") is None
        assert sessions.find(c, "") is None


def test_session_runs_out(store, ann):
    with store.write() as c:
        cookie = sessions.begin(c, ann.id, hours=-1)
        assert sessions.find(c, cookie) is None
        sessions.begin(c, ann.id, hours=1)
        assert len(c.execute(sessions_table.select()).all()) == 1


def test_wrong_name_and_wrong_password_read_alike(store, ann):
    messages = set()
    for name, password in (("ann robinson", "wrong wrong wrong"), ("nobody", GOOD)):
        with pytest.raises(InputInvalid) as error:
            sign_in(store, name, password)
        messages.add(str(error.value))
    assert messages == {signing.WRONG}


def test_nobody_signs_in_to_an_account_without_a_password(store):
    demo_account(store)
    for password in ("", "demo"):
        with pytest.raises(InputInvalid):
            sign_in(store, "demo", password)


@pytest.fixture
def quick(monkeypatch):
    """Guesses that take no time: what is tested is the counting."""
    monkeypatch.setattr("bernard.accounts.signing.verify_password", lambda *_: False)


def test_guesses_at_one_name_are_limited_from_any_address(store, ann, quick):
    for n in range(limits.MOST_BY_NAME):
        with pytest.raises(InputInvalid):
            sign_in(store, password="no", address=f"192.0.2.{n}")
    with pytest.raises(TooManyAttempts, match="15 minutes"):
        sign_in(store, address="198.51.100.1")


def test_guesses_at_a_name_that_is_not_there_are_limited_alike(store, quick):
    for _ in range(limits.MOST_BY_NAME):
        with pytest.raises(InputInvalid):
            sign_in(store, "nobody", "no")
    with pytest.raises(TooManyAttempts):
        sign_in(store, "nobody", "no")


def test_guesses_from_one_address_are_limited_over_all_names(store, quick):
    for n in range(limits.MOST_BY_ADDRESS):
        with pytest.raises(InputInvalid):
            sign_in(store, f"name {n}", "no")
    with pytest.raises(TooManyAttempts):
        sign_in(store, "another", "no")
    with pytest.raises(InputInvalid):
        sign_in(store, "another", "no", address="198.51.100.1")


def test_signing_in_forgets_the_failures(store, ann):
    for _ in range(3):
        with pytest.raises(InputInvalid):
            sign_in(store, password="wrong wrong wrong")
    sign_in(store)
    with store.read() as c:
        assert people.attempts_since(c, 0, name="ann robinson") == 0


def test_new_password_ends_other_sessions(store, ann):
    here, elsewhere = sign_in(store), sign_in(store)
    with store.read() as c:
        who = sessions.find(c, here)
    with pytest.raises(InputInvalid, match="current password"):
        signing.change_password(store, who, "wrong", "another good one here", "192.0.2.1")
    with pytest.raises(InputInvalid, match="12 characters"):
        signing.change_password(store, who, GOOD, "short", "192.0.2.1")
    signing.change_password(store, who, GOOD, "another good one here", "192.0.2.1")
    with store.read() as c:
        assert sessions.find(c, here) and not sessions.find(c, elsewhere)
    with pytest.raises(InputInvalid):
        sign_in(store)
    sign_in(store, password="another good one here")


def test_token_is_shown_once_and_revoked(store, ann):
    with store.write() as c:
        bob = people.create(c, "bob", "")
        token = tokens.create(c, ann.id, " the  script ")
        [kept] = people.tokens_of(c, ann.id)
        assert kept.label == "the script"
        assert token not in str(c.execute(tokens_table.select()).all())
    assert tokens.find(store, token).id == ann.id
    assert tokens.find(store, token + "x") is None
    assert tokens.find(store, kept.hash) is None
    with store.write() as c:
        assert people.tokens_of(c, ann.id)[0].used
        with pytest.raises(NotFound):
            tokens.revoke(c, bob.id, kept.hash)
        tokens.revoke(c, ann.id, kept.hash)
    assert tokens.find(store, token) is None


def test_token_needs_a_label_and_there_is_a_most(store, ann):
    with store.write() as c:
        for label in ("", " ", "x" * 101):
            with pytest.raises(InputInvalid):
                tokens.create(c, ann.id, label)
        for n in range(tokens.MOST_TOKENS):
            tokens.create(c, ann.id, str(n))
        with pytest.raises(InputInvalid, match="Revoke one"):
            tokens.create(c, ann.id, "one more")


def test_set_up_code_is_for_who_can_read_the_file(tmp_path):
    path = setup_code.write(tmp_path)
    code = path.read_text().strip()
    assert path.stat().st_mode & 0o777 == 0o600
    assert setup_code.write(tmp_path).read_text().strip() == code
    setup_code.check(tmp_path, f" {code}\n")
    for wrong in ("", "x", code + "x"):
        with pytest.raises(Forbidden, match=r"set-up-code\.txt"):
            setup_code.check(tmp_path, wrong)
    setup_code.forget(tmp_path)
    assert not path.exists()
