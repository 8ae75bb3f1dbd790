"""What the log holds: one entry for each event, and no content."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from bernard.ledger.tlog.tree import hash_leaf

Event = Literal[
    "intent", "outcome", "refusal", "destruction", "redaction", "agreement", "deployment", "review",
    "publication", "reconciliation", "evaluation", "sealed",
]  # fmt: skip
Outcome = Literal["", "finished", "stopped", "failed"]
# Of an agreement; then of a deployment.
Change = Literal[
    "", "in-force", "signed", "suspended", "resumed", "withdrawn", "added", "changed", "removed"
]
Decided = Literal["", "accepted", "changed", "overturned", "escalated"]
Published = Literal["", "register", "record", "log"]


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One event. It says what kind, how much, to whom and under which clause, never what.

    What is at its default is left out. `bernard.ledger.vocabulary` says what each field may hold.

    Attributes:
        event: `intent` before a call, `outcome` after it, `refusal` in place of both; `destruction`
            of what stood for whom in cases; `redaction` of a document, decided by a person;
            `agreement` and `deployment` where one comes, changes or goes; `review` of a reply by a
            person; `publication`, `reconciliation` with a supplier's count, `evaluation`; `sealed`
            where no more is public.
        at: seconds since 1970, UTC, as coarse as is published: by default the beginning of the hour.
        of: for an outcome, the number of its intent; for a review, that of the entry reviewed; for a
            publication of the register, how many entries it was made from.
        agreement: id of the agreement that decided; of a refusal, the one that came nearest.
        agreement_sha256: of its canonical text, which an entry of event `agreement` holds.
        clause: id of the clause that allowed the call.
        reasons: why a call was refused, a word for each thing.
        service: tool or program that called, as its key names it.
        purpose: what for.
        operation: what the model was asked to do.
        marking: tier of the text; `sensitive` where it has that too.
        declared: data categories that the caller named.
        derived: data categories that the gateway found.
        model: as agreements name it.
        model_version: as agreements name it.
        provider: id of the supplier; `embedded` for a model in Bernard itself.
        place: where it runs; the first, where it may be several.
        safeguards: steps that ran before anything was sent, and on the reply.
        taken_out: pieces of personal data replaced before sending, by kind.
        texts: messages or inputs in the call; pages of a redacted document.
        characters: size of what was given to the model, in bytes.
        left_bytes: that left this machine.
        prompt_tokens: as the supplier counted, or estimated where it did not.
        completion_tokens: the same of the reply.
        milliseconds: from the call to the end of the reply.
        outcome: how a call ended.
        key: id of the service's API key; `bernard` for Bernard's own tools.
        attempt: 1 for the first deployment that was tried, one more for each after it.
        tries: how often the bytes left, where a deployment was tried more than once.
        estimated_tokens: that an intent took from the budgets.
        estimated_pence: that an intent took from the budgets.
        pence: what an outcome cost, by the price file.
        energy_wh: that it took, by estimate.
        co2e_g: that it caused, by estimate.
        first_token_ms: from the call until the first piece of a stream.
        sensitive: the marking has -SENSITIVE.
        descriptors: of the marking.
        caveats: national caveats of the marking.
        special: kinds of special category data.
        offence: it holds data on criminal offences.
        subjects: whom the text is about.
        identifiability: how far it tells who people are.
        involvement: of a person in the use of the reply.
        effect: of the reply on a person.
        tools: that the model was offered: those that the agreement names, `other` for the rest.
        outside_effects: one of them changes something outside the conversation.
        untrusted: some of the text came from somebody whom nobody vouches for.
        places: every place where it may be processed, if more than one.
        training: whether the supplier may train on it.
        human_review: whether the supplier's people may read it.
        retention_s: seconds that the supplier keeps it.
        declared_attributes: which attributes of the call the service named.
        derived_attributes: which the gateway found or raised.
        attested_attributes: which the register of models vouches for.
        destroyed: how many cases.
        because: their time was over, or on request.
        commitment: SHA-256 over the keyed hashes of those cases, which tells nobody what they were;
            of a sealed entry, HMAC-SHA-256 over its canonical JSON.
        left_in: for a redaction, what was proposed and a person let stay, by kind.
        file_sha256: of the list of what was published, of the supplier's file or of the data of an
            evaluation.
        looked_at: pages that a person opened.
        detector: how the text was looked through; empty where nobody looked.
        policy: what of personal data an agreement left in or took out, `leave:PUBLIC-FIGURE`.
        sequence: of an intent or a refusal, 1, 2, … without gaps for each `key`.
        content: HMAC-SHA-256, with a salt that is kept apart, of what was sent (of an intent),
            what came back (of an outcome) or the new file (of a redaction).
        by: pseudonym of the person who decided, another one each month.
        change: what became of an agreement or a deployment.
        text: the canonical text of an agreement, or one of its parts.
        part: from 1, where the text has parts.
        parts: how many.
        weights_sha256: of the model's file, where it runs here.
        decision: of the person who reviewed.
        what: was published.
        files: how many were.
        day: that was reconciled, as 2026-11-22.
        ours_calls: of that day, by this log.
        theirs_calls: by the supplier.
        ours_prompt_tokens: by this log.
        theirs_prompt_tokens: by the supplier.
        ours_completion_tokens: by this log.
        theirs_completion_tokens: by the supplier.
        task: of an evaluation.
        scores: by metric.
        cases: how many were evaluated.
    """

    event: Event
    at: int
    of: int | None = None
    agreement: str = ""
    agreement_sha256: str = ""
    clause: str = ""
    reasons: tuple[str, ...] = ()
    service: str = ""
    purpose: str = ""
    operation: str = ""
    marking: str = ""
    declared: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    model: str = ""
    model_version: str = ""
    provider: str = ""
    place: str = ""
    safeguards: tuple[str, ...] = ()
    taken_out: dict[str, int] = {}
    texts: int = 0
    characters: int = 0
    left_bytes: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    milliseconds: int = 0
    outcome: Outcome = ""
    key: str = ""
    attempt: int = 0
    tries: int = 0
    estimated_tokens: int = 0
    estimated_pence: float = 0.0
    pence: float = 0.0
    energy_wh: float = 0.0
    co2e_g: float = 0.0
    first_token_ms: int = 0
    sensitive: bool = False
    descriptors: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    special: tuple[str, ...] = ()
    offence: bool = False
    subjects: tuple[str, ...] = ()
    identifiability: str = ""
    involvement: str = ""
    effect: str = ""
    tools: tuple[str, ...] = ()
    outside_effects: bool = False
    untrusted: bool = False
    places: tuple[str, ...] = ()
    training: str = ""
    human_review: str = ""
    retention_s: int = 0
    declared_attributes: tuple[str, ...] = ()
    derived_attributes: tuple[str, ...] = ()
    attested_attributes: tuple[str, ...] = ()
    destroyed: int = 0
    because: Literal["", "time", "request"] = ""
    commitment: str = ""
    left_in: dict[str, int] = {}
    file_sha256: str = ""
    looked_at: int = 0
    detector: str = ""
    policy: tuple[str, ...] = ()
    sequence: int = 0
    content: str = ""
    by: str = ""
    change: Change = ""
    text: str = ""
    part: int = 0
    parts: int = 0
    weights_sha256: str = ""
    decision: Decided = ""
    what: Published = ""
    files: int = 0
    day: str = ""
    ours_calls: int = 0
    theirs_calls: int = 0
    ours_prompt_tokens: int = 0
    theirs_prompt_tokens: int = 0
    ours_completion_tokens: int = 0
    theirs_completion_tokens: int = 0
    task: str = ""
    scores: dict[str, float] = {}
    cases: int = 0


class Logged(msgspec.Struct, frozen=True):
    """An entry as it stands in the log.

    Attributes:
        number: its place, from 0, with no gaps.
        body: the entry as canonical JSON; what the hash covers.
    """

    number: int
    body: str

    @property
    def hash(self) -> str:
        """The hash of its leaf in the tree, hexadecimal: SHA-256 of a zero byte and the body."""
        return hash_leaf(self.body.encode()).hex()

    @property
    def entry(self) -> dict[str, Any]:
        """The entry's fields."""
        fields: dict[str, Any] = msgspec.json.decode(self.body)
        return fields
