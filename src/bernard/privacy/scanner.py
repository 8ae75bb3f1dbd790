"""Which recognisers can match at all? A few passes over the text say so, for all of them at once.

`SetScanner` asks RE2, whose time is linear in the text whatever the patterns. `PlainScanner` is
for machines without it: it says that all may match. What is found is the same with either, because
each recogniser then looks for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bernard.errors import SettingInvalid
from bernard.privacy.recogniser import Rule

try:
    import re2
except ImportError:  # no wheel for this platform
    re2 = None

# The trigger of what is a long code: it has a set of its own.
LONG_CODE = "[A-Za-z0-9+/_-]{20}"
_MEMORY = 8 << 20


class Scanner(Protocol):
    """Narrows the recognisers down."""

    def candidates(self, plain: str) -> Sequence[Rule]:
        """The rules that may match somewhere in an ASCII text, in their order; all others cannot."""
        ...


class PlainScanner:
    """Every rule may match."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Take the rules."""
        self._rules = tuple(rules)

    def candidates(self, plain: str) -> Sequence[Rule]:
        """All rules."""
        return self._rules


class SetScanner:
    """A pass of RE2 for what holds a figure or a sign, one for words, one for long codes.

    They are apart because the states of an automaton multiply: in one, text of many kinds would
    have it build states all day.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Compile the triggers and words of the rules.

        Raises:
            SettingInvalid: a recogniser has a form that does not run in linear time.
        """
        self._rules = tuple(rules)
        self._forms, self._words, self._codes = _Pass(), _Pass(), _Pass()
        self._any: dict[int, list[tuple[int, Rule, int]]] = {}
        self._long: list[tuple[int, Rule, int]] = []
        for order, rule in enumerate(self._rules):
            words = self._words.number(rule.words, rule) if rule.words else -1
            if rule.recogniser.trigger == LONG_CODE:
                self._codes.number(LONG_CODE, rule)
                self._long.append((order, rule, words))
            else:
                trigger = self._forms.number(rule.trigger, rule)
                self._any.setdefault(trigger, []).append((order, rule, words))
        for each in (self._forms, self._words, self._codes):
            each.compile()

    def candidates(self, plain: str) -> Sequence[Rule]:
        """The rules whose trigger, and whose words where they have any, are in the text."""
        text = plain.encode("ascii")
        forms, codes = self._forms.hits(text), self._codes.hits(text)
        if forms is None or codes is None:
            return self._rules  # RE2 ran out of memory and saw nothing: look with every rule
        needs = [need for hit in forms if hit in self._any for need in self._any[hit]]
        if len(codes) > 1:
            needs += self._long
        if not needs:
            return ()
        words = self._words.hits(text)
        if words is None:
            return self._rules
        seen = {-1, *words}
        found = [need for need in needs if need[2] in seen]
        found.sort(key=_by_order)
        return [rule for _, rule, _ in found]


class _Pass:
    """A set of patterns looked for in one go."""

    def __init__(self) -> None:
        options = re2.Options()
        options.case_sensitive = False
        options.encoding = re2.Options.Encoding.LATIN1
        options.max_mem = _MEMORY
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        self._numbers: dict[str, int] = {}
        # Matches any text, so that a set which matched nothing is known to have failed.
        self._sentinel = self._set.Add("^")

    def number(self, pattern: str, rule: Rule) -> int:
        """The number that `hits` gives for a pattern."""
        if pattern not in self._numbers:
            try:
                self._numbers[pattern] = self._set.Add(pattern)
            except re2.error as error:
                raise SettingInvalid(
                    f"The recogniser {rule.kind!r} has a form that does not run in linear time "
                    f"(look-around and back-references do not): {pattern!r}."
                ) from error
        return self._numbers[pattern]

    def compile(self) -> None:
        """Ready the set; nothing can be added after."""
        self._set.Compile()

    def hits(self, text: bytes) -> list[int] | None:
        """The numbers of the patterns in the text with the sentinel's; None where the pass failed."""
        hits: list[int] | None = self._set.Match(text)
        return hits if hits and self._sentinel in hits else None


def _by_order(need: tuple[int, Rule, int]) -> int:
    return need[0]


def scanner(rules: Sequence[Rule]) -> Scanner:
    """The fastest scanner that this machine has."""
    return PlainScanner(rules) if re2 is None else SetScanner(rules)
