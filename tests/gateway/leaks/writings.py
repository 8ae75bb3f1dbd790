"""Ways to write a text so that a reader, or a model, still reads it, and a careless search does not."""

from __future__ import annotations

import base64
import gzip
import html
import json
import quopri
from collections.abc import Callable
from textwrap import wrap
from urllib.parse import quote

Writing = Callable[[str], str]
_PADDING = "The register office opens at nine and closes at five on weekdays. "


def _figures(zero: int) -> Writing:
    table = {ord("0") + n: zero + n for n in range(10)}
    return lambda text: text.translate(table)


def _between_figures(sign: str) -> Writing:
    def write(text: str) -> str:
        return "".join(
            a + sign if a.isalnum() and b.isdigit() else a
            for a, b in zip(text, text[1:] + " ", strict=True)
        )

    return write


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _mathematical(text: str) -> str:
    """Bold letters and figures, as people write names on social media."""
    return "".join(
        chr(0x1D7CE + ord(c) - ord("0"))
        if c.isdigit()
        else chr(0x1D400 + ord(c) - ord("A"))
        if "A" <= c <= "Z"
        else chr(0x1D41A + ord(c) - ord("a"))
        if "a" <= c <= "z"
        else c
        for c in text
    )


def _keycaps(text: str) -> str:
    return "".join(f"{c}\ufe0f\u20e3" if c.isdigit() else c for c in text)


def _base64(text: str, coding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(coding)).decode()


def _in_lines(text: str) -> str:
    return "\n".join(wrap(_base64(_PADDING + text + " " + _PADDING), 76))


def _percent_all(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _gzipped(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _in_json(text: str, times: int) -> str:
    for _ in range(times):
        text = json.dumps({"note": text})
    return text


# What is decoded, and so must be caught wherever it stands.
SEEN_THROUGH: dict[str, Writing] = {
    "as it is": str,
    "in capitals": str.upper,
    "with full-width signs": _full_width,
    "with Arabic-Indic figures": _figures(0x660),
    "with Devanagari figures": _figures(0x966),
    "with mathematical signs": _mathematical,
    "with keycaps": _keycaps,
    "with zero-width spaces": _between_figures("\u200b"),
    "with zero-width joiners": _between_figures("\u200d"),
    "with soft hyphens": _between_figures("\u00ad"),
    "with marks of direction": _between_figures("\u202d"),
    "with word joiners": _between_figures("\u2060"),
    "with byte order marks": _between_figures("\ufeff"),
    "with Unicode tags": _between_figures("\U000e0031"),
    "with joiners of graphemes": _between_figures("\u034f"),
    "with hard spaces": lambda text: text.replace(" ", "\u00a0"),
    "with thin spaces": lambda text: text.replace(" ", "\u2009"),
    "with hyphens that do not break": lambda text: text.replace("-", "\u2011"),
    "as part of an address": lambda text: f"https://example.org/a?q={quote(text)}",
    "in codes of an address": quote,
    "in such codes, every sign": _percent_all,
    "in such codes twice": lambda text: quote(quote(text)),
    "in codes of HTML": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "in such codes in hexadecimal": lambda text: "".join(f"&#x{ord(c):x};" for c in text),
    "in HTML": lambda text: f"<p class='x'>{html.escape(text)}</p>",
    "in codes of JSON": lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
    "in JSON": lambda text: _in_json(text, 1),
    "in JSON in JSON": lambda text: _in_json(text, 2),
    "in JSON four deep": lambda text: _in_json(text, 4),
    "in a list as JSON": lambda text: json.dumps([1, [text], None]),
    "as the name of a member in JSON": lambda text: json.dumps({text: 1}),
    "in base64": _base64,
    "in base64 without its end": lambda text: _base64(text).rstrip("="),
    "in base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "in base64 of base64": lambda text: _base64(_base64(text)),
    "in base64 of JSON": lambda text: _base64(_in_json(text, 1)),
    "in base64 of UTF-16": lambda text: _base64(text, "utf-16-le"),
    "in base64 in lines": _in_lines,
    "in base64 in a sentence": lambda text: f"The file says {_base64(text)} and no more.",
    "in packed base64": _gzipped,
    "in hexadecimal": lambda text: text.encode().hex(),
    "as a letter is sent": lambda text: quopri.encodestring(text.encode()).decode(),
    "as XML": lambda text: f"<case><note>{html.escape(text)}</note></case>",
    "as YAML": lambda text: f"case:\n  note: {text}\n",
    "as CSV": lambda text: f'Id,Note\n1,"{text}"\n',
    "as a table in Markdown": lambda text: f"| Id | Note |\n|----|------|\n| 1 | {text} |\n",
    "in a long text": lambda text: f"{_PADDING * 80}{text} {_PADDING * 80}",
    "in a comment in code": lambda text: f"def f(x):\n    # {text}\n    return x\n",
}
