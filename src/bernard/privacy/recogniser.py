r"""A recogniser: the form of one identifier, the words beside it, and its check. Read from YAML.

    - kind: LIBRARY-CARD
      why: the form of a library card, beside the words
      form: 'B\d{7}'
      label: [library card]
      examples: ["Library card number B1234567"]

`form`, `label` and `near` are regular expressions without look-around or back-references, so that
they run in linear time. The text they see is plain ASCII (see `fold`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from bernard.errors import SettingInvalid
from bernard.privacy.checks import CHECKS
from bernard.privacy.fold import plain

NEAR = 60
LONGEST = 200

_EDGES = {
    "alnum": (r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"),
    "digit": (r"(?<![0-9])", r"(?![0-9])"),
    "code": (
        r"(?<![0-9A-Za-z])(?<![0-9A-Za-z][-/._])",
        r"(?![0-9A-Za-z]|[-/._][0-9A-Za-z])",
    ),
    "number": (
        r"(?<![0-9A-Za-z])(?<![0-9A-Za-z][-._])",
        r"(?![0-9A-Za-z]|[-._][0-9A-Za-z])",
    ),
    "none": ("", ""),
}
_TRIGGER_EDGES = {
    "alnum": (r"(?:^|[^0-9A-Za-z])", r"(?:[^0-9A-Za-z]|$)"),
    "digit": (r"(?:^|[^0-9])", r"(?:[^0-9]|$)"),
    "code": (r"(?:^|[^0-9A-Za-z])", r"(?:[^0-9A-Za-z]|$)"),
    "number": (r"(?:^|[^0-9A-Za-z])", r"(?:[^0-9A-Za-z]|$)"),
    "none": ("", ""),
}
# What may stand between a label and its value: "number", "(if known):", "for the claim is", and in a
# talk written down a question mark and who answers.
_JOIN = (
    r"s?(?:[ _-]{0,2}(?:numbers?\b|nos?\b\.?|num\b|nr\b|ref(?:erence)?s?\b\.?|id\b|code\b|account\b"
    r"|card\b|rhif\b|record\b|regist(?:ered|ration)\b)(?![-/]?[0-9])){0,2}(?![A-Za-z])"
    r"(?: ?\([^()\n]{1,20}\))?"
    r"(?: (?:for|on|to|of|at|when|that|y|yr)(?: [a-z']{1,14}){1,7}?(?=:| (?:is|was|yw)\b))?"
    r"(?:\?[ \n]{1,2}(?:[a-z][a-z .]{0,24}: ?)?(?:it'?s |it is |that'?s |yes,? ){0,2}"
    r"|(?:[ \t\"'`:=#.|>()\[\]{}*_-]{1,6}\n?|, |\n)[ \t]{0,4})"
    r"(?:(?:is|was|of|are|being|reads|yw|oedd|given|got|ending) ){0,2}[:\"'#(]{0,2}"
)
# A code as bodies give them: letters, figures, and what joins them. `reference` checks that it is one.
_CODE = (
    r"(?:[A-Z]{1,5} [0-9]{3,12}[A-Z]{0,2}|[0-9]{1,6}(?: [0-9]{2,6}){1,4}(?: ?[A-Z]{1,2}\b)?"
    r"|[A-Z]{0,10}(?:[-/.][A-Z]{1,8}){0,2}[-/.]?[0-9][A-Z0-9]{0,19}(?:[-/.][A-Z0-9]{1,14}){0,5}(?: [A-Z]{2}\b)?)"
)


# It begins with a set of characters, which `re` looks for without trying each place.
_FIGURE = re.compile(r"[0-9(+](?<![0-9A-Za-z].)", re.DOTALL)
_FIRST_GROUP = re.compile(r"\((?:\?:|\?P<\w+>)")
# A figure that is not left out: no question mark, asterisk or nought behind it.
_FIRST_FIGURE = re.compile(
    r"(?:\\d|\\\(|\\\+|[0-9]|\[[0-9-]+\])(?!\?|\*|\{0)|\\[(+]\?(?:\\d|[0-9]|\[[0-9-]+\])(?!\?|\*|\{0)"
)
_LETTERS = re.compile(r"\\.|\(\?P<|[A-Z]")
_KIND = re.compile(r"[A-Z](?:[A-Z-]{0,38}[A-Z])?")


class Recogniser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One identifier, as a file of recognisers describes it.

    Attributes:
        kind: what it is, in capitals with hyphens; the stand-in carries it.
        why: the reason shown to a person.
        form: the identifier itself. A group named `value` narrows what is taken out; `<code>` is any
            code of letters and figures.
        label: words one of which must stand straight before it (`number`, `is`, `:` may follow).
        near: words one of which must stand within 60 characters before it.
        after: characters after it within which a word of `near` will do as well.
        parted: what may not stand between it and the word of `near`.
        check: a function of `checks` that must say yes.
        score: how sure a match is, from 0 to 1.
        edge: what may not touch it: a letter or figure (`alnum`), a figure (`digit`), what a hyphen
            or point joins to it too (`number`) or a slash (`code`), or nothing (`none`).
        case: capitals and small letters are not the same.
        trigger: a shorter form that every match holds: where `form` is large, or begins with any
            letter (what begins with a figure or a given word is quicker to look for).
        holds: words one of which every match holds.
        personal: no for what looks like personal data and is not; it shields what it covers.
        shields: the kinds that it shields; all, where there are none.
        within: how its content is coded; it counts when what it holds does.
        examples: texts in which it must be found (the tests run them).
        leaves: texts in which it must not be.
    """

    kind: str
    why: str
    form: str
    label: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    after: int = 0
    parted: str = ""
    check: str = ""
    score: float = 0.95
    edge: Literal["alnum", "digit", "number", "code", "none"] = "alnum"
    case: bool = False
    trigger: str = ""
    holds: tuple[str, ...] = ()
    personal: bool = True
    shields: tuple[str, ...] = ()
    within: Literal["", "base64"] = ""
    examples: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()


