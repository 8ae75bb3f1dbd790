"""What of the log's entries is private, and sequence numbers for each key."""

from __future__ import annotations

from alembic import op

from bernard.store.tables import (
    entry_secrets,
    log_states,
    sealed_entries,
    sequences,
    staff_secrets,
)

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; in a new database the first revision has done so."""
    for table in (entry_secrets, sealed_entries, sequences, log_states, staff_secrets):
        table.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """A backup is the way back."""
    raise NotImplementedError
