"""The agreements in force are what their files say at each call."""

import datetime
import os
import threading

import pytest

from bernard.agreements import Agreements, shipped
from bernard.errors import AgreementInvalid

SIGNED, SUSPENDED = b"status: signed", b"status: suspended"


@pytest.fixture
def folder(tmp_path, text_of):
    """Two agreements: of this machine, and of a server called other."""
    (tmp_path / "a.yaml").write_bytes(text_of("this-machine"))
    other = text_of(
        "this-machine",
        ("id: this-machine", "id: other"),
        ("suppliers: [embedded]", "suppliers: [other]"),
        ("[this-machine]", "[own-network]"),
    )
    (tmp_path / "b.yaml").write_bytes(other)
    return tmp_path


@pytest.fixture
def elsewhere(call):
    return call(supplier="other", places={"own-network"})


def edit(path, old, new):
    """Change a file in place, as an editor may, and leave its times as they were."""
    times = os.stat(path)
    path.write_bytes(path.read_bytes().replace(old, new))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_suspending_stops_the_next_call(tmp_path, call):
    path = tmp_path / "ours.yaml"
    path.write_bytes((shipped() / "this-machine.yaml").read_bytes())
    agreements = Agreements(path)
    assert agreements.decide(call()).allowed
    for _ in range(3):
        edit(path, SIGNED, SUSPENDED)
        assert not agreements.decide(call()).allowed
        edit(path, SUSPENDED, SIGNED)
        assert agreements.decide(call()).allowed
    path.unlink()
    with pytest.raises(AgreementInvalid, match="cannot be read"):
        agreements.decide(call())
    path.write_bytes((shipped() / "this-machine.yaml").read_bytes())
    assert agreements.decide(call()).allowed


def test_suspending_one_of_many_stops_the_next_call_under_it_alone(folder, call, elsewhere):
    agreements = Agreements(folder)
    assert agreements.decide(call()).agreement == "this-machine"
    assert agreements.decide(elsewhere).agreement == "other"
    edit(folder / "b.yaml", SIGNED, SUSPENDED)
    assert not agreements.decide(elsewhere).allowed
    assert agreements.decide(call()).allowed


def test_a_named_agreement_alone_is_asked(folder, call):
    agreements = Agreements(folder)
    assert agreements.decide(call(), "this-machine").allowed
    assert not agreements.decide(call(), "other").allowed
    assert "no agreement 'none'" in agreements.decide(call(), "none").reasons[0]


def test_a_broken_file_stops_calls_under_it_and_no_others(folder, call, elsewhere):
    agreements = Agreements(folder)
    assert agreements.decide(elsewhere).allowed
    edit(folder / "b.yaml", b"status:", b"stat us:")
    refused = agreements.decide(elsewhere)
    assert not refused.allowed
    assert "b.yaml cannot be used" in refused.reasons[-1]
    with pytest.raises(AgreementInvalid, match=r"b\.yaml cannot be used"):
        agreements.decide(elsewhere, "other")
    assert agreements.decide(call()).allowed
    [(path, faults)] = agreements.faults().items()
    assert path.endswith("b.yaml")
    assert faults
    edit(folder / "b.yaml", b"stat us:", b"status:")
    assert agreements.faults() == {}
    assert agreements.decide(elsewhere).allowed


def test_files_come_and_go(folder, call, elsewhere):
    (folder / "b.yaml").rename(folder / "b.old")
    agreements = Agreements(folder)
    assert not agreements.decide(elsewhere).allowed
    (folder / "b.old").rename(folder / "b.yaml")
    assert [a.id for a in agreements.all()] == ["this-machine", "other"]
    assert agreements.decide(elsewhere).allowed
    (folder / "b.yaml").unlink()
    assert not agreements.decide(elsewhere).allowed


def test_forbid_boxes_bind_only_the_agreement_they_stand_in(folder, call):
    forbid = b"forbid: [{id: none, services: [ask], summary: Not for ask.}]\nclauses:"
    agreements = Agreements(folder)
    edit(folder / "b.yaml", b"clauses:", forbid)
    assert agreements.decide(call()).allowed
    edit(folder / "a.yaml", b"clauses:", forbid)
    refused = agreements.decide(call())
    assert refused.forbidden_by == "none"
    assert "Not for ask." in refused.reasons[0]
    assert agreements.decide(call(service="library")).allowed


def test_the_first_agreement_that_allows_decides(folder, call):
    agreements = Agreements(folder)
    (folder / "0.yaml").write_bytes(
        (folder / "a.yaml").read_bytes().replace(b"id: this-machine", b"id: first")
    )
    agreements.all()
    assert agreements.decide(call()).agreement == "first"


