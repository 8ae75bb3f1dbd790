"""Read templates: texts with slots, many to a file.

    === repairs/leak | letter | f=1 kin=1,2 lang=en case=keep
    Dear {p1.tfamily}, the leak at {address} …

The head names the template, its voice and how it is to be filled: which people are women (`f=`) or men
(`m=`), which share a family name (`kin=`), its language, and whether capitals are to be kept (`case=keep`).
A slot may say that the value need not go (`{p1.age?}`) or must be left (`{=citation}`); `[[Bexley Road|ADDRESS]]`
marks words of the template itself.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bernard.errors import InputInvalid

# In twenty: ten of training, three of development, seven of test.
_PARTS = ("train",) * 10 + ("development",) * 3 + ("test",) * 7


@dataclass(frozen=True)
class Template:
    """A text with slots.

    Attributes:
        name: `room/what`; a `~` and what follows it sets versions of one template apart.
        voice: letter, email, form, chat, …
        body: the text.
        options: what its head says beside that.
    """

    name: str
    voice: str
    body: str
    options: dict[str, str] = field(default_factory=dict)

    @property
    def part(self) -> str:
        """Train, development or test: fixed by the name, so that a new template moves no other."""
        return _PARTS[zlib.crc32(self.name.split("~")[0].encode()) % len(_PARTS)]

    @property
    def language(self) -> str:
        """`en`, `cy` or `mixed`."""
        return self.options.get("lang", "en")

    def people(self, option: str) -> frozenset[str]:
        """The people that an option names (`f=1,3` gives p1 and p3), or words like sister and son do."""
        named = {f"p{number}" for number in self.options.get(option, "").split(",") if number}
        if words := _KIN.get(option):
            told = {f"p{match[1] or match[2]}" for match in words.finditer(self.body)}
            other = "m" if option == "f" else "f"
            named |= told - {f"p{number}" for number in self.options.get(other, "").split(",")}
        return frozenset(named)


def _kin(words: str) -> re.Pattern[str]:
    """`sister {p2.given}` and `{p2.full} (sister)`."""
    return re.compile(
        rf"\b(?:{words})(?:'s name is|,|:| is| called)? \{{p(\d)\."
        rf"|\{{p(\d)\.[a-z-]+\}}(?: \((?:{words})\b|, (?:{words})(?=[,.)\n]))",
        re.IGNORECASE,
    )


_KIN = {
    "f": _kin(
        "mother|mum|mam|nan|nana|nain|daughter|sister|wife|aunt|auntie|niece|girlfriend|grandmother|grandma"
        "|landlady|girl|missus|chwaer|merch|nith|Miss|Mrs|lady"
    ),
    "m": _kin(
        "father|dad|daddy|stepdad|grandad|son|brother|husband|uncle|nephew|boyfriend|grandfather|bloke"
        "|lad|man|fella|gŵr|nhad|brawd|father-in-law|Mr"
    ),
}
_HEAD = re.compile(
    r"^=== *(?P<name>[\w/~-]+) *\| *(?P<voice>[\w-]+) *(?:\| *(?P<options>.*))?$", re.M
)


def read_templates(folder: Path) -> list[Template]:
    """All templates of a folder, in order of file and place.

    Raises:
        InputInvalid: a template has no head, or two have one name.
    """
    found: dict[str, Template] = {}
    for path in sorted(folder.glob("*.txt")):
        for template in _templates(path):
            if template.name in found:
                raise InputInvalid(f"Two templates are named {template.name!r}.")
            found[template.name] = template
    return list(found.values())


def _templates(path: Path) -> Iterator[Template]:
    text = path.read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    if not heads or text[: heads[0].start()].strip():
        raise InputInvalid(
            f"{path.name!r} does not begin with the head of a template (=== name | voice)."
        )
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=True):
        options = dict(pair.split("=", 1) for pair in (head["options"] or "").split())
        yield Template(head["name"], head["voice"], text[head.end() : end].strip("\n"), options)
