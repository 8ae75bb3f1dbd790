"""A corpus of UK public-service texts with invented people in them, made from templates that we wrote.

The templates and the lists of names are data (`corpus/privacy/`); this fills them. The same seed gives
the same bytes.
"""

from __future__ import annotations

from bernard.evals.privacy_corpus.fill import Sample, fill
from bernard.evals.privacy_corpus.make import Corpus, make, read_corpus, write
from bernard.evals.privacy_corpus.shares import PARTS

__all__ = ["PARTS", "Corpus", "Sample", "fill", "make", "read_corpus", "write"]
