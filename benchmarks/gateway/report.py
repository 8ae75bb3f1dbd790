"""The figures as tables."""

import json
import statistics
import sys

ROWS = (
    ("answers a second, one core", "per s", "{:,.0f}"),
    ("**answers for each second of gateway CPU**", "per core", "{:,.0f}"),
    ("CPU for an answer, ms", "CPU ms", "{:.3f}"),
    ("added at 50/s, p50, ms", "added p50 ms", "{:.2f}"),
    ("added at 50/s, p99, ms", "added p99 ms", "{:.2f}"),
    ("added to the first word at 25 streams/s, p50, ms", "added first p50 ms", "{:.2f}"),
    ("the same, p99, ms", "added first p99 ms", "{:.2f}"),
    ("CPU for an event 10 ms apart, ms", "event ms", "{:.3f}"),
    ("CPU for an event of a burst, ms", "event at once ms", "{:.3f}"),
    ("streams of 50 events a second, in bursts", "streams/s", "{:,.0f}"),
    ("memory idle, MB", "idle MB", "{:.0f}"),
    ("memory under load, MB", "load MB", "{:.0f}"),
    ("start to first answer, s", "start s", "{:.2f}"),
    ("two workers: answers a second, all on two cores", "2 workers/s", "{:,.0f}"),
    ("two workers: for each second of gateway CPU", "2 workers/core", "{:,.0f}"),
    ("two workers: memory, MB", "2 workers MB", "{:.0f}"),
)
OURS = "Bernard"


def note(text):
    print(text, file=sys.stderr, flush=True)


def tell(given, alone, synced, found, lasting, faults, logs):
    """Print everything; write it as JSON where asked."""
    for figures in found.values():
        for mine, without in zip(figures, alone, strict=True):
            for name in ("p50 ms", "p99 ms", "first p50 ms", "first p99 ms"):
                mine[f"added {name}"] = mine[name] - without[name]
    if given.json:
        everything = {
            "alone": alone, "disk": synced, "gateways": found, "lasting": lasting,
            "faults": faults, "logs": logs,
        }  # fmt: skip
        given.json.write_text(json.dumps(everything, indent=1))
    print(table(found))
    print()
    print(ratios(found))
    print()
    print(f"Rounds: {given.rounds}, medians. Body: {alone[0]['body bytes']} bytes.")
    middle = {name: round(median(alone, name), 3) for name in alone[0]}
    print(f"Without a gateway: {json.dumps(middle)}")
    p50, p99 = (statistics.median(each) for each in zip(*synced, strict=True))
    print(f"The disk makes 4 KiB durable in {p50:.2f} ms (p50), {p99:.2f} ms (p99).")
    for name, seen in lasting.items():
        print(f"{name}, memory: " + ", ".join(f"{calls:,}: {mb:.1f} MB" for calls, mb in seen))
    print(f"Not answered, or wrongly: {json.dumps(faults) if faults else 'none'}.")
    for name, log in logs.items():
        print(f"{name}, log: {json.dumps(log)}")


def median(figures, name):
    return statistics.median(figure[name] for figure in figures)


def table(found):
    """Medians: a row a figure, a column a gateway."""
    lines = ["| | " + " | ".join(found) + " |", "|---" * (len(found) + 1) + "|"]
    for title, name, form in ROWS:
        cells = [
            form.format(median(figures, name)) if name in figures[0] else "one process only"
            for figures in found.values()
        ]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def ratios(found):
    """How much more Bernard answers with a core, in each round, than each other: median and range."""
    lines = []
    for name, figures in found.items():
        if name.startswith(OURS) or OURS not in found:
            continue
        each = [
            ours["per core"] / theirs["per core"]
            for ours, theirs in zip(found[OURS], figures, strict=True)
        ]
        lines.append(
            f"{OURS} answers {statistics.median(each):.2f} times as many a core as {name} "
            f"({min(each):.2f} to {max(each):.2f})."
        )
    return "\n".join(lines)
