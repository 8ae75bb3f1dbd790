"""Text from anywhere made safe to show, search and quote.

What nobody can see does not belong in a document's text: it hides instructions to a model, breaks
a quote that should be found, or turns the reading direction round.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# Unicode's own limit for text that can be normalised in bounded memory (UAX 15, stream-safe form).
MAX_COMBINING = 30

# Private-use glyphs of the Symbol and Wingdings fonts that word processors write as bullets.
_BULLETS = "\uf0b7\uf0a7\uf076\uf0d8\uf0fc"
# Joined letters that typesetting puts into PDFs, which nobody would type to search for.
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LINE_ENDS = "\x0b\x0c\x85\u2028\u2029"
_SPACES = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f"  # controls
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # zero width, direction, invisible operators
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ufdd0-\ufdef"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # tags, more selectors
)

_ASCII_SUSPECT = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_ASCII_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_CRLF = re.compile("\r\n?")
_SUSPECT = re.compile(
    f"[{_UNSEEN}{_LINE_ENDS}{_SPACES}{_BULLETS}ﬀ-ﬆ\ud800-\udfff\u200c\u200d\ufe0e\ufe0f]"
)
_REMOVED = re.compile(f"[{_UNSEEN}]+")
_BROKEN = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(f"[{_SPACES}]")
_LINE_END = re.compile(f"[{_LINE_ENDS}]")
_BULLET = re.compile(f"[{_BULLETS}]")
_LIGATURE = re.compile("[ﬀ-ﬆ]")
# Joiners shape Arabic, Persian and Indic words and emoji; after anything else they only hide.
_JOINER = re.compile("(?<![\u0600-\u1fff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]")
_SELECTOR = re.compile("(?<![#*0-9\xa9\xae\u2010-\u3299\U0001f000-\U0001faff])[\ufe0e\ufe0f]")


def clean(text: str) -> str:
    r"""The text in NFC with `\n` line ends and nothing in it that a reader cannot see.

    Removes control, Unicode-tag, direction and zero-width characters; makes every kind of space a
    space, every kind of line end a line feed and `ﬁ` two letters. Tabs stay. Cleaning twice
    changes nothing.

    Example:
        >>> clean("pay\u200bment\r\ndue\u202e now")
        'payment\ndue now'
    """
    if text.isascii():
        return _clean_ascii(text)
    text = _CRLF.sub("\n", text)
    if _SUSPECT.search(text):
        text = _without_unseen(text)
    text = _combining().sub(lambda found: found.group()[:MAX_COMBINING], text)
    return unicodedata.normalize("NFC", text)


def visible(text: str) -> str:
    r"""The text without characters that nobody can see; every other character stays as it is.

    For text on its way to a model, where normal form and kinds of space are the sender's business.
    Broken halves of characters, which no encoding can carry, become U+FFFD.

    Example:
        >>> visible("pay\u200bment\U000e0041 due")
        'payment due'
    """
    if text.isascii():
        return _REMOVED.sub("", text) if _ASCII_UNSEEN.search(text) else text
    if not _SUSPECT.search(text):
        return text
    text = _REMOVED.sub("", _BROKEN.sub("\ufffd", text))
    return _JOINER.sub("", _SELECTOR.sub("", text))


def _clean_ascii(text: str) -> str:
    if "\r" in text:
        text = _CRLF.sub("\n", text)
    if not _ASCII_SUSPECT.search(text):
        return text
    return _REMOVED.sub("", _LINE_END.sub("\n", text))


def _without_unseen(text: str) -> str:
    text = _LINE_END.sub("\n", text)
    text = _SPACE.sub(" ", text)
    text = _BULLET.sub("•", text)
    text = _LIGATURE.sub(lambda found: _LIGATURES[found.group()], text)
    text = _BROKEN.sub("\ufffd", text)
    text = _REMOVED.sub("", text)
    return _JOINER.sub("", _SELECTOR.sub("", text))


@cache
def _combining() -> re.Pattern[str]:
    """Too many combining marks on one letter; putting them in order would take quadratic time."""
    marks = "".join(chr(c) for c in range(0x300, 0x1F000) if unicodedata.combining(chr(c)))
    return re.compile(f"[{marks}]{{{MAX_COMBINING + 1},}}")
