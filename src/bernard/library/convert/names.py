"""Names of files inside files, made safe to show, store and join to a path."""

from __future__ import annotations

import re

from bernard.text.clean import clean

MAX_PART = 120
MAX_NAME = 400
MAX_PARTS = 16

_DEVICE = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\..*)?$")
_FORBIDDEN = re.compile(r'[<>:"|?*\n\t]')
_DRIVE = re.compile(r"^[A-Za-z]:")


def safe_name(name: str) -> str:
    r"""A relative name with no way out of a folder, at most 400 characters long.

    Example:
        >>> safe_name("../../etc/passwd"), safe_name("C:\\Users\\a.doc"), safe_name("nul.txt")
        ('etc/passwd', 'Users/a.doc', '_nul.txt')
    """
    name = clean(name[: 4 * MAX_NAME]) if len(name) <= 4 * MAX_NAME else _shortened(name)
    parts = _DRIVE.sub("", name.replace("\\", "/")).split("/")
    kept = [safe for part in parts if (safe := _safe_part(part))]
    if len(kept) > MAX_PARTS:
        kept = kept[-MAX_PARTS:]
    while len("/".join(kept)) > MAX_NAME:
        kept.pop(0)
    return "/".join(kept) or "unnamed"


def unique(name: str, taken: dict[str, int]) -> str:
    """The name, or with a number before its ending where it is taken; it is then taken.

    Args:
        taken: names given out, each with the last number that it was given.
    """
    if name not in taken:
        taken[name] = 1
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or "/" in ending:
        stem, dot, ending = name, "", ""
    candidate = name
    while candidate in taken:
        taken[name] += 1
        candidate = f"{stem} ({taken[name]}){dot}{ending}"
    taken[candidate] = 1
    return candidate


def _shortened(name: str) -> str:
    """Both ends of a name of absurd length; the ending may say what the file is."""
    return clean(name[: 2 * MAX_NAME] + name[-2 * MAX_NAME :])


def _safe_part(part: str) -> str:
    part = _FORBIDDEN.sub("_", part).strip().rstrip(".")
    if part.strip(".") == "":
        return ""
    if _DEVICE.match(part):
        part = f"_{part}"
    if len(part) > MAX_PART:
        _, dot, ending = part.rpartition(".")
        ending = dot + ending if 0 < len(ending) <= 8 else ""
        part = part[: MAX_PART - len(ending) - 1].rstrip() + "…" + ending
    return part
