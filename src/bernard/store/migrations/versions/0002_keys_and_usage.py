"""API keys of services, what each account has used, and a log without an index on its hashes."""

from __future__ import annotations

from alembic import op
from sqlalchemy import inspect

from bernard.store.tables import counters, key_secrets, keys, usage

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_UNIQUE = "uq_entries_hash"


def upgrade() -> None:
    """Make the tables; in a new database the first revision has done all of this."""
    bind = op.get_bind()
    for table in (usage, counters, keys, key_secrets):
        table.create(bind, checkfirst=True)
    found = {unique["name"] for unique in inspect(bind).get_unique_constraints("entries")}
    if _UNIQUE in found:
        with op.batch_alter_table("entries") as entries:
            entries.drop_constraint(_UNIQUE, type_="unique")


def downgrade() -> None:
    """A backup is the way back: keys and counters would be lost."""
    raise NotImplementedError
