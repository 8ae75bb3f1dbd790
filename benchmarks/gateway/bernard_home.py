"""A home for Bernard's gateway with all five steps on, and what its log says afterwards."""

import json
import subprocess
import sys
from pathlib import Path

AGREEMENT = """\
schema: bernard-agreement/1
id: benchmark
version: 1
title: Benchmark
summary: Lets questions go to an invented supplier once identifiers are masked.
status: draft
parties:
  public_body: {name: An invented council}
  supplier: {id: mock, name: Mock, country: GB, relationship: processor}
term: {start: 2026-01-01, end: 2099-12-31, review_by: 2099-06-30}
clauses:
  - id: questions
    purposes: [answer-questions]
    services: [helpdesk]
    operations: [chat]
    models: [gpt-4o-mini]
    places: [GB]
    marking: {tier: OFFICIAL, sensitive: true}
    data: {categories: [any], subjects: [any], identifiability: identifiable}
    safeguards: [mask-identifiers]
"""
DEPLOYMENTS = """\
version: "1"
suppliers:
  mock:
    kind: openai-compatible
    url: %s/v1
deployments:
  gpt-4o-mini:
    at: mock
    model: gpt-4o-mini
    places: [GB]
    training: never
    human_review: never
    retention_s: 0
    source: invented for the benchmark
"""


class Home:
    """A folder with an agreement that both sides signed, a register, a key, and the log."""

    def __init__(self, folder, supplier, environ):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.agreement = self.folder / "agreement.yaml"
        self.agreement.write_text(AGREEMENT)
        deployments = self.folder / "deployments.yaml"
        deployments.write_text(DEPLOYMENTS % supplier)
        self.environ = environ | {
            "BERNARD_HOME": str(self.folder / "home"),
            "BERNARD_AGREEMENT": str(self.agreement),
            "BERNARD_DEPLOYMENTS": str(deployments),
        }
        public = [self._sign("public-body"), self._sign("supplier")]
        # A signature counts only by a key that is named here.
        self.environ["BERNARD_AGREEMENT_KEYS"] = ",".join(public)
        self.key = self._key()

    def run(self, *arguments):
        command = [sys.executable, "-m", "bernard", *arguments]
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def verified(self):
        """(entries of intent, of outcome, the fault of the chain or "")."""
        fault = json.loads(self.run("ledger", "verify", "--json"))["fault"]
        counted = subprocess.run(
            [sys.executable, "-c", _COUNT, str(self.folder / "home" / "bernard.db")],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        intents, outcomes = json.loads(counted.stdout)
        return intents, outcomes, fault

    def _sign(self, role):
        pem = self.folder / f"{role}.pem"
        public = self.run("agreement", "key", str(pem)).strip()
        self.run(
            "agreement", "sign", str(self.agreement),
            "--role", role, "--name", "A Director", "--key", str(pem), "--activate",
        )  # fmt: skip
        return public

    def _key(self):
        made = self.run(
            "keys", "make", "helpdesk", "--service", "helpdesk", "--purpose", "answer-questions",
            "--agreement", "benchmark", "--limit", "day calls=1000000000 pence=1000000000", "--json",
        )  # fmt: skip
        return json.loads(made)["key"]


# In a process of its own, so that a database is not open here when the folder goes.
_COUNT = """
import json, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("SELECT body FROM entries")
events = [json.loads(body)["event"] for (body,) in rows]
print(json.dumps([events.count("intent"), events.count("outcome")]))
"""
