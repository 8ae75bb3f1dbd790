import hmac

import pytest

from bernard.errors import InputInvalid
from bernard.ledger import Entry, canonical
from bernard.ledger.tlog import canonical_bytes, commit, new_salt, opens, seal


def test_an_entry_is_written_as_the_ledger_writes_it():
    entry = Entry("intent", at=7, service="ask", purpose="advice", pence=0.1)
    assert canonical_bytes(entry) == canonical(entry).encode()


def test_an_entry_that_is_too_long_or_is_not_json_is_refused():
    with pytest.raises(InputInvalid, match="65535"):
        canonical_bytes({"text": "x" * 65_535})
    with pytest.raises(InputInvalid, match="JSON"):
        canonical_bytes({"text": object()})
    with pytest.raises(InputInvalid, match="JSON"):
        canonical_bytes({"text": "\ud800"})


def test_a_commitment_opens_with_its_salt_and_content_only():
    salt = new_salt()
    made = commit(b"yes", salt)
    assert made == hmac.digest(salt, b"yes", "sha256").hex()
    assert opens(made, b"yes", salt)
    assert not opens(made, b"no", salt)
    assert not opens(made, b"yes", new_salt())
    assert len({new_salt() for _ in range(100)}) == 100
    with pytest.raises(InputInvalid, match="32 bytes"):
        commit(b"yes", b"short")


def test_a_sealed_entry_shows_nothing_of_what_it_stands_for():
    salt = bytes(32)
    public = seal(b'{"event":"intent"}', salt)
    assert b"intent" not in public
    assert public == canonical_bytes(
        {"event": "sealed", "commitment": commit(b'{"event":"intent"}', salt)}
    )
