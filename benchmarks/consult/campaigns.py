"""How long it takes to find campaigns, and how many are found, among 100,000 responses.

    .venv/bin/python benchmarks/consult/campaigns.py ../shared/data/consultations [--responses 100000]

Responses are new text in the words of the shared sets, each word following one that it follows there. A fifth
are form letters of 30 to 150 words, sent by 3 to 1,000 people, with 1 word in 16 swapped and a paragraph of
one's own after three in ten. Then come texts that are meant to do harm.
"""

import argparse
import json
import random
import resource
import time
from collections import Counter
from pathlib import Path

from bernard.evals.consult_letters import Chatter
from bernard.tools.consult.campaigns import find_campaigns


def chatter(shared):
    """New text in the words of all sets."""
    lines = [
        line
        for path in sorted(Path(shared).rglob("responses.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return Chatter([json.loads(line)["text"] for line in lines])


def edited(letter, words, chance):
    """A copy of a letter."""
    said = letter.split()
    for place in range(len(said)):
        if chance.random() < 1 / 16:
            said[place] = chance.choice(words.words)
    own = words.text(chance, chance.randint(10, 60)) if chance.random() < 0.3 else ""
    return f"{' '.join(said)} {own}"


def consultation(words, count, seed=1):
    """Texts, and the campaign of each; -1 for those in none."""
    chance = random.Random(seed)
    sent, letters = [], 0
    while len(sent) < count // 5:
        letter = words.text(chance, chance.randint(30, 150))
        copies = chance.choice((3, 5, 10, 50, 200, 1000))
        sent += [(edited(letter, words, chance), letters) for _ in range(copies)]
        letters += 1
    sent = sent[: count // 5]
    sent += [(words.text(chance, chance.randint(20, 80)), -1) for _ in range(count - len(sent))]
    chance.shuffle(sent)
    return [text for text, _ in sent], [letter for _, letter in sent]


def hostile(seed=3):
    """Texts that are meant to do harm, by name."""
    chance = random.Random(seed)
    vocabulary = [f"w{number}" for number in range(20_000)]

    def text(count):
        return " ".join(chance.choices(vocabulary, k=count))

    letter, stem, chain = text(60), text(9), text(60 + 10 * 20_000).split()
    return {
        "50,000 identical": [letter] * 50_000,
        "50,000 with another last word": [f"{letter} n{number}" for number in range(50_000)],
        "20,000 in a chain": [" ".join(chain[10 * n : 10 * n + 60]) for n in range(20_000)],
        "30,000 with one stem of 9 words": [f"{stem} {text(40)}" for _ in range(30_000)],
        "16,000 campaigns of 3": [one for _ in range(16_000) for one in [text(40)] * 3],
        "one of 10 MB": [text(1_700_000), *(f"{letter} n{number}" for number in range(1000))],
    }


def pairs(groups):
    """How many pairs there are in groups of these sizes."""
    return sum(size * (size - 1) // 2 for size in groups.values())


def timed(name, texts):
    """The campaigns, having said what they took."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = find_campaigns(texts)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name}: {wall:.1f} s, {cpu:.1f} s of processor, {len(found)} campaigns, "
        f"peak {peak:.0f} MB",
        flush=True,
    )
    return found


def main():
    """All of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared")
    parser.add_argument("--responses", type=int, default=100_000)
    chosen = parser.parse_args()
    texts, letters = consultation(chatter(chosen.shared), chosen.responses)
    found = timed(f"{len(texts):,} responses", texts)
    there = pairs(Counter(letter for letter in letters if letter >= 0))
    said = sum(len(one.members) * (len(one.members) - 1) // 2 for one in found)
    right = sum(pairs(Counter(letters[n] for n in one.members if letters[n] >= 0)) for one in found)
    print(f"precision {right / max(said, 1):.4f}, recall {right / max(there, 1):.4f}")
    for name, harmful in hostile().items():
        timed(name, harmful)


if __name__ == "__main__":
    main()