class Rule:
    """A recogniser made ready to run. Patterns are compiled when they are first needed."""

    def __init__(self, recogniser: Recogniser) -> None:
        """Take the recogniser.

        Raises:
            SettingInvalid: it names a check that is not there, its kind is not one, or a form that cannot be read.
        """
        self.recogniser = recogniser
        self.kind = recogniser.kind
        self.score = recogniser.score
        self.why = recogniser.why
        if not _KIND.fullmatch(recogniser.kind):
            raise SettingInvalid(
                f"The kind {recogniser.kind!r} of a recogniser must be capital letters and hyphens, "
                "40 at most."
            )
        if recogniser.check and recogniser.check not in CHECKS:
            raise SettingInvalid(
                f"The recogniser {recogniser.kind!r} names the check {recogniser.check!r}, which is "
                f"not one of: {', '.join(sorted(CHECKS))}."
            )
        self.check = CHECKS.get(recogniser.check)

    @cached_property
    def form(self) -> re.Pattern[str]:
        """The whole pattern, with its label and its edges."""
        recogniser = self.recogniser
        left, right = _EDGES[recogniser.edge]
        form = _one_line(recogniser.form)
        if "(?P<value>" not in form:
            form = f"(?P<value>{form})"
        if recogniser.label:
            left = rf"(?<![0-9A-Za-z])(?:{_words(recogniser.label)}){_JOIN}"
        return self._compiled(f"{left}(?:{form}){right}", case=recogniser.case)

    @cached_property
    def begins_with_figure(self) -> bool:
        """Whether every match begins with a figure, a bracket or a plus, so that it is looked for there only."""
        recogniser = self.recogniser
        if recogniser.label or recogniser.edge in ("none", "digit"):
            return False  # it may begin in a word
        return _begins_with_figure(_one_line(recogniser.form))

    @cached_property
    def near(self) -> re.Pattern[str] | None:
        """The words that must be near, or None."""
        near = self.recogniser.near
        return self._compiled(rf"(?<![A-Za-z])(?:{_words(near)})") if near else None

    @cached_property
    def parted(self) -> re.Pattern[str] | None:
        """What parts it from the words that must be near, or None."""
        parted = self.recogniser.parted
        return self._compiled(parted) if parted else None

    @property
    def trigger(self) -> str:
        """A pattern that every text with a match holds, without look-around."""
        recogniser = self.recogniser
        if recogniser.trigger:
            pattern = _one_line(recogniser.trigger)
        elif recogniser.label or recogniser.near:
            return "[0-9]"  # the words are rare enough
        else:
            left, right = _TRIGGER_EDGES[recogniser.edge]
            pattern = f"{left}(?:{_one_line(recogniser.form)}){right}"
        return f"(?-i:{pattern})" if recogniser.case else pattern

    @property
    def words(self) -> str:
        """A pattern that every text holds that has the words of the label or near; may be empty."""
        words = self.recogniser.holds or self.recogniser.label or self.recogniser.near
        return f"(?:^|[^A-Za-z])(?:{_words(words)})" if words else ""

    def spans(
        self, text: str, low: str, start: int, end: int, figures: Sequence[int] | None = None
    ) -> Iterator[tuple[int, int]]:
        """The ranges that this recogniser takes out.

        Args:
            text: plain ASCII.
            low: the same in small letters.
            start: where to look from.
            end: where to look to.
            figures: what `places_of_figures` says of the text, where that is known.
        """
        near, check = self.near, self.check
        where = text if self.recogniser.case else low
        if figures is not None and self.begins_with_figure:
            matches = self._at(where, start, end, figures)
        else:
            matches = self.form.finditer(where, start, end)
        for match in matches:
            first, last = match.span("value")
            if near and not self._is_near(near, low, first, last):
                continue
            if first < last and (check is None or check(text[first:last])):
                yield first, last

    def _at(
        self, where: str, start: int, end: int, figures: Sequence[int]
    ) -> Iterator[re.Match[str]]:
        """What `finditer` gives, for a form that begins at one of the places only."""
        match_at = self.form.match
        for index in range(bisect_left(figures, start), len(figures)):
            place = figures[index]
            if place < start:
                continue  # in the match before
            if place >= end:
                break
            match = match_at(where, place, end)
            if match:
                start = match.end()
                yield match

    def _is_near(self, near: re.Pattern[str], low: str, first: int, last: int) -> bool:
        """Whether a word that must be near is, and nothing parts it from the range."""
        after, parted = self.recogniser.after, self.parted
        if parted is None:
            return near.search(low, max(0, first - NEAR), first) is not None or (
                bool(after) and near.search(low, last, last + after) is not None
            )
        words = [match.end() for match in near.finditer(low, max(0, first - NEAR), first)]
        if words and not parted.search(low, words[-1], first):
            return True
        word = near.search(low, last, last + after) if after else None
        return word is not None and not parted.search(low, last, word.start())

    def _compiled(self, pattern: str, case: bool = False) -> re.Pattern[str]:
        try:
            # Small letters in pattern and text: three times as fast as a pattern that ignores case.
            return re.compile(pattern if case else _in_small_letters(pattern), re.ASCII)
        except re.error as error:
            raise SettingInvalid(
                f"The recogniser {self.kind!r} cannot be read: {error}."
            ) from error


