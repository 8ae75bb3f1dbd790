"""The sources of the samples, written in Markdown, as a list of headings, paragraphs and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(frozen=True)
class Block:
    """A heading (`level` 1 is the highest), a paragraph, an item of a list, or a table's rows."""

    kind: Literal["heading", "paragraph", "item", "table"]
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


def parser() -> MarkdownIt:
    """The Markdown that the sources use: CommonMark and tables."""
    return MarkdownIt("commonmark").enable("table")


def read(markdown: str) -> list[Block]:
    """The blocks of a source in order. Emphasis and links are not used in the sources."""
    tokens = parser().parse(markdown)
    found: list[Block] = []
    items = 0
    for i, token in enumerate(tokens):
        items += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "table_open":
            found.append(Block("table", rows=_rows(tokens[i:])))
        elif token.type == "heading_open":
            found.append(Block("heading", tokens[i + 1].content, int(token.tag[1])))
        elif token.type == "paragraph_open":
            found.append(Block("item" if items else "paragraph", tokens[i + 1].content))
    return found


def _rows(tokens: list[Token]) -> tuple[tuple[str, ...], ...]:
    rows: list[list[str]] = []
    for i, token in enumerate(tokens):
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append(tokens[i + 1].content)
    return tuple(tuple(row) for row in rows)
