"""The form of an agreement file: what its parties declare, and the clauses that every call must meet."""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

Status = Literal["draft", "signed", "suspended", "ended"]
Relationship = Literal["processor", "joint", "independent", "none"]
Tier = Literal["OFFICIAL", "SECRET", "TOP SECRET"]
Identifiability = Literal["anonymous", "aggregate", "pseudonymised", "identifiable"]
SupplierUse = Literal["never", "opt-in", "always"]
Involvement = Literal["none", "sample", "before-use", "two-person"]
Effect = Literal["none", "support", "significant"]
Period = Literal["minute", "hour", "day", "month", "term"]
Look = Literal["rules", "fast", "assured"]
Style = Literal["placeholder", "natural"]
# Kinds that stay unless an agreement takes them, and kinds that go unless one leaves them. All others
# say who a private person is, so no agreement can leave them in.
Taken = Literal["PLACE", "ORGANISATION"]
Left = Literal["PUBLIC-FIGURE", "COMPANY-NUMBER"]
Relation = Literal["family", "age-band", "postcode-area"]
TimeStep = Literal["second", "minute", "hour", "day"]
ANY = "any"


class _Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of the file; a field that it does not know is a fault."""


class PublicBody(_Form, frozen=True):
    """The public body: who answers for the agreement.

    Attributes:
        organisation: address of its page on GOV.UK, or another public identifier.
        senior_responsible_owner, data_protection_officer: posts or names, as published.
    """

    name: str
    organisation: str = ""
    senior_responsible_owner: str = ""
    data_protection_officer: str = ""
    contact: str = ""


class Supplier(_Form, frozen=True):
    """Who receives what is sent.

    Attributes:
        id: the word that deployments and clauses use for it: `openai`.
        country: ISO 3166-1 code of where it is established.
    """

    id: str
    name: str
    company_number: str = ""
    country: str = ""
    relationship: Relationship = "none"


class SubProcessor(_Form, frozen=True):
    """Whom the supplier uses in turn."""

    name: str
    country: str = ""
    role: str = ""


class Parties(_Form, frozen=True):
    """Both sides; no supplier where nothing leaves the body's own machines."""

    public_body: PublicBody
    supplier: Supplier | None = None
    sub_processors: tuple[SubProcessor, ...] = ()


class Term(_Form, frozen=True):
    """From `start` up to, not including, `end`."""

    start: datetime.date | None = None
    end: datetime.date | None = None
    review_by: datetime.date | None = None


class Assessment(_Form, frozen=True):
    """A data protection impact assessment: where it is, and the hash of what was read."""

    reference: str = ""
    sha256: str = ""
    date: datetime.date | None = None
    review_by: datetime.date | None = None


class Legal(_Form, frozen=True):
    """What makes the sharing lawful.

    Attributes:
        article_9_condition: UK GDPR Article 9(2) condition; special category data needs one.
        article_10_condition: condition for criminal offence data (DPA 2018, Schedule 1).
        transfer_mechanism: for processing outside the United Kingdom.
    """

    power: str = ""
    lawful_basis: str = ""
    article_9_condition: str = ""
    article_10_condition: str = ""
    dpia: Assessment = Assessment()
    contract: str = ""
    transfer_mechanism: str = ""


class Duties(_Form, frozen=True):
    """What the parties owe each other and the public.

    Attributes:
        publish: words of the publications vocabulary: `daily-totals`, `transparency-record`.
    """

    retain_content_days: int | None = None
    retain_log_days: int | None = None
    breach_hours: int | None = None
    publish: tuple[str, ...] = ()


class Marking(_Form, frozen=True):
    """Highest marking allowed, with the additional markings that may stand beside it.

    Attributes:
        tier: above OFFICIAL nothing leaves the body's own machines, whatever is written here.
        sensitive: whether text marked -SENSITIVE, and so unmarked text too, is allowed.

    Source: Government Security Classifications Policy, August 2024.
    """

    tier: Tier = "OFFICIAL"
    sensitive: bool = False
    descriptors: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()


