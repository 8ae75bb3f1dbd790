"""The tables, the same on SQLite and PostgreSQL. Times are seconds since 1970, UTC."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Id = String(32)
# SQLite numbers rows by itself only where the key is plainly INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")


def _owned_by(table: str, *, index: bool = True) -> Column[str]:
    return Column(
        "owner", Id, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, index=index
    )


accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("password", Text, nullable=False, comment="scrypt hash; empty where none may sign in"),
    Column("is_admin", Boolean, nullable=False),
    Column("created", Float, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True, comment="SHA-256 of the cookie"),
    _owned_by("accounts"),
    Column("csrf", String(64), nullable=False),
    Column("created", Float, nullable=False),
    Column("expires", Float, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True, comment="SHA-256 of the API token"),
    _owned_by("accounts"),
    Column("label", String(100), nullable=False),
    Column("created", Float, nullable=False),
    Column("used", Float),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", String(100), nullable=False),
    Column("address", String(64), nullable=False),
    Column("at", Float, nullable=False, index=True),
)

collections = Table(
    "collections",
    metadata,
    Column("id", Id, primary_key=True),
    _owned_by("accounts"),
    Column("name", String(200), nullable=False),
    Column("created", Float, nullable=False),
    UniqueConstraint("owner", "name", name="uq_collections_owner_name"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "collection",
        Id,
        ForeignKey("collections.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("name", Text, nullable=False, comment="path inside the collection, / between folders"),
    Column("parent", Id, ForeignKey("documents.id", ondelete="CASCADE"), index=True),
    Column("media_type", String(200), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("error", Text, nullable=False, server_default=""),
    Column("notes", Text, nullable=False, server_default="[]", comment="JSON list of sentences"),
    Column("title", Text, nullable=False, server_default=""),
    Column("added", Float, nullable=False),
    UniqueConstraint("collection", "name", name="uq_documents_collection_name"),
)

document_texts = Table(
    "document_texts",
    metadata,
    Column(
        "document",
        Id,
        ForeignKey("documents.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("text", Text, nullable=False),
    Column("pages", Text, nullable=False, comment="JSON list of [start, label]"),
    Column("headings", Text, nullable=False, comment="JSON list of [start, end, level]"),
)

passages = Table(
    "passages",
    metadata,
    Column("id", BigId, primary_key=True),
    Column(
        "document", Id, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("collection", Id, nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("page", Text, nullable=False),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    # A number is never used twice: old answers name passages by it.
    sqlite_autoincrement=True,
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True),
    _owned_by("accounts"),
    Column("title", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("collections", Text, nullable=False, comment="JSON list of collection ids"),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "conversation",
        Id,
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("number", Integer, nullable=False),
    Column("question", Text, nullable=False),
    Column("state", String(16), nullable=False, comment="waiting, writing, done or failed"),
    Column("draft", Text, nullable=False, server_default=""),
    Column("answer", Text, comment="JSON of bernard.tools.ask.types.Answer"),
    Column("error", Text, nullable=False, server_default=""),
    Column("worker", Id, nullable=False, server_default="", comment="who is answering it"),
    Column("lease", Float, nullable=False, server_default="0", comment="until when"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("asked", Float, nullable=False),
    UniqueConstraint("conversation", "number", name="uq_turns_conversation_number"),
    # What a worker looks for, many times a second.
    Index("ix_turns_claim", "state", "asked"),
)

entries = Table(
    "entries",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False, comment="canonical JSON; what the leaf hash covers"),
)

# Never published. Apart from the entries, so that what is destroyed here leaves the log whole.
entry_secrets = Table(
    "entry_secrets",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False, comment="the exact time"),
    Column("salt", LargeBinary, nullable=False, comment="of the commitment to content; or empty"),
    Column("until", Float, comment="when the salt is destroyed"),
)
Index(
    "ix_entry_secrets_until",
    entry_secrets.c.until,
    sqlite_where=entry_secrets.c.until.is_not(None),
    postgresql_where=entry_secrets.c.until.is_not(None),
)

sealed_entries = Table(
    "sealed_entries",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("body", Text, nullable=False, comment="canonical JSON; what is committed to"),
)

sequences = Table(
    "sequences",
    metadata,
    Column("key", String(80), primary_key=True, comment="id of a key; sealed:ID for sealed calls"),
    Column("value", BigInteger, nullable=False, comment="of its newest intent or refusal"),
    sqlite_with_rowid=False,
)

log_states = Table(
    "log_states",
    metadata,
    Column("name", String(160), primary_key=True, comment="such as agreement:ID"),
    Column("value", Text, nullable=False, comment="what the log last said of it"),
)

staff_secrets = Table(
    "staff_secrets",
    metadata,
    Column("month", String(7), primary_key=True, comment="as 2026-11"),
    Column("secret", String(64), nullable=False),
)

tiles = Table(
    "tiles",
    metadata,
    Column("level", Integer, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("hashes", LargeBinary, nullable=False, comment="as far as the tile is filled"),
)

log_head = Table(
    "log_head",
    metadata,
    Column("id", Integer, primary_key=True, comment="1: there is one row"),
    Column("origin", Text, nullable=False),
    Column("vkey", Text, nullable=False, comment="the public key that signed the note"),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False, comment="the signed checkpoint"),
)

usage = Table(
    "usage",
    metadata,
    Column("account", Text, primary_key=True, comment="key:ID or clause:AGREEMENT/CLAUSE"),
    Column("window", String(32), primary_key=True, comment="such as day:2026-11-22, or total"),
    Column("calls", BigInteger, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("micropence", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

keys = Table(
    "keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("declares", Text, nullable=False, comment="JSON of bernard.accounts.keys.Key"),
    Column("created", Float, nullable=False),
    Column("expires", Float),
    Column("revoked", Float),
)

key_secrets = Table(
    "key_secrets",
    metadata,
    Column("hash", String(64), primary_key=True, comment="SHA-256 of the key"),
    Column("key", Id, ForeignKey("keys.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("prefix", String(32), nullable=False, comment="its first characters, to know it by"),
    Column("created", Float, nullable=False),
    Column("ends", Float, comment="when it was, or will be, replaced"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(32), primary_key=True, comment="keys: changes made; clock: minutes"),
    Column("value", BigInteger, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", String(64), primary_key=True, comment="keyed hash of whose and which case it is"),
    Column("service", Text, nullable=False),
    Column("version", BigInteger, nullable=False, comment="random at first, so none comes twice"),
    Column("mapping", LargeBinary, nullable=False, comment="encrypted under the case's own key"),
    Column("created", Float, nullable=False),
    Column("used", Float, nullable=False),
    Column("kept_s", Float, nullable=False, comment="how long after its last use"),
)

# Apart from the cases, so that it is small: it is written anew whenever a key is destroyed.
case_keys = Table(
    "case_keys",
    metadata,
    Column("id", String(64), ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("house", String(16), nullable=False, comment="which of the house's keys wraps it"),
    Column("wrapped", LargeBinary, nullable=False),
)

case_houses = Table(
    "case_houses",
    metadata,
    Column("name", String(16), primary_key=True, comment="cases: the one row there is"),
    Column("house", String(16), nullable=False, comment="which of the house's keys wraps new ones"),
    Column("sign", String(64), nullable=False, comment="shows whether a key file is the right one"),
)

redactions = Table(
    "redactions",
    metadata,
    Column("id", Id, primary_key=True),
    _owned_by("accounts"),
    Column("name", Text, nullable=False, comment="of the file that was given"),
    Column("state", String(16), nullable=False, comment="reading, review, making, done or failed"),
    Column("error", Text, nullable=False, server_default=""),
    Column("kind", String(16), nullable=False, server_default=""),
    Column("pages", Integer, nullable=False, server_default="0"),
    Column("notes", Text, nullable=False, server_default="[]", comment="JSON list of sentences"),
    Column("source", LargeBinary, nullable=False),
    Column("result", LargeBinary),
    Column("entry", BigInteger, comment="of the log, that tells what was taken out"),
    Column("created", Float, nullable=False),
    Column("expires", Float, nullable=False, index=True),
)

redaction_pages = Table(
    "redaction_pages",
    metadata,
    Column("redaction", Id, ForeignKey("redactions.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("page", Text, nullable=False, comment="JSON of bernard.privacy.documents.Page"),
    Column("picture", LargeBinary, nullable=False),
    Column("proposals", Text, nullable=False, server_default="[]"),
    Column("seen", Boolean, nullable=False, comment="whether a person looked at it"),
)

# A file of responses to a consultation, and what is made of it.
consultations = Table(
    "consultations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("name", Text, nullable=False, comment="of the file"),
    Column("state", String(16), nullable=False, comment="reading, review, running, ready, failed"),
    Column("error", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, comment="counts all that changes what pages show"),
    Column("created", Float, nullable=False),
)

consultation_people = Table(
    "consultation_people",
    metadata,
    Column(
        "consultation", Id, ForeignKey("consultations.id", ondelete="CASCADE"), primary_key=True
    ),
    Column(
        "account", Id, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
    Column("role", String(16), nullable=False, comment="lead, analyst, checker or viewer"),
)

consultation_parts = Table(
    "consultation_parts",
    metadata,
    Column(
        "consultation", Id, ForeignKey("consultations.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("name", String(200), primary_key=True, comment="source, or the result of a stage"),
    Column("data", LargeBinary, nullable=False),
)

consultation_changes = Table(
    "consultation_changes",
    metadata,
    Column(
        "consultation", Id, ForeignKey("consultations.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("question", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, comment="from 1; no two are the same"),
    Column("at", Float, nullable=False),
    Column("by", String(100), nullable=False, comment="name of the account, which may be gone"),
    Column("body", Text, nullable=False, comment="JSON of the change to the framework"),
)

consultation_decisions = Table(
    "consultation_decisions",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("consultation", Id, ForeignKey("consultations.id", ondelete="CASCADE"), nullable=False),
    Column("question", String(64), nullable=False),
    Column("response", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("by", String(100), nullable=False),
    Column("body", Text, nullable=False, comment="JSON of what the person decided"),
    Index("ix_consultation_decisions_of", "consultation", "question", "response"),
    sqlite_autoincrement=True,
)

files = Table(
    "files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", String(64), nullable=False, comment="which handler does it"),
    Column("payload", Text, nullable=False, comment="JSON object"),
    Column("key", String(200), unique=True, comment="the same key is the same job"),
    Column("group", String(200), nullable=False, index=True),
    Column("priority", Integer, nullable=False, comment="lower goes first"),
    Column(
        "state", String(16), nullable=False, comment="waiting, running, done, failed, cancelled"
    ),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("note", Text, nullable=False, server_default=""),
    Column("error", Text, nullable=False, server_default=""),
    Column("worker", Id, nullable=False, server_default="", comment="who is doing it"),
    Column(
        "due", Float, nullable=False, comment="not before; while running, until when it is held"
    ),
    Column("created", Float, nullable=False),
    Column("finished", Float),
    # What a worker looks for, many times a second.
    Index("ix_jobs_claim", "state", "priority", "id"),
    # A number is never used twice: a worker that was thought dead may still hold it.
    sqlite_autoincrement=True,
)
