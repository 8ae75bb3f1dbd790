"""XML read so that it can neither reach out, name a file, nor grow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

from lxml import etree

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.archive import Archive

_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)

# libxml2 itself stops at 256 levels; the office files of people stay under a hundred.
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}

Element = etree._Element


def parse(data: bytes) -> Element:
    """The root of an XML part.

    Raises:
        DocumentUnreadable: it is not well formed, or declares entities or a document type, which
            no office file needs and attacks do.
        DocumentTooLarge: it is nested too deeply.
    """
    _refuse_document_type(data)
    try:
        return etree.fromstring(data, etree.XMLParser(**_SAFE))
    except etree.XMLSyntaxError as error:
        raise _broken(error) from error


def streamed(data: bytes, name: str) -> Iterator[Element]:
    """Elements of this name as they are parsed, each freed afterwards; fails as `parse` does."""
    if not data:
        return
    _refuse_document_type(data)
    stream = etree.iterparse(BytesIO(data), events=("end",), tag=f"{{*}}{name}", **_SAFE)
    try:
        for _, element in stream:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise _broken(error) from error


def ran_out_of_memory(log: Any) -> bool:
    """True where libxml2 stopped for want of memory, which it does not say in its message."""
    return any(entry.type_name == "ERR_NO_MEMORY" for entry in log)


def _broken(error: etree.XMLSyntaxError) -> DocumentUnreadable:
    if ran_out_of_memory(error.error_log):
        raise MemoryError
    if "depth" in str(error).lower():
        return DocumentTooLarge("is nested too deeply to be a real document.")
    return DocumentUnreadable(
        "is damaged: the XML inside it is broken. Open it in the program that made it "
        "and save it again."
    )


def _refuse_document_type(data: bytes) -> None:
    if _declares_a_type(data):
        raise DocumentUnreadable(
            "declares XML entities or an XML document type, which no office program writes, "
            "so it was not read. Open it in the program that made it and save it again."
        )


def _declares_a_type(data: bytes) -> bool:
    """Looked for in every encoding that an XML parser takes, as attacks use the odd ones."""
    return bool(
        _DOCTYPE.search(data)
        or b"<\0!\0D\0O\0C\0T" in data[:65536]
        or b"\0<\0!\0D\0O\0C\0T" in data[:65536]
        or data.startswith((b"\x4c\x6f\xa7\x94", b"\0\0\0<", b"<\0\0\0", b"+ADw", b"+AD"))
    )


def part(archive: Archive, name: str) -> Element | None:
    """The root of a part of an office file, or nothing where there is no such part."""
    data = archive.get(name)
    return parse(data) if data else None


def local(element: Element) -> str:
    """The element's name without its namespace."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=4096)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """The value of an attribute by its name without namespace, empty where it has none."""
    value = element.get(name)
    if value is not None:
        return str(value)
    for key, found in element.items():
        if str(key).rpartition("}")[2] == name:
            return str(found)
    return ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The child elements, of these names where any are given."""
    if element is not None:
        for child in element:
            if not names or local(child) in names:
                yield child


def child(element: Element | None, *path: str) -> Element | None:
    """The first element down this path of names."""
    for name in path:
        element = next(children(element, name), None)
    return element


def relations(archive: Archive, name: str) -> dict[str, tuple[str, str]]:
    """For a part of an Office file, its relations: identifier to kind and target inside the file.

    Targets outside the file (linked pictures, templates, remote sheets) are left out.
    """
    folder, _, base = name.rpartition("/")
    root = part(archive, f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels")
    found = {}
    for relation in children(root, "Relationship"):
        if relation.get("TargetMode") == "External":
            continue
        kind = attribute(relation, "Type").rpartition("/")[2]
        found[attribute(relation, "Id")] = (kind, _inside(folder, attribute(relation, "Target")))
    return found


def _inside(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    parts = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)
