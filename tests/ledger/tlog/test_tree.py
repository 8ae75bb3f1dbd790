import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bernard.errors import LogBroken
from bernard.ledger.tlog import Prover, Tree, consistency_holds, hash_leaves, inclusion_holds

# The vectors of Certificate Transparency's reference implementation, as Trillian and
# transparency-dev/merkle (testonly/constants.go, proof/verify_test.go) publish them.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
    (6, 7): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size, one_file):
    leaves = hash_leaves(ENTRIES[:size])
    assert Tree().append(leaves).tree.root.hex() == ROOTS[size]
    assert one_file.root_over([one_file.leaf(e) for e in ENTRIES[:size]]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index, size, make_log, one_file):
    proof = make_log().add(ENTRIES[:size]).prover.inclusion(index, size)
    assert [hash.hex() for hash in proof] == INCLUSION[index, size]
    leaf, root = hash_leaves([ENTRIES[index]]), bytes.fromhex(ROOTS[size])
    assert inclusion_holds(leaf, index, size, proof, root)
    assert one_file.root_from_proof(leaf, index, size, proof) == root


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old, new, make_log):
    proof = make_log().add(ENTRIES[:new]).prover.consistency(old, new)
    assert [hash.hex() for hash in proof] == CONSISTENCY[old, new]
    roots = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
    assert consistency_holds(old, new, proof, *roots)


@settings(deadline=None, max_examples=60)
@given(batches=st.lists(st.integers(1, 400), max_size=6), random=st.randoms(use_true_random=True))
def test_a_tree_that_grows_by_batches_is_the_tree_of_the_standard(batches, random, make_log, naive):
    log = make_log()
    for count in batches:
        log.add([random.randbytes(random.randrange(40)) for _ in range(count)])
    size = len(log.entries)
    assert log.tree.size == size
    assert log.tree.root == naive.root(log.entries)
    loaded = Tree.load(size, log.read_tile)
    more = hash_leaves([b"one", b"more"])
    assert loaded == log.tree
    assert loaded.append(more).tree.root == log.tree.append(more).tree.root
    if size:
        index, old = random.randrange(size), random.randrange(size + 1)
        assert log.prover.inclusion(index, size) == naive.path(index, log.entries)
        assert log.prover.consistency(old, size) == naive.proof(old, log.entries)


@settings(deadline=None, max_examples=100)
@given(size=st.integers(1, 300), random=st.randoms(use_true_random=True))
def test_proofs_hold_and_changed_ones_do_not(size, random, make_log, naive):
    log = make_log(size)
    index, old = random.randrange(size), random.randrange(1, size + 1)
    leaf, root = hash_leaves([log.entries[index]]), log.tree.root
    old_root = naive.root(log.entries[:old])
    proof, extends = log.prover.inclusion(index, size), log.prover.consistency(old, size)
    assert inclusion_holds(leaf, index, size, proof, root)
    assert consistency_holds(old, size, extends, old_root, root)
    for changed in _changed(proof, random):
        assert not inclusion_holds(leaf, index, size, changed, root)
    for changed in _changed(extends, random):
        assert not consistency_holds(old, size, changed, old_root, root)
    for other in {index - 1, index + 1, index ^ 2} - {index}:
        assert not inclusion_holds(leaf, other, size, proof, root)
    assert not inclusion_holds(_flip(leaf, random), index, size, proof, root)
    assert not inclusion_holds(leaf, index, size, proof, _flip(root, random))
    assert not consistency_holds(old, size, extends, _flip(old_root, random), root)
    assert not consistency_holds(old, size, extends, old_root, _flip(root, random))


def test_proofs_over_three_levels_of_tiles_hold(make_log):
    size = 256 * 256 + 300
    log = make_log(size)
    generator = random.Random(5)
    for _ in range(200):
        index, old = generator.randrange(size), generator.randrange(1, size)
        old_root = log.prover.root(0, old, size)
        leaf = hash_leaves([log.entries[index]])
        proof = log.prover.inclusion(index, size)
        assert inclusion_holds(leaf, index, size, proof, log.tree.root)
        extends = log.prover.consistency(old, size)
        assert consistency_holds(old, size, extends, old_root, log.tree.root)


def test_a_prover_serves_an_older_size_from_newer_tiles(make_log, naive):
    log = make_log(700)
    assert log.prover.inclusion(3, 601) == naive.path(3, log.entries[:601])


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_535, 65_536, 65_792])
def test_a_tree_is_loaded_as_it_was_left(size, make_log):
    log = make_log(size)
    assert Tree.load(size, log.read_tile) == log.tree


def test_a_short_tile_is_told(make_log):
    with pytest.raises(LogBroken, match=r"tile/0/000\.p/3.* 3 hashes"):
        Tree.load(3, lambda at: b"short")
    with pytest.raises(LogBroken, match="3 hashes"):
        Prover(lambda at: b"short").inclusion(0, 3)


def _flip(hash, random):
    at, bit = random.randrange(len(hash)), 1 << random.randrange(8)
    return hash[:at] + bytes([hash[at] ^ bit]) + hash[at + 1 :]


def _changed(proof, random):
    for at, hash in enumerate(proof):
        yield [*proof[:at], _flip(hash, random), *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
    yield [*proof, random.randbytes(32)]
    yield [random.randbytes(32), *proof]
    yield [*proof, b""]
