"""A consultation of any size, made from the shared sets by a seeded recombination of their sentences.

    .venv/bin/python benchmarks/consult/corpus.py ../shared/data/consultations 10000 /tmp/10000.csv

A response is some 50 words: sentences of one question of one set, most of them altered, so that nine
in ten sentences of the file are no other's; one response in 25 is a form letter, half of those with a
sentence of its own, and one in 33 says nothing. Identifiers, an age band and a closed question stand
beside them.
"""

import argparse
import csv
import json
import random
from pathlib import Path

from bernard.text.sentences import sentences

OPENINGS = (
    "I think", "In my view,", "Speaking for my family,", "As a resident,", "We believe that",
    "From what I have seen,", "To be honest,", "It seems to me that", "Our members feel that",
    "Looking at the plans,", "After many years here,", "As someone who works in this field,",
    "On balance", "Whatever others say,", "I am sure that", "As a parent,", "For small firms,",
    "Having read the paper,", "Like most people I know, I feel that", "Above all,", "Frankly,",
    "My experience is that", "In our part of the country,", "If you ask me,",
)  # fmt: skip
ENDINGS = (
    "and this matters to us", "as I have said before", "which nobody seems to notice",
    "at least where I live", "and I hope you will listen", "for people of every age",
    "in the long run", "more than anything else", "as far as I can tell", "even in winter",
    "and it always has", "whatever it costs", "as our survey showed", "and soon",
    "now more than ever", "in town and country alike", "as any teacher knows",
    "and my neighbours agree", "though it will take time", "without a doubt",
)  # fmt: skip
NOTHING = ("n/a", "No comment", "-", "none", "See above.", "")
AGES = ("Under 18", "18 to 34", "35 to 54", "55 to 74", "75 or over")
WORDS, SHORTEST = 50, 4


def pool(shared):
    """By question, the sentences of its responses."""
    found = {}
    for path in sorted(Path(shared).rglob("responses.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        texts = [json.loads(line)["text"].strip() for line in lines]
        parts = [text[one.start : one.end] for text in texts for one in sentences(text)]
        found[path.parent.name] = [part for part in parts if len(part.split()) >= SHORTEST]
    return found


def altered(sentence, chance):
    """A sentence with an opening and an ending, as another would put it."""
    words = sentence.rstrip(".!?").split()
    if chance.random() < 0.85:
        words = [chance.choice(OPENINGS), words[0][:1].lower() + words[0][1:], *words[1:]]
    if chance.random() < 0.85:
        words.append(chance.choice(ENDINGS))
    return " ".join(words) + "."


def response(pooled, chance):
    """Some 50 words."""
    said, count = [], 0
    while count < WORDS - 10:
        said.append(altered(chance.choice(pooled), chance))
        count += len(said[-1].split())
    return " ".join(said)


def rows(shared, count, seed=1):
    """The rows of the file: id, age, agrees, text."""
    chance = random.Random(seed)
    found = pool(shared)
    # One question's worth of opinions: all that is said of a few topics.
    names = chance.sample(sorted(found), 6)
    pooled = [sentence for name in names for sentence in found[name]]
    letters = [response(pooled, chance) for _ in range(5)]
    for number in range(1, count + 1):
        draw = chance.random()
        if draw < 0.03:
            text = chance.choice(NOTHING)
        elif draw < 0.07:
            text = chance.choice(letters)
            if chance.random() < 0.5:
                text += " " + altered(chance.choice(pooled), chance)
        else:
            text = response(pooled, chance)
        yield number, chance.choice(AGES), chance.choice(("Yes", "No", "Not sure")), text


def write(shared, count, path, seed=1):
    """Write the file."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["Response ID", "Age group", "Do you agree?", "Please tell us why"])
        out.writerows(rows(shared, count, seed))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shared")
    parser.add_argument("count", type=int)
    parser.add_argument("path")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    write(given.shared, given.count, given.path, given.seed)
