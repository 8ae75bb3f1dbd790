"""The fast tagger: a small convolutional network over the features of words.

It sees a token and some to either side, and no further. So a long text is read in windows that
overlap by that much, and what is found does not depend on where they are cut.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from bernard.errors import DetectorFailed, Error, ModelRejected
from bernard.privacy.tagger.labels import Hit, Judge, Labels
from bernard.privacy.tagger.session import Session
from bernard.privacy.tagger.vectors import read_vectors
from bernard.privacy.tagger.weights import TaggerFiles
from bernard.privacy.tagger.words import windows
from bernard.privacy.types import Finding

_WINDOW = 1024
LIMIT_S = 5.0
LIMIT_S_A_MILLION = 30.0


class FastTagger:
    """Finds names in running text. Give one to a process and share it: it keeps no name."""

    name = "fast"

    def __init__(self, files: TaggerFiles) -> None:
        """Load it.

        Raises:
            ModelMissing: a file is not there.
            ModelRejected: a file is not the one that Bernard knows, or cannot be read.
        """
        self._session = Session(files.path("model"))
        try:
            self._vectors = read_vectors(files.path("words"))
            meta = self._session.meta
            if int(meta["table"]) != self._vectors.size:
                raise ValueError(f"it reads {meta['table']} numbers a word")
            labels = Labels.read(meta)
            self._context = int(meta["context"])
        except (OSError, KeyError, ValueError) as error:
            raise ModelRejected(f"The fast tagger's weights cannot be used: {error}.") from error
        self._judge = Judge(labels, self.name)

    def find(self, text: str) -> Sequence[Finding]:
        """Findings in order of place, none overlapping another.

        Raises:
            DetectorFailed: the model stopped or took too long, so what the text holds is not known.
        """
        try:
            return self._find(text)
        except Error:
            raise
        except Exception as error:  # whatever it is, the text was not looked through
            raise DetectorFailed(
                f"The fast tagger stopped, so nothing was sent: {type(error).__name__}. Try again."
            ) from error

    def _find(self, text: str) -> list[Finding]:
        return list(self._judge.findings(text, self._hits(text)))

    def _hits(self, text: str) -> Iterator[Hit]:
        deadline = time.thread_time() + LIMIT_S + LIMIT_S_A_MILLION * len(text) / 1e6
        for window in windows(text, _WINDOW, self._context):
            if time.thread_time() > deadline:
                raise DetectorFailed(
                    f"Looking for names in {len(text):,} characters took too long. "
                    "Nothing was sent. Send less text at a time."
                )
            likely = self._session.run({"words": self._vectors.of(window.keys)})
            yield from self._judge.hits(window, likely)
