"""Rich Text Format, read token by token with a stack of its own, so that nesting cannot hurt."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bernard.errors import DocumentTooLarge
from bernard.library.convert.draft import Draft
from bernard.library.convert.limits import Limits
from bernard.library.convert.tables import table

MAX_DEPTH = 10_000
MAX_FONTS = 10_000

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)
_SKIPPED = frozenset(
    b"fonttbl colortbl stylesheet listtable listoverridetable rsidtbl revtbl info pict object "
    b"themedata colorschememapping datastore latentstyles xmlnstbl mmathPr generator fldinst "
    b"filetbl pgptbl operator userprops bkmkstart bkmkend header headerl headerr headerf footer "
    b"footerl footerr footerf ftnsep ftnsepc aftnsep aftnsepc atnid atnauthor atnref atntime "
    b"sp nonshppict xe tc private objdata passwordhash template".split()
)
# Destinations that are marked as ignorable and yet hold text.
_READ_ALL_THE_SAME = (b"annotation", b"shpinst", b"shptxt", b"footnote")
_SYMBOLS = {
    b"tab": "\t", b"line": "\n", b"emdash": "—", b"endash": "–", b"bullet": "•", b"lquote": "‘",
    b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"emspace": " ", b"enspace": " ",
    b"nestcell": "\t", b"lbr": "\n",
}  # fmt: skip
_ESCAPES = {b"~": " ", b"_": "-", b"-": "", b"{": "{", b"}": "}", b"\\": "\\"}
_CHARSETS = {
    77: "mac-roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437",
}  # fmt: skip


@dataclass(frozen=True)
class _State:
    """What a group inherits from the group around it."""

    skipped: bool = False
    fonts: bool = False
    title: bool = False
    hidden: bool = False
    encoding: str = ""
    after_unicode: int = 1
    first: bool = True
    star: bool = False
    aside: bool = False


def read(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read an RTF into the draft; pictures and embedded objects are not read."""
    _Reader(draft).read(data)


