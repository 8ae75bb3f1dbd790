"""Documents of a made-up department, to try Bernard on and to test it with.

They hold traps on purpose: a sum that later minutes replace, an old limit beside the one in force,
and three nightly allowances that are easily confused.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files as package_files
from pathlib import Path

COLLECTION = "Harbours and Lighthouses (made up)"


@dataclass(frozen=True)
class Expected:
    """Where a question is answered.

    Attributes:
        document: name of the sample file.
        words: a run of words that any good answer quotes, spaces and line ends aside.
        needs_ocr: the words are only in a picture, so Tesseract must be installed.
    """

    question: str
    document: str
    words: str
    needs_ocr: bool = False


EXPECTED = (
    Expected(
        "How many days of annual leave can I carry over?",
        "leave-and-flexible-working.docx",
        "You may carry over up to 8 days of unused annual leave",
    ),
    Expected(
        "How much is the island allowance a night?",
        "travel-and-expenses.pdf",
        "an island allowance of £31 a night when you stay in a keepers' house",
    ),
    Expected(
        "What if I renew my mooring permit late?",
        "mooring-permits.html",
        "If you renew late, within 30 days after it ended, you pay £35 more.",
    ),
    Expected(
        "How much will the Gull Rock repair cost?",
        "board-minutes-october-2026.odt",
        "£268,500",
    ),
    Expected(
        "When do the harbour offices close in winter?",
        "winter-hours.eml",
        "close at 15:30 instead of 16:30",
    ),
    Expected(
        "Which lighthouse failed its inspection because of cracks in the gallery?",
        "lighthouse-inspections.xlsx",
        "Cracks in the gallery, 7 mm wide",
    ),
    Expected(
        "How often does the fog signal sound?",
        "fog-signal-letter.pdf",
        "The fog signal sounds once every 45 seconds",
        needs_ocr=True,
    ),
)

QUESTIONS = tuple(expected.question for expected in EXPECTED[:3])
"""Three questions to click, each answered by one sentence of one document."""

QUESTION_NOT_COVERED = "How do I renew a passport for a child?"
"""A question that no sample document answers, so the only right answer is to say so."""


def files() -> list[tuple[str, bytes]]:
    """The name and bytes of every sample document, in order of name."""
    folder = package_files(__name__) / "files"
    return sorted((entry.name, entry.read_bytes()) for entry in folder.iterdir())


def records() -> Path:
    """The folder of the sample records of transparency."""
    return Path(str(package_files(__name__) / "records"))


def consultation() -> tuple[str, bytes]:
    """The name and bytes of the responses to the sample consultation, a CSV file."""
    name = "harbour-street.csv"
    return name, (package_files(__name__) / "consultations" / name).read_bytes()


def consultation_themes() -> tuple[str, bytes]:
    """The name and bytes of a coding framework for it, in JSON Lines: id, title, description."""
    name = "harbour-street-themes.jsonl"
    return name, (package_files(__name__) / "consultations" / name).read_bytes()
