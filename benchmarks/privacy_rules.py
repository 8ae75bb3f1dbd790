"""How fast the rules are: `python benchmarks/privacy_rules.py [--data FOLDER] [--rounds 7]`.

Prints microseconds of processor time (the least of the rounds, so that other work on the machine
counts for little) and, with a folder of JSON Lines with `text`, milliseconds for 1,000 characters.
"""

import argparse
import gc
import json
import resource
import time
from pathlib import Path

import msgspec

CLEAN = (
    "Please summarise the attached policy for a member of the public in plain English. Say who it "
    "applies to, what they must do and by when. Use short sentences, avoid jargon, and finish with "
    "a list of three actions. If something is unclear in the policy, say so rather than guess, "
    "and point to the part."
)[:300]
DATED = (
    "The rules of 3 March 2027 apply to all 12 councils. They cost £12,345 in 2024-25, under section "
    "5(2)(a) of the Act of 2018, and are 4.5% dearer than in 2023. Write by 10 May 2027 at 17:00."
)
DENSE = (
    "Dear Sir, my NHS number is 943 476 5919 and my NI number AB123456C. I live at 12 High Street, "
    "Leeds LS1 4AB. Call 07700 900123 or jo@example.org. Born 3 March 1970. Sort code 12-34-56 "
    "account 12345678. My council tax ref is 5012345678."
)
BODY = {
    "model": "gpt-4o",
    "messages": [
        {"role": "system", "content": CLEAN[:115]},
        {"role": "user", "content": CLEAN[:150]},
    ],
    "max_tokens": 256,
    "temperature": 0.2,
    "stream": False,
    "user": "service-42",
}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, help="folder of JSON Lines files with `text`")
    options.add_argument("--rounds", type=int, default=7)
    chosen = options.parse_args()
    before = memory_mb()
    started = time.perf_counter()
    from bernard.privacy import StructuredDetector
    from bernard.privacy.scanner import PlainScanner

    imported = time.perf_counter()
    detector = StructuredDetector()
    ready = time.perf_counter()
    print(f"import {(imported - started) * 1e3:.0f} ms, ready {(ready - imported) * 1e3:.0f} ms")
    parts(detector, chosen.rounds)
    if chosen.data:
        corpora(chosen.data, {"set": detector, "plain": StructuredDetector(scan=PlainScanner)})
    print(f"memory {memory_mb() - before:.0f} MB more than before the import")


def parts(detector, rounds):
    from bernard.privacy import Pseudonyms
    from bernard.privacy.tree import mask_tree, restore_tree

    for name, text in (("clean", CLEAN), ("dates and money", DATED), ("nine identifiers", DENSE)):
        say(f"find, {len(text)} characters, {name}", least(lambda t=text: detector.find(t), rounds))
    pseudonyms = Pseudonyms(detector)
    say("mask, 300 characters, clean", least(lambda: Pseudonyms(detector).mask(CLEAN), rounds))
    restorer = pseudonyms.restorer()
    say("feed, nothing taken out", least(lambda: restorer.feed(" the next"), rounds))
    pseudonyms.mask(DENSE)
    restorer = pseudonyms.restorer()
    say("feed, no stand-in in it", least(lambda: restorer.feed(" the next"), rounds))
    say("feed, a stand-in in two", least(lambda: two(restorer), rounds))
    size = len(msgspec.json.encode(BODY))
    say(f"mask_tree, {size} bytes", least(lambda: mask_tree(BODY, Pseudonyms(detector)), rounds))
    masked = mask_tree({**BODY, "input": DENSE}, pseudonyms).tree
    say("restore_tree", least(lambda: restore_tree(masked, pseudonyms.restore), rounds))


def two(restorer):
    restorer.feed("to ⟦EM")
    restorer.feed("AIL-1⟧ now")


def corpora(folder, detectors):
    for path in sorted(folder.glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        texts = [text for text in (json.loads(line).get("text") for line in lines) if text]
        size = sum(map(len, texts))
        for name, detector in detectors.items():
            for turn in ("first", "again"):
                started = time.process_time()
                for text in texts:
                    detector.find(text)
                spent = (time.process_time() - started) * 1e6 / size
                print(f"{path.stem}, {name}, {turn}: {spent:.3f} ms for 1,000 characters")


def least(work, rounds, times=400):
    work()
    gc.disable()
    taken = []
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(times):
            work()
        taken.append((time.process_time() - started) / times * 1e6)
    gc.enable()
    return min(taken)


def say(what, microseconds):
    print(f"{what}: {microseconds:.2f} µs")


def memory_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
