"""One question worked through, stage after stage; each stage is made once and kept.

A stage is made when something asks for it. Where all is on the shelf already, as when pages are
shown, nothing is encoded, and no vector is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from bernard.errors import ModelFailed, NotFound
from bernard.gateway import ChatRequest
from bernard.privacy import Detector
from bernard.tools.consult.analysis.richness import rich
from bernard.tools.consult.campaigns import find_campaigns
from bernard.tools.consult.encoder import TEXTS_AT_ONCE, GatewayEncoder, GatewayWriter
from bernard.tools.consult.judging import Doubts, Heard, doubts_of, judge_prompt, judged
from bernard.tools.consult.mapping import Scored, candidates, learnt, mapped, score
from bernard.tools.consult.personal import find_personal, masked
from bernard.tools.consult.said import says_nothing
from bernard.tools.consult.sentences import Places, distinct, encode, find_places, joined, veiled
from bernard.tools.consult.stages import JUDGE, TITLES, Stages, code_of, key_of
from bernard.tools.consult.themes import Sides, find_themes, reworded
from bernard.tools.consult.types import (
    Analysed,
    Campaign,
    Column,
    Decided,
    Found,
    FoundTheme,
    Framework,
    Judged,
    Mapped,
    Personal,
    Sentences,
    Span,
)

T = TypeVar("T")
Tell = Callable[[str, int, int], None]

TEXTS_AT_A_TIME = 2_000
SENTENCES_AT_A_TIME = 8 * TEXTS_AT_ONCE
# What people are told is being done while a chat model is asked.
SECOND_OPINION = "second opinion"
_CONSULT = "bernard.tools.consult"
_NUMBERS = ("numpy", "scikit-learn")


@dataclass(frozen=True)
class Means:
    """What a run works with.

    Attributes:
        looks: says which detector that is and what it takes; two that may find different things
            have different words.
        writer: words titles and descriptions better; None where no large model is asked.
        judge: gives a second opinion on the responses most in doubt; None where none is asked.
    """

    encoder: GatewayEncoder
    detector: Detector
    looks: str
    writer: GatewayWriter | None = None
    judge: GatewayWriter | None = None


class Outcomes(msgspec.Struct, frozen=True):
    """What responses were mapped to, and themes proposed from those that are `none of these`.

    Attributes:
        judged: the second opinion that is in it; None where no chat model was asked.
    """

    mapped: list[Mapped]
    candidates: tuple[FoundTheme, ...]
    judged: Judged | None = None


class Question:
    """An open column and all that is made of it.

    Attributes:
        name: what it is called wherever things are kept: its place among the questions, from 1.
        texts: what each response says, empty where blank.
    """

    def __init__(
        self,
        name: str,
        column: Column,
        texts: Sequence[str],
        stages: Stages,
        means: Means,
        tell: Tell = lambda stage, done, total: None,
        keys: Mapping[str, str] | None = None,
        sides: Sides | None = None,
    ) -> None:
        """Take the texts.

        Args:
            tell: is told of each stage how much is done, and of how much.
            keys: what `keys` held when its stages were made, so that they are found again by a
                later version of Bernard, which would make them otherwise.
            sides: that respondents took where they were asked outright.
        """
        self._sides = sides
        self.name = name
        self.column = column
        self.texts = texts
        self._stages = stages
        self._means = means
        self._tell = tell
        self._given = dict(keys or {})

    def prepare(self) -> Found:
        """Make what the mapping is made from, in order, so that each stage is told of as it begins."""
        assert self.personal is not None
        assert self.campaigns is not None
        assert self.sentences is not None
        return self.found

    @cached_property
    def personal(self) -> list[tuple[Personal, ...]]:
        """Personal data in each text."""
        found: list[tuple[Personal, ...]] = []
        for part, some in enumerate(_slices(self.texts, TEXTS_AT_A_TIME)):
            self._tell("personal data", len(found), len(self.texts))

            def make(some: Sequence[str] = some) -> Any:
                return find_personal(some, self._means.detector)

            kind = list[tuple[Personal, ...]]
            found += self._kept("personal", self.keys["personal"], kind, make, part)
        return found

    @cached_property
    def nothing_said(self) -> frozenset[int]:
        """Numbers of the responses that say nothing."""
        texts, asked = self.texts, self.column.question
        return frozenset(n for n, text in enumerate(texts) if says_nothing(text, asked))

    @cached_property
    def veiled(self) -> list[str]:
        """The texts with spaces in the place of personal data."""
        pairs = zip(self.texts, self.personal, strict=True)
        return [veiled(text, found) for text, found in pairs]

    @cached_property
    def campaigns(self) -> tuple[Campaign, ...]:
        """Responses that share one text."""
        self._tell("campaigns", 0, 1)
        key, kind = self.keys["campaigns"], tuple[Campaign, ...]
        asked = (self.column.question,)

        def make() -> tuple[Campaign, ...]:
            return tuple(find_campaigns(self.texts, ignored=asked))

        return self._kept("campaigns", key, kind, make)

    @cached_property
    def sentences(self) -> Sentences:
        """The sentences of the responses that say something, with their vectors."""
        key = self.keys["vectors"]
        kept = self._kept("places", key, tuple[bytes, bytes], self._placed)
        places = Places.from_bytes(kept[0])
        which = np.frombuffer(kept[1], "<i4").astype(np.int32)
        count = int(which.max()) + 1 if len(which) else 0
        parts = []
        for part, begin in enumerate(range(0, count, SENTENCES_AT_A_TIME)):
            self._tell("sentences", begin, count)
            end = min(begin + SENTENCES_AT_A_TIME, count)

            def make(begin: int = begin, end: int = end) -> bytes:
                return encode(self._distinct[0][begin:end], self._means.encoder)

            parts.append(self._stages.kept(self._stage("vectors"), key, make, part))
        self.__dict__.pop("_distinct", None)
        return joined(places, which, parts)

    @cached_property
    def _places(self) -> Places:
        return find_places(self.texts, self.nothing_said)

    @cached_property
    def _distinct(self) -> tuple[list[str], NDArray[np.int32]]:
        return distinct(self.texts, self.personal, self._places)

    def _placed(self) -> tuple[bytes, bytes]:
        self._tell("sentences", 0, 1)
        return self._places.to_bytes(), self._distinct[1].astype("<i4").tobytes()

    @cached_property
    def found(self) -> Found:
        """The themes that the tool finds."""
        self._tell("themes", 0, 1)
        found = self._kept("themes", self.keys["themes"], Found, self._find)
        if TITLES not in self.keys:
            return found

        def better() -> Found:
            if self._means.writer is None:
                raise NotFound("The better wording is not kept any more. Have it analysed again.")
            return reworded(found, self.veiled, self.column.question, self._means.writer)

        return self._kept(TITLES, self.keys[TITLES], Found, better)

    @cached_property
    def brings(self) -> dict[str, NDArray[np.bool_]]:
        """By `evidence` and `experience`, which responses bring it."""
        code = code_of((f"{_CONSULT}.analysis:richness",))
        key, kind = key_of(self.keys["personal"], code), tuple[bytes, bytes]
        kept = self._kept("brings", key, kind, self._look_for_evidence)
        arrays = [np.frombuffer(data, np.bool_) for data in kept]
        return dict(zip(("evidence", "experience"), arrays, strict=True))

    def _look_for_evidence(self) -> tuple[bytes, bytes]:
        seen: dict[str, tuple[bool, bool]] = {}
        for text in self.texts:
            if text not in seen:
                found = rich(text)
                seen[text] = (found.evidence, found.experience)
        both = np.array([seen[text] for text in self.texts], np.bool_).reshape(-1, 2)
        return both[:, 0].tobytes(), both[:, 1].tobytes()

    def mapping(self, framework: Framework, decided: Sequence[Decided] = ()) -> Outcomes:
        """The responses mapped to these themes, having learnt from what people decided."""
        key = self.mapping_key(framework, decided)
        judge = self._means.judge
        if judge is not None:
            heard = self._second_opinion(judge, framework, decided)
            what = Judged(judge.model, judge.sha256, *heard[1:])
            return self._kept("mapping", key, Outcomes, lambda: self._proposing(heard.mapped, what))

        def make() -> Outcomes:
            self._tell("mapping", 0, 1)
            return self._proposing(mapped(self._score(framework, decided), framework.themes))

        return self._kept("mapping", key, Outcomes, make)

    def mapping_kept(self, key: str) -> Outcomes:
        """A mapping that was made before."""
        kept = self._stages.again(self._stage("mapping"), key)
        return msgspec.msgpack.decode(kept, type=Outcomes)

    def let_go(self) -> None:
        """Give back the memory of what is large and can be read again."""
        for name in ("sentences", "veiled", "_places", "_distinct"):
            self.__dict__.pop(name, None)

    def mapping_key(self, framework: Framework, decided: Sequence[Decided]) -> str:
        """What a mapping to this framework is kept under."""
        own, judge = self._own_key(framework, decided), self._means.judge
        return key_of(own, judge.model, judge.sha256, judge_prompt()) if judge else own

    def _own_key(self, framework: Framework, decided: Sequence[Decided]) -> str:
        """What the machine's own answers are kept under."""
        given = msgspec.json.encode((framework.themes, _teaching(decided)))
        second = (f"{_CONSULT}.judging",) if self._means.judge else ()
        code = code_of((f"{_CONSULT}.mapping", f"{_CONSULT}.themes", *second), _NUMBERS)
        return key_of(self.keys["vectors"], self.keys["campaigns"], given, code)

    def analysed(
        self,
        framework: Framework,
        outcomes: Outcomes,
        decided: Sequence[Decided] = (),
        over: Sequence[Mapped] = (),
    ) -> Analysed:
        """All of it together.

        Args:
            over: the mapping with what people decided laid over it, where they did.
        """
        return Analysed(
            self.column,
            self.texts,
            self.personal,
            self.campaigns,
            self.found,
            framework,
            over or outcomes.mapped,
            tuple(decided),
            outcomes.candidates,
            outcomes.mapped,
            outcomes.judged,
        )

    def _find(self) -> Found:
        return find_themes(
            self.veiled,
            self.sentences,
            self.column.question,
            encoder=self._means.encoder,
            campaigns=self.campaigns,
            nothing_said=self.nothing_said,
            sides=self._sides,
        )

    def _score(self, framework: Framework, decided: Sequence[Decided]) -> Scored:
        scored = score(
            self.veiled,
            self.sentences,
            framework.themes,
            self.column.question,
            encoder=self._means.encoder,
            nothing_said=self.nothing_said,
        )
        return learnt(scored, _teaching(decided))

    def _second_opinion(
        self, judge: GatewayWriter, framework: Framework, decided: Sequence[Decided]
    ) -> Heard:
        """What a chat model says of the responses most in doubt; each call is kept by itself."""
        by_people = {one.response for one in _teaching(decided)}

        def make() -> Doubts:
            self._tell("mapping", 0, 1)
            scored = self._score(framework, decided)
            return doubts_of(scored, framework.themes, self.texts, by_people)

        doubts = self._kept("doubts", self._own_key(framework, decided), Doubts, make)
        return judged(
            doubts,
            framework.themes,
            self.column.question,
            self._words,
            lambda request: self._ask(judge, request),
            lambda done, total: self._tell(SECOND_OPINION, done, total),
        )

    def _ask(self, judge: GatewayWriter, request: ChatRequest) -> str:
        """What the judge answers; nothing where it failed. The same is asked once only."""

        def make() -> str:
            try:
                return judge(request).encode("utf-8", "replace").decode()
            except ModelFailed:
                return ""

        key = key_of(judge.model, judge.sha256, msgspec.json.encode(request))
        return self._kept(JUDGE, key, str, make)

    def _words(self, number: int, span: Span | None) -> str:
        """The words of a response with personal data masked."""
        start, end = span or (0, None)
        return masked(self.texts[number], self.personal[number], start, end)

    def _proposing(self, answers: list[Mapped], second: Judged | None = None) -> Outcomes:
        """These answers, with themes proposed from those that are none of these."""
        proposed = candidates(
            self.veiled,
            self.sentences,
            self.column.question,
            answers,
            encoder=self._means.encoder,
            campaigns=self.campaigns,
        )
        return Outcomes(answers, proposed, second)

    @cached_property
    def keys(self) -> dict[str, str]:
        """What each stage but the mapping is kept under."""
        if self._given:
            return self._given
        texts = key_of(self.column.question, msgspec.msgpack.encode(self.texts))
        encoder = self._means.encoder
        keys: dict[str, str] = {}
        looks = (self._means.looks, code_of(("bernard.privacy", f"{_CONSULT}:personal")))
        keys["personal"] = key_of(texts, *looks)
        code = code_of((f"{_CONSULT}.campaigns",), _NUMBERS)
        keys["campaigns"] = key_of(texts, code)
        code = code_of((f"{_CONSULT}:sentences", f"{_CONSULT}:said", "bernard.text"))
        model = (encoder.model, encoder.sha256)
        keys["vectors"] = key_of(keys["personal"], *model, code)
        code = code_of((f"{_CONSULT}.themes",), _NUMBERS)
        ticked = b"" if self._sides is None else self._sides.tobytes()
        keys["themes"] = key_of(keys["vectors"], keys["campaigns"], code, ticked)
        if writer := self._means.writer:
            keys[TITLES] = key_of(keys["themes"], writer.model, writer.sha256)
        return keys

    def _stage(self, name: str) -> str:
        return f"q{self.name}-{name}"

    def _kept(
        self, stage: str, key: str, kind: type[T], make: Callable[[], T], part: int | None = None
    ) -> T:
        """What the stage came to; in the form in which it is kept, whether just made or not."""
        data = self._stages.kept(
            self._stage(stage), key, lambda: msgspec.msgpack.encode(make()), part
        )
        return msgspec.msgpack.decode(data, type=kind)


def _slices(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]


def _teaching(decided: Sequence[Decided]) -> list[Decided]:
    """What the mapping may learn from: not what was decided blind, which measures it."""
    return [one for one in decided if not one.blind]