class Data(_Form, frozen=True):
    """What the text may hold: a call may hold no more than is named.

    Attributes:
        categories: kinds of data of the `categories` vocabulary.
        special: kinds of UK GDPR Article 9.
        offence: criminal offence data of Article 10.
        subjects: whom the data may be about.
        identifiability: the most identifiable form in which it may be *sent*.
    """

    categories: tuple[str, ...] = ()
    special: tuple[str, ...] = ()
    offence: bool = False
    subjects: tuple[str, ...] = ()
    identifiability: Identifiability = "anonymous"


class Use(_Form, frozen=True):
    """The most that the supplier may do with what it gets, beyond answering.

    Attributes:
        training: whether it may train models on it.
        human_review: whether its people may read it.
        retention_s: how many seconds it may keep it.
    """

    training: SupplierUse = "never"
    human_review: SupplierUse = "never"
    retention_s: int = 0


class Human(_Form, frozen=True):
    """The least human involvement, and the greatest effect on a person that the output may have.

    Attributes:
        involvement: of a person in the use of the reply, from `none` to `two-person`.
        effect: `significant` always needs a person before use.
    """

    involvement: Involvement = "none"
    effect: Effect = "none"


class Tools(_Form, frozen=True):
    """What a model may be offered to act with.

    Attributes:
        allowed: names of tools; `any` for every one.
        outside_effects: whether a tool may change something outside the conversation.
        links: hosts that links and images in a reply may point to; `any` for every one.
    """

    allowed: tuple[str, ...] = ()
    outside_effects: bool = False
    links: tuple[str, ...] = ()


class Limit(_Form, frozen=True):
    """The most in one period; what is not named has no limit. Calendar periods, in UTC.

    Attributes:
        per: the period; `term` is the whole term of the agreement.
        bytes: of text sent.
        pence: what the calls cost, by the price file.
    """

    per: Period
    calls: int | None = None
    tokens: int | None = None
    bytes: int | None = None
    pence: float | None = None


class Clause(_Form, frozen=True):
    """A box of allowed calls: a call is inside when every one of its attributes is.

    Attributes:
        id: its name in the log; small letters, digits, dots, hyphens and underscores.
        summary: what it is for, in plain English.
        purposes: what the model may be used for.
        services: which tools and programs may call, by the names that their keys have.
        operations: what a model may be asked to do.
        suppliers: empty means the supplier of the agreement; `embedded` is a model in Bernard itself.
        models: `name`, `name@version` or `name@prefix*`; `any` for every model of the suppliers.
        places: everywhere that the text may be processed; every place of a model must be here.
        marking: how highly marked the text may be.
        data: what it may hold.
        supplier_use: what the supplier may do with it beyond answering.
        safeguards: steps that must have run on the text before it is sent.
        human: the person's part.
        tools: what the model may act with.
        bytes_per_call: the most text in one call; left out: no limit.
        limits: the most over a period; each is counted across everybody who calls.
    """

    id: str
    purposes: tuple[str, ...]
    services: tuple[str, ...]
    operations: tuple[str, ...]
    models: tuple[str, ...]
    places: tuple[str, ...]
    summary: str = ""
    suppliers: tuple[str, ...] = ()
    marking: Marking = Marking()
    data: Data = Data()
    supplier_use: Use = Use()
    safeguards: tuple[str, ...] = ()
    human: Human = Human()
    tools: Tools = Tools()
    bytes_per_call: int | None = None
    limits: tuple[Limit, ...] = ()


class Forbid(_Form, frozen=True):
    """A box of calls that no clause can allow. What it does not name, it does not ask.

    A call is inside when it has *any* word of each list that is named, and is at or above each
    level that is named (for human involvement: at or below).

    Attributes:
        id: its name in refusals.
        summary: why, in plain English.
    """

    id: str
    summary: str = ""
    purposes: tuple[str, ...] | None = None
    services: tuple[str, ...] | None = None
    operations: tuple[str, ...] | None = None
    suppliers: tuple[str, ...] | None = None
    models: tuple[str, ...] | None = None
    places: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    special: tuple[str, ...] | None = None
    offence: bool | None = None
    subjects: tuple[str, ...] | None = None
    identifiability: Identifiability | None = None
    tier: Tier | None = None
    sensitive: bool | None = None
    descriptors: tuple[str, ...] | None = None
    caveats: tuple[str, ...] | None = None
    training: SupplierUse | None = None
    human_review: SupplierUse | None = None
    retention_s: int | None = None
    involvement: Involvement | None = None
    effect: Effect | None = None
    tools: tuple[str, ...] | None = None
    outside_effects: bool | None = None
    bytes_per_call: int | None = None


