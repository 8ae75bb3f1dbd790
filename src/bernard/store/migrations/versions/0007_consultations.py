"""Consultations: their files, people, results, and what people changed and decided."""

from __future__ import annotations

from alembic import op

from bernard.store.tables import (
    consultation_changes,
    consultation_decisions,
    consultation_parts,
    consultation_people,
    consultations,
)

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; in a new database the first revision has done so."""
    for table in (
        consultations,
        consultation_people,
        consultation_parts,
        consultation_changes,
        consultation_decisions,
    ):
        table.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """A backup is the way back."""
    raise NotImplementedError
