"""Plain text, kept as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bernard.library.convert.decode import decode
from bernard.library.convert.draft import Draft, too_much_text
from bernard.library.convert.limits import Limits
from bernard.text.clean import clean

_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")


def read(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read a text file into the draft: a form feed begins a page, a blank line a paragraph."""
    text = decoded(data, draft)
    pages = text.split("\x0c")
    for number, page in enumerate(pages, start=1):
        if len(pages) > 1 and (page.strip() or number < len(pages)):
            draft.page(str(number))
        draft.paragraphs(_paragraphs(page))


def decoded(data: bytes, draft: Draft) -> str:
    r"""The characters of a text file with `\n` line ends, with a note where they are a guess.

    Raises:
        DocumentTooLarge: there are more than the limit.
    """
    if len(data) > 4 * draft.limits.max_text:
        raise too_much_text(draft.limits)
    text, guessed = decode(data)
    if len(text) > draft.limits.max_text:
        raise too_much_text(draft.limits)
    if guessed:
        draft.note(f"The file does not say its encoding; it was read as {guessed}.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _paragraphs(page: str) -> Iterator[str]:
    text = clean(page)
    at = 0
    for found in _PARAGRAPH.finditer(text):
        yield text[at : found.start()]
        at = found.end()
    yield text[at:]
