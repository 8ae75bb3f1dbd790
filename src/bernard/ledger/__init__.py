"""The log of every call to a model: append, read, prove, verify."""

from bernard.ledger.canonical import canonical
from bernard.ledger.stored import StoredLedger, open_ledger
from bernard.ledger.tlog.verify import Verified
from bernard.ledger.types import Entry, Logged

__all__ = ["Entry", "Logged", "StoredLedger", "Verified", "canonical", "open_ledger"]
