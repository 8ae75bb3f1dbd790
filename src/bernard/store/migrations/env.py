"""Alembic runs this file for each command; `migrations.upgrade` hands it the connection."""

from __future__ import annotations

from alembic import context

from bernard.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
