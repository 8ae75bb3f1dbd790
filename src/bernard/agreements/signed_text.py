"""Write signatures and the status into the text of an agreement file, and change nothing else in it."""

from __future__ import annotations

import json
import math
import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import yaml

from bernard.agreements.schema import Signature
from bernard.errors import AgreementInvalid


def with_signature(text: str, signature: Signature) -> str:
    """The text with this signature in place of the same side's, or after the last.

    Comments and the order of everything stay as they are.

    Raises:
        AgreementInvalid: the text cannot take a signature without another part of it changing.
    """
    root = _root(text)
    held = _value(root, "signatures")
    if root.flow_style:
        changed = _in_flow(text, root, held, signature)
    elif isinstance(held, yaml.SequenceNode) and held.value and not held.flow_style:
        changed = _in_block(text, held, signature)
    else:
        changed = _rewritten(text, root, held, signature)
    expected = _values(text)
    expected["signatures"] = _merged(expected.get("signatures"), signature)
    return _proved(changed, expected)


def with_status(text: str, status: str) -> str:
    """The text with this status.

    Raises:
        AgreementInvalid: the text cannot take it without another part of it changing.
    """
    held = _value(_root(text), "status")
    if held is None:
        raise AgreementInvalid("The agreement has no status.")
    changed = text[: held.start_mark.index] + status + text[held.end_mark.index :]
    return _proved(changed, _values(text) | {"status": status})


def replace_file(path: Path, text: str) -> None:
    """Put the text in the place of the file in one step, so that nobody reads half of it.

    Raises:
        AgreementInvalid: it cannot be written; the file is as it was.
    """
    # A link stays a link: what it leads to is what changes.
    target = path.resolve()
    try:
        mode = target.stat().st_mode & 0o7777
        opened, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(opened, "wb") as file:
                os.fchmod(file.fileno(), mode)
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, target)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise AgreementInvalid(f"{str(path)!r} cannot be written: {error.strerror}.") from error


def _root(text: str) -> yaml.MappingNode:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise AgreementInvalid from error
    if not isinstance(root, yaml.MappingNode):
        raise AgreementInvalid
    return root


def _value(root: yaml.MappingNode, key: str) -> Any:
    return next((value for name, value in root.value if name.value == key), None)


def _values(text: str) -> dict[str, Any]:
    values: dict[str, Any] = yaml.safe_load(text)
    return values


def _proved(changed: str, expected: dict[str, Any]) -> str:
    """The changed text, once it is known to say what it should and nothing else."""
    try:
        says = _values(changed)
    except yaml.YAMLError:
        says = {}
    if _json(says) != _json(expected):
        raise AgreementInvalid(
            "The file is written in a way that cannot be changed safely here. Change it by hand: its"
            f" status is {expected.get('status')!r}, its signatures are"
            f" {_json(expected.get('signatures', []))}"
        )
    return changed


def _json(value: Any) -> str:
    """Any value of a file; a date may be written as a date or as a text."""
    return json.dumps(value, default=str, ensure_ascii=False)


def _plain(signature: Signature) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(signature, builtin_types=(type(signature.date),))
    return fields


def _merged(held: Any, signature: Signature) -> list[Any]:
    """The signatures with this one in place of the same side's."""
    signatures = list(held or ())
    for place, one in enumerate(signatures):
        if one.get("role") == signature.role:
            signatures[place] = _plain(signature)
            return signatures
    return [*signatures, _plain(signature)]


def _in_block(text: str, held: yaml.SequenceNode, signature: Signature) -> str:
    """The signatures are a list with a dash each: only the lines of one of them change."""
    lines = text.splitlines(keepends=True)
    dash = " " * held.start_mark.column
    written = _item(signature, dash, _newline(text))
    item = next((one for one in held.value if _role(one) == signature.role), None)
    if item is not None:
        first, after = item.start_mark.line, _line_after(item)
    else:
        first = after = _line_after(held.value[-1])
    return "".join([*_ended(lines[:first], text), written, *lines[after:]])


def _rewritten(text: str, root: yaml.MappingNode, held: Any, signature: Signature) -> str:
    """There are no signatures, or in one line: the list is written anew where it was, or at the end."""
    lines = text.splitlines(keepends=True)
    merged = _merged(_values(text).get("signatures"), signature)
    newline = _newline(text)
    written = f"signatures:{newline}" + "".join(
        _item(msgspec.convert(one, Signature), "  ", newline) for one in merged
    )
    if held is None:
        first = after = _line_after(root)
    else:
        first, after = _key(root, "signatures").start_mark.line, _line_after(held)
    return "".join([*_ended(lines[:first], text), written, *lines[after:]])


def _in_flow(text: str, root: yaml.MappingNode, held: Any, signature: Signature) -> str:
    """The file is one {...}, as JSON is."""
    merged = _merged(_values(text).get("signatures"), signature)
    written = _json(merged)
    if held is not None:
        return text[: held.start_mark.index] + written + text[held.end_mark.index :]
    last = root.value[-1][1].end_mark.index
    return f'{text[:last]}, "signatures": {written}{text[last:]}'


def _item(signature: Signature, indent: str, newline: str) -> str:
    """One signature as an item of a YAML list."""
    pairs = [f"{key}: {_scalar(value)}" for key, value in _plain(signature).items()]
    return "".join(
        f"{indent}{'- ' if number == 0 else '  '}{pair}{newline}"
        for number, pair in enumerate(pairs)
    )


def _scalar(value: Any) -> str:
    if not isinstance(value, str):
        return str(value)
    quoted: str = yaml.dump(value, default_style='"', allow_unicode=True, width=math.inf)
    return quoted.strip()


def _role(item: yaml.Node) -> str:
    value = _value(item, "role") if isinstance(item, yaml.MappingNode) else None
    return value.value if isinstance(value, yaml.ScalarNode) else ""


def _key(root: yaml.MappingNode, key: str) -> Any:
    return next(name for name, _ in root.value if name.value == key)


def _line_after(node: yaml.Node) -> int:
    """The line after the last that a node has text on; a block's own end lies past the comments."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _line_after(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _line_after(node.value[-1])
    mark = node.end_mark
    return int(mark.line) + (1 if mark.column else 0)


def _ended(lines: list[str], text: str) -> list[str]:
    """The lines, the last of which ends."""
    if lines and not lines[-1].endswith(("\n", "\r")):
        return [*lines, _newline(text)]
    return lines


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
