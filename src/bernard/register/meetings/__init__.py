"""Who met whom: the government's quarterly releases, read and set beside the suppliers."""

from bernard.register.meetings.process import read_releases
from bernard.register.meetings.types import Reading, Record

__all__ = ["Reading", "Record", "read_releases"]
