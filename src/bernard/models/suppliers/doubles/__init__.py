"""A server that answers as each kind of supplier does, and as each can fail; for tests and trials.

async with MockSupplier("anthropic") as mock:
...                      # ask mock.url
assert mock.requests == []   # and mock.received == b"": nothing was sent
"""

from bernard.models.suppliers.doubles.asked import Asked, Said, echo
from bernard.models.suppliers.doubles.server import Fault, MockSupplier, Request

__all__ = ["Asked", "Fault", "MockSupplier", "Request", "Said", "echo"]
