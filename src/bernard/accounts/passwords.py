"""Passwords: which are good enough, and how they are kept (scrypt, a salt each)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from itertools import pairwise

from bernard.accounts.guessable import COMMON
from bernard.errors import InputInvalid

SHORTEST = 12
LONGEST = 1024
# About 0.2 s and 32 MB a check: OWASP's password storage cheat sheet (2025), scrypt, third row.
COST, BLOCK, LANES = 2**15, 8, 3
_KEY_BYTES = 32


def hash_password(password: str, cost: int = COST) -> str:
    """The password as it is kept: `scrypt$cost$block$lanes$salt$key`."""
    salt = secrets.token_bytes(16)
    key = _derive(password, salt, cost, BLOCK, LANES)
    return f"scrypt${cost}${BLOCK}${LANES}${_text(salt)}${_text(key)}"


def verify_password(password: str, kept: str) -> bool:
    """Whether this is the password that was kept.

    An empty `kept` (no such account, or one that nobody may sign in to) takes as long as a real
    one, so that the time of an answer does not tell which names exist.
    """
    parts = (kept or _NOBODY).split("$")
    cost, block, lanes = (int(part) for part in parts[1:4])
    salt, key = (base64.b64decode(part) for part in parts[4:6])
    same = hmac.compare_digest(_derive(password, salt, cost, block, lanes), key)
    return same and bool(kept)


def check_new_password(password: str, name: str = "") -> None:
    """Let a new password pass, or say what to change.

    Raises:
        InputInvalid: shorter than 12 characters, over 1,024, or easy to guess.
    """
    if len(password) < SHORTEST:
        raise InputInvalid(f"Password must be {SHORTEST} characters or more.")
    if len(password) > LONGEST:
        raise InputInvalid(f"Password must be {LONGEST} characters or fewer.")
    if _is_guessable(_fold(password), _fold(name)):
        raise InputInvalid(
            "Password is too easy to guess. Use three or more words that do not belong together."
        )


def _is_guessable(password: str, name: str) -> bool:
    letters = re.sub(r"[^a-z]+", "", password)
    known = (
        password in COMMON
        or letters in COMMON
        or bool(name and password.startswith(name) and len(password) - len(name) < 6)
    )
    return known or _is_repetitive(password) or _is_run(password)


def _is_repetitive(password: str) -> bool:
    """Whether it is a piece of up to six characters, again and again."""
    return re.fullmatch(r"(.{1,6}?)\1+.{0,5}", password) is not None and (len(set(password)) <= 6)


def _is_run(password: str) -> bool:
    """Whether it is mostly a run along the alphabet, the digits or the keyboard."""
    rows = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
    lines = "\n".join([*rows, *(row[::-1] for row in rows)])
    pairs = sum(a + b in lines for a, b in pairwise(password))
    return pairs >= 0.7 * (len(password) - 1)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _derive(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(
        unicodedata.normalize("NFKC", password).encode(errors="surrogatepass"),
        salt=salt,
        n=cost,
        r=block,
        p=lanes,
        maxmem=256 * cost * block,
        dklen=_KEY_BYTES,
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


_NOBODY = f"scrypt${COST}${BLOCK}${LANES}${_text(bytes(16))}${_text(bytes(_KEY_BYTES))}"
