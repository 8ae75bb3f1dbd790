"""Coding frameworks as files: read from what others made, and written so that others can open them."""

from __future__ import annotations

from bernard.tools.consult.framework_files.reading import as_given, read_framework
from bernard.tools.consult.framework_files.writing import KINDS, write_framework

__all__ = ["KINDS", "as_given", "read_framework", "write_framework"]
