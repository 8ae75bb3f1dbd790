"""What the script of one file says of entries is what the audit says, as far as it goes."""

import importlib.util
from hashlib import sha256
from pathlib import Path

import pytest

import bernard.ledger
from bernard.ledger import Entry
from bernard.ledger.canonical import canonical
from bernard.ledger.tlog import (
    Algorithm,
    Checkpoint,
    SignerKey,
    Tree,
    hash_leaves,
    publish,
    seal,
    sign_checkpoint,
)

KINDS = {"sequence", "unknown-agreement", "agreement", "entry"}


@pytest.fixture(scope="module")
def one_file():
    path = Path(bernard.ledger.__file__).parent / "verify_page" / "verify_log.py"
    spec = importlib.util.spec_from_file_location("verify_log_alone", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def agree(one_file, audited):
    """The numbers of the entries that the script finds wrong, which are those of the audit."""

    def check(bodies):
        story = one_file.Story()
        # In bundles, as they come.
        for start in range(0, len(bodies), 3):
            story.look(bodies[start : start + 3])
        script = sorted({int(fault.split()[1].rstrip(":")) for fault in story.faults})
        strong = [f for f in audited(bodies).findings if not f.weak and f.kind in KINDS]
        assert script == sorted({finding.number for finding in strong}), story.faults
        return script

    return check


@pytest.mark.parametrize("log", ["here", "own_server", "supplied"])
def test_real_calls_have_no_faults(log, request, agree):
    assert agree(request.getfixturevalue(log)) == []


def test_an_entry_that_is_left_out_is_missed_by_both(supplied, agree):
    """But for the last call of a key, and for outcomes: those the audit alone can miss."""
    assert agree(supplied[:1] + supplied[2:]) != []
    for number in range(1, len(supplied)):
        agree(supplied[:number] + supplied[number + 1 :])
        agree([*supplied[:number], supplied[number], *supplied[number:]])


def test_sealed_entries_excuse_no_gap(supplied, agree):
    sealed = seal(supplied[1], bytes(32))
    assert agree([supplied[0], sealed, *supplied[2:]]) != []
    assert agree([*supplied, sealed]) == []


def test_numbers_are_looked_at(supplied, agree, changed):
    for sequence in (0, 2, 5, 10**6):
        assert agree(changed(supplied, 1, sequence=sequence)) != []


def test_agreements_are_looked_at(supplied, agree, changed):
    assert agree(changed(supplied, 0, text="{}")) != []
    assert agree(changed(supplied, 0, agreement_sha256="0" * 64)) != []
    assert agree(supplied[1:]) != []


def test_a_text_in_parts_is_put_together(supplied, agree, changed, one_file):
    text = bernard.ledger.Logged(0, supplied[0].decode()).entry["text"]
    cut = len(text) // 2
    parts = [
        changed(supplied, 0, text=part, part=number, parts=2)[0]
        for number, part in enumerate((text[:cut], text[cut:]), 1)
    ]
    assert agree([*parts, *supplied[1:]]) == []
    assert agree([parts[0], *parts, *supplied[1:]]) == []
    assert agree([parts[1], parts[0], *supplied[1:]]) != []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"1",
        b'{"event":"sealed","at":0}',
        b'{"at":0,"at":0,"event":"destruction"}',
        b'{"at": 0,"event":"destruction"}',
        b'{"at":0,"event":"destruction"}\n',
        b'{"at":0,"event":"destructio\\u006e"}',
        b'{"at":0,"event":"\xff"}',
        b'{"at":0,"event":"destruction"',
        b'{"at":0,"event":"destruction","pence":NaN}',
        b"[" * 60_000,
        b'{"agreement_sha256":[],"at":0,"event":"intent"}',
        b'{"agreement_sha256":{},"at":0,"change":"in-force","event":"agreement","text":"x"}',
        b'{"at":0,"change":"in-force","event":"agreement","part":"1","text":"x"}',
        b'{"at":0,"event":"refusal","sequence":true}',
        b'{"at":0,"event":"refusal","sequence":"1"}',
    ],
)
def test_what_is_not_canonical_is_told(body, agree):
    assert agree([body]) == [0]


@pytest.mark.parametrize("pence", [0.2, 1e16, 1e-7, 0.00001, 1e300, 12345.678, 5.0, 0.1 + 0.2])
def test_numbers_with_a_point_are_taken_as_they_were_written(pence, agree, one_file):
    body = canonical(Entry("outcome", 0, of=0, pence=pence, energy_wh=1.5)).encode()
    assert one_file.unpack_json(body)


def test_the_command_looks_at_entries_where_it_is_asked(tmp_path, supplied, one_file, capsys):
    signer = SignerKey("example.gov.uk/log", Algorithm.ED25519, sha256(b"").digest())
    for bodies, code in ((supplied, 0), (supplied[:1] + supplied[2:], 1)):
        growth = Tree().append(hash_leaves(bodies))
        tiles = {(tile.level, tile.number): tile.hashes for tile in growth.tiles}
        note = sign_checkpoint(Checkpoint(signer.name, len(bodies), growth.tree.root), signer)
        folder = tmp_path / str(len(bodies))
        publish(folder, note, lambda at, t=tiles: t[at[:2]], lambda a, b, all=bodies: all[a:b])
        words = [str(folder), str(signer.verifier)]
        assert one_file.main(words) == 0
        assert one_file.main([*words, "--entries"]) == code
    assert "entry 2: 1 calls with the key 'k-drafting'" in capsys.readouterr().err
