import random

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

# RFC 8032 section 7.1, tests 1 and 2: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701"
        "cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d"
        "0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
]


@pytest.mark.parametrize("vector", VECTORS)
def test_signatures_of_the_standard_hold(vector, one_file):
    public, message, signature = map(bytes.fromhex, vector)
    assert one_file.is_signed(public, message, signature)
    assert not one_file.is_signed(public, message + b"x", signature)


def test_it_judges_signatures_as_the_library_does(one_file):
    generator = random.Random(7)
    for _ in range(30):
        key = Ed25519PrivateKey.from_private_bytes(generator.randbytes(32))
        public, message = key.public_key().public_bytes_raw(), generator.randbytes(50)
        good = key.sign(message)
        more = int.from_bytes(good[32:], "little") + one_file.ORDER
        for signature in (
            good,
            flip(good, generator),
            good[:32] + more.to_bytes(32, "little"),
            good[:-1],
            bytes(64),
            b"\xff" * 64,
        ):
            assert one_file.is_signed(public, message, signature) == holds(
                public, message, signature
            )


def test_it_is_used_wrongly_with_a_hint(one_file, capsys, make_log):
    key = str(make_log().signer.verifier)
    for words in ([], [key], ["log", key, "--receipt", "r"], [key, "--receipt", "r"]):
        with pytest.raises(SystemExit) as ended:
            one_file.main(words)
        assert ended.value.code == 2
    assert "give LOG" in capsys.readouterr().err


def flip(signature, generator):
    at = generator.randrange(64)
    return (
        signature[:at] + bytes([signature[at] ^ 1 << generator.randrange(8)]) + signature[at + 1 :]
    )


def holds(public, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True
