"""Which original is behind which stand-in, and every stand-in in a text found."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from bernard.errors import InputInvalid
from bernard.privacy.marks import (
    BARE,
    CLOSER,
    CODED_CLOSERS,
    CODED_OPENERS,
    LONGEST,
    MARK,
    OPENER,
    first_opener,
    key_of,
    looks_bare,
    split,
)
from bernard.privacy.wording import Wording

# A text with many stand-ins of one long value would fill the memory.
_MOST_RESTORED = 64_000_000
# Other words for a form that a model may use.
_FORMS = {
    "": "",
    "NAME": "FULL",
    "FULLNAME": "FULL",
    "FAMILYNAME": "FAMILY",
    "SURNAME": "FAMILY",
    "LASTNAME": "FAMILY",
    "GIVENNAME": "GIVEN",
    "FIRSTNAME": "GIVEN",
    "FORENAME": "GIVEN",
    "INITIAL": "INITIALS",
}
_OWN_FORMS = ("FULL", "FAMILY", "GIVEN", "SHORT", "LISTED", "INITIALS", "EMAIL", "HANDLE")
_ALL_FORMS = (*_OWN_FORMS, *filter(None, _FORMS))
_FORM = "|".join(sorted(_ALL_FORMS, key=len, reverse=True))
_LABEL = re.compile(rf"(?P<form>{_FORM})(?P<case>CAPS|SMALL|)[A-Z]{{0,2}}|(?P<all>CAPS|SMALL|)")
# How a label may begin.
_BEGINNINGS = (*_ALL_FORMS, "CAPS", "SMALL")
_LONGEST_ENDING = 7
_CODED = re.compile(r"[\\%&]")
_ESCAPED_HYPHEN = re.compile(r"\\(?=[ _-])")
_INSIDE = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ0-9０-９ _*`\u2010-\u2013\u2212\uff0d-]*")
_OWN = re.compile(r"['’]s?[ *_`]{0,3}$")
_TAIL = re.compile(r"⟦?[A-Z][A-Z0-9_\u2011-]*$")


class Swap(NamedTuple):
    """A stand-in in a text, and what goes in its place."""

    start: int
    end: int
    original: str


class Originals:
    """Which original is behind which stand-in.

    Attributes:
        by_stand_in: the originals, by stand-in as we write it.
        strangers: marks that looked like a stand-in and were none.
        wording: the invented words among the stand-ins, None where there are none.
    """

    __slots__ = ("_bases", "_by_key", "_implied", "_ordered", "by_stand_in", "strangers", "wording")

    def __init__(self) -> None:
        self.by_stand_in: dict[str, str] = {}
        self.strangers: dict[str, int] = {}
        self.wording: Wording | None = None
        self._by_key: dict[str, str] = {}
        self._bases: set[str] = set()
        self._implied: dict[str, str] = {}
        self._ordered: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._by_key) or self.wording is not None

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    def add(self, stand_in: str, original: str) -> None:
        """Remember what is behind a stand-in: a mark, or invented words."""
        self.by_stand_in[stand_in] = original
        if stand_in[:1] == "⟦":
            key = key_of(stand_in)
            self._by_key[key] = original
            self._bases.add(split(key)[0])
        else:
            self.invented().add_phrase(stand_in, original)

    def invented(self) -> Wording:
        """The invented words, from now on with some."""
        if self.wording is None:
            self.wording = Wording()
        return self.wording

    def imply(self, core: str, form: str, original: str) -> None:
        """Remember a form of a name that was not met by itself but is certain."""
        self._implied.setdefault(key_of(core) + form, original)

    def find(self, key: str) -> str | None:
        """What is behind a mark, also in a form that we did not write; None where that is not certain."""
        original = self._by_key.get(key)
        if original is not None:
            return original
        base, label = split(key)
        read = _LABEL.fullmatch(label) if base in self._bases else None
        if read is None:
            return None
        form, case = read["form"] or "", read["case"] or read["all"]
        original = self._of_form(base, _FORMS.get(form, form))
        if original is None or not case:
            return original
        return original.upper() if case == "CAPS" else original.lower()

    def _of_form(self, base: str, form: str) -> str | None:
        """How a form of a name was written, or how it certainly is."""
        original = self._by_key.get(base + form)
        if original is None:
            original = self._implied.get(base + form)
        for case in ("CAPS", "SMALL") if form else ():
            if original is None:
                original = self._by_key.get(base + form + case)
        return original

    def restore(self, text: str, *, json: bool) -> str:
        """The text with originals in it."""
        if self.wording is None and first_opener(text) < 0 and not looks_bare(text):
            return text
        swaps, _ = self.swaps(text, 0, json=json, final=True)
        return swapped(text, 0, len(text), swaps)

    def swaps(self, text: str, start: int, *, json: bool, final: bool) -> tuple[list[Swap], int]:
        """The stand-ins from `start` on, in order; and up to where that is certain.

        Args:
            json: an original goes in as JSON writes it in a string.
            final: nothing comes after the text, so all of it is certain.
        """
        cut = len(text) if final else self._cut(text, start)
        swaps, strangers = self._marks(text, start, json)
        if self.wording is not None:
            words, words_cut = self.wording.swaps(text, start, json=json, final=final)
            _check_size(sum(len(new) for _, _, new in words))
            cut = min(cut, words_cut)
            swaps = _one_list(swaps, (Swap(a, b, _put(new, json)) for a, b, new in words))
        while swaps and swaps[-1].end > cut:
            cut = min(cut, swaps.pop().start)
        for place, mark in strangers:
            if place + len(mark) <= cut:
                self.strangers[mark] = self.strangers.get(mark, 0) + 1
            elif place < cut:
                cut = place
        while swaps and swaps[-1].end > cut:
            swaps.pop()
        return swaps, cut

    def _marks(self, text: str, start: int, json: bool) -> tuple[list[Swap], list[tuple[int, str]]]:
        """The marks, those without brackets too; and those in our brackets that are none of ours."""
        swaps: list[Swap] = []
        strangers: list[tuple[int, str]] = []
        size = 0
        if first_opener(text, start) >= 0:
            for mark in MARK.finditer(text, start):
                original = self.find(key_of(mark["core"]))
                if original is not None:
                    size += len(original)
                    _check_size(size)
                    swaps.append(Swap(*mark.span(), self._in_place(mark, text, original, json)))
                elif mark["open"] == "⟦" and not self._holds_bare(mark.group()):
                    strangers.append((mark.start(), mark.group()))
        if looks_bare(text):
            bare: list[Swap] = []
            for mark in BARE.finditer(text, start):
                original = self._bare(mark)
                if original is not None:
                    size += len(original)
                    _check_size(size)
                    bare.append(Swap(*mark.span(), _put(original, json)))
            swaps = _one_list(swaps, bare)
        return swaps, strangers

    def _bare(self, mark: re.Match[str]) -> str | None:
        return self.find(key_of(mark["core"]))

    def _holds_bare(self, mark: str) -> bool:
        return any(self._bare(inner) is not None for inner in BARE.finditer(mark, 1))

    def _in_place(self, mark: re.Match[str], text: str, original: str, json: bool) -> str:
        """An original as it is written where this mark stands."""
        opener, end = mark["open"].lstrip("\\"), mark.end()
        original += mark["own"] or ""
        if mark["open"][0] == "%":
            return quote(original, safe="")
        if opener[0] == "&":
            original = html.escape(original, quote=False)
        if opener == "[" and text[end : end + 1] == "(":
            original = f"[{original}]"  # the text of a link in Markdown
        return _put(original, json)

    def _begins_one(self, key: str) -> bool:
        """May a key that begins like this become one of ours?"""
        if len(self._ordered) != len(self._by_key):
            self._ordered = sorted(self._by_key)
        at = bisect_left(self._ordered, key)
        if at < len(self._ordered) and self._ordered[at].startswith(key):
            return True
        base, label = split(key)
        return base in self._bases and any(
            form.startswith(label)
            or (label.startswith(form) and len(label) <= len(form) + _LONGEST_ENDING)
            for form in _BEGINNINGS
        )

    def _cut(self, text: str, start: int) -> int:
        """How much of the text can be shown: all that cannot be the beginning of a stand-in."""
        least = max(start, len(text) - LONGEST)
        at = first_opener(text, least)
        while at >= 0:
            if self._may_grow(text[at:]):
                return at
            at = first_opener(text, at + 1)
        tail = _TAIL.search(text, least) if _may_be_tail(text) else None
        if tail and self._begins_one(key_of(tail.group())):
            return tail.start()
        return len(text)

    def _may_grow(self, tail: str) -> bool:
        """May what comes next make a stand-in of this, or change how it is restored?"""
        opener = OPENER.match(tail, 1 if tail[0] == "\\" else 0) or OPENER.match(tail)
        if opener is None:
            return tail == "\\" or any(sign.startswith(tail.lower()) for sign in CODED_OPENERS)
        inside = tail[opener.end() :]
        closer = CLOSER.search(inside)
        if closer is None:
            return self._may_close(_ESCAPED_HYPHEN.sub("", inside))
        # "]" may be followed by another, or by the target of a link.
        return closer.end() == len(inside) and closer.group() == "]"

    def _may_close(self, inside: str) -> bool:
        """Is this the beginning of one of ours, with or without that of a coded bracket?"""
        coded = _CODED.search(inside)
        if coded:
            rest = inside[coded.start() :].lower()
            if rest != "\\" and not any(sign.startswith(rest) for sign in CODED_CLOSERS):
                return False
            inside = inside[: coded.start()]
        own = _OWN.search(inside)
        if own:
            inside = inside[: own.start()]
        return bool(_INSIDE.fullmatch(inside)) and self._begins_one(key_of(inside))


def _check_size(characters: int) -> None:
    if characters > _MOST_RESTORED:
        raise InputInvalid(
            f"With its originals the text would have more than {_MOST_RESTORED:,} characters. "
            "Restore it in parts."
        )


def swapped(text: str, start: int, end: int, swaps: list[Swap]) -> str:
    """A range of the text with these stand-ins replaced."""
    if not swaps:
        return text if start == 0 and end == len(text) else text[start:end]
    pieces: list[str] = []
    for swap in swaps:
        pieces += (text[start : swap.start], swap.original)
        start = swap.end
    pieces.append(text[start:end])
    return "".join(pieces)


def _one_list(first: list[Swap], second: Iterable[Swap]) -> list[Swap]:
    """Both in order of place; where two overlap, the one of the first list."""
    more = list(second)
    if not more:
        return first
    if not first:
        return more
    merged: list[Swap] = []
    # Of two that begin at one place the longer is first.
    for swap in sorted([*first, *more], key=lambda s: (s.start, -s.end)):
        if not merged or swap.start >= merged[-1].end:
            merged.append(swap)
    return merged


def _may_be_tail(text: str) -> bool:
    last = text[-1:]
    return last in "_\u2011-" or last.isupper() or last.isdigit()


def _put(original: str, json: bool) -> str:
    return _in_json(original) if json else original


def _in_json(original: str) -> str:
    """As JSON writes it within a string."""
    return msgspec.json.encode(original.encode("utf-8", "replace").decode()).decode()[1:-1]
