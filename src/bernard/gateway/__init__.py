"""The one road to a model. Nothing above this room calls `models`; it asks here."""

from bernard.gateway.blocking import Gateway
from bernard.gateway.exchange import Exchange, OnReceipt
from bernard.gateway.recorder import Recorder
from bernard.gateway.routing import Routes
from bernard.gateway.types import Caller, Receipt, Reply
from bernard.models.types import THIS_MACHINE, ChatRequest, Deployment, Message

__all__ = [
    "THIS_MACHINE",
    "Caller",
    "ChatRequest",
    "Deployment",
    "Exchange",
    "Gateway",
    "Message",
    "OnReceipt",
    "Receipt",
    "Recorder",
    "Reply",
    "Routes",
]
