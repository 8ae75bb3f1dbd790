"""Models behind a run: each call is in the log, none sees personal data, a writer only words titles."""

import json

import pytest

from bernard.errors import ModelMissing
from bernard.ledger import StoredLedger
from bernard.library.convert.limits import Limits
from bernard.models.scripted import ScriptedChat, ScriptedEmbedder
from bernard.privacy import StructuredDetector
from bernard.tools.consult.run import Run, open_means, read_kept
from bernard.tools.consult.shelf import FolderShelf

TREES = "More trees would make the park cooler in summer, ring 020 7946 0958."
GATES = "The gates should stay open later at night for shift workers."
FILE = ("id,What would you change?\n" + "".join(
    f'{n},"{TREES if n % 2 else GATES}"\n' for n in range(24)
)).encode()  # fmt: skip


def worded(request):
    """A title of the quotes' own words for the first theme."""
    shown = request.messages[-1].text
    assert "7946" not in shown
    title = "The park needs more trees" if "trees" in shown else "Gates open later"
    return json.dumps({"themes": [{"id": "T1", "title": title, "description": ""}]})


@pytest.fixture
def run(tmp_path, sqlite_store, sqlite_settings, gateway_over):
    chat, embedder = ScriptedChat(worded), ScriptedEmbedder()
    gateway = gateway_over(sqlite_store, chat=chat, embedder=embedder)
    shelf = FolderShelf(tmp_path / "shelf")
    _, consultation = read_kept(shelf, "parks.csv", FILE, limits=Limits())

    def run(model=""):
        means = open_means(gateway, StructuredDetector(), sqlite_settings, model)
        return Run(consultation, shelf, means).analyse()

    return run


def test_every_call_has_a_receipt_in_the_log(run, sqlite_store):
    made = run("scripted-chat").made
    assert made.calls["word titles and descriptions"] == 1
    assert sum(made.calls.values()) == len(made.receipts) >= 3
    assert set(made.models) == {"scripted-chat", "scripted-embedder"}
    for receipt in made.receipts:
        kept = StoredLedger(sqlite_store).get(int(receipt.split()[0]))
        assert kept.entry["service"] == "consult"
        assert kept.entry["purpose"] == "analyse-consultation"


def test_a_writer_changes_words_and_never_who_is_in_a_theme(run):
    plain, better = run().questions[0], run("scripted-chat").questions[0]
    assert [t.members for t in plain.found.themes] == [t.members for t in better.found.themes]
    assert set(run().made.calls) == {"turn sentences into numbers"}


def test_a_model_that_is_not_there_is_named(run):
    with pytest.raises(ModelMissing, match="'nobody'"):
        run("nobody")