class _Reader:
    """One pass over the tokens."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.state = _State()
        self.stack: list[_State] = []
        self.encoding = "cp1252"
        self.fonts: dict[int, str] = {}
        self._font = 0
        self._to_skip = 0
        self._bytes = bytearray()
        self._pieces: list[str] = []
        self._title: list[str] = []
        self._cells: list[str] = []
        self._rows: list[list[str]] = []
        self._level = 0
        self._in_table = False
        self._header = False

    def read(self, data: bytes) -> None:
        """Put the text into the draft."""
        for token in self._tokens(data):
            word, number, escaped, sign, brace, text = token.groups()
            if brace:
                self._brace(brace)
            elif text:
                self._raw(text)
            elif escaped:
                self._raw(bytes([int(escaped, 16)]))
            elif word:
                self._word(word, int(number) if number else None)
            elif sign:
                self._sign(sign)
        self._paragraph()
        self._end_table()
        self.draft.title = "".join(self._title)

    def _tokens(self, data: bytes) -> Iterator[re.Match[bytes]]:
        """The tokens, stepping over the raw bytes that `bin` announces."""
        at = 0
        while found := _TOKEN.match(data, at):
            at = found.end()
            if found.group(1) == b"bin":
                at += max(int(found.group(2) or 0), 0)
            else:
                yield found

    def _brace(self, brace: bytes) -> None:
        self._decode()
        if brace == b"{":
            if len(self.stack) >= MAX_DEPTH:
                raise DocumentTooLarge(f"is nested more than {MAX_DEPTH:,} groups deep.")
            self.stack.append(self.state)
            self.state = replace(self.state, first=True, star=False)
        elif self.stack:
            within, self.state = self.state, self.stack.pop()
            if within.aside and not self.state.aside:
                self._pieces[-1] = self._pieces[-1].rstrip()
                self._pieces.append("]")
        self._to_skip = 0

    def _raw(self, text: bytes) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(text))
            self._to_skip -= skipped
            text = text[skipped:]
        if self.state.first:
            self.state = replace(self.state, first=False)
        if self.state.title or not (self.state.skipped or self.state.hidden):
            self._bytes += text

    def _decode(self) -> None:
        """Bytes kept since the last control word become text, in the encoding of their font."""
        if self._bytes:
            text = bytes(self._bytes).decode(self.state.encoding or self.encoding, "replace")
            self._bytes.clear()
            (self._title if self.state.title else self._pieces).append(text)

    def _put(self, text: str) -> None:
        self._decode()
        if self.state.title:
            self._title.append(text)
        elif not (self.state.skipped or self.state.hidden):
            self._pieces.append(text)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.state = replace(self.state, star=True)
        elif sign in (b"\n", b"\r"):
            self._paragraph()
        elif sign in _ESCAPES:
            self._put(_ESCAPES[sign])

    def _word(self, word: bytes, number: int | None) -> None:
        self._decode()
        first, self.state = self.state.first, replace(self.state, first=False)
        if first and self._destination(word):
            return
        if word in _SYMBOLS:
            self._put(_SYMBOLS[word])
        elif word == b"u":
            self._unicode(number or 0)
        elif word in (b"par", b"sect", b"page", b"cell", b"row", b"intbl", b"pard", b"trhdr"):
            self._structure(word)
        elif not self._setting(word, number):
            self._setting_of_font(word, number)

    def _destination(self, word: bytes) -> bool:
        """True where the group that begins here holds something else than the text."""
        if word == b"title" and self.state.skipped:
            self.state = replace(self.state, title=True)
        elif word in _SKIPPED or (self.state.star and word not in _READ_ALL_THE_SAME):
            self.state = replace(self.state, skipped=True, fonts=word == b"fonttbl")
        elif word in (b"footnote", b"annotation") and not self.state.skipped:
            self._pieces.append(" [Note: " if word == b"footnote" else " [Comment: ")
            self.state = replace(self.state, aside=True)
        else:
            return False
        return True

    def _unicode(self, number: int) -> None:
        self._put(chr(number % 65536))
        self._to_skip = self.state.after_unicode

    def _structure(self, word: bytes) -> None:
        if self.state.skipped:
            return
        if word in (b"par", b"sect", b"page"):
            if self.state.aside or self._in_table:
                self._put(" ")
            else:
                self._paragraph()
        elif word == b"cell":
            self._cells.append(self._taken())
        elif word == b"row":
            self._rows.append(self._cells)
            self._cells = []
        elif word == b"trhdr":
            self._header = self._header or not self._rows
        elif word == b"intbl":
            self._in_table = True
        elif word == b"pard":
            self._level, self._in_table = 0, False

    def _setting(self, word: bytes, number: int | None) -> bool:
        if word == b"uc":
            self.state = replace(self.state, after_unicode=min(max(number or 0, 0), 8))
        elif word == b"ansicpg" and number:
            self.encoding = _codec(f"cp{number}", self.encoding)
        elif word == b"mac":
            self.encoding = "mac-roman"
        elif word == b"v":
            self.state = replace(self.state, hidden=number != 0)
        elif word == b"plain":
            self.state = replace(self.state, hidden=False)
        elif word == b"outlinelevel" and number is not None:
            self._level = number + 1 if 0 <= number < 9 else 0
        else:
            return False
        return True

    def _setting_of_font(self, word: bytes, number: int | None) -> None:
        if word == b"f" and number is not None:
            if self.state.fonts:
                self._font = number
            else:
                self.state = replace(self.state, encoding=self.fonts.get(number, ""))
        elif word == b"fcharset" and self.state.fonts and len(self.fonts) < MAX_FONTS:
            self.fonts[self._font] = _CHARSETS.get(number or 0, "")

    def _taken(self) -> str:
        self._decode()
        text = "".join(self._pieces)
        self._pieces = []
        return _joined_surrogates(text)

    def _paragraph(self) -> None:
        text = self._taken()
        if not text.strip():
            return
        self._end_table()
        if self._level:
            self.draft.heading(text, self._level)
        else:
            self.draft.paragraph(text)

    def _end_table(self) -> None:
        if self._cells:
            self._rows.append(self._cells)
            self._cells = []
        if self._rows:
            self.draft.paragraphs(table(self._rows, header=True if self._header else None))
            self._rows, self._header = [], False


def _joined_surrogates(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _codec(name: str, otherwise: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return otherwise
