"""Analyses that are kept open, so that pages of a large consultation need not read it again.

What a run made never changes, and is held as long as there is room. What people changed since, the
framework and their decisions, is laid over it, and again only where something of it is new.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from sys import getsizeof
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from sqlalchemy import Connection

from bernard.config import Settings
from bernard.errors import InputInvalid, NotFound
from bernard.gateway import Gateway
from bernard.library.convert.limits import Limits
from bernard.privacy import Detector
from bernard.store import consultations
from bernard.store.consultations import Kept
from bernard.store.database import Store
from bernard.tools.consult.framework import State, carried, fold, from_body
from bernard.tools.consult.overlay import as_now, decided_over
from bernard.tools.consult.question import Means, Outcomes, Question
from bernard.tools.consult.run import Run, open_means, read_kept
from bernard.tools.consult.shelf import StoreShelf
from bernard.tools.consult.stages import OnStep, Stages
from bernard.tools.consult.types import (
    Analysed,
    Analysis,
    Column,
    Consultation,
    Decided,
    Encoder,
    Framework,
    Made,
    Sentences,
)

MADE, MODELS = "made", "models"
# One consultation is held at the least, whatever its size.
MOST_BYTES = 600_000_000
# What Python's objects for a response, and for one answer with its mapping, take beside the texts.
_RESPONSE_BYTES, _ANSWER_BYTES = 500, 450


class Pointer(msgspec.Struct, frozen=True):
    """Which mapping is the newest.

    Attributes:
        key: that it is kept under.
        themes: as they were when it was made. `decisions`: how many there were that it learnt from.
        judge: the chat model that was to be asked about responses in doubt; empty for none.
        made: what it took beside the run; None of a mapping that the run made itself.
    """

    key: str
    framework: Framework
    decisions: tuple[Decided, ...] = ()
    judge: str = ""
    made: Made | None = None


class ChatModels(msgspec.Struct, frozen=True):
    """Which chat models a lead of the consultation chose, by name; empty for none.

    Attributes:
        wording: words titles and descriptions. judge: is asked about the responses most in doubt.
    """

    wording: str = ""
    judge: str = ""


class Pointers(msgspec.Struct, frozen=True):
    """Where what a run made is kept.

    Attributes:
        read: key of the consultation. `keys`: of each question's stages. `mapped`: of each question.
    """

    read: str
    keys: tuple[dict[str, str], ...]
    mapped: tuple[Pointer, ...]
    made: Made

    def put_in(self, c: Connection, id: str) -> None:
        """Keep this, and a pointer for each question, in the caller's transaction."""
        for number, pointer in enumerate(self.mapped, 1):
            self.put_mapping_in(c, id, str(number), pointer)
        StoreShelf.put_in(c, id, MADE, msgspec.msgpack.encode(self))

    @staticmethod
    def put_mapping_in(c: Connection, id: str, question: str, pointer: Pointer) -> None:
        """Say which mapping of a question is the newest."""
        StoreShelf.put_in(c, id, f"mapped-{question}", msgspec.msgpack.encode(pointer))


class Shown(NamedTuple):
    """A question as people have changed it, and what that was made from."""

    of: tuple[int, int, str]
    state: State
    analysed: Analysed
    decided: tuple[Decided, ...]
    pointer: Pointer
    outcomes: Outcomes


@dataclass
class Held:
    """A consultation as its run left it, and its questions as last shown."""

    sha: str
    run: Run
    pointers: Pointers
    shown: dict[str, Shown] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    analysis: tuple[int, Analysis] | None = None

    @cached_property
    def bytes(self) -> int:
        """About how much memory it takes."""
        responses = self.run.consultation.responses
        texts = sum(
            getsizeof(t) for one in responses for given in one.answers.values() for t in given
        )
        objects = _RESPONSE_BYTES + _ANSWER_BYTES * len(self.run.questions)
        return texts + objects * len(responses)

    def question(self, name: str) -> Question:
        """The question at this place. Raises NotFound."""
        for question in self.run.questions:
            if question.name == name:
                return question
        raise NotFound(f"This consultation has no question {name!r}.")


