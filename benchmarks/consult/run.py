"""How fast a consultation is worked through, and what others do with the same responses.

    .venv/bin/python benchmarks/consult/run.py ../shared/data/consultations --sizes 10000 100000 \\
        --themefinder /tmp/themefinder/bin/python --bertopic /tmp/bertopic/bin/python

Each size is made by `corpus.py` and goes through `bernard consult run` in a home of its own: seconds by
stage, processor seconds, peak memory; the smallest goes through twice, and its files are compared. The
two others are measured in environments of their own on the question with 1,000 responses, where the
gold themes are known: `pip install themefinder`; `pip install --no-deps bertopic` with `numpy pandas
scikit-learn tqdm plotly pyyaml hdbscan umap-learn`. Prints Markdown.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import corpus
import numpy as np

from bernard.assembly import open_bernard
from bernard.config import Settings
from bernard.evals.consult_data import read_labelled
from bernard.evals.consult_themes import compare, look
from bernard.tools.consult.encoder import GatewayEncoder
from bernard.tools.consult.types import Found, FoundTheme, Theme

HERE = Path(__file__).parent
KNOWN = "themes-1000"


def worked_through(file, folder):
    """One run in a home of its own: what it says, wall and processor seconds, peak megabytes."""
    home = {**os.environ, "BERNARD_HOME": str(folder / "home")}
    out = folder / "out"
    command = [sys.executable, "-m", "bernard", "consult", "run", str(file), "--out", str(out)]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with open(folder / "told.json", "wb") as told, open(folder / "progress.txt", "wb") as progress:
        process = subprocess.Popen([*command, "--json"], env=home, stdout=told, stderr=progress)
        _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit((folder / "progress.txt").read_text())
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads((folder / "told.json").read_text()), seconds, processor, used.ru_maxrss / 1e3


def fingerprint(folder):
    """A hash of the report, without the numbers of the log's entries."""
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.name != "receipts.json":
            whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()[:16]


def sizes(shared, counts, folder):
    """A row for each size, and whether the smallest gives the same bytes twice."""
    rows, same = [], ""
    for count in sorted(counts):
        file = folder / f"{count}.csv"
        corpus.write(shared, count, file)
        prints = []
        for turn in range(2 if count == min(counts) else 1):
            own = folder / f"{count}-{turn}"
            own.mkdir()
            rows.append((count, *worked_through(file, own)))
            prints.append(fingerprint(own / "out"))
        if len(prints) > 1:
            same = f"`{prints[0]}`, `{prints[1]}`"
    return rows, same


def print_sizes(rows, same):
    stages = list(dict.fromkeys(stage for row in rows for stage in row[1]["seconds"]))
    print(f"| Responses | {' | '.join(stages)} | all, s | processor, s | peak, MB | calls |")
    print("|---|" + "---|" * (len(stages) + 4))
    for count, told, seconds, processor, peak in rows:
        each = " | ".join(f"{told['seconds'].get(stage, 0):.1f}" for stage in stages)
        calls = sum(told["made"]["calls"].values())
        print(f"| {count:,} | {each} | {seconds:.1f} | {processor:.1f} | {peak:,.0f} | {calls} |")
    print(f"\nThe report of the smallest, twice: {same}.\n")


def recovered(data, found, encoder):
    """Gold themes recovered, and near-duplicates, by the rule of `consult.themes`."""
    compared = compare(data, found, encoder)
    return float((compared.correlations >= 0.3).mean()), float(np.mean(compared.near or [False]))


def ours(data, encoder):
    began, processor = time.perf_counter(), time.process_time()
    found = look(data, encoder)
    calls = len(encoder.take_receipts())
    told = recovered(data, found, encoder)
    return (
        "Bernard, themes",
        calls,
        0,
        time.perf_counter() - began,
        time.process_time() - processor,
        *told,
    )


def bertopic(python, data, encoder, folder):
    texts, vectors = folder / "texts.json", folder / "vectors.npy"
    texts.write_text(json.dumps(list(data.texts)))
    began = time.perf_counter()
    np.save(vectors, encoder(data.texts))
    encoding = time.perf_counter() - began
    out = folder / "bertopic.json"
    subprocess.run([python, HERE / "peer_bertopic.py", texts, vectors, out], check=True)
    told = json.loads(out.read_text())
    members = {}
    for number, topic in enumerate(told["topics"]):
        members.setdefault(topic, []).append(number)
    themes = [
        FoundTheme(Theme(str(topic), told["titles"][str(topic)]), tuple(held), 0, 0, 1, (), ())
        for topic, held in sorted(members.items())
        if topic >= 0
    ]
    outside = len(members.get(-1, ()))
    seconds = told["seconds"] + encoding
    name = f"BERTopic ({len(themes)} topics, {outside} responses in none)"
    return (name, 0, 0, seconds, None, *recovered(data, Found(tuple(themes)), encoder))


def themefinder(python, data, folder):
    paths = [folder / name for name in ("texts.json", "question.txt", "gold.json", "finder.json")]
    paths[0].write_text(json.dumps(list(data.texts)))
    paths[1].write_text(data.question)
    paths[2].write_text(json.dumps([theme.title for theme in data.themes]))
    quiet = {"stderr": subprocess.DEVNULL}
    subprocess.run([python, HERE / "peer_themefinder.py", *paths], check=True, **quiet)
    told = json.loads(paths[3].read_text())
    seconds = sum(stage["seconds"] for stage in told["stages"].values())
    return (
        "ThemeFinder, its model a stub",
        told["calls"],
        told["characters"],
        seconds,
        None,
        None,
        None,
    )


def print_peers(rows):
    print(
        "| | calls to a large model | characters sent to it | seconds | recovered | near-duplicates |"
    )
    print("|---|---|---|---|---|---|")
    for name, calls, characters, seconds, _, share, near in rows:
        large = 0 if name.startswith("Bernard") else calls
        told = ["–" if x is None else f"{x:.0%}" for x in (share, near)]
        print(f"| {name} | {large} | {characters:,} | {seconds:.1f} | {told[0]} | {told[1]} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--themefinder", default="")
    parser.add_argument("--bertopic", default="")
    given = parser.parse_args()
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n"
    )
    with tempfile.TemporaryDirectory(prefix="bernard-bench-") as name:
        folder = Path(name)
        if given.sizes:
            print_sizes(*sizes(given.shared, given.sizes, folder))
        with open_bernard(Settings(home=folder / "home")) as bernard:
            data, encoder = read_labelled(given.shared / KNOWN), GatewayEncoder(bernard.gateway)
            rows = [ours(data, encoder)]
            if given.bertopic:
                rows.append(bertopic(given.bertopic, data, encoder, folder))
            if given.themefinder:
                rows.append(themefinder(given.themefinder, data, folder))
        print_peers(rows)


if __name__ == "__main__":
    main()
