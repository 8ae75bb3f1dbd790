"""Markdown: headings kept with their places, the marks themselves left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bernard.library.convert import html, plain
from bernard.library.convert.draft import Draft
from bernard.library.convert.limits import Limits
from bernard.library.convert.tables import table

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title:[ \t]*[\"']?(.{1,300}?)[\"']?[ \t]*$", re.MULTILINE)
_LISTS = {"bullet_list_open": "", "ordered_list_open": "1"}


def read(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read a Markdown file into the draft; links give their words, HTML in it its text."""
    text = plain.decoded(data, draft)
    if front := _FRONT_MATTER.match(text):
        if title := _TITLE.search(front.group(1)):
            draft.title = title.group(1)
        text = text[front.end() :]
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    _Walk(draft).over(iter(tokens))


class _Walk:
    """A walk over the flat list of tokens."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._lists: list[int] = []
        self._prefix = ""

    def over(self, tokens: Iterator[Token]) -> None:
        """Put the text of the tokens into the draft."""
        level = 0
        for token in tokens:
            if token.type == "heading_open":
                level = int(token.tag[1:])
            elif token.type == "inline":
                self._inline(token, level)
                level = 0
            elif token.type == "table_open":
                self.draft.paragraphs(table(list(_rows(tokens)), header=True))
            elif token.type in ("fence", "code_block"):
                self._text(token.content.rstrip("\n"))
            elif token.type == "html_block":
                _html(token.content, self.draft)
            else:
                self._list(token)

    def _list(self, token: Token) -> None:
        if token.type == "bullet_list_open":
            self._lists.append(-1)
        elif token.type == "ordered_list_open":
            self._lists.append(int(token.attrs.get("start", 1)))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._lists.pop()
        elif token.type == "list_item_open":
            number = self._lists[-1]
            self._prefix = "• " if number < 0 else f"{number}. "
            if number >= 0:
                self._lists[-1] += 1

    def _inline(self, token: Token, level: int) -> None:
        text = _plain(token)
        if level:
            self.draft.heading(text, level)
        else:
            self._text(text)

    def _text(self, text: str) -> None:
        prefix, self._prefix = self._prefix, ""
        if text.strip():
            self.draft.paragraph(prefix + text)


def _plain(token: Token) -> str:
    """The words of a line of Markdown."""
    pieces = []
    for inner in token.children or ():
        if inner.type in ("text", "code_inline", "image"):
            pieces.append(inner.content)
        elif inner.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
    return "".join(pieces)


def _rows(tokens: Iterator[Token]) -> Iterator[list[str]]:
    row: list[str] = []
    for token in tokens:
        if token.type == "table_close":
            return
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            row.append(_plain(token))
        elif token.type == "tr_close":
            yield row


def _html(source: str, draft: Draft) -> None:
    if "<" in source and not source.lstrip().startswith(("<!--", "<!", "<?")):
        title = draft.title
        html.read_text(f"<body>{source}</body>", draft)
        draft.title = title
