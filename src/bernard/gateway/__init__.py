"""The one road to a model. Nothing above this room calls `models`; it asks here."""

from bernard.gateway.admission import Admission
from bernard.gateway.pipeline import Gateway, OnReceipt
from bernard.gateway.types import Caller, Receipt, Reply
from bernard.models.types import THIS_MACHINE, ChatRequest, Deployment, Message

__all__ = [
    "THIS_MACHINE",
    "Admission",
    "Caller",
    "ChatRequest",
    "Deployment",
    "Gateway",
    "Message",
    "OnReceipt",
    "Receipt",
    "Reply",
]
