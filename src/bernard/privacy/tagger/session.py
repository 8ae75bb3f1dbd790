"""A model file as a function, run by ONNX Runtime on one thread with as little memory as it needs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from bernard.errors import ModelRejected


class Session:
    """A loaded model. Safe to share between threads; the same input gives the same output."""

    def __init__(self, path: Path) -> None:
        """Load it.

        Raises:
            ModelRejected: it is no model that the runtime reads.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # The arena keeps the most that a text ever needed; texts differ a thousandfold in length.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the runtime's own exceptions share no base class
            raise ModelRejected(f"{path.name!r} cannot be loaded: {error}") from error
        self._inputs = {node.name for node in self._session.get_inputs()}

    @property
    def inputs(self) -> frozenset[str]:
        """The names of what it wants."""
        return frozenset(self._inputs)

    @property
    def meta(self) -> dict[str, str]:
        """What its maker wrote about it in the file."""
        return dict(self._session.get_modelmeta().custom_metadata_map)

    def run(self, inputs: Mapping[str, NDArray[np.generic]]) -> NDArray[np.float32]:
        """Its first output. The runtime's own exceptions come through."""
        return np.asarray(self._session.run(None, dict(inputs))[0], np.float32)
