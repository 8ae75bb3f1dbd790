"""The log's tree in place of its chain: tiles of hashes, and a signed head.

The chain is read once more before it goes; the tree over the same entries is made when the log is
next written.
"""

from __future__ import annotations

from hashlib import sha256

from alembic import op
from sqlalchemy import Connection, inspect, text

from bernard.errors import StoreUnavailable
from bernard.store.tables import log_head, tiles

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and leave the chain; in a new database the first revision has done so."""
    bind = op.get_bind()
    for table in (tiles, log_head):
        table.create(bind, checkfirst=True)
    if "previous" not in {column["name"] for column in inspect(bind).get_columns("entries")}:
        return
    _check_chain(bind)
    for column in ("previous", "hash"):
        op.drop_column("entries", column)


def downgrade() -> None:
    """A backup is the way back."""
    raise NotImplementedError


def _check_chain(bind: Connection) -> None:
    head, count = "0" * 64, 0
    for number, body, previous, hash in bind.execute(
        text("SELECT number, body, previous, hash FROM entries ORDER BY number")
    ):
        whole = sha256(f"{previous}\n{body}".encode()).hexdigest()
        if (number, previous, hash) != (count, head, whole):
            raise StoreUnavailable(
                f"The log was changed at entry {count} after it was written, so it is not taken "
                "over into this version's tree. Keep the database: it is the evidence."
            )
        head, count = hash, count + 1
