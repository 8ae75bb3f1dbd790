"""The package, the script of one file and the page in a browser come to the same verdict."""

import base64
import contextlib
import io
import os
from dataclasses import dataclass, field
from hashlib import sha512

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bernard.errors import Error
from bernard.ledger.tlog import (
    Algorithm,
    LogFiles,
    Note,
    SignerKey,
    VerifierKey,
    check_receipt,
    files_in,
    parse_policy,
    parse_receipt,
    verify_files,
)
from bernard.ledger.tlog import note as notes

pytestmark = pytest.mark.browser
# Cases for one call of the browser, and how many such calls: more where somebody has the time.
AT_ONCE, ROUNDS = 30, int(os.environ.get("BERNARD_TEST_VERIFIER_ROUNDS", "4"))
SIZE = 700

JUDGE = """async ([files, cases]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const said = [];
  for (const { receipt, entry, changed, ...trust } of cases) {
    const read = async (path) => {
      const text = path in changed ? changed[path] : files[path];
      return text == null ? null : bytes(text);
    };
    const check = receipt == null
      ? checkLog({ read, ...trust })
      : checkReceipt({ receipt: bytes(receipt), entry: bytes(entry), ...trust });
    said.push(await check.then(() => "", (fault) => {
      if (!(fault instanceof Fault)) throw fault;
      return fault.message;
    }));
  }
  return said;
}"""


@dataclass
class Case:
    """Something to be judged: a log with these files changed, None for gone; or a receipt."""

    key: str
    changed: dict = field(default_factory=dict)
    seen: str = ""
    witnesses: tuple = ()
    quorum: int = 0
    receipt: bytes | None = None
    entry: bytes = b""

    def for_browser(self):
        return {
            "key": self.key,
            "changed": {path: data and encode(data) for path, data in self.changed.items()},
            "seen": self.seen,
            "witnesses": "\n".join(self.witnesses),
            "quorum": self.quorum,
            "receipt": None if self.receipt is None else encode(self.receipt),
            "entry": encode(self.entry),
        }

    def by_package(self, folder):
        try:
            policy = self.policy()
            if self.receipt is None:
                return verify_files(self.files(folder), policy, self.seen).fault == ""
            check_receipt(parse_receipt(self.receipt), self.entry, policy)
        except Error:
            return False
        return True

    def policy(self):
        names = [f"w{n}" for n in range(len(self.witnesses))]
        lines = [f"witness {name} {key}" for name, key in zip(names, self.witnesses, strict=True)]
        if self.quorum:
            lines.append(f"group all {self.quorum} {' '.join(names)}")
        quorum = "all" if self.quorum else "none"
        return parse_policy("\n".join([f"log {self.key}", *lines, f"quorum {quorum}"]))

    def files(self, folder):
        there = files_in(folder)

        def read(path):
            data = self.changed.get(path, b"")
            return there.read(f"{path}.gone") if data is None else data or there.read(path)

        return LogFiles(read)

    def by_script(self, one_file, folder, place):
        words = [word for key in self.witnesses for word in ("--witness", key)]
        words += ["--quorum", str(self.quorum)]
        if self.receipt is not None:
            (place / "receipt").write_bytes(self.receipt)
            (place / "entry").write_bytes(self.entry)
            words += ["--receipt", str(place / "receipt"), "--entry", str(place / "entry")]
            return says(one_file, [*words, self.key])
        if self.seen:
            (place / "seen").write_bytes(self.seen.encode())
            words += ["--seen", str(place / "seen")]
        with self.written(folder):
            return says(one_file, [*words, str(folder), self.key])

    @contextlib.contextmanager
    def written(self, folder):
        """The changes, in the folder for as long as this lasts."""
        paths = {folder / path: data for path, data in self.changed.items()}
        before = {path: path.read_bytes() if path.exists() else None for path in paths}
        try:
            put(paths)
            yield
        finally:
            put(before)


def put(files):
    for path, data in files.items():
        if data is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def says(one_file, words):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return one_file.main(words) == 0


def encode(data):
    return base64.b64encode(data).decode()


@pytest.fixture(scope="module")
def whole(tmp_path_factory, make_log, make_witness_key):
    """A log of 700 entries that was published as it grew, witnessed; its folder, and its witness."""
    log, folder, witness = make_log(), tmp_path_factory.mktemp("log"), make_witness_key()
    for size in (3, 300, SIZE):
        log.add(make_log(SIZE).entries[log.tree.size : size]).publish(folder)
    seen = notes.sign(log.checkpoint.text, [witness], 1_700_000_000)
    note = Note(seen.text, (*log.checkpoint.signatures, *seen.signatures))
    (folder / "checkpoint").write_text(str(note))
    return log, folder, witness


