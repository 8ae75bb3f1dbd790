"""Presidio as a child process: a line of JSON with texts in, a line with what it found out.

Runs in a Python of its own, with `presidio-analyzer` in it: `python presidio_child.py MODEL`, where MODEL
is the name or the folder of a spaCy model. All of Presidio's recognisers for the United Kingdom are on, of
which five are off unless asked for.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import presidio_analyzer
import presidio_analyzer.predefined_recognizers as known
import yaml
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine

UK = (
    "UkNinoRecognizer",
    "UkPassportRecognizer",
    "UkDrivingLicenceRecognizer",
    "UkPostcodeRecognizer",
    "UkVehicleRegistrationRecognizer",
)


class Loaded(SpacyNlpEngine):
    """The engine with a model from a folder, so that nothing is fetched."""

    def __init__(self, model):
        default = Path(presidio_analyzer.__file__).parent / "conf" / "default.yaml"
        labels = yaml.safe_load(default.read_text())["ner_model_configuration"]
        super().__init__(
            models=[{"lang_code": "en", "model_name": model}],
            ner_model_configuration=NerModelConfiguration.from_dict(labels),
        )

    def load(self):
        import spacy

        self.nlp = {"en": spacy.load(self.models[0]["model_name"])}


def main():
    engine = Loaded(sys.argv[1])
    engine.load()
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    for name in UK:
        analyzer.registry.add_recognizer(getattr(known, name)())
    analyzer.analyze("Jo Bloggs, AB123456C", "en")
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    memory = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    print(json.dumps({"ready": time.process_time(), "memory_mb": memory}), flush=True)
    for line in sys.stdin:
        found = []
        started = time.process_time()
        for text in json.loads(line):
            results = analyzer.analyze(text, "en")
            found.append([[r.start, r.end, r.entity_type] for r in results])
        print(json.dumps({"found": found, "seconds": time.process_time() - started}), flush=True)


if __name__ == "__main__":
    main()
