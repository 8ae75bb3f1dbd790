"""What is really asked: a follow-up question made whole from what came before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bernard.text.wording import stems
from bernard.tools.ask.kinds import subject

History = Sequence[tuple[str, str]]

MAX_QUESTION = 2000
_LOOK_BACK = 6
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|he|she|him|his|hers?|there|one|ones"
    r"|same|both|either|neither|former|latter|instead)\b",
    re.IGNORECASE,
)
# `Is it possible to ...` points to nothing.
_EMPTY_IT = re.compile(
    r"\b(?:is|was|would)\s+it\s+(?:possible|allowed|true|ok|okay|legal|right|necessary|too)\b"
    r"|\bthat\s+(?=i|we|you|they|he|she|the|a|an|my)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"^\W*(?:what\s+about|how\s+about|what\s+if|and|but|or|so|then|also|even|why(?:\s+not)?\s*\?"
    r"|how\s+come|for|if\s+so|if\s+not|in\s+that\s+case|same\s+for|only|really|ok(?:ay)?|any\s+other"
    r"|what\s+else|who\s+else|anything\s+else|more|else)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Asked:
    """A question ready to be looked up.

    Attributes:
        question: as the person put it.
        own: the part of it that asks.
        scenario: the person's circumstances, empty where none were told.
        carried: earlier questions without which this one cannot be understood, oldest first.
    """

    question: str
    own: str
    scenario: str = ""
    carried: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """The question with what it leaves unsaid."""
        return " ".join([*self.carried, self.own])

    @property
    def focus(self) -> str:
        """The question with only the matter of the earlier ones, not what they asked of it."""
        matter = " ".join(subject(earlier).strip(" ?.!") for earlier in self.carried)
        return f"{self.own} ({matter})" if matter else self.own

    @property
    def search(self) -> str:
        """All of its words."""
        return f"{self.scenario} {self.whole}".strip()


def understand(question: str, history: History = (), scenario: str = "") -> Asked:
    """The question made whole, without a model.

    A question that points back (`What about part-time staff?`, `How long does it last?`) is read
    together with the last question that could stand alone. Sentences before the question itself
    are its scenario.

    >>> understand("What about pilots?", [("Who may work from home?", "Office staff.")]).whole
    'Who may work from home? What about pilots?'
    """
    question = " ".join(question.split())[:MAX_QUESTION]
    told, asked = _split(question)
    scenario = " ".join(f"{scenario} {told}".split())
    return Asked(question, asked, scenario, tuple(_carried(asked, history)))


def _split(question: str) -> tuple[str, str]:
    """What the person tells and what the person asks."""
    sentences = _SENTENCE.split(question)
    asks = [s for s in sentences if s.endswith("?")]
    if not asks or len(asks) == len(sentences):
        return "", question
    return " ".join(s for s in sentences if not s.endswith("?")), " ".join(asks)


def _carried(question: str, history: History) -> list[str]:
    """The earlier questions that this one cannot be understood without, oldest first."""
    carried: list[str] = []
    for earlier, _ in reversed(history[-_LOOK_BACK:]):
        if not leans(carried[0] if carried else question):
            break
        carried.insert(0, " ".join(earlier.split())[:MAX_QUESTION])
        if len(carried) == 2:
            # The second is there for its topic; further back is another matter.
            break
    return carried


def leans(question: str) -> bool:
    """Whether the question points back to something said before.

    >>> leans("How long does it last?"), leans("How long does a mooring permit last?")
    (True, False)
    """
    if _GOES_ON.match(question):
        return True
    content = len(set(stems(subject(question))))
    points = bool(_POINTS_BACK.search(_EMPTY_IT.sub(" ", question)))
    return content == 0 or (points and content <= 4)