@pytest.fixture(scope="module")
def verdicts(whole, one_file, verifying_page, tmp_path_factory):
    """The verdict on each case, which is the same by all three; it fails where one differs."""
    _, folder, _ = whole
    place = tmp_path_factory.mktemp("given")

    def judge(*cases, folder=folder):
        files = {
            str(path.relative_to(folder)): encode(path.read_bytes())
            for path in folder.rglob("*")
            if path.is_file()
        }
        sent = [case.for_browser() for case in cases]
        judge.said = verifying_page.evaluate(JUDGE, [files, sent])
        page = [fault == "" for fault in judge.said]
        for case, by_page in zip(cases, page, strict=True):
            package, script = case.by_package(folder), case.by_script(one_file, folder, place)
            assert package == script == by_page, (case, package, script, by_page)
        return page

    return judge


def receipt_of(log, folder, index, size=SIZE):
    proof = "".join(f"{encode(hash)}\n" for hash in log.prover.inclusion(index, size))
    note = (folder / "checkpoint").read_bytes()
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{proof}\n".encode() + note


def test_a_good_log_and_its_receipts_hold_for_all(whole, verdicts):
    log, folder, witness = whole
    key, cosigner = str(log.signer.verifier), str(witness.verifier)
    cases = [
        Case(key, seen=seen, witnesses=(cosigner,), quorum=quorum)
        for seen in ("", str(log.checkpoint), (folder / "checkpoint").read_text())
        for quorum in (0, 1)
    ]
    cases += [
        Case(key, receipt=receipt_of(log, folder, index), entry=log.entries[index])
        for index in (0, 255, 256, 511, 698, 699)
    ]
    assert all(verdicts(*cases))


def test_an_older_checkpoint_is_extended_for_all(whole, verdicts, make_log):
    log, _, _ = whole
    sizes = (0, 1, 255, 256, 257, 300, 512, 699, 700)
    seen = [
        str(make_log(SIZE).__class__(log.signer).add(log.entries[:n]).checkpoint) for n in sizes
    ]
    key = str(log.signer.verifier)
    assert all(verdicts(*[Case(key, seen=text) for text in seen]))
    forks = [str(make_log(n, seed=1).checkpoint) for n in sizes[1:]]
    assert not any(verdicts(*[Case(key, seen=text) for text in forks]))
    later = str(make_log(SIZE + 1).checkpoint)
    stranger = str(make_log(3, name="example.gov.uk/other").checkpoint)
    assert not any(verdicts(Case(key, seen=later), Case(key, seen=stranger), Case(key, seen="x")))


@st.composite
def tampered(draw, whole):
    """A case with one thing wrong, or sometimes nothing."""
    log, folder, witness = whole
    trust = {"witnesses": (str(witness.verifier),), "quorum": draw(st.integers(0, 1))}
    key = str(log.signer.verifier)
    paths = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    path, other = draw(st.sampled_from(paths)), draw(st.sampled_from(paths))
    if draw(st.booleans()):
        index = draw(st.integers(0, SIZE - 1))
        data, entry = receipt_of(log, folder, index), log.entries[index]
        if draw(st.integers(0, 4)) == 0:
            return Case(key, receipt=data, entry=mangled(draw, entry, b""), **trust)
        return Case(key, receipt=mangled(draw, data, entry), entry=entry, **trust)
    data = (folder / path).read_bytes()
    change = draw(st.sampled_from(["mangle", "mangle", "mangle", "swap", "gone"]))
    if change == "swap":
        return Case(key, {path: (folder / other).read_bytes(), other: data}, **trust)
    new = None if change == "gone" else mangled(draw, data, (folder / other).read_bytes())
    return Case(key, {path: new}, **trust)


def mangled(draw, data, other):
    """The bytes with one of them changed, or cut, or longer, or others."""
    at = draw(st.integers(0, len(data) - 1))
    return draw(
        st.sampled_from(
            [
                *[data[:at] + bytes([data[at] ^ draw(st.integers(1, 255))]) + data[at + 1 :]] * 4,
                data[: at + 1],
                data[: at + 1] + data[at:],
                data[: at + 1] + other + data[at + 1 :],
                data + b"\n",
                b"\xef\xbb\xbf" + data,
                data.replace(b"\n", b"\r\n"),
            ]
        )
    )


