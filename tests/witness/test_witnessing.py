"""The log asks its witnesses, over sockets."""

import time

import pytest

from bernard.errors import InputInvalid
from bernard.ledger.tlog import Algorithm, Policy, parse_policy
from bernard.ledger.web_client import WebClient
from bernard.ledger.witnessing import Witnesses


@pytest.fixture
def ask():
    """Asks the witnesses of a policy that is made from these, of whom so many are needed."""
    with WebClient(timeout_s=2) as web:

        def ask(log, needed, *, within_s=3.0, **addresses):
            return witnesses(web, log, needed, within_s, addresses).ask(
                log.checkpoint(), log.consistency
            )

        yield ask


def witnesses(web, log, needed, within_s, addresses):
    lines = [f"log {log.vkey}"]
    lines += [f"witness {name} {key.verifier} {url}" for name, (key, url) in addresses.items()]
    lines += [f"group all-of-them {needed} {' '.join(addresses)}", "quorum all-of-them"]
    return Witnesses(parse_policy("\n".join(lines)), web, within_s)


@pytest.fixture
def make_witness(make_key, serve):
    """A witness of the log: its key and its address."""

    def make(name, *logs, algorithm=Algorithm.COSIGNATURE):
        key = make_key(name, algorithm)
        return key, serve(key, *logs)

    return make


def test_each_cosigns_and_the_policy_is_met(ask, make_log, make_witness):
    log = make_log(300)
    asked = ask(
        log,
        "all",
        one=make_witness("w1.example", log),
        two=make_witness("w2.example", log, algorithm=Algorithm.COSIGNATURE_MLDSA44),
    )
    assert (asked.is_enough, sorted(asked.cosigned), asked.faults) == (True, ["one", "two"], {})
    assert all(abs(at - time.time()) < 60 for at in asked.cosigned.values())
    assert asked.note.signatures[0] == log.checkpoint().signatures[0]


def test_one_that_saw_an_earlier_size_is_given_the_proof_it_needs(ask, make_log, make_witness):
    """The asker was started again, so it does not know what the witness saw."""
    log = make_log(300)
    witness = make_witness("w1.example", log)
    for _ in range(3):
        assert ask(log, "all", one=witness).is_enough
        log.add(*[b"more"] * 77)


def test_it_remembers_the_size_from_one_time_to_the_next(make_log, make_witness):
    log = make_log(5)
    with WebClient() as web:
        asking = witnesses(web, log, "all", 5, {"one": make_witness("w1.example", log)})
        proved = []

        def consistency(old, new):
            proved.append((old, new))
            return log.consistency(old, new)

        for _ in range(2):
            assert asking.ask(log.checkpoint(), consistency).is_enough
            log.add(b"more")
    assert proved == [(0, 5), (5, 6)]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, b"", "does not watch this log"),
        (403, b"", "does not take the log's signature"),
        (422, b"", "no longer extends"),
        (500, b"", "it answered 500"),
        (302, b"", "it answered 302"),
        (409, b"garbage", "does not say which size"),
        (409, b"12\n", "an old backup may have been restored"),
        (409, b"0\n", "two histories were shown"),
        (200, b"", "signature lines"),
        (200, b"\xff\xfe", "not UTF-8"),
        (200, "— w1.example AAAAAAAAAAAA\n".encode(), "no cosignature of a witness that is known"),
        (200, b"x" * 100_000, "gives more than"),
    ],
)
def test_a_witness_that_fails_is_named(status, body, said, ask, make_log, make_key, scripted):
    asked = ask(make_log(9), "all", bad=(make_key("bad.example"), scripted(status, body)))
    assert (asked.is_enough, asked.cosigned) == (False, {})
    assert said in asked.faults["bad"]


def test_a_cosignature_of_another_checkpoint_does_not_count(
    ask, make_log, make_key, scripted, make_witness
):
    from bernard.ledger.tlog import note as notes

    log, key = make_log(9), make_key("w1.example")
    other = notes.sign(make_log(9, "another").checkpoint().text, [key], 1_700_000_000)
    asked = ask(log, "all", one=(key, scripted(200, other.signatures[0].line.encode())))
    assert not asked.is_enough
    assert "does not fit the text" in asked.faults["one"]


def test_nobody_waits_for_one_that_hangs_when_enough_have_cosigned(
    ask, make_log, make_key, make_witness, scripted
):
    log = make_log(9)
    began = time.monotonic()
    asked = ask(
        log,
        "1",
        good=make_witness("w1.example", log),
        slow=(make_key("slow.example"), scripted(200, wait_s=30)),
        gone=(make_key("gone.example"), "http://127.0.0.1:9"),
    )
    assert asked.is_enough
    assert time.monotonic() - began < 2.5
    assert "in time" in asked.faults["slow"]
    assert "cannot be asked" in asked.faults["gone"]


def test_one_that_has_not_answered_is_left_alone(make_log, make_key, scripted):
    log = make_log(1)
    with WebClient(timeout_s=1) as web:
        slow = {"slow": (make_key("slow.example"), scripted(200, wait_s=30))}
        asking = witnesses(web, log, "all", 0.2, slow)
        faults = [asking.ask(log.checkpoint(), log.consistency).faults["slow"] for _ in range(2)]
    assert faults == ["it did not answer in time", "it has not answered yet"]


def test_two_histories_get_no_second_cosignature(ask, make_log, make_witness):
    log, fork = make_log(9), make_log(9, "another")
    witness = make_witness("w1.example", log)
    assert ask(log, "all", one=witness).is_enough
    told = ask(fork, "all", one=witness)
    assert not told.is_enough
    assert "two histories were shown" in told.faults["one"]
    assert "no longer extends" in ask(fork.add(b"more"), "all", one=witness).faults["one"]
    old_backup = make_log(5)
    assert "old backup" in ask(old_backup, "all", one=witness).faults["one"]


def test_a_policy_without_enough_addresses_is_refused_at_once(make_log, make_key):
    log, key = make_log(1), make_key()
    policy = f"log {log.vkey}\nwitness one {key.verifier}\nquorum one"
    with pytest.raises(InputInvalid, match="Write the address"):
        Witnesses(parse_policy(policy), WebClient())
    with pytest.raises(InputInvalid, match="ftp"):
        Witnesses(parse_policy(policy.replace("\nquorum", " ftp://x/\nquorum")), WebClient())
    assert Witnesses(Policy(), WebClient()).policy.quorum == "none"
