"""Take links out of a reply that point where the agreement does not allow.

A document can ask a model to write a link, or a picture that loads by itself, with what it has read
in the address. So an address in a reply may only point to a host that somebody has allowed.

Source: OWASP Top 10 for LLM Applications 2025, LLM02 and LLM05.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bernard.wire.types import Channel

# Markdown and HTML read a slash written as a code; browsers read a backslash as a slash, and take
# out tabs, which a code can bring in.
_SLASH = r"(?:[/\\]|&(?:#0{0,4}(?:47|92);?|#[xX]0{0,4}(?:2[fF]|5[cC]);?|b?sol;))"
_TAB = r"&(?:#0{0,4}(?:9|10|13);?|#[xX]0{0,4}[9aAdD];?|Tab;|NewLine;)"
_REST = r"[^\s<>\"'`)\]}|]+"
# An address, or two slashes that a browser would complete to one; it ends where Markdown's does.
# `data:` has no slashes and can hold a page; of `https:` one slash or none is enough for a browser.
_ADDRESS = re.compile(
    rf"(?:[a-zA-Z][a-zA-Z0-9+.-]{{0,20}}:)?{_SLASH}(?:{_SLASH}|{_TAB}){_REST}"
    rf"|(?:[a-zA-Z][a-zA-Z0-9+.-]{{0,15}}?)??(?:(?i:data):[^\s<>\"'`)\]]+|(?i:https?):{_REST})"
)
# A text with none of these, as most have, holds no address: finding them is much the quicker.
_SIGNS = ("/", "\\", ":", "&")
# What may yet become an address when more text comes: a scheme without its slashes, or one of them.
_BEGINNING = re.compile(
    rf"(?:[a-zA-Z][a-zA-Z0-9+.-]{{0,20}}:?)?(?:{_SLASH}(?:{_SLASH}|{_TAB})?)?"
    r"(?:&#?[a-zA-Z0-9]{0,9})?\Z"
)
_LONGEST_BEGINNING = 90
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,20}\Z")
_LONGEST_SCHEME = 21
_ENDS = frozenset("+.-:/\\&#;")
_HOST = re.compile(r"[a-z0-9.-]+")
_MAX_ADDRESS = 4096
REMOVED = "[link removed]"


def without_links(text: str, hosts: frozenset[str]) -> str:
    """The text with each address that points elsewhere than to these hosts replaced by a note.

    >>> without_links("See https://www.gov.uk/tax and ![x](http://evil.example/?q=1).",
    ...               frozenset({"gov.uk"}))
    'See https://www.gov.uk/tax and ![x]([link removed]).'
    """
    if not _may_hold_address(text):
        return text
    return _ADDRESS.sub(lambda found: _kept(found.group(), hosts), text)


def _may_hold_address(text: str) -> bool:
    slash, backslash, colon, code = _SIGNS
    return slash in text or backslash in text or colon in text or code in text


class LinkGuard:
    """Does the same for a text that comes in pieces, holding back no more than a begun address."""

    __slots__ = ("_held", "_hosts", "_inner")

    def __init__(self, hosts: frozenset[str], inner: Channel | None = None) -> None:
        """Allow these hosts in what comes out of `inner`, which restores originals.

        Not before: an address may stand behind a stand-in, with something new at its end.
        """
        self._hosts = hosts
        self._inner = inner
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be shown now."""
        text = self._held + (self._inner.feed(piece) if self._inner else piece)
        cut = _safe_end(text)
        self._held = text[cut:]
        return without_links(text[:cut], self._hosts)

    def finish(self) -> str:
        """What was held back."""
        text = self._held + (self._inner.finish() if self._inner else "")
        self._held = ""
        return without_links(text, self._hosts)


def _safe_end(text: str) -> int:
    """Up to where the text cannot be part of an address that is not whole yet."""
    plain = not _may_hold_address(text)
    judged = 0
    for found in () if plain else _ADDRESS.finditer(text):
        if found.end() == len(text):
            # An endless address is cut, so that it is judged and nothing grows without limit.
            return found.start() if len(text) - found.start() < _MAX_ADDRESS else len(text)
        judged = found.end()
    if not text or not (text[-1].isalnum() or text[-1] in _ENDS):
        return len(text)
    if plain:
        beginning = _SCHEME.search(text, max(0, len(text) - _LONGEST_SCHEME))
    else:
        beginning = _BEGINNING.search(text, max(judged, len(text) - _LONGEST_BEGINNING))
    return beginning.start() if beginning else len(text)


def _kept(address: str, hosts: frozenset[str]) -> str:
    scheme, _, rest = address.partition("//")
    if scheme.lower() not in ("http:", "https:", "") or "\\" in address:
        return REMOVED
    try:
        host = (urlsplit(f"//{rest}").hostname or "").rstrip(".").lower()
    except ValueError:
        return REMOVED
    # A code in it would be read as another sign than stands there: `evil.example&sol;x.gov.uk`.
    if not _HOST.fullmatch(host):
        return REMOVED
    allowed = host in hosts or any(host.endswith(f".{known}") for known in hosts)
    return address if allowed else REMOVED
