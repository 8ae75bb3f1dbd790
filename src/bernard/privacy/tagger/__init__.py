"""Names in running text, found by a small neural network: the taggers and their weights.

Importing this loads numpy and ONNX Runtime; only a process that opens a tagger does so.
"""

from __future__ import annotations

from functools import cache

from bernard.errors import ModelMissing
from bernard.privacy.tagger.assured import AssuredTagger
from bernard.privacy.tagger.fast import FastTagger
from bernard.privacy.tagger.weights import TaggerFiles, taggers
from bernard.privacy.types import Detector

__all__ = ["AssuredTagger", "FastTagger", "open_tagger"]


@cache
def open_tagger(mode: str) -> Detector:
    """The tagger of a mode, `fast` or `assured`; a process has one of each.

    Raises:
        ModelMissing: Bernard comes without it, or its weights are not there.
        ModelRejected: they are not those that Bernard knows.
    """
    known = taggers().get(mode)
    if known is None:
        raise ModelMissing(f"This build of Bernard has no tagger for the mode {mode!r}.")
    files = TaggerFiles(known)
    return FastTagger(files) if mode == "fast" else AssuredTagger(files)