def test_anything_that_was_changed_is_judged_alike(whole, verdicts):
    @settings(
        deadline=None,
        max_examples=ROUNDS,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(cases=st.lists(tampered(whole), min_size=AT_ONCE, max_size=AT_ONCE))
    def check(cases):
        verdicts(*cases)

    check()


def test_every_file_of_the_log_counts_for_all(whole, verdicts):
    """One byte of each file that is part of this state; older partial files are no part of it."""
    log, folder, _ = whole
    key = str(log.signer.verifier)
    paths = ["checkpoint", "tile/0/002.p/188", "tile/1/000.p/2", "tile/entries/002.p/188"]
    paths += [f"tile/{kind}/00{n}" for kind in ("0", "entries") for n in (0, 1)]
    cases = []
    for path in paths:
        data = bytearray((folder / path).read_bytes())
        data[len(data) // 3] ^= 1
        cases += [Case(key, {path: bytes(data)}), Case(key, {path: None})]
    assert not any(verdicts(*cases))


def test_an_old_state_that_is_shown_again_is_told_by_who_kept_a_newer_one(
    whole, verdicts, make_log
):
    log, _, _ = whole
    old = {"checkpoint": str(make_log(300).checkpoint).encode()}
    key = str(log.signer.verifier)
    assert verdicts(Case(key, old), Case(key, old, seen=str(log.checkpoint))) == [True, False]


def test_notes_that_are_odd_are_judged_alike(whole, verdicts, make_witness_key):
    log, folder, witness = whole
    key, cosigner = str(log.signer.verifier), str(witness.verifier)
    origin, size, root = log.checkpoint.text.split("\n")[:3]
    wrong_texts = [
        f"example.gov.uk/other\n{size}\n{root}\n",
        f"{origin}\n0{size}\n{root}\n",
        f"{origin}\n+{size}\n{root}\n",
        f"{origin}\n{size} \n{root}\n",
        f"{origin}\n\u0667\u0660\u0660\n{root}\n",
        f"{origin}\n{2**62 + 1}\n{root}\n",
        f"{origin}\n{2**62}\n{root}\n",
        f"{origin}\n{size}\n{root[:-4]}\n",
        f"{origin}\n{size}\n{root.rstrip('=')}\n",
        f"{origin}\n{size}\n",
        f"{origin}\n{size}\n{root}\n\n",
        f"{origin}\n{size}\n{root}\n\nmore\n",
        f"\n{origin}\n{size}\n{root}\n",
        f"{origin}\n{size}\n{root}\n\tmore\n",
    ]
    signed = [str(notes.sign(text, [log.signer])) for text in wrong_texts]
    good = (folder / "checkpoint").read_text()
    line = good.splitlines()[-1]
    stranger = notes.sign(log.checkpoint.text, [make_witness_key("other.example/w")], 5)
    added = stranger.signatures[0].line
    signed += [
        good.rstrip("\n"),
        good + "\n",
        good + "— \n",
        good + added.replace("other.example/w", "other\u00a0example"),
        good + added.replace("other.example/w", "other\u0085example"),
        good + added.replace("other.example/w", "other+example"),
        good + added.replace("— ", "- "),
        good + f"{line[:-1]}\n",
        good + added * 99,
    ]
    holding = [
        good + added,
        good + added * 98,
        good + f"{line}\n",
        good.replace(line, line.replace(line.split()[1], log.signer.name)),
        good + added.replace("other.example/w", "other\ufeffexample"),
        str(notes.sign(f"{origin}\n{size}\n{root}\nmore\n", [log.signer])),
    ]
    cases = [Case(key, {"checkpoint": text.encode()}, witnesses=(cosigner,)) for text in signed]
    assert not any(verdicts(*cases))
    cases = [Case(key, {"checkpoint": text.encode()}, witnesses=(cosigner,)) for text in holding]
    assert all(verdicts(*cases))


def test_keys_and_witnesses_are_judged_alike(whole, verdicts, make_log, make_witness_key):
    log, _folder, witness = whole
    key, cosigner = str(log.signer.verifier), str(witness.verifier)
    other, absent = make_log(name="example.gov.uk/other").signer, make_witness_key("w.example/2")
    as_witness = SignerKey(log.signer.name, Algorithm.COSIGNATURE, log.signer.seed)
    wrong_keys = [
        str(other.verifier),
        str(SignerKey(log.signer.name, Algorithm.ED25519, other.seed).verifier),
        str(as_witness.verifier),
        cosigner,
        key[:-1],
        key.replace("+", " ", 1),
        key.split("+")[0],
        "",
    ]
    asked = [
        Case(key, witnesses=(cosigner, str(absent.verifier)), quorum=2),
        Case(key, witnesses=(str(absent.verifier),), quorum=1),
        Case(key, witnesses=(key,)),
        Case(key, witnesses=(cosigner + "x",)),
    ]
    assert not any(verdicts(*[Case(wrong) for wrong in wrong_keys], *asked))
    enough = Case(key, witnesses=(cosigner, str(absent.verifier)), quorum=1)
    assert verdicts(enough) == [True]


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257])
def test_logs_of_all_sizes_are_judged_alike(size, verdicts, make_log, tmp_path):
    log = make_log(size)
    case = Case(str(log.signer.verifier), seen=str(log.checkpoint))
    assert verdicts(case, folder=log.publish(tmp_path)) == [True]


