"""kill -9 at each point of a run: the next run goes on from there, and comes to the same bytes."""

import subprocess
import sys
import textwrap

DRIVER = """
import os, signal, sys
from pathlib import Path

import msgspec

from bernard.library.convert.limits import Limits
from bernard.models.scripted import ScriptedEmbedder
from bernard.privacy import StructuredDetector
from bernard.tools.consult import shelf as shelves
from bernard.tools.consult.question import Means
from bernard.tools.consult.run import Run, read_kept
from bernard.tools.consult.shelf import FolderShelf


class Encoder:
    model, sha256, calls = "scripted", "0" * 64, 0

    def __call__(self, texts):
        self.calls += 1
        return ScriptedEmbedder().embed(texts)

    def suited(self, characters):
        return self

    def take_receipts(self):
        taken, self.calls = ("a call",) * self.calls, 0
        return taken


def work(folder, data, kill_at):
    made, place = [], os.replace

    def put_in_place(old, new):
        made.append(new)
        if len(made) == kill_at and kill_at % 2:
            os.kill(os.getpid(), signal.SIGKILL)
        place(old, new)
        if len(made) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    os.replace = put_in_place
    shelf = FolderShelf(folder)
    means = Means(Encoder(), StructuredDetector(), "rules")
    _, consultation = read_kept(shelf, "parks.csv", data, limits=Limits())
    analysis = Run(consultation, shelf, means).analyse()
    plain = [analysis.consultation, analysis.made]
    plain += [(q.found, q.campaigns, q.mapped, q.personal) for q in analysis.questions]
    (folder / "outcome.json").write_bytes(msgspec.json.encode(plain))


def apart(*arguments):
    child = os.fork()
    if not child:
        work(*arguments)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


root, data = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
assert not apart(root / "whole", data, 0)
undisturbed = (root / "whole" / "outcome.json").read_bytes()
kill_at = 1
while apart(root / str(kill_at), data, kill_at):
    assert not apart(root / str(kill_at), data, 0)
    assert (root / str(kill_at) / "outcome.json").read_bytes() == undisturbed, kill_at
    kill_at += 1
print(kill_at - 1)
"""

SAID = (
    "More trees would make the park cooler in summer.",
    "Please plant trees, and benches under them.",
    "The gates should stay open later at night.",
    "Later opening would help people who work shifts.",
    "Dogs must be kept on leads near the playground.",
    "n/a",
    "My daughter was bitten, ring me on 020 7946 0958 about dogs off leads.",
)


def test_a_run_that_is_killed_goes_on_to_the_same_bytes(tmp_path):
    rows = [f'{n},"{SAID[n % len(SAID)]} {SAID[n * 3 % 5]}"' for n in range(60)]
    file = tmp_path / "parks.csv"
    file.write_text("id,What would you change about the park?\n" + "\n".join(rows))
    driver = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(DRIVER), str(tmp_path), str(file)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert driver.returncode == 0, driver.stderr
    # Reading, personal data, campaigns, places, vectors, themes, mapping.
    assert int(driver.stdout) == 7
