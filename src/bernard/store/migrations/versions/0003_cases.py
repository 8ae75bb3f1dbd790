"""What stands for whom in a case, encrypted, and the wrapped keys of the cases."""

from __future__ import annotations

from alembic import op

from bernard.store.tables import case_houses, case_keys, cases

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; in a new database the first revision has done so."""
    for table in (cases, case_keys, case_houses):
        table.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """A backup is the way back."""
    raise NotImplementedError
