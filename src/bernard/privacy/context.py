"""What stands beside a text in a request, and says what it is: the question before an answer, the name of a field.

A number by itself is nothing; after `What is your NHS number?` in the message before, or beside
`"system": "https://fhir.nhs.uk/Id/nhs-number"`, it is personal. An identifier may also be cut in two by the
end of a message. So texts that follow one another are read as one, and data as lines of `name: value`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec

from bernard.privacy.keys import DATA, PROSE, STRUCTURAL
from bernard.privacy.types import OF_SENTENCES, Finding

Find = Callable[[str], Sequence[Finding]]
Found = dict[tuple[str, str], list[Finding]]


class Context(NamedTuple):
    """What is found in the values of a request when they are read with what stands beside them.

    Attributes:
        found: by key and text of a value.
        read: values that were read so as data, and need not be looked at again by themselves.
    """

    found: Found
    read: Set[tuple[str, str]]


NO_CONTEXT = Context({}, frozenset())

_REACH = 80
_NEAR = 40
_LONGEST = 200
_MOST_COLUMNS = 200
_DEEPEST = 60
_PLAIN = frozenset({str, int, float})
# Of these, the one says what the other holds.
_NAMING = frozenset(
    {
        *(
            "name",
            "label",
            "field",
            "key",
            "question",
            "title",
            "system",
            "type",
            "code",
            "display",
        ),
        *("prompt", "heading", "header", "property", "attribute", "column", "id", "kind", "text"),
    }
)
_HOLDING = frozenset(
    {
        *("value", "answer", "text", "content", "val", "data", "response", "#text", "$", "_"),
        *("@value", "number", "valueString", "valueInteger", "reply", "input", "v"),
    }
)
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|[_\s]+")
_ASKS = re.compile(r"[\s?:.]+$")
_SIGN = re.compile("[0-9@]")
_APART = "\n\n---\n\n"
_ALNUM = re.compile(r"[^\W_]")


class Leaf(NamedTuple):
    """A value of a request: its key, and its text."""

    key: str
    text: str


# A value, and from where to where.
Part = tuple[Leaf, int, int]


class Reading:
    """Texts one after the other with other words between them, and where each came from."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._pieces: list[str] = []
        self._places: list[tuple[int, int, Leaf, int]] = []
        self._size = 0

    @property
    def quoted(self) -> set[tuple[str, str]]:
        """The values in it."""
        return {leaf for _, _, leaf, _ in self._places}

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._pieces)

    def say(self, words: str) -> None:
        """Add words that stand nowhere."""
        self._pieces.append(words)
        self._size += len(words)

    def quote(self, leaf: Leaf, start: int = 0, end: int | None = None) -> None:
        """Add a value, or a part of it."""
        part = leaf.text[start:end]
        self._places.append((self._size, self._size + len(part), leaf, start))
        self.say(part)

    def into(self, context: Found, find: Find, *, is_data: bool = False) -> None:
        """Note for each value what is found in it when it is read so.

        Args:
            is_data: it is not looked at by itself again, so that nothing found may be passed by.
        """
        if not self._places:
            return
        first = 0
        for finding in find(self.text):
            while first < len(self._places) and self._places[first][1] <= finding.start:
                first += 1
            for begin, end, leaf, shift in self._places[first:]:
                if begin >= finding.end or (not is_data and _is_across(finding, begin, end)):
                    break
                start, stop = max(begin, finding.start), min(end, finding.end)
                part = leaf.text[start - begin + shift : stop - begin + shift]
                if _ALNUM.search(part):
                    at = start - begin + shift
                    context.setdefault(leaf, []).append(
                        Finding(
                            at,
                            at + stop - start,
                            finding.kind,
                            finding.score,
                            finding.detector,
                            finding.why,
                        )
                    )


def _is_across(finding: Finding, begin: int, end: int) -> bool:
    """Whether a tagger made one name of the end of a text and the beginning of another."""
    return finding.detector in OF_SENTENCES and not begin <= finding.start < finding.end <= end


def of_texts(texts: Sequence[Leaf], find: Find, context: Found) -> None:
    """Texts that follow one another: what goes on from one to the next, or is named in the one before.

    All of them are looked at in one go, since each look costs something by itself.
    """
    reading = Reading()
    for run in _runs(texts):
        for joint in ("\n", ""):
            if joint or any(_glued(a, b) for a, b in pairwise(run)):
                _join(run, joint, reading)
                reading.say(_APART)
    reading.into(context, find)


def _join(run: Sequence[Part], joint: str, reading: Reading) -> None:
    for leaf, start, end in run:
        reading.quote(leaf, start, end)
        if joint and leaf.text[start:end].rstrip().endswith("?"):
            reading.say(":")
        reading.say(joint)


def _runs(texts: Sequence[Leaf]) -> Iterable[list[Part]]:
    """Ends and beginnings of texts that may belong together; short texts are whole in one run."""
    run: list[Part] = []
    for leaf in texts:
        size = len(leaf.text)
        if run and not _may_belong(run[-1][0].text, leaf.text):
            if len(run) > 1:
                yield run
            run = []
        if size <= 2 * _REACH:
            run.append((leaf, 0, size))
            continue
        if run:
            yield [*run, (leaf, 0, _word_end(leaf.text, _REACH))]
        run = [(leaf, _word_start(leaf.text, size - _REACH), size)]
    if len(run) > 1:
        yield run


def _may_belong(left: str, right: str) -> bool:
    """Whether one asks for what the other says, or a figure or an address stands where they meet."""
    return left.rstrip().endswith(("?", ":")) or bool(
        _SIGN.search(left[-_NEAR:]) or _SIGN.search(right[:_NEAR])
    )


