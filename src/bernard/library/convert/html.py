"""Web pages: the main text with headings, lists and tables. Nothing is fetched, nothing runs."""

from __future__ import annotations

import re
from itertools import chain

from lxml import etree

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.decode import decode
from bernard.library.convert.draft import Draft
from bernard.library.convert.limits import Limits
from bernard.library.convert.markup import Element, children, local, ran_out_of_memory
from bernard.library.convert.tables import is_layout, table

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "nav",
        "template",
        "noscript",
        "iframe",
        "object",
        "embed",
        "applet",
        "svg",
        "canvas",
        "audio",
        "video",
        "select",
        "button",
        "input",
        "textarea",
        "datalist",
        "map",
        "head",
        "title",
        "link",
        "meta",
    ]
)
_FURNITURE = frozenset({"header", "footer", "aside"})
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "img",
        "o:p",
    ]
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|mso-hide\s*:\s*all",
    re.I,
)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)


def read(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read an HTML file into the draft."""
    declared = _CHARSET.search(data[:4096])
    text, guessed = decode(data, declared.group(1).decode("ascii") if declared else "")
    if guessed:
        draft.note(f"The page does not say its encoding; it was read as {guessed}.")
    read_text(text, draft)


def read_text(text: str, draft: Draft) -> None:
    """Read HTML that is characters already, such as the body of an email.

    Raises:
        DocumentTooLarge: its elements are nested too deeply.
        DocumentUnreadable: it holds no element at all.
    """
    root = _tree(text)
    titles = [e for e in root.iter("title") if e.text]
    if titles and not draft.title:
        draft.title = titles[0].text or ""
    _Walk(draft).over(_main(root))


def _tree(text: str) -> Element:
    parser = etree.HTMLParser(
        encoding="utf-8",
        no_network=True,
        recover=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    data = text.replace("\0", "").encode("utf-8", "replace")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    if ran_out_of_memory(parser.error_log):
        raise MemoryError
    if any("depth" in str(entry.message).lower() for entry in parser.error_log):
        raise _nested()
    if root is None:
        raise DocumentUnreadable("holds no text that can be read as a web page.")
    return root


def _nested() -> DocumentTooLarge:
    return DocumentTooLarge("is nested too deeply to be a real web page.")


def _main(root: Element) -> Element:
    """The part of the page that says what it is about; all of it where nothing is marked so."""
    for found in chain(root.iter("main"), root.iterfind(".//*[@role='main']")):
        return found
    articles = list(root.iter("article"))
    if len(articles) == 1:
        return articles[0]
    body = root.find("body")
    return root if body is None else body


class _Walk:
    """A walk over the elements that needs no recursion, collecting lines into blocks."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._pieces: list[str] = []
        self._prefix = ""
        self._exact = 0
        self._counts: list[int] = []

    def over(self, root: Element) -> None:
        """Put the text of the element into the draft."""
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                if _is_skipped(element) or (local(element) == "table" and self._table(element)):
                    walk.skip_subtree()
                else:
                    self._start(element)
            else:
                self._end(element)
                if element is not root:
                    self._add(element.tail)
        self._flush()

    def _start(self, element: Element) -> None:
        name = local(element)
        if name == "br":
            self._pieces.append("\n")
        elif name not in _INLINE:
            self._flush()
        if name in ("ul", "ol", "menu"):
            self._counts.append(_first(element) if name == "ol" else 0)
        elif name == "li":
            self._prefix = self._marker()
        elif name == "pre":
            self._exact += 1
        self._add(element.text)

    def _end(self, element: Element) -> None:
        name = local(element)
        if name in _SKIPPED or _is_skipped(element):
            return
        if name in _HEADINGS:
            self._flush(_HEADINGS[name])
        elif name not in _INLINE and name != "br":
            self._flush()
        if name in ("ul", "ol", "menu") and self._counts:
            self._counts.pop()
        elif name == "pre":
            self._exact -= 1

    def _marker(self) -> str:
        if not self._counts or not self._counts[-1]:
            return "• "
        self._counts[-1] += 1
        return f"{self._counts[-1] - 1}. "

    def _add(self, text: str | None) -> None:
        if text:
            self._pieces.append(text if self._exact else _SPACES.sub(" ", text))

    def _flush(self, level: int = 0) -> None:
        text = "".join(self._pieces)
        self._pieces = []
        if not text.strip():
            return
        if not self._exact:
            text = re.sub(r" *\n *", "\n", re.sub(r"  +", " ", text)).strip()
        prefix, self._prefix = self._prefix, ""
        if level:
            self.draft.heading(text, level)
        else:
            self.draft.paragraph(prefix + text)

    def _table(self, element: Element) -> bool:
        """Put a table of facts into the draft; False where it only arranges the page."""
        if next(element.iterdescendants("table"), None) is not None:
            return False
        rows = list(element.iter("tr"))
        cells = [[_cell(c) for c in children(row, "td", "th")] for row in rows]
        if is_layout(cells):
            return False
        self._flush()
        caption = element.find("caption")
        if caption is not None:
            self.draft.paragraph(_cell(caption))
        first = list(children(rows[0], "td", "th"))
        marked = len(first) > 1 and all(local(c) == "th" for c in first)
        self.draft.paragraphs(table(cells, header=True if marked else None))
        return True


def _first(element: Element) -> int:
    start = element.get("start") or "1"
    return int(start) if start.isdigit() and len(start) < 7 else 1


def _is_skipped(element: Element) -> bool:
    name = local(element)
    if name in _SKIPPED or not name:
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if _HIDDEN.search(element.get("style") or ""):
        return True
    above = element.getparent()
    return name in _FURNITURE and above is not None and local(above) == "body"


def _cell(cell: Element) -> str:
    """The text of a cell on one line, without what is hidden."""
    pieces = []
    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            if element is not cell and _is_skipped(element):
                walk.skip_subtree()
                continue
            pieces.append(" " if local(element) not in _INLINE else "")
            pieces.append(element.text or "")
        elif element is not cell:
            pieces.append(" " if local(element) not in _INLINE else "")
            pieces.append(element.tail or "")
    return _SPACES.sub(" ", "".join(pieces)).strip()