def test_the_newest_version_of_an_agreement_is_the_one_in_force(folder, call):
    text = (folder / "a.yaml").read_bytes()
    agreements = Agreements(folder)
    old = agreements.decide(call()).sha256
    second = folder / "a2.yaml"
    second.write_bytes(text.replace(b"version: 1", b"version: 2").replace(SIGNED, b"status: draft"))
    agreements.all()
    assert agreements.decide(call()).version == 1
    edit(second, b"status: draft", SIGNED)
    agreements.all()
    assert agreements.decide(call()).version == 2
    edit(second, SIGNED, SUSPENDED)
    assert not agreements.decide(call()).allowed
    assert agreements.by_sha256(old).version == 1
    assert agreements.by_sha256("0" * 64) is None


def test_a_typing_error_brings_no_older_version_back(folder, call):
    text = (folder / "a.yaml").read_bytes()
    second = folder / "a2.yaml"
    second.write_bytes(text.replace(b"version: 1", b"version: 2"))
    agreements = Agreements(folder)
    assert agreements.decide(call()).version == 2
    edit(second, b"clauses:", b"clause:")
    with pytest.raises(AgreementInvalid, match=r"a2\.yaml cannot be used"):
        agreements.decide(call(), "this-machine")
    with pytest.raises(AgreementInvalid, match=r"a2\.yaml cannot be used"):
        Agreements(folder).decide(call(), "this-machine")
    edit(second, SIGNED, b"status: draft")
    agreements.all()
    assert agreements.decide(call()).version == 1


def test_two_files_with_one_version_stop_both(folder, call):
    agreements = Agreements(folder)
    (folder / "copy.yaml").write_bytes((folder / "a.yaml").read_bytes())
    agreements.all()
    refused = agreements.decide(call())
    assert "so neither is used" in refused.reasons[-1]
    assert "neither is used" in str(agreements.faults())


@pytest.mark.parametrize(
    ("start", "end", "allowed"), [(1, 2, False), (-2, -1, False), (-1, 1, True)]
)
def test_the_term_is_kept_by_the_clock(tmp_path, text_of, call, start, end, allowed):
    today = datetime.datetime.now(datetime.UTC).date()
    days = [today + datetime.timedelta(days=n) for n in (start, end)]
    path = tmp_path / "ours.yaml"
    term = ("start: 2026-01-01", f"start: {days[0]}\n  end: {days[1]}")
    path.write_bytes(text_of("this-machine", term))
    assert Agreements(path).decide(call()).allowed is allowed


def test_nothing_to_obey_is_said_at_once(tmp_path):
    with pytest.raises(AgreementInvalid, match="no agreement file"):
        Agreements(tmp_path)
    (tmp_path / "a.yaml").write_text("status: [")
    with pytest.raises(AgreementInvalid, match=r"a\.yaml cannot be used"):
        Agreements(tmp_path)
    with pytest.raises(AgreementInvalid, match="cannot be read"):
        Agreements(tmp_path / "none.yaml")


def test_threads_may_decide_while_files_change(folder, call, elsewhere):
    agreements = Agreements(folder)
    failures = []

    def ask():
        try:
            for _ in range(300):
                assert agreements.decide(call()).allowed
                agreements.allowed(elsewhere)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        edit(folder / "b.yaml", SIGNED, SUSPENDED)
        edit(folder / "b.yaml", SUSPENDED, SIGNED)
    assert failures == []


def test_a_size_limit_holds_whatever_is_remembered(tmp_path, text_of, call):
    path = tmp_path / "ours.yaml"
    limit = ("    human:", "    bytes_per_call: 1000\n    human:")
    forbid = (
        "clauses:",
        "forbid: [{id: large, services: [library], bytes_per_call: 500}]\nclauses:",
    )
    path.write_bytes(text_of("this-machine", limit, forbid))
    agreements = Agreements(path)
    for size, allowed in ((1000, True), (1001, False), (0, True), (10**9, False)):
        assert agreements.decide(call(bytes=size)).allowed is allowed
    for size, allowed in ((499, True), (500, False), (0, True)):
        assert agreements.decide(call(bytes=size, service="library")).allowed is allowed
    assert "bytes in one call 2,000 is more than 1,000" in str(
        agreements.decide(call(bytes=2000)).reasons
    )


def test_untrusted_text_sensitive_data_and_an_effect_need_a_person(tmp_path, text_of, call):
    path = tmp_path / "ours.yaml"
    path.write_bytes(text_of("this-machine"))
    agreements = Agreements(path)
    acting = {"tools": {"send-mail"}, "outside_effects": True}
    assert agreements.decide(call(**acting)).allowed
    refused = agreements.decide(call(**acting, untrusted=True))
    assert "may not meet in one call" in refused.reasons[0]
    assert refused.failed[0].dimension == "untrusted-text"
    assert agreements.decide(call(**acting, untrusted=True, sensitive=False)).allowed
    personal = call(
        **acting, untrusted=True, sensitive=False, categories={"contact-details"},
        identifiability="identifiable",
    )  # fmt: skip
    assert not agreements.decide(personal).allowed
    seen = call(**acting, untrusted=True, involvement="before-use")
    assert agreements.decide(seen).allowed
