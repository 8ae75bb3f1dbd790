"""What shows that a log told two stories, kept in a folder for whoever asks."""

from __future__ import annotations

import logging
from hashlib import sha256
from pathlib import Path

from bernard.ledger.tlog import Checkpoint, Seen, Submission
from bernard.ledger.tlog.durable import write_durably

_log = logging.getLogger(__name__)
MOST_FILES = 1000
# Whoever has a true checkpoint of a log can send it with a false proof: that must leave room for two
# trees of one size, which only the log's own key can sign.
MOST_UNPROVEN = 100
SUFFIX = ".fork"
_UNPROVEN = f".unproven{SUFFIX}"


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
        path = self._path(submission, seen)
        if path is None or path.exists():
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

    def _path(self, submission: Submission, seen: Seen) -> Path | None:
        """Where it is kept, one file for two states of a log; None where there are too many."""
        states = f"{seen.size}\n{seen.root.hex()}\n{submission.checkpoint.text}"
        name = sha256(states.encode()).hexdigest()[:32]
        unproven = sum(1 for _ in self._folder.glob(f"*{_UNPROVEN}"))
        if _is_proven(submission, seen):
            return (
                self._folder / f"{name}{SUFFIX}" if self.count() - unproven < MOST_FILES else None
            )
        return self._folder / f"{name}{_UNPROVEN}" if unproven < MOST_UNPROVEN else None


def _is_proven(submission: Submission, seen: Seen) -> bool:
    """Whether the two signatures alone show the fork."""
    refused = Checkpoint.parse(submission.checkpoint.text)
    return refused.size == seen.size and refused.root != seen.root


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
    if _is_proven(submission, seen):
        return f"The log signed two different trees of {seen.size} entries. The two signatures prove it."
    return (
        "The log signed both, and what was given as a proof does not show that the second extends the "
        "first. Ask the log for a proof that does: where it has none, these two prove a fork."
    )