def test_a_log_of_three_levels_is_judged_alike(verdicts, make_log, tmp_path):
    log = make_log(65_537)
    top = log.publish(tmp_path) / "tile/2/000.p/1"
    changed = {"tile/2/000.p/1": top.read_bytes()[::-1]}
    assert verdicts(Case(str(log.signer.verifier), changed), folder=tmp_path) == [False]
    # So all the rest was found to hold.
    assert verdicts.said == ["Tile 0 of level 2 does not follow from the entries."]


SMALL_Y = [
    0, 1, 2**255 - 20,
    2707385501144840649318225287225658788936804267575313519463743609750303402022,
    55188659117513257062467267217118295137698188065244968500265048394206261417927,
    # The same again, written as y + 2**255 - 19, and one that is no point at all.
    2**255 - 19, 2**255 - 18, 2,
]  # fmt: skip


def test_weak_keys_are_refused_by_all(whole, verdicts):
    """With such a key a signature of zeros fits half of all texts."""
    log, _folder, _ = whole
    name, text = log.signer.name, log.checkpoint.text
    cases = []
    for y in SMALL_Y:
        for odd in (0, 1):
            public = (y | odd << 255).to_bytes(32, "little")
            key = VerifierKey(name, Algorithm.ED25519, public)
            for first in ((1).to_bytes(32, "little"), bytes(32), public):
                line = f"— {name} {encode(key.key_id + first + bytes(32))}\n"
                cases.append(Case(str(key), {"checkpoint": f"{text}\n{line}".encode()}))
    assert not any(verdicts(*cases))


# RFC 8032 section 7.1, tests 1 to 3 and SHA(abc): secret key, message.
VECTORS = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", ""),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82"),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ),
]
SIGN = "cases => Promise.all(cases.map(async (c) => { const [k, m, s] = c.map(decode64); return [await isSigned(k, m, s), await isSignedByOwn(k, m, s)]; }))"


def test_signatures_are_judged_alike_by_the_browser_by_the_page_and_by_the_package(
    verifying_page, one_file
):
    assert verifying_page.evaluate("browserKnowsEd25519()")
    cases = [case for secret, message in VECTORS for case in signatures(secret, message)]
    said = verifying_page.evaluate(SIGN, [[encode(part) for part in case] for case in cases])
    for case, (browser, own) in zip(cases, said, strict=True):
        assert browser == own == holds(*case) == one_file.is_signed(*case), case
    assert [own for _, own in said].count(True) == 2 * len(VECTORS)


def signatures(secret, message):
    """A good signature, and ones that only a careless verifier takes."""
    signer = SignerKey("x", Algorithm.ED25519, bytes.fromhex(secret))
    public, text = signer.verifier.public, bytes.fromhex(message)
    good = signer._key.sign(text)
    order = 2**252 + 27742317777372353535851937790883648493
    number = int.from_bytes(good[32:], "little")
    scalar = bytearray(sha512(signer.seed).digest()[:32])
    scalar[0], scalar[31] = scalar[0] & 248, scalar[31] & 63 | 64
    identity = (1).to_bytes(32, "little")
    challenge = int.from_bytes(sha512(identity + public + text).digest(), "little") % order
    forged = challenge * int.from_bytes(scalar, "little") % order
    yield public, text, good
    yield public, text + b"x", good
    yield public, text, good[:32] + (number + order).to_bytes(32, "little")
    yield public, text, good[:32] + (number + 2 * order).to_bytes(32, "little")
    yield public, text, good[:31] + bytes([good[31] ^ 128]) + good[32:]
    yield public, text, bytes(64)
    yield public, text, b"\xff" * 64
    # By the owner of the key alone: its first half is the point that adds nothing.
    yield public, text, identity + forged.to_bytes(32, "little")
    # The same point written as y + 2**255 - 19.
    yield public, text, (2**255 - 18).to_bytes(32, "little") + forged.to_bytes(32, "little")


def holds(public, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True
