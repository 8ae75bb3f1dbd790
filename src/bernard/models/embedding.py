"""The embedding model on this machine: text to unit vectors by ONNX Runtime.

Texts go through one by one, several at a time on threads of their own. That is as fast as batches
(there is no padding, and nothing waits for the longest), and a text always gets the same vector:
in a batch, the range of its neighbours' numbers would decide how its own are rounded.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from bernard.errors import ModelFailed, ModelRejected
from bernard.models.characters import sendable
from bernard.models.embedding_files import EmbeddingFiles, shipped
from bernard.models.hashes import check_file
from bernard.models.manifest import KnownModel
from bernard.models.processor import threads
from bernard.models.types import THIS_MACHINE, Deployment

__all__ = ["EmbeddingFiles", "OnnxEmbedder", "open_shipped", "shipped"]
_LONGEST_TEXT = 32_768


class OnnxEmbedder:
    """An embedding model in this process, loaded when first used. Safe to share between threads.

    Args:
        threads: most processor threads it uses; 0 means one for each core.
        max_tokens: a text is read up to here; the rest is left out.
    """

    def __init__(
        self, name: str, files: EmbeddingFiles, dimensions: int, max_tokens: int, threads: int = 0
    ) -> None:
        self._files = files
        self._dimensions = dimensions
        self._max_tokens = max_tokens
        self._threads = threads
        self._deployment = Deployment(
            model=name, provider="embedded", place=THIS_MACHINE, sha256=files.model_sha256
        )
        self._lock = threading.Lock()
        self._loaded: tuple[onnxruntime.InferenceSession, Tokenizer] | None = None

    @property
    def deployment(self) -> Deployment:
        """In this process."""
        return self._deployment

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector a text.

        Args:
            texts: plain text; longer than the model reads is cut, not refused.

        Raises:
            ModelMissing, ModelRejected: the files are not there, or not the ones named.
            ModelFailed: the engine stopped.
        """
        return self.embed_counting(texts)[0]

    def embed_counting(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], int]:
        """The same as `embed`, and how many tokens were read."""
        if not texts:
            return np.zeros((0, self._dimensions), np.float32), 0
        session, tokenizer = self._load()
        encodings = tokenizer.encode_batch([sendable(text[:_LONGEST_TEXT]) for text in texts])

        def one(encoding: Encoding) -> NDArray[np.float32]:
            return _run(session, encoding.ids)

        tokens = sum(len(encoding.ids) for encoding in encodings)
        if len(encodings) == 1:
            return np.stack([one(encodings[0])]), tokens
        with ThreadPoolExecutor(threads(self._threads)) as pool:
            return np.stack(list(pool.map(one, encodings))), tokens

    def _load(self) -> tuple[onnxruntime.InferenceSession, Tokenizer]:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._open()
            return self._loaded

    def _open(self) -> tuple[onnxruntime.InferenceSession, Tokenizer]:
        files = self._files
        check_file(files.model, files.model_sha256, files.memory)
        check_file(files.tokenizer, files.tokenizer_sha256, files.memory)
        try:
            tokenizer = Tokenizer.from_file(str(files.tokenizer))
            session = _session(files.model)
        except Exception as error:  # both libraries raise bare exceptions of many kinds
            raise ModelRejected(f"{str(files.model)!r} cannot be loaded: {error}") from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(self._max_tokens)
        _refuse_other_shapes(session, files.model)
        width = session.get_outputs()[0].shape[-1]
        if width != self._dimensions:
            raise ModelRejected(
                f"{str(files.model)!r} gives vectors of length {width!r}, not {self._dimensions}."
            )
        return session, tokenizer


def open_shipped(model: KnownModel, threads: int = 0, folder: Path | None = None) -> OnnxEmbedder:
    """The embedding model that the wheel carries."""
    return OnnxEmbedder(
        model.name, shipped(model, folder), model.dimensions, model.max_tokens, threads
    )


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _refuse_other_shapes(session: onnxruntime.InferenceSession, path: Path) -> None:
    names = {node.name for node in session.get_inputs()}
    if not {"input_ids"} <= names <= {"input_ids", "attention_mask", "token_type_ids"}:
        raise ModelRejected(
            f"{str(path)!r} is not a text encoder: it wants {', '.join(sorted(names))}."
        )


def _run(session: onnxruntime.InferenceSession, tokens: Sequence[int]) -> NDArray[np.float32]:
    ids = np.array([tokens], np.int64)
    mask = np.ones_like(ids)
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    wanted = {node.name for node in session.get_inputs()}
    try:
        found = session.run(None, {name: inputs[name] for name in wanted})[0]
    except Exception as error:  # the runtime's own exceptions share no base class
        raise ModelFailed(f"The embedding model stopped: {error}") from error
    return _pooled(np.asarray(found, np.float32)[0])


def _pooled(found: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vector as it is if pooled already (ours is), else the mean over the tokens."""
    if found.ndim == 1:
        return found
    total = found.sum(axis=0)
    return np.asarray(total / np.linalg.norm(total), np.float32)