def places_of_figures(text: str) -> list[int]:
    """Where a form may begin that begins with a figure: at one, a bracket or a plus, not in a word.

    >>> places_of_figures("A12 (020) 12,3")
    [4, 5, 10, 13]
    """
    return [match.start() for match in _FIGURE.finditer(text)]


def _begins_with_figure(form: str) -> bool:
    r"""Whether each way to match the form begins with a figure; no, where that is not plain to see.

    >>> _begins_with_figure(r"(?:\d{3}|[1-9]x)|0"), _begins_with_figure(r"\d?x"), _begins_with_figure("[a-z]1")
    (True, False, False)
    """
    return all(_FIRST_FIGURE.match(way) for way in _ways(form))


def _ways(form: str) -> Iterator[str]:
    """The alternatives of a form, those of a group that it begins with too."""
    depth, at = 0, 0
    inside = escaped = False
    ways: list[str] = []
    for place, sign in enumerate(form):
        if escaped or sign == "\\":
            escaped = not escaped
        elif inside:
            inside = sign != "]"
        elif sign == "[":
            inside = True
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and not depth:
            ways.append(form[at:place])
            at = place + 1
    for way in (*ways, form[at:]):
        group = _FIRST_GROUP.match(way)
        if not group:
            yield way
            continue
        closing = _closing(way)
        if way[closing + 1 : closing + 2] in ("?", "*") or way[closing + 1 : closing + 3] == "{0":
            yield "?"  # it may be left out: not plain to see
        else:
            yield from _ways(way[group.end() : closing])


def _closing(way: str) -> int:
    """Where the bracket closes that a form begins with."""
    depth = 0
    inside = escaped = False
    for place, sign in enumerate(way):
        if escaped or sign == "\\":
            escaped = not escaped
        elif inside:
            inside = sign != "]"
        elif sign == "[":
            inside = True
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            if not depth:
                return place
    return len(way)


def _in_small_letters(pattern: str) -> str:
    r"""A pattern for a text in small letters; what follows a backslash stays.

    >>> _in_small_letters(r"(?P<value>[A-Z]\D|GB)")
    '(?P<value>[a-z]\\D|gb)'
    """
    return _LETTERS.sub(lambda m: m.group().lower() if len(m.group()) == 1 else m.group(), pattern)


def _one_line(form: str) -> str:
    """A form that was written over several lines, with the indents taken out and `<code>` put in."""
    if "\n" in form:
        form = "".join(line.strip() for line in form.splitlines())
    return form.replace("<code>", _CODE)


def _words(words: Sequence[str]) -> str:
    """Any of the words; a space in one is a space, a hyphen, an underscore or nothing."""
    return "|".join(plain(word).replace(" ", "[ _-]{0,2}") for word in words)


@lru_cache(maxsize=1)
def shipped() -> tuple[Recogniser, ...]:
    """The recognisers that come with Bernard."""
    folder = files("bernard.privacy") / "recognisers"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple(
        recogniser for name in names for recogniser in _read((folder / name).read_text(), name)
    )


def read(path: Path) -> tuple[Recogniser, ...]:
    """The recognisers of a body's own file.

    Raises:
        SettingInvalid: the file cannot be read, or a recogniser in it is not one.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingInvalid(
            f"The recognisers in {str(path)!r} cannot be read: {error}."
        ) from error
    recognisers = _read(text, path.name)
    for recogniser in recognisers:
        rule = Rule(recogniser)
        _ = rule.form, rule.near
    return recognisers


def _read(text: str, name: str) -> tuple[Recogniser, ...]:
    try:
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        # The loader is a safe one, in C where it is there: start-up waits for this.
        return msgspec.convert(yaml.load(text, Loader=loader) or (), tuple[Recogniser, ...])  # noqa: S506
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise SettingInvalid(f"{name!r} is not a file of recognisers: {error}.") from error
