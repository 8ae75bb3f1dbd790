"""A YAML document of an agreement: its values, and the line that each stands on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from bernard.agreements.types import Fault

MAX_BYTES = 1_000_000
_MAX_DEPTH = 20
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Step = str | int


# A date stays text, so that one that cannot be is a fault of its field, with its line.
_OWN_READING = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")


class _Loader(_BASE):  # type: ignore[misc]
    """YAML as 1.2 reads words: NO is Norway, not false."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag not in _OWN_READING]
    for first, found in _BASE.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


class Document:
    """What a file says.

    Attributes:
        values: mappings, lists and plain values; None if the file is not YAML.
        faults: what keeps it from being read as YAML, or makes it mean two things.
    """

    def __init__(self, data: bytes) -> None:
        """Read the bytes of a file; nothing is raised, whatever they are."""
        self.values: Any = None
        self._root: Any = None
        self.faults = [fault for fault in (_size(data), *_hidden(data)) if fault]
        if self.faults:
            return
        try:
            self.faults = list(_aliases(data))
            if not self.faults:
                self._read(data)
        except yaml.YAMLError as error:
            self.faults = [_yaml_fault(error)]
        except (UnicodeDecodeError, RecursionError, ValueError, TypeError) as error:
            self.faults = [Fault(1, f"The file is not YAML text: {error}.", "Save it as UTF-8.")]

    def _read(self, data: bytes) -> None:
        loader = _Loader(data)
        try:
            self._root = loader.get_single_node()
            self.faults = list(_twice(self._root))
            if not self.faults:
                self.values = loader.construct_document(self._root) if self._root else None
        finally:
            loader.dispose()

    def line(self, steps: Sequence[Step]) -> int:
        """The line a value stands on, as far down as the file has it."""
        node = self._root
        for step in steps:
            below = _child(node, step)
            if below is None:
                break
            node = below
        return _line(node) if node is not None else 1

    def says(self, steps: Sequence[Step]) -> bool:
        """Whether the file itself has this, so that it is no default."""
        node = self._root
        for step in steps:
            node = _child(node, step)
            if node is None:
                return False
        return True


def _size(data: bytes) -> Fault | None:
    if len(data) <= MAX_BYTES:
        return None
    return Fault(1, f"The file is over {MAX_BYTES:,} bytes.", "Make two agreements of it.")


def _hidden(data: bytes) -> Iterator[Fault]:
    """Characters that a reader does not see can make a text say what it does not seem to say."""
    if data.isascii():
        return
    for number, line in enumerate(data.decode(errors="ignore").splitlines(), 1):
        for character in line:
            if unicodedata.category(character) == "Cf" and character != "\ufeff":
                message = f"There is an invisible character, U+{ord(character):04X}, on this line."
                yield Fault(number, message, "Take it out.")
                break


def _aliases(data: bytes) -> Iterator[Fault]:
    """An alias can make a small file stand for a huge one; so can nesting."""
    depth = 0
    for event in yaml.parse(data, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            yield Fault(_line(event), "Aliases (*) are not allowed here.", "Write it out again.")
            return
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            yield Fault(_line(event), "This is nested too deep.", "An agreement needs 5 levels.")
            return


def _twice(node: Any) -> Iterator[Fault]:
    """Keys that stand twice: YAML would silently keep the last."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None or key.tag != "tag:yaml.org,2002:str":
                yield Fault(_line(key), "A key here is not a word.", "Use the names of fields.")
            elif name in seen:
                yield Fault(_line(key), f"{name!r} is here twice.", "Keep one of them.")
            seen.add(name)
            yield from _twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _twice(item)


def _yaml_fault(error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it cannot be read"
    remedy = "Check the indentation, the colons, and that brackets and quotes are closed."
    return Fault((mark.line if mark else 0) + 1, f"The file is not YAML: {problem}.", remedy)


def _line(place: Any) -> int:
    return int(place.start_mark.line) + 1


def _child(node: Any, step: Step) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None
