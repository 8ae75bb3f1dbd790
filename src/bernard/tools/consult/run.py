"""A whole consultation worked through: every question, stage after stage, then all together."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from importlib import metadata

import msgspec

from bernard.config import Settings
from bernard.gateway import Gateway
from bernard.library.convert.limits import Limits
from bernard.privacy import Detector
from bernard.tools.consult.encoder import GatewayEncoder, GatewayWriter
from bernard.tools.consult.question import SECOND_OPINION, Means, Question
from bernard.tools.consult.reading import read, words_of
from bernard.tools.consult.shelf import Shelf
from bernard.tools.consult.stages import SECOND, Clock, OnStep, Stages, code_of, key_of
from bernard.tools.consult.themes import sides_of
from bernard.tools.consult.types import Analysed, Analysis, Column, Consultation, Framework, Made

# What people are told is being done, and about how much of the time it takes.
STAGES = {
    "personal data": 5.0,
    "campaigns": 1.0,
    "sentences": 10.0,
    "themes": 3.0,
    "mapping": 5.0,
    SECOND_OPINION: 5.0,
}
READING, REPORT = "reading", "report"


def open_means(
    gateway: Gateway, detector: Detector, settings: Settings, model: str = "", judge: str = ""
) -> Means:
    """What runs of this house work with.

    Args:
        model: a chat model that words titles better; none where it is empty.
        judge: a chat model that is asked about the responses most in doubt; none where it is empty.

    Raises:
        ModelMissing: there is no embedding model, or no such chat model.
    """
    more = settings.privacy_recognisers.read_bytes() if settings.privacy_recognisers else b""
    looks = f"{settings.privacy_mode} {hashlib.sha256(more).hexdigest()}"
    encoder = GatewayEncoder(gateway)
    writer = GatewayWriter(gateway, model, encoder) if model else None
    second = GatewayWriter(gateway, judge, encoder) if judge else None
    return Means(encoder, detector, looks, writer, second)


class Run:
    """One analysis of one file.

    Attributes:
        consultation: as it was read.
        questions: its open columns, or those of them that were asked for.
    """

    def __init__(
        self,
        consultation: Consultation,
        shelf: Shelf,
        means: Means,
        *,
        only: Sequence[str] = (),
        on_step: OnStep = lambda step: None,
        keys: Sequence[Mapping[str, str]] = (),
        models: Mapping[str, str] | None = None,
    ) -> None:
        """Take a consultation that was read.

        Args:
            only: names of the columns to analyse; all open ones where none is named.
            keys: of each question, as for `Question`.
            models: that it was made with before, by name the SHA-256.
        """
        self.consultation = consultation
        columns = [c for c in consultation.questions if not only or c.name in only]
        said = [texts_of(consultation, column) for column in columns]
        amount = sum(len(text) for texts in said for text in texts)
        encoder = means.encoder.suited(amount)
        encoder = encoder if models is None else encoder.as_when(models)
        self._means = means = replace(means, encoder=encoder)
        self._stages = Stages(shelf, means.encoder)
        stages = STAGES if means.judge else {n: w for n, w in STAGES.items() if n != SECOND_OPINION}
        clock = Clock(on_step, stages, len(columns))
        self.questions = [
            Question(
                str(number),
                column,
                texts,
                self._stages,
                means,
                lambda stage, done, total, at=number: clock.tell(stage, at, done, total),  # type: ignore[misc]
                keys[number - 1] if keys else None,
                sides_of(consultation, column),
            )
            for number, (column, texts) in enumerate(zip(columns, said, strict=True), 1)
        ]

    @property
    def encoder(self) -> GatewayEncoder:
        """Makes the vectors of its sentences."""
        return self._means.encoder

    def analyse(self, given: Framework | None = None) -> Analysis:
        """All questions worked through.

        Args:
            given: the framework to map to; the themes that are found, where there is none.
        """
        return Analysis(
            self.consultation,
            tuple(self._analysed(question, given) for question in self.questions),
            self.made(),
        )

    def _analysed(self, question: Question, given: Framework | None) -> Analysed:
        found = question.prepare()
        framework = given or Framework(tuple(one.theme for one in found.themes))
        outcomes = question.mapping(framework)
        question.let_go()
        return question.analysed(framework, outcomes)

    def made(self, known: Collection[str] = ()) -> Made:
        """How it was made.

        Args:
            known: receipts of calls that are told of elsewhere.
        """
        called = [(what, receipt) for what, receipt in self._stages.called if receipt not in known]
        means, calls = self._means, Counter(what for what, _ in called)
        judge = means.judge if calls[SECOND] else None
        asked = [one for one in (means.encoder, means.writer, judge) if one]
        return Made(
            metadata.version("bernard"),
            {one.model: one.sha256 for one in asked},
            dict(calls),
            tuple(receipt for _, receipt in called),
        )


def read_kept(
    shelf: Shelf,
    name: str,
    data: bytes,
    columns: Sequence[Column] | None = None,
    *,
    limits: Limits,
    sheet: str = "",
    headings: int | None = None,
) -> tuple[str, Consultation]:
    """The consultation in a file, read once; and what it is kept under.

    Args:
        columns: what they hold, where it is not as proposed.
        sheet, headings: as for `read`.

    Raises:
        DocumentUnreadable, DocumentTooLarge, InputInvalid: as `read`.
    """
    chosen = (sheet, headings) if sheet or headings is not None else ()
    given = msgspec.json.encode((name, columns, *chosen))
    key = key_of(data, given, code_of(("bernard.tools.consult.reading",)))
    kept = Stages(shelf).kept(
        READING,
        key,
        lambda: msgspec.msgpack.encode(
            read(name, data, columns, limits, sheet=sheet, headings=headings)
        ),
    )
    return key, msgspec.msgpack.decode(kept, type=Consultation)


def texts_of(consultation: Consultation, column: Column) -> list[str]:
    """What each response says in its own words in a column, empty where it is blank."""
    return [words_of(column, response) for response in consultation.responses]
