"""Documents that personal data is being taken out of."""

from __future__ import annotations

from alembic import op

from bernard.store.tables import redaction_pages, redactions

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; in a new database the first revision has done so."""
    for table in (redactions, redaction_pages):
        table.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """A backup is the way back."""
    raise NotImplementedError
