"""ThemeFinder over texts with a stub in the place of its model, in its own environment.

    THEMEFINDER_PYTHON benchmarks/consult/peer_themefinder.py texts.json question.txt themes.json out.json

The stub answers at once and by plain rules, so what is measured is what ThemeFinder asks for and what
it does itself: calls, characters sent, seconds. What its themes are worth depends on the model that
is paid for; no figure here says anything of that. Its tokeniser wants the network, so lengths are
guessed at four characters a token.
"""

import asyncio
import json
import re
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import themefinder.llm_batch_processor as batches
from themefinder import (
    detail_detection,
    theme_condensation,
    theme_generation,
    theme_mapping,
    theme_refinement,
)
from themefinder.llm import LLMResponse
from themefinder.models import (
    DetailDetectionResponses,
    ThemeCondensationResponses,
    ThemeGenerationResponses,
    ThemeMappingResponses,
    ThemeRefinementResponses,
)

batches.calculate_string_token_length = lambda text, model=None: len(text) // 4
_ID = re.compile(r"'response_id': '?(\d+)")


class Stub:
    """Answers each kind of prompt with something of the right form."""

    def __init__(self):
        self.calls, self.characters = 0, 0

    async def ainvoke(self, prompt, output_model=None):
        self.calls += 1
        self.characters += len(prompt)
        return LLMResponse(parsed=self.answer(prompt, output_model))

    def answer(self, prompt, output_model):
        number = self.calls
        if output_model is ThemeGenerationResponses:
            made = [
                {
                    "topic_label": f"topic {number} {n}",
                    "topic_description": "a view",
                    "position": "UNCLEAR",
                }
                for n in range(8)
            ]
        elif output_model is ThemeCondensationResponses:
            made = [
                {
                    "topic_label": f"topic {number} {n}",
                    "topic_description": "a view",
                    "source_topic_count": 3,
                }
                for n in range(15)
            ]
        elif output_model is ThemeRefinementResponses:
            made = [{"topic": f"topic {n}: a view", "source_topic_count": 3} for n in range(12)]
        else:
            ids = dict.fromkeys(int(found) for found in _ID.findall(prompt))
            if output_model is DetailDetectionResponses:
                rich = [{"response_id": id, "evidence_rich": "NO"} for id in ids]
                return DetailDetectionResponses(responses=rich)
            made = [{"response_id": id, "labels": ["A"]} for id in ids]
            return ThemeMappingResponses(responses=made)
        return output_model(responses=made)


async def work(texts, question, themes, stub):
    frame = pd.DataFrame({"response_id": range(1, len(texts) + 1), "response": texts})
    told = {}

    async def stage(name, run):
        calls, characters, began = stub.calls, stub.characters, time.perf_counter()
        done, lost = await run
        told[name] = {
            "calls": stub.calls - calls,
            "characters": stub.characters - characters,
            "seconds": time.perf_counter() - began,
            "lost": len(lost),
        }
        return done

    found = await stage("generation", theme_generation(frame.copy(), stub, question))
    fewer = await stage("condensation", theme_condensation(found, stub, question))
    await stage("refinement", theme_refinement(fewer, stub, question))
    gold = pd.DataFrame(
        [{"topic_id": chr(65 + n), "topic": theme} for n, theme in enumerate(themes[:24])]
        + [{"topic_id": "Y", "topic": "Other"}, {"topic_id": "Z", "topic": "No Reason Given"}]
    )
    await stage("mapping", theme_mapping(frame.copy(), stub, question, gold))
    await stage("evidence", detail_detection(frame.copy(), stub, question))
    return told


def main(texts_path, question_path, themes_path, out_path):
    np.random.seed(1)
    texts = json.loads(Path(texts_path).read_text(encoding="utf-8"))
    themes = json.loads(Path(themes_path).read_text(encoding="utf-8"))
    question = Path(question_path).read_text(encoding="utf-8")
    stub = Stub()
    told = asyncio.run(work(texts, question, themes, stub))
    whole = {"calls": stub.calls, "characters": stub.characters, "stages": told}
    with open(out_path, "w", encoding="utf-8") as file:
        json.dump(whole, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
