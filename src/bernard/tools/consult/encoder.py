"""Models as the steps see them, with the gateway behind them; what was called is remembered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bernard.errors import ModelMissing
from bernard.gateway import Caller, ChatRequest, Gateway, Receipt

CALLER = Caller(
    "consult",
    "analyse-consultation",
    categories=("opinions",),
    subjects=("consultation-respondents",),
)
# So that the log has hundreds of entries for a large consultation, not hundreds of thousands.
TEXTS_AT_ONCE = 512


# The embedding model that was made for this, where it is here; else the gateway's own is asked.
ENCODER = "consult-encoder"


class GatewayEncoder:
    """Texts to unit vectors, by a model that is reached through the gateway.

    Attributes:
        model, sha256: which one it is.
    """

    def __init__(self, gateway: Gateway, model: str = ENCODER) -> None:
        """Ask this model, the gateway's own where it is not here.

        Raises:
            ModelMissing: there is no embedding model.
        """
        deployment = gateway.embedder(model) or gateway.embedding_model
        if deployment is None:
            raise ModelMissing("There is no embedding model. `bernard models get` fetches one.")
        self._gateway = gateway
        self.model = deployment.model
        self.sha256 = deployment.sha256
        self._receipts: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector a text; each call to the model is in the log.

        Raises:
            Refused: the agreement does not allow the call.
            LogUnwritable: the call could not be recorded, so it was not made.
        """
        parts = [
            self._call(texts[at : at + TEXTS_AT_ONCE]) for at in range(0, len(texts), TEXTS_AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)

    def _call(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors, receipt = self._gateway.embed(CALLER, texts, model=self.model)
        self.remember(receipt)
        return vectors

    def remember(self, receipt: Receipt) -> None:
        """Take up the receipt of a call."""
        self._receipts.append(f"{receipt.entry} {receipt.hash[:16]}")

    def take_receipts(self) -> tuple[str, ...]:
        """The log's receipts of the calls since this was last asked: number and hash of the entry."""
        taken, self._receipts = tuple(self._receipts), []
        return taken


class GatewayWriter:
    """A chat model that is reached through the gateway.

    Attributes:
        model, sha256: which one it is.
    """

    def __init__(self, gateway: Gateway, model: str, calls: GatewayEncoder) -> None:
        """Ask this model.

        Args:
            calls: remembers the receipts.

        Raises:
            ModelMissing: there is no such model.
        """
        deployment = gateway.chat_model(model)
        if deployment is None:
            raise ModelMissing(
                f"There is no chat model {model!r}. `bernard models list` shows them."
            )
        self._gateway = gateway
        self._calls = calls
        self._name = model
        self.model = deployment.model
        self.sha256 = deployment.sha256

    def __call__(self, request: ChatRequest) -> str:
        """What the model says. Raises as `Gateway.chat` does."""
        reply = self._gateway.chat(
            CALLER, request, model=self._name, on_receipt=self._calls.remember
        )
        return reply.text