class Opened:
    """Opens analyses, and keeps the last ones open."""

    def __init__(
        self, store: Store, gateway: Gateway, detector: Detector, settings: Settings
    ) -> None:
        """Read from this store."""
        self._store = store
        self._gateway = gateway
        self._detector = detector
        self._settings = settings
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._lock = threading.Lock()
        # By consultation, the lock of whoever opens it, and how many want it.
        self._locks: dict[str, tuple[threading.Lock, int]] = {}

    @cached_property
    def means(self) -> Means:
        """What runs work with."""
        return open_means(self._gateway, self._detector, self._settings)

    def make(
        self,
        kept: Kept,
        data: bytes,
        columns: Sequence[Column],
        on_step: OnStep,
        sheet: str = "",
        headings: int | None = None,
    ) -> Pointers:
        """Work a consultation through, taking up what is made of it already.

        Args:
            sheet, headings: as a person chose them; found out where they chose none.
        """
        shelf = StoreShelf(self._store, kept.id)
        read, consultation = read_kept(
            shelf,
            kept.name,
            data,
            columns,
            limits=Limits.from_settings(self._settings),
            sheet=sheet,
            headings=headings,
        )
        chosen = self.chat_models(kept.id)
        run = Run(consultation, shelf, self._means_with(chosen), on_step=on_step)
        mapped = []
        for question in run.questions:
            start = Framework(tuple(one.theme for one in question.prepare().themes))
            question.mapping(start)
            # Pages filter by it, and to look at every response would take them too long.
            assert question.brings is not None
            key = question.mapping_key(start, ())
            mapped.append(Pointer(key, start, judge=chosen.judge))
            question.let_go()
        return Pointers(read, tuple(q.keys for q in run.questions), tuple(mapped), run.made())

    def chat_models(self, id: str) -> ChatModels:
        """The chat models that a lead chose for a consultation."""
        kept = StoreShelf(self._store, id).get(MODELS)
        return msgspec.msgpack.decode(kept, type=ChatModels) if kept else ChatModels()

    def _means_with(self, chosen: ChatModels) -> Means:
        """What runs work with where these chat models are to be asked. Raises ModelMissing."""
        if chosen == ChatModels():
            return self.means
        return open_means(
            self._gateway, self._detector, self._settings, chosen.wording, chosen.judge
        )

    def analysis(self, id: str) -> Analysis:
        """The consultation as people have changed it. Raises InputInvalid where it is not ready."""
        held = self._hold(id)
        with held.lock:
            with self._store.read() as c:
                version = consultations.get(c, id).version
                if held.analysis and held.analysis[0] == version:
                    return held.analysis[1]
                shown = [self._show(c, id, held, q) for q in held.run.questions]
            analysis = _together(held, shown)
            held.analysis = (version, analysis)
            return analysis

    def apart(self, id: str) -> tuple[int, Analysis]:
        """The consultation as it is now and which version that is, for a job: held open for no page."""
        held = self._open(id)
        with self._store.read() as c:
            version = consultations.get(c, id).version
            shown = [self._show(c, id, held, q) for q in held.run.questions]
        return version, _together(held, shown)

    def start(self, id: str, question: str) -> Framework:
        """The framework that the changes to a question start from: the themes that were found."""
        found = self._hold(id).question(question).found
        return Framework(tuple(one.theme for one in found.themes))

    def folded(self, c: Connection, id: str, question: str, start: Framework) -> State:
        """Where the framework stands, read in the caller's transaction."""
        return fold(start, (from_body(*row) for row in consultations.changes(c, id, question)))

    def state(self, id: str, question: str) -> State:
        """Where the framework of a question stands."""
        return self._shown(id, question).state

    def is_behind(self, id: str, question: str) -> bool:
        """Whether themes, decisions or the judge are others than the newest mapping was made with."""
        shown = self._shown(id, question)
        pointer, judge = shown.pointer, self.chat_models(id).judge
        now = (shown.state.framework.themes, shown.decided, judge)
        return now != (pointer.framework.themes, pointer.decisions, pointer.judge)

    def sentences(self, id: str, question: str) -> Sentences:
        """The sentences with their vectors, read each time: they are most of all there is."""
        held = self._hold(id)
        with held.lock:
            one = held.question(question)
            try:
                return one.sentences
            finally:
                one.let_go()

    def encoder(self, id: str) -> Encoder:
        """What the sentences were encoded with."""
        return self._hold(id).run.encoder

    def brings(self, id: str, question: str, what: str) -> NDArray[np.bool_]:
        """Which responses bring `evidence`, or `experience` of their own."""
        held = self._hold(id)
        with held.lock:
            return held.question(question).brings[what]

    def map_again(self, id: str, question: str) -> Pointer:
        """Map a question to its framework as it is now, having learnt from what people decided."""
        # Apart from what pages hold open, which go on meanwhile.
        judge = self.chat_models(id).judge
        held = self._open(id, self._means_with(ChatModels(judge=judge)))
        one = held.question(question)
        with self._store.read() as c:
            shown = self._show(c, id, held, one)
        framework, learn = shown.state.framework, shown.decided
        one.mapping(framework, learn)
        made = held.run.made(frozenset(held.pointers.made.receipts))
        return Pointer(one.mapping_key(framework, learn), framework, learn, judge, made)

    def tidy(self, id: str, question: str, pointer: Pointer) -> None:
        """Keep no mapping but the newest, and nothing that was on the way to it."""
        stages = Stages(StoreShelf(self._store, id))
        stages.forget_others(f"q{question}-mapping", pointer.key)
        stages.forget(f"q{question}-doubts")

    def forget(self, id: str) -> None:
        """Hold it open no longer."""
        with self._lock:
            self._held.pop(id, None)

    def _shown(self, id: str, question: str) -> Shown:
        held = self._hold(id)
        with held.lock, self._store.read() as c:
            return self._show(c, id, held, held.question(question))

    def _show(self, c: Connection, id: str, held: Held, question: Question) -> Shown:
        """A question as it is now; as it was shown last, where nothing of it is new."""
        changes = consultations.changes(c, id, question.name)
        decisions = consultations.decisions(c, id, question.name)
        pointer = self._pointer(id, question.name)
        of = (len(changes), len(decisions), pointer.key)
        last = held.shown.get(question.name)
        if last and last.of == of:
            return last
        start = Framework(tuple(one.theme for one in question.found.themes))
        state = fold(start, (from_body(*row) for row in changes))
        every = [msgspec.json.decode(row.body, type=Decided) for row in decisions]
        decided = carried(state, _newest(every)).holds
        outcomes = last.outcomes if last and last.pointer.key == pointer.key else None
        outcomes = outcomes or question.mapping_kept(pointer.key)
        machine = as_now(state, outcomes.mapped)
        over = decided_over(machine, decided) if decided else machine
        now = Outcomes(machine, outcomes.candidates, outcomes.judged)
        analysed = question.analysed(state.framework, now, decided, over)
        shown = Shown(of, state, analysed, decided, pointer, outcomes)
        held.shown[question.name] = shown
        return shown

    def _pointer(self, id: str, question: str) -> Pointer:
        kept = StoreShelf(self._store, id).get(f"mapped-{question}")
        assert kept is not None
        return msgspec.msgpack.decode(kept, type=Pointer)

    def _hold(self, id: str) -> Held:
        """The consultation, opened if it is not, as the one used last."""
        sha = _sha(StoreShelf(self._store, id).get(MADE))
        # While a large one is read, pages of the others go on.
        with self._opening(id):
            held = self._among(id, sha)
            if held is None:
                held = self._open(id)
                self._hold_open(id, held)
        return held

    @contextmanager
    def _opening(self, id: str) -> Iterator[None]:
        """One at a time opens this consultation; its lock goes when nobody wants it."""
        with self._lock:
            lock, wanted = self._locks.get(id, (threading.Lock(), 0))
            self._locks[id] = (lock, wanted + 1)
        try:
            with lock:
                yield
        finally:
            with self._lock:
                wanted = self._locks[id][1] - 1
                self._locks[id] = (lock, wanted)
                if not wanted:
                    del self._locks[id]

    def _among(self, id: str, sha: str) -> Held | None:
        with self._lock:
            held = self._held.get(id)
            if held is None or held.sha != sha:
                return None
            self._held.move_to_end(id)
            return held

    def _hold_open(self, id: str, held: Held) -> None:
        # Before the lock is taken: to count takes a while.
        assert held.bytes >= 0
        with self._lock:
            self._held[id] = held
            self._held.move_to_end(id)
            taken = sum(one.bytes for one in self._held.values())
            while len(self._held) > 1 and taken > MOST_BYTES:
                taken -= self._held.popitem(last=False)[1].bytes

    def _open(self, id: str, means: Means | None = None) -> Held:
        shelf = StoreShelf(self._store, id)
        made = shelf.get(MADE)
        if made is None:
            raise InputInvalid("This consultation is not worked through yet. Wait until it is.")
        pointers = msgspec.msgpack.decode(made, type=Pointers)
        kept = Stages(shelf).again("reading", pointers.read)
        consultation = msgspec.msgpack.decode(kept, type=Consultation)
        run = Run(
            consultation,
            shelf,
            means or self.means,
            keys=pointers.keys,
            models=pointers.made.models,
        )
        return Held(_sha(made), run, pointers)


def _together(held: Held, shown: Sequence[Shown]) -> Analysis:
    """The questions as one, with how all of it was made: by the run, and by mapping again since."""
    made = held.pointers.made
    models, calls, receipts = dict(made.models), Counter(made.calls), list(made.receipts)
    for since in (one.pointer.made for one in shown):
        if since is not None:
            models |= since.models
            calls += Counter(since.calls)
            receipts += since.receipts
    made = replace(made, models=models, calls=dict(calls), receipts=tuple(receipts))
    return Analysis(held.run.consultation, tuple(one.analysed for one in shown), made)


def _newest(decided: Sequence[Decided]) -> list[Decided]:
    """Of what each person said of a response, blind and not, the last."""
    last = {(one.response, one.by, one.blind): one for one in decided}
    return sorted(last.values(), key=lambda one: (one.response, one.at, one.by))


def _sha(made: bytes | None) -> str:
    return hashlib.sha256(made or b"").hexdigest()
