"""`bernard consult`: from a file to the report, the same bytes twice, with one line for each fault."""

import csv
import http.server
import json
import subprocess
import sys
import threading

import pytest
from click.testing import CliRunner

from bernard.agreements import default_path
from bernard.cli.program import bernard

SAID = (
    "More trees would make the park cooler in summer.",
    "The gates should stay open later at night for people who work shifts.",
    "Dogs must be kept on leads near the playground.",
    "The cafe is too dear for most families.",
)
ROWS = [
    (f"R{n}", "Yes" if n % 3 else "No", f"{SAID[n % 4]} {SAID[n * 3 % 4]}") for n in range(30)
] + [("R30", "Yes", "n/a"), ("R31", "No", f"{SAID[2]} Ring me on 020 7946 0958 about dogs.")]
THEMES = [
    {"id": "A", "title": "Plant more trees", "description": "Trees give shade in summer."},
    {"id": "B", "title": "Keep dogs on leads", "description": "Dogs off leads are a danger."},
]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("BERNARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BERNARD_PRIVACY_MODE", "rules")

    def run(*arguments, code=0):
        result = CliRunner().invoke(bernard, ["consult", *map(str, arguments)])
        assert result.exit_code == code, result.output
        if code == 1:
            assert result.stdout == "" and result.stderr.splitlines()[-1].startswith("bernard: ")
        return result

    return run


@pytest.fixture
def parks(tmp_path):
    path = tmp_path / "parks.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["Reference", "Do you use the park?", "What would you change?"])
        out.writerows(ROWS)
    return path


@pytest.fixture
def themes(tmp_path):
    path = tmp_path / "themes.jsonl"
    path.write_text("\n".join(map(json.dumps, THEMES)))
    return path


def test_a_run_writes_the_report_and_again_the_same_bytes(run, parks, tmp_path):
    told = json.loads(run("run", parks, "--out", tmp_path / "one", "--json").stdout)
    assert set(told) == {
        "file", "sha256", "out", "responses", "blanks", "columns", "faults", "questions",
        "files", "made", "receipts", "seconds",
    }  # fmt: skip
    [question] = told["questions"]
    assert question["column"] == "What would you change?"
    assert (told["responses"], question["said"], question["nothing_said"]) == (32, 31, 1)
    assert question["personal"] == {"TELEPHONE": 1} and question["themes"]
    assert told["receipts"] == sum(told["made"]["calls"].values()) > 0
    again = run("run", parks, "--out", tmp_path / "two")
    assert "Written to" in again.stdout and "Mapping" in again.stderr
    assert not (tmp_path / "one" / ".bernard").exists()
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(told["files"]) and {"report.docx", "receipts.json"} <= set(names)
    for name in set(names) - {"receipts.json"}:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
        assert b"7946 0958" not in (tmp_path / "one" / name).read_bytes()


def test_a_framework_is_mapped_to_and_personal_data_stays_where_somebody_says_so(
    run, parks, themes, tmp_path
):
    out = tmp_path / "out"
    more = ("--framework", themes, "--unmasked-by", "Ann Lee", "--keep-work", "--json")
    told = json.loads(run("run", parks, "--out", out, *more).stdout)
    assert [theme["id"] for theme in told["questions"][0]["themes"]] == ["A", "B"]
    assert b"7946 0958" in (out / "responses.csv").read_bytes()
    assert (out / ".bernard").is_dir()
    assert "mapping" not in json.loads(run("run", parks, "--out", out, *more).stdout)["seconds"]


def test_map_gives_each_response_in_order_with_the_words_for_it(run, parks, themes):
    rows = json.loads(run("map", parks, "--framework", themes, "--json").stdout)
    assert [row["id"] for row in rows] == [row[0] for row in ROWS]
    assert rows[30] == {"id": "R30", "outcome": "nothing said", "themes": []}
    assert {row["outcome"] for row in rows[:30]} <= {"themes", "none of these"}
    found = [(row, theme) for row in rows for theme in row["themes"]]
    assert found
    for row, theme in found:
        assert set(theme) == {"id", "title", "sentence", "start", "end", "confidence"}
        text = ROWS[int(row["id"][1:])][2]
        if row["id"] != "R31":
            assert text[theme["start"] : theme["end"]] == theme["sentence"]
    assert "7946" not in json.dumps(rows)
    assert "R30: nothing said" in run("map", parks, "--framework", themes).stdout


def test_preview_says_what_the_columns_hold(run, parks):
    [seen] = json.loads(run("preview", parks, "--json").stdout)
    assert [column["kind"] for column in seen["columns"]] == ["identifier", "closed", "open"]
    assert "What would you change?" in run("preview", parks).stdout


