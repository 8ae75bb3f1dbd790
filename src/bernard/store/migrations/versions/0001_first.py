"""The first tables.

Until the first release this makes whatever tables.py holds. From then on its tables are fixed
here, and each change comes as a revision of its own.
"""

from __future__ import annotations

from alembic import op

from bernard.store import index
from bernard.store.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    metadata.create_all(op.get_bind())
    index.create(op.get_bind())


def downgrade() -> None:
    """There is nothing before the first revision: a backup is the way back."""
    raise NotImplementedError
