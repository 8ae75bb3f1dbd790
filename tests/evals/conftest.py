"""A tiny data set, and a house to measure it in."""

import json
from dataclasses import replace

import pytest

from bernard.assembly import open_bernard
from bernard.config import Settings

DOCUMENTS = [
    {"id": "7", "text": "## Permits\n\nYou need a mooring permit for a night in the harbour."},
    {"id": "8", "text": "Staff get 27 days of annual leave."},
    {"id": "9", "text": "Claim travel expenses within three months."},
]
QUESTIONS = [
    {
        "id": "a",
        "question": "Do I need a permit?",
        "scenario": "I stay a night in the harbour.",
        "history": [],
        "relevant": ["7"],
        "answer": "Yes",
        "source_url": "",
    },
    {"id": "b", "question": "How many days of leave?", "relevant": ["8"]},
]


@pytest.fixture
def data_set():
    """Writes documents and questions into a folder."""

    def write(folder, documents=DOCUMENTS, questions=QUESTIONS):
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in (("documents", documents), ("questions", questions)):
            lines = "".join(json.dumps(row) + "\n" for row in rows)
            (folder / f"{name}.jsonl").write_text(lines)
        return folder

    return write


@pytest.fixture
def open_house():
    """Opens a house without models in a home."""

    def open_house(home):
        settings = replace(Settings(), home=home, embedding_model="none", chat_model="none")
        return open_bernard(settings)

    return open_house