class CodeWord(_Form, frozen=True):
    """A word that always goes out of a text.

    Attributes:
        word: it counts where it stands as a word of its own, in capitals or small letters.
        kind: what its stand-in is called.
    """

    word: str
    kind: str = "CODE-WORD"


class Privacy(_Form, frozen=True):
    """What of personal data may stay in a text before it is sent, and what is put in its place.

    Of several agreements in force the strictest holds, since personal data is taken out before it is
    known which of them allows the call; where a call names its agreement, that one's section holds.

    Attributes:
        mode: the least that must look for personal data: forms and check digits (`rules`), the small
            tagger of names (`fast`) or the large one (`assured`).
        style: what goes in its place: `⟦PERSON-1⟧`, or an invented name.
        take: kinds that go too, which otherwise stay.
        leave: kinds that stay, which otherwise go.
        allow: values that stay: `0300 123 4567`, or `*@example.gov.uk` for all that end so.
        deny: words that always go.
        keep: what stand-ins may keep of their originals: that a family has one name, the band of an
            age, the area of a postcode.
    """

    mode: Look = "rules"
    style: Style = "placeholder"
    take: tuple[Taken, ...] = ()
    leave: tuple[Left, ...] = ()
    allow: tuple[str, ...] = ()
    deny: tuple[CodeWord, ...] = ()
    keep: tuple[Relation, ...] = ("family",)


class Publication(_Form, frozen=True):
    """How much of the entries that the log makes of calls under the agreement is public.

    Attributes:
        time: how coarse the time in an entry is; left out, it is as the body has set it.
        sealed: clauses whose calls are sealed, `any` for all and for refusals too: of such an entry
            a commitment alone is public, and that there is one.
    """

    time: TimeStep | None = None
    sealed: tuple[str, ...] = ()


class Signature(_Form, frozen=True):
    """An Ed25519 signature (RFC 8032) over the canonical bytes of the agreement without signatures.

    Attributes:
        role: `public-body` or `supplier`.
        key: the public key, base64 of its 32 bytes.
        signature: base64 of its 64 bytes.
    """

    role: Literal["public-body", "supplier"]
    signatory: str
    key: str
    signature: str
    date: datetime.date | None = None


class Vocabularies(_Form, frozen=True):
    """The version of the vocabularies that the words are from."""

    version: str = "1"


class Agreement(_Form, frozen=True):
    """An agreement: what is allowed is the union of its clauses less `forbid`; nothing else is.

    Attributes:
        id: its name: small letters, digits, dots, hyphens and underscores.
        version: rises with every change; of several in a folder the newest is in force.
        title, summary: what it is, in plain English.
        status: only `signed` allows anything; `suspended` stops the next call.
        parties: who agrees.
        term: from when until when.
        supersedes: content hash of the version before this one, `sha256:…`.
        source: where its words come from, if not from the parties.
        legal: what makes the sharing lawful.
        vocabularies: the version of the words.
        privacy: what of personal data may stay in a text; left out, no more than Bernard leaves anyway.
        clauses: what is allowed; a call is allowed when one clause holds all of it.
        forbid: what no clause can allow.
        duties: what is kept, reported and published.
        publication: how much of each entry of the log is public.
        signatures: of both sides; `bernard agreement sign` writes them.
        sha256: of the canonical bytes of this version; its real identity in the log. Not in the file.
    """

    schema: Literal["bernard-agreement/1"]
    id: str
    version: int
    title: str
    summary: str
    status: Status
    parties: Parties
    term: Term
    supersedes: str = ""
    source: str = ""
    legal: Legal = Legal()
    vocabularies: Vocabularies = Vocabularies()
    privacy: Privacy = Privacy()
    clauses: tuple[Clause, ...] = ()
    forbid: tuple[Forbid, ...] = ()
    duties: Duties = Duties()
    publication: Publication = Publication()
    signatures: tuple[Signature, ...] = ()
    sha256: str = ""