def _word_end(text: str, at: int) -> int:
    """Where the word ends that stands there, if it is no longer than words are."""
    space = text.find(" ", at, at + _REACH)
    return at if space < 0 else space


def _word_start(text: str, at: int) -> int:
    space = text.rfind(" ", at - _REACH, at)
    return at if space < 0 else space + 1


def _glued(left: Part, right: Part) -> bool:
    """Whether a word may go on from one text to the next."""
    (a, _, end), (b, start, _) = left, right
    return not a.text[end - 1 : end].isspace() and not b.text[start : start + 1].isspace()


class _Gatherer:
    """Goes through a request once: texts in their order, and data as lines."""

    def __init__(self, find: Find) -> None:
        self.find = find
        self.context: Found = {}
        self.read: set[tuple[str, str]] = set()
        self.texts: list[Leaf] = []

    def data(self, data: Any, key: str = "", *, data_only: bool = True) -> None:
        """Data: each value with its names, and with what stands beside it."""
        reading = Reading()
        self._value(data, key, "", reading, 0, data_only)
        reading.into(self.context, self.find, is_data=True)
        self.read |= reading.quoted

    def _value(self, value: Any, key: str, label: str, to: Reading, depth: int, data: bool) -> None:
        if depth > _DEEPEST:
            return
        kind = type(value)
        if kind is dict:
            self._object(value, label, to, depth, data)
        elif kind is list:
            self._list(value, key, label, to, depth, data)
        elif kind is str and (inner := json_in(value)) is not None:
            self.data(inner)
        elif kind is str and not data and key in PROSE:
            self.texts.append(Leaf(key, value))
        elif (data or key not in STRUCTURAL) and (leaf := _leaf(key, value)):
            _line(label, leaf, to)

    def _object(
        self, value: dict[str, Any], label: str, to: Reading, depth: int, data: bool
    ) -> None:
        for key, one in value.items():
            words = _words(key)
            name = f"{label} {words}".strip() if type(one) in _PLAIN else words
            below = data or (key in DATA and type(one) is dict)
            self._value(one, key, name, to, depth + 1, below)
        if data:
            for name, leaf in _pairs(value):
                _line(name, leaf, to)
            for head, rows in _columns(value):
                _table(head, rows, to)

    def _list(
        self, values: list[Any], key: str, label: str, to: Reading, depth: int, data: bool
    ) -> None:
        if data and values and type(values[0]) is list and _is_heading(values[0]):
            _table(values[0], values[1:], to)
        for one in values:
            self._value(one, key if type(one) in _PLAIN else "", label, to, depth + 1, data)


def context_of(body: Mapping[str, Any], find: Find) -> Context:
    """What is found in the values of a request when they are read with what stands beside them."""
    gatherer = _Gatherer(find)
    for key, value in body.items():
        if type(value) not in _PLAIN or key in PROSE or json_in(value) is not None:
            gatherer.data({key: value}, data_only=False)
    of_texts(gatherer.texts, find, gatherer.context)
    return Context(gatherer.context, gatherer.read)


def json_in(text: object) -> Any:
    """An object or a list written as JSON, or None."""
    if type(text) is not str or text[:1] not in ("{", "[") or text[-1:] not in ("}", "]"):
        return None
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None


def figures(number: float) -> str:
    """A number as figures, without its sign.

    >>> figures(-9434765919.0), figures(51.5)
    ('9434765919', '51.5')
    """
    return str(abs(int(number))) if number == number // 1 else repr(abs(number))


def _leaf(key: str, value: Any) -> Leaf | None:
    """A value that can be read: a short text, or a number."""
    kind = type(value)
    if kind is str:
        return Leaf(key, value) if value and len(value) <= _LONGEST else None
    return Leaf(key, figures(value)) if kind is int or kind is float else None


def _pairs(value: dict[str, Any]) -> Iterable[tuple[str, Leaf]]:
    """Name and value, where one member of an object names what another holds."""
    holding = _HOLDING & value.keys()
    naming = _NAMING & value.keys() if holding else ()
    for name in naming:
        words = value[name]
        if type(words) is str and len(words) <= _REACH:
            for key in holding - {name}:
                if leaf := _leaf(key, value[key]):
                    yield _words(words), leaf


def _columns(value: dict[str, Any]) -> Iterable[tuple[list[str], list[Any]]]:
    """A list of headings and a list of rows that belong together."""
    lists = [one for one in value.values() if type(one) is list and one]
    rows = [one for one in lists if type(one[0]) is list]
    heads = [one for one in lists if _is_heading(one)] if rows else []
    return ((head, some) for head in heads for some in rows if len(head) == len(some[0]))


def _is_heading(row: list[Any]) -> bool:
    return 1 < len(row) <= _MOST_COLUMNS and all(type(c) is str and len(c) <= _REACH for c in row)


def _table(head: list[str], rows: list[Any], to: Reading) -> None:
    names = [_words(name) for name in head]
    for row in rows:
        if type(row) is list:
            for name, cell in zip(names, row, strict=False):
                if leaf := _leaf("", cell):
                    _line(name, leaf, to)


def _line(label: str, leaf: Leaf, to: Reading) -> None:
    to.say(f"{label}: ")
    to.quote(leaf)
    to.say("\n")


def _words(name: str) -> str:
    """A name as words: `applicantDateOfBirth` as `applicant Date Of Birth`."""
    return _ASKS.sub("", _WORDS.sub(" ", name))
