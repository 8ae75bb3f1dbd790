"""The log of every call to a model: append, read, verify."""

from bernard.ledger.chain import canonical, verify
from bernard.ledger.stored import StoredLedger
from bernard.ledger.types import Entry, Ledger, Logged, Verified

__all__ = ["Entry", "Ledger", "Logged", "StoredLedger", "Verified", "canonical", "verify"]
