"""What shows that a log told two stories, kept in a folder for whoever asks."""

from __future__ import annotations

import logging
from hashlib import sha256
from pathlib import Path

from bernard.errors import InputInvalid
from bernard.ledger.tlog import Checkpoint, Seen, Submission
from bernard.ledger.tlog.durable import write_durably

_log = logging.getLogger(__name__)
# Whoever has a true checkpoint of a log can send it with a false proof as often as they like.
MOST_FILES = 1000
SUFFIX = ".fork"


class Evidence:
    """Keeps, for each fork that was seen, both checkpoints with the log's signatures."""

    def __init__(self, folder: Path) -> None:
        """Keep files here; the folder is made where it is missing."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def count(self) -> int:
        """How many forks are kept."""
        return sum(1 for _ in self._folder.glob(f"*{SUFFIX}"))

    def keep(self, submission: Submission, seen: Seen | None) -> Path | None:
        """The file with both checkpoints; None where it is there already or there are too many."""
        if seen is None:
            return None
        text = _in_words(submission, seen)
        path = self._folder / f"{sha256(text.encode()).hexdigest()[:32]}{SUFFIX}"
        if path.exists() or self.count() >= MOST_FILES:
            return None
        origin = seen.note.split("\n", 1)[0]
        try:
            write_durably(path, text.encode())
        except OSError as error:
            # The refusal must be given all the same; what was seen stands in the program's log.
            _log.error("The log %r showed something else than before. %s\n%s", origin, error, text)
            return None
        _log.error("The log %r showed something else than before. See %s.", origin, path)
        return path


def _in_words(submission: Submission, seen: Seen) -> str:
    """Both notes, one after the other, below what they show."""
    proof = "".join(f"  {hash.hex()}\n" for hash in submission.proof) or "  (no hash)\n"
    return (
        f"{_shows(submission, seen)}\n\n"
        f"--- cosigned here\n{seen.note}"
        f"--- refused\n{submission.checkpoint}"
        f"--- the proof that was given with it, from size {submission.old}\n{proof}"
    )


def _shows(submission: Submission, seen: Seen) -> str:
    try:
        refused = Checkpoint.parse(submission.checkpoint.text)
    except InputInvalid:
        return "The second is not a checkpoint."
    if refused.size == seen.size and refused.root != seen.root:
        return f"The log signed two different trees of {seen.size} entries. The two signatures prove it."
    return (
        "The log signed both, and what was given as a proof does not show that the second extends the "
        "first. Ask the log for a proof that does: where it has none, these two prove a fork."
    )
