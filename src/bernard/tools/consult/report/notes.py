"""What a reader has to know to read the figures: method, rules, limits, in plain sentences."""

from __future__ import annotations

from collections import Counter

from bernard.look.words import plural
from bernard.tools.consult.analysis.holding_back import SMALLEST
from bernard.tools.consult.analysis.wording import rule
from bernard.tools.consult.judging import LEFT_OUT, SAID
from bernard.tools.consult.personal import in_words
from bernard.tools.consult.report.facts import Facts, Told

INTERVALS = (
    "A 95% interval (Wilson) says how far a share could move if as many people of the same kind had "
    "answered again. It does not make those who answered stand for the public: people chose to answer."
)
CHANCE = (
    "A difference is called more than chance where Fisher's exact test, corrected for all the "
    "comparisons of its table (Holm), gives a probability under 5%. Each group is compared with "
    "everybody else who said something; the interval of a difference is Newcombe's."
)
MAPPING = (
    "A program mapped each response to themes, each with the sentence that justifies it and a "
    "confidence: the probability that a careful reader would agree. People corrected what they "
    "looked at; what they decided stands."
)
SECOND = (
    "On responses that the program doubted most, a chat model was asked for a second opinion. It saw them "
    "with the personal data that was found taken out. The odds of what it said, themes or that none fits, "
    f"were multiplied by {SAID:g}, and those of all else divided by {LEFT_OUT:g}; what people decided "
    "stands over both."
)
CAMPAIGNS = (
    "Counts hold every response. Beside them stand counts with each campaign counted once, as its most "
    "typical response, and counts without campaigns."
)
STANCES = (
    "A response is for or against where all its themes with a stance are; mixed where some are for and "
    "some against; unclear where its themes take none."
)
RICH = (
    "A response brings evidence where it names a source, or holds a figure with one more figure, date "
    "or place. It brings experience where somebody tells what they, or people close to them, did or "
    "lived through. Plain rules find both, for English; the words that count are shown."
)
NESTED = "A theme that holds others counts each response in it or in any of those once."
EVERY_COUNT = "Every count can be traced: the sheet Mapping lists each response of each theme with the sentence."


def held_back(smallest: int = SMALLEST) -> str:
    """How small counts are held back."""
    return (
        f"In tables by group, counts from 1 to {smallest - 1} are held back, and some more with them, so "
        "that subtracting finds none; those who gave no answer are not a group of people. "
        "The list of single responses holds everything: it is for those "
        "who analyse, not for publication."
    )


def personal(told: Told) -> str:
    """What became of personal data."""
    if not told.masked:
        return (
            f"Personal data stays in the words of responses. {told.decided_by} decided that. Do not "
            "send this on to anybody who may not see it."
        )
    kinds = Counter(p.kind for f in told.questions for some in f.analysed.personal for p in some)
    found = ", ".join(f"{count:,} × {in_words(kind)}" for kind, count in sorted(kinds.items()))
    return (
        "Personal data that was found in the words of responses is replaced by its kind in brackets"
        + (f" ({found}). " if found else " (none was found). ")
        + "A program looked for it and can miss some: read quotes before you publish them."
    )


def checked(facts: Facts) -> str:
    """What people checked of a question's mapping, and what nobody did."""
    total = facts.counts.said
    by_hand = sum(bool(m.by) or any(a.by for a in m.themes) for m in facts.analysed.mapped)
    rest = max(0, len(facts.analysed.mapped) - by_hand)
    doubtful = sum(not m.by and m.doubt >= 0.5 for m in facts.analysed.mapped)
    said = (
        f"People decided {plural(by_hand, 'response')}; {rest:,} stand as the program mapped them"
        if by_hand
        else f"Nobody has looked over a response: all {rest:,} stand as the program mapped them"
    )
    said += f", {doubtful:,} of them with more doubt than not." if doubtful else "."
    if facts.quality is None or not facts.quality.checked:
        said += (
            " Nobody has checked a random sample of this question, so no figure can be given for how "
            "well its responses are mapped. Treat its counts as provisional."
        )
    return said if total else "Nobody says anything to this question."


def judged(facts: Facts) -> str:
    """Which chat model gave a second opinion on a question's responses; nothing where none did."""
    second = facts.analysed.judged
    if second is None:
        return ""
    if not second.asked:
        return f"No response was in such doubt that {second.model} was asked about it."
    said = (
        f"{second.model} was asked for a second opinion on the {plural(len(second.asked), 'response')} "
        f"in most doubt, in {plural(second.calls, 'call')}; the answer changed for "
        f"{len(second.changed):,} of them."
    )
    unheard = len(second.asked) - len(second.answered)
    return said + (f" For {unheard:,} it gave no answer that could be used." if unheard else "")


def signed(facts: Facts) -> str:
    """Who answers for the themes."""
    framework = facts.analysed.framework
    if framework.signed_by:
        return f"{framework.signed_by} signed off the themes (version {framework.version})."
    return f"Nobody has signed off the themes yet (version {framework.version}): they are a draft."


def made(told: Told) -> list[str]:
    """How the results were made: version, models, calls, receipts."""
    by = told.analysis.made
    lines = [f"Bernard {by.bernard}."]
    lines += [
        f"Model {name}, SHA-256 {sha}." if sha else f"Model {name}, kept by who runs it."
        for name, sha in sorted(by.models.items())
    ]
    calls = ", ".join(f"{count:,} for {what}" for what, count in sorted(by.calls.items()))
    lines.append(f"Calls to models: {calls}." if calls else "No model was called.")
    if by.receipts:
        lines += [f"Receipt of the log: {receipt}" for receipt in by.receipts]
    else:
        lines.append("No receipt of the log belongs to this analysis.")
    return lines


def how_to_read(told: Told) -> list[tuple[str, str]]:
    """The first sheet of the spreadsheet: a name and what there is to know about it."""
    file = told.consultation
    words = "; ".join(f"{name}: {claim}" for name, claim in rule())
    lines = [
        ("File", f"{file.name}, SHA-256 {file.sha256}, {len(file.responses):,} responses"),
        ("Personal data", personal(told)),
        ("Themes", f"{NESTED} Shares are of the responses that say something. {CAMPAIGNS}"),
        ("Intervals", INTERVALS),
        (
            "In words",
            f"{words}. Where the interval reaches from one word to another, both are named.",
        ),
        (
            "Responses",
            "One row for each response and question. A text longer than a cell (32,767 characters) goes "
            "on in the rows below it, numbered in the column part; nothing is cut. To count responses, "
            "filter for part 1. A table longer than a sheet goes on in one with the next number.",
        ),
        ("Mapping", f"One row for each theme of each response, with its sentence. {MAPPING}"),
        ("Evidence and experience", RICH),
        ("Cross-tables", f"{CHANCE} {held_back(told.smallest)}"),
        (
            "Said together",
            f"Pairs of themes that {told.smallest} responses or more both say, against what chance gives.",
        ),
        (
            "CSV files",
            "They hold the same tables. There a text that a spreadsheet program would take for a formula "
            "(it begins with = + - @, a tab or a line's end) has an apostrophe put before it.",
        ),
    ]
    for facts in told.questions:
        lines.append((f"Question {facts.place}", facts.wording))
        lines.append(("", f"{signed(facts)} {checked(facts)} {judged(facts)}".rstrip()))
        if facts.quality is not None:
            lines.append(("Quality", facts.quality.statement))
    return [*lines, *(("How it was made", line) for line in made(told))]
