"""Models as the steps see them, with the gateway behind them; what was called is remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bernard.errors import InputInvalid, ModelMissing
from bernard.gateway import Caller, ChatRequest, Gateway, Receipt

CALLER = Caller(
    "consult",
    "analyse-consultation",
    categories=("opinions",),
    subjects=("consultation-respondents",),
)
# So that the log has hundreds of entries for a large consultation, not hundreds of thousands.
TEXTS_AT_ONCE = 512


# The embedding models that were made for this, where they are here; else the gateway's own is asked.
ENCODER, FAST_ENCODER = "consult-encoder", "consult-encoder-fast"
# A consultation of more than so many characters, some 3,500 responses of 50 words, is read by the fast one.
MOST_CAREFUL = 1_000_000


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

    def suited(self, characters: int) -> GatewayEncoder:
        """The encoder for responses of so many characters in all; calls of both are remembered together."""
        if self.model != ENCODER or characters <= MOST_CAREFUL:
            return self
        fast = GatewayEncoder(self._gateway, FAST_ENCODER)
        fast._receipts = self._receipts
        return fast

    def as_when(self, models: Mapping[str, str]) -> GatewayEncoder:
        """This one for vectors that were made by these models, by name the SHA-256; refuses where it is another.

        Vectors of two models have nothing to do with one another.
        """
        if models.get(self.model) == self.sha256:
            return self
        return _Outdated(self._gateway, self.model)

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
        taken = tuple(self._receipts)
        self._receipts.clear()
        return taken


class _Outdated(GatewayEncoder):
    """Stands where vectors are kept that this version's model did not make."""

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Raises InputInvalid."""
        raise InputInvalid(
            "This consultation was read by an earlier version of Bernard's language model, so nothing new "
            "can be compared with it. All that is here stays. To go on with it, upload the file again."
        )


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