def test_folders_of_questions_have_a_folder_each(run, tmp_path):
    for name in ("north", "south"):
        folder = tmp_path / "questions" / name
        folder.mkdir(parents=True)
        (folder / "question.txt").write_text(f"What about the {name}?")
        lines = [json.dumps({"id": str(n), "text": SAID[n % 4]}) for n in range(12)]
        (folder / "responses.jsonl").write_text("\n".join(lines))
    told = json.loads(
        run("run", tmp_path / "questions", "--out", tmp_path / "out", "--json").stdout
    )
    assert [one["questions"][0]["question"] for one in told] == [
        "What about the north?",
        "What about the south?",
    ]
    assert (tmp_path / "out" / "south" / "report.docx").is_file()


def test_what_cannot_be_done_is_said_in_a_line(run, parks, themes, tmp_path):
    out = tmp_path / "out"
    assert (
        "has no column 'Why'" in run("run", parks, "--out", out, "--question", "Why", code=1).stderr
    )
    closed = tmp_path / "closed.csv"
    closed.write_text("id,Agree\n1,Yes\n2,No\n3,Yes\n")
    said = run("run", closed, "--out", out, code=1).stderr
    assert "people's own words" in said and "'Agree'" in said
    bad = tmp_path / "bad.csv"
    bad.write_text("colour\nred\n")
    assert "'bad.csv'" in run("map", parks, "--framework", bad, code=1).stderr
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "report.docx").write_bytes(b"theirs")
    assert "was not written by a run" in run("run", parks, "--out", theirs, code=1).stderr
    assert (theirs / "report.docx").read_bytes() == b"theirs"
    two = tmp_path / "two.csv"
    two.write_text(
        "id,a,b\n" + "".join(f'{n},"{SAID[n % 4]}","{SAID[n * 3 % 4]}"\n' for n in range(9))
    )
    assert "by --question" in run("map", two, "--framework", themes, code=1).stderr


def test_two_runs_into_one_folder_do_not_mix(run, parks, tmp_path):
    work = tmp_path / "out" / ".bernard"
    work.mkdir(parents=True)
    hold = (
        "import pathlib, sys; from bernard.tools.consult.shelf import sole\n"
        "with sole(pathlib.Path(sys.argv[1])): print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(work)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"held\n"
        said = run("run", parks, "--out", tmp_path / "out", code=1).stderr
        assert "Another run is writing" in said
        other.kill()


class Model(http.server.BaseHTTPRequestHandler):
    """A chat model behind HTTP: it says that every response it is shown holds none of the themes."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = asked["messages"][-1]["content"]
        self.server.seen.append(text)
        count = text.count(" response ")
        said = [{"number": n, "holds": [], "none": True} for n in range(1, count + 1)]
        delta = {"role": "assistant", "content": json.dumps({"responses": said})}
        choice = {"index": 0, "delta": delta, "finish_reason": "stop"}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
        data = f"data: {json.dumps(chunk | {'choices': [choice]})}\n\ndata: [DONE]\n\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def judge(tmp_path, monkeypatch):
    """A chat model called `ours-judge` in the register; gives what it was asked."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
    server.seen = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    register = tmp_path / "deployments.yaml"
    register.write_text(f"""
version: "1"
suppliers:
  own: {{kind: openai-compatible, url: "http://127.0.0.1:{server.server_port}/v1"}}
deployments:
  ours-judge: {{at: own, model: large-model, places: [own-network], training: never,
    human_review: never, retention_s: 0, source: a test}}
""")
    monkeypatch.setenv("BERNARD_DEPLOYMENTS", str(register))
    yield server.seen
    server.shutdown()
    server.server_close()


def test_a_judge_is_asked_only_where_the_agreement_allows_it(
    run, parks, themes, judge, tmp_path, monkeypatch
):
    named = ("--framework", themes, "--judge")
    assert "'nobody'" in run("map", parks, *named, "nobody", code=1).stderr
    refused = run("run", parks, "--out", tmp_path / "out", *named, "ours-judge", code=1).stderr
    assert "the supplier 'own' is not among 'embedded'" in refused and judge == []
    agreement = tmp_path / "agreement.yaml"
    shipped = default_path().read_text()
    for word, more in (("embedded", "own"), ("this-machine", "own-network")):
        shipped = shipped.replace(f": [{word}]", f": [{word}, {more}]")
    agreement.write_text(shipped)
    monkeypatch.setenv("BERNARD_AGREEMENT", str(agreement))
    rows = json.loads(run("map", parks, *named, "ours-judge", "--json").stdout)
    # Two texts of 31, a twentieth; others say the same.
    assert any(row["judged"] for row in rows) and len(judge) == 1
    assert "response 2:" in judge[0] and "response 3:" not in judge[0] and "7946" not in judge[0]
    told = json.loads(
        run("run", parks, "--out", tmp_path / "out", *named, "ours-judge", "--json").stdout
    )
    second = told["questions"][0]["judged"]
    assert second["model"] == "large-model" and second["answered"] == second["asked"] > 0
    assert told["made"]["calls"]["give a second opinion on responses in doubt"] == 1
    assert told["receipts"] == sum(told["made"]["calls"].values())
