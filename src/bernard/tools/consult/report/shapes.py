"""The shape of `analysis.json`; docs/reference/consult-output.md and its schema are made from it."""

from __future__ import annotations

import msgspec

from bernard.tools.consult.analysis import Counts, Pair, Table
from bernard.tools.consult.quality import Quality
from bernard.tools.consult.types import Column, Fault, Made, Origin, Outcome, Stance

VERSION = 1


class Words(msgspec.Struct, frozen=True):
    """Words of a response: [start:end] of its text as the file gave it.

    Attributes:
        response: what the file calls it.
        text: the words, without personal data unless `masked` is false.
    """

    response: str
    start: int
    end: int
    text: str


class ThemeTold(msgspec.Struct, frozen=True):
    """A theme of the framework. `origin`: found by the tool, given in a file, or made by a person."""

    id: str
    title: str
    description: str
    stance: Stance | None
    parent: str | None
    origin: Origin
    version: int
    examples: tuple[Words, ...]


class FoundTold(msgspec.Struct, frozen=True):
    """A theme as the tool found it, before anybody changed it.

    Attributes:
        responses: how many are in it. `share`, `low`, `high`: of those who say something.
        words: that set it apart.
    """

    id: str
    title: str
    description: str
    responses: int
    share: float
    low: float
    high: float
    words: tuple[str, ...]
    typical: tuple[Words, ...]
    distinctive: tuple[Words, ...]


class AssignedTold(msgspec.Struct, frozen=True):
    """A theme of a response, with the sentence that justifies it. `by`: the person who decided."""

    theme: str
    confidence: float
    start: int
    end: int
    sentence: str
    by: str


class SignTold(msgspec.Struct, frozen=True):
    """Words that count as evidence or as experience."""

    kind: str
    text: str


class AnswerTold(msgspec.Struct, frozen=True):
    """What one response says to a question.

    Attributes:
        text: without personal data unless `masked` is false; empty where left blank.
        doubt: probability that a careful reader would change something.
        by: the person who decided it as a whole. `campaign`: the one it is in. Empty for none.
        evidence, experience: whether it is rich in them; `signs` are the words that say so.
    """

    response: str
    text: str
    outcome: Outcome
    themes: tuple[AssignedTold, ...]
    doubt: float
    by: str
    campaign: str
    evidence: bool
    experience: bool
    signs: tuple[SignTold, ...]


class CampaignTold(msgspec.Struct, frozen=True):
    """Responses that share one text. `own`: by response what it adds in words of its own."""

    id: str
    responses: tuple[str, ...]
    typical: str
    shared: tuple[Words, ...]
    own: dict[str, str]


class DecidedTold(msgspec.Struct, frozen=True):
    """What a person said a response holds. `at`: seconds since 1970. `blind`: for a check sample."""

    response: str
    outcome: Outcome
    themes: tuple[str, ...]
    by: str
    at: float
    blind: bool


class JudgedTold(msgspec.Struct, frozen=True):
    """A chat model's second opinion on the responses most in doubt.

    Attributes:
        calls: to it. `asked`, `answered`, `changed`: ids of the responses that it was asked about, of
            those where what it said could be used, and of those whose answer is another for it.
    """

    model: str
    sha256: str
    calls: int
    asked: tuple[str, ...]
    answered: tuple[str, ...]
    changed: tuple[str, ...]


class QuestionTold(msgspec.Struct, frozen=True):
    """One question.

    Attributes:
        framework_version, signed_by: of the framework; `signed_by` is empty while nobody has.
        counts: every response counted; `counts_once`: each campaign counted once.
        candidates: themes proposed from responses that are none of these.
        personal: how many pieces of personal data were found, by kind.
        notes: what the search for themes has to say.
        judged: the second opinion that is in the answers; null where no chat model was asked.
    """

    column: Column
    framework: tuple[ThemeTold, ...]
    framework_version: int
    signed_by: str
    counts: Counts
    counts_once: Counts
    tables: tuple[Table, ...]
    together: tuple[Pair, ...]
    found: tuple[FoundTold, ...]
    candidates: tuple[FoundTold, ...]
    notes: tuple[str, ...]
    campaigns: tuple[CampaignTold, ...]
    personal: dict[str, int]
    quality: Quality | None
    judged: JudgedTold | None
    decided: tuple[DecidedTold, ...]
    answers: tuple[AnswerTold, ...]


class ResponseTold(msgspec.Struct, frozen=True):
    """A row of the file. `answers`: what was chosen in each column with options."""

    id: str
    row: int
    answers: dict[str, tuple[str, ...]]


class Everything(msgspec.Struct, frozen=True):
    """All of a consultation.

    Attributes:
        version: of this shape.
        masked: whether personal data is taken out. `decided_by`: who decided that it is not.
        file, sha256, encoding, blanks: of the file that was read.
        wording: the least share that each word of the rule claims.
    """

    version: int
    title: str
    masked: bool
    decided_by: str
    file: str
    sha256: str
    encoding: str
    blanks: int
    columns: tuple[Column, ...]
    faults: tuple[Fault, ...]
    made: Made
    wording: dict[str, float]
    responses: tuple[ResponseTold, ...]
    questions: tuple[QuestionTold, ...]


def schema() -> bytes:
    """The JSON Schema of `analysis.json`."""
    made = msgspec.json.schema(Everything)
    return msgspec.json.format(msgspec.json.encode(made, order="sorted"), indent=2) + b"\n"
