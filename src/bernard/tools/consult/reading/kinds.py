"""What a column holds, proposed from its heading and its values, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bernard.tools.consult.reading.profile import Profile, is_short
from bernard.tools.consult.reading.wording import (
    asks_for_words,
    is_area,
    is_demographic,
    is_identifier,
    is_organisation,
    is_personal,
    is_technical,
)
from bernard.tools.consult.said import says_nothing
from bernard.tools.consult.types import Kind

MAX_OPTIONS = 60
# Options that one person in a hundred and more chose, of which there may be this many.
_COVERED = 0.97
_HYBRID_COVERED = (0.3, _COVERED)
_FEW_ROWS = 30
_MANY_ROWS = 500
_SEPARATORS = (";", "|", "\n", ", ", ",")
_PROSE_WORDS = 4.0
_MOST_BAND = 130
# Answers that are options wherever they stand, however few rows there are.
_SCALES = frozenset(
    """yes; no; maybe; agree; disagree; strongly agree; strongly disagree; tend to agree; tend to disagree; somewhat agree; slightly agree
    slightly disagree; somewhat disagree; mostly agree; mostly disagree; neither agree nor disagree; neither; neutral; partly; partially; in part
    partially agree; partly agree; fully agree; don't know; do not know; dont know; not sure; unsure; undecided; no opinion; not answered
    not applicable; n/a; no answer; prefer not to say; prefer not to answer; other; none; none of the above; all of the above; support; oppose
    strongly support; strongly oppose; tend to support; tend to oppose; in favour; against; very satisfied; satisfied; fairly satisfied
    dissatisfied; very dissatisfied; fairly dissatisfied; very important; important; fairly important; not important; not at all important
    always; often; sometimes; rarely; never; very likely; likely; unlikely; very unlikely; very positive; positive; negative; very negative
    very good; good; fair; poor; very poor; excellent; true; false; male; female; about right; too high; too low; too much; too little
    definitely; probably; definitely not; probably not; better; worse; the same; no change; no impact; daily; weekly; monthly; not at all
    very safe; fairly safe; safe; unsafe; very unsafe; a lot; a little; a bit; ydw; nac ydw; cytuno; anghytuno; ie; na; oes; nac oes""".replace(
        "\n", ";"
    )
    .replace("    ", "")
    .split(";")
)
_SCALE = frozenset(value.strip() for value in _SCALES)


@dataclass(frozen=True)
class Proposed:
    """A kind and why."""

    kind: Kind
    why: str
    options: tuple[str, ...] = ()
    separator: str = ""


def propose(heading: str, values: Sequence[str], separator: str = "") -> Proposed:
    """What one column of values holds.

    Args:
        separator: between the values of one cell, where the file's format told.
    """
    profile = Profile.of(values)
    if not profile.filled:
        return Proposed("left out", "It is empty.")
    return (
        _from_heading(heading, profile)
        or _options(heading, profile, separator)
        or _from_form(heading, profile)
        or _words(heading, profile)
    )


def _from_heading(heading: str, profile: Profile) -> Proposed | None:
    if is_identifier(heading) and profile.words < _PROSE_WORDS:
        return Proposed("identifier", "Its heading says that it tells responses apart.")
    if is_technical(heading) and profile.words < 2 * _PROSE_WORDS:
        return Proposed("left out", "It is about how or when the response was sent.")
    if is_personal(heading) and profile.words < 2 * _PROSE_WORDS and not is_area(heading):
        return Proposed("left out", "It asks who somebody is or how to reach them.")
    if is_organisation(heading) and profile.words < 2 * _PROSE_WORDS:
        return Proposed("left out", "It names organisations; choose demographic to compare them.")
    return None


def _options(heading: str, profile: Profile, separator: str) -> Proposed | None:
    """The kinds whose values repeat: closed, multiple, hybrid, demographic."""
    told = _told_apart(profile, separator) if separator else None
    several = told or _multiple(profile)
    if several:
        sign, options = several
        why = f"Its cells hold several of {len(options)} options with {sign!r} between them."
        return Proposed("multiple", why, options, sign)
    if _is_closed(heading, profile):
        return _closed(heading, profile)
    if is_demographic(heading) and (found := _demographic(profile)):
        return found
    return _hybrid(heading, profile)


def _closed(heading: str, profile: Profile) -> Proposed:
    options = options_of(profile.counts)
    said = f"{profile.filled:,} answers are one of {len(options)}"
    if is_demographic(heading):
        return Proposed("demographic", f"It asks what kind of person answers; {said}.", options)
    return Proposed("closed", f"Its {said}.", options)


def _is_closed(heading: str, profile: Profile) -> bool:
    counts = profile.counts
    if all(value.casefold().strip(" .") in _SCALE for value in _heads(counts, MAX_OPTIONS + 1)):
        return _is_choice_not_nothing(heading, profile)
    if profile.form in ("date", "email", "ip", "url", "postcode"):
        return False
    if profile.distinct > MAX_OPTIONS or not all(is_short(value) for value in counts):
        return False
    if profile.form == "number":
        return profile.distinct <= 11 and profile.filled >= 2 * profile.distinct
    if profile.filled < _FEW_ROWS:
        few = profile.distinct <= max(2, 0.5 * profile.filled) and profile.repeated >= 0.7
        return few and (profile.words < 8 or not asks_for_words(heading))
    # Texts of campaigns and `no comment` repeat too, so most rows must hold what many hold.
    return profile.repeated >= 0.95 and profile.distinct <= max(10, 0.2 * profile.filled)


def _is_choice_not_nothing(heading: str, profile: Profile) -> bool:
    """False for a room for words in which everybody wrote `No` or `None`."""
    if not asks_for_words(heading):
        return True
    return profile.distinct > 1 and profile.filled >= 10


def _demographic(profile: Profile) -> Proposed | None:
    short = profile.words <= 8 and profile.longest <= 40
    if profile.form == "number" and profile.distinct <= _MOST_BAND:
        return Proposed(
            "demographic",
            "It asks what kind of person answers, in numbers.",
            options_of(profile.counts),
        )
    if profile.form in ("date", "email", "postcode") or not short:
        return None
    if profile.distinct <= max(6, 0.5 * profile.filled) and profile.distinct <= 20 * MAX_OPTIONS:
        why = f"It asks what kind of person answers; {profile.distinct:,} different answers."
        return Proposed("demographic", why, options_of(profile.counts))
    return None


def _told_apart(profile: Profile, separator: str) -> tuple[str, tuple[str, ...]] | None:
    """The options, where the file's format kept several values of one cell apart."""
    parts = _parts(profile.counts, separator)
    if len(parts) > 20 * MAX_OPTIONS or not all(is_short(part) for part in parts):
        return None
    return separator, options_of(parts)


def _multiple(profile: Profile) -> tuple[str, tuple[str, ...]] | None:
    if profile.filled > _MANY_ROWS and profile.is_unique:
        return None
    for sign in _SEPARATORS:
        joined = sum(n for value, n in profile.counts.items() if sign in value.strip(f" {sign}"))
        if joined < max(2, 0.05 * profile.filled):
            continue
        parts = _parts(profile.counts, sign)
        if _are_options(parts, profile, joined, sign):
            return sign.strip(" "), options_of(parts)
    return None


def _are_options(parts: Counter[str], profile: Profile, joined: int, sign: str) -> bool:
    total = parts.total()
    many = sum(n for n in parts.values() if n > 1)
    if len(parts) < 2 or len(parts) > MAX_OPTIONS or not all(is_short(part) for part in parts):
        return False
    if many < 0.9 * total or len(parts) > 0.4 * total:
        return False
    if sum(len(part.split()) for part in parts) > 10 * len(parts):
        return False
    if sign in (", ", ",", "\n") and len(parts) >= profile.distinct:
        return False  # as many parts as whole answers: the sign stands inside the options
    # A part that is always with the same other one is half an option.
    return joined >= 2


def _parts(counts: Counter[str], sign: str) -> Counter[str]:
    parts: Counter[str] = Counter()
    for value, n in counts.items():
        for part in split(value, sign):
            parts[part] += n
    return parts


def split(value: str, sign: str) -> list[str]:
    """The chosen options in a cell."""
    if not sign:
        return [value]
    return [part for piece in value.split(sign) if (part := piece.strip())]


def _hybrid(heading: str, profile: Profile) -> Proposed | None:
    """Options that many chose, and words that one each wrote instead."""
    if profile.filled < 10 or profile.form:
        return None
    least = max(2, 0.02 * profile.filled)
    options = Counter({
        value: n
        for value, n in profile.counts.items()
        if n >= least and is_short(value) and len(value.split()) <= 12 and not _is_nothing(value, heading)
    })  # fmt: skip
    covered = options.total() / profile.filled
    low, high = _HYBRID_COVERED
    others = [value for value in profile.counts if value not in options]
    spoken = [value for value in others if len(value.split()) > 1]
    if len(options) < 2 or len(options) > 20 or not low <= covered <= 1.0 or not spoken:
        return None
    if covered < 0.5 and asks_for_words(heading):
        return None  # a question in words to which some say only `Yes`
    if covered > high and profile.distinct <= MAX_OPTIONS:
        return None
    why = (
        f"{covered:.0%} of its answers are {len(options)} options, and the others are in words "
        "of their own."
    )
    return Proposed("hybrid", why, options_of(options))


def _is_nothing(value: str, heading: str) -> bool:
    return value.casefold().strip(" .") not in _SCALE and says_nothing(value, heading)


def _from_form(heading: str, profile: Profile) -> Proposed | None:
    """Kinds that the form of the values tells: codes, dates, addresses."""
    all_rows = profile.filled == profile.rows
    form = profile.form
    apart = profile.is_unique and all_rows and profile.rows > 2
    if apart and (form == "code" or (form == "number" and not is_demographic(heading))):
        return Proposed("identifier", "Each row holds a code of its own.")
    if not form or (form == "code" and profile.words >= 2):
        return None
    if form == "code" and asks_for_words(heading):
        return None
    what = {
        "number": "numbers",
        "date": "dates or times",
        "email": "email addresses",
        "url": "links",
        "postcode": "postcodes, which can lead to a person",
        "ip": "addresses of computers",
        "code": "codes",
    }[form]
    return Proposed("left out", f"It holds {what}.")


def _words(heading: str, profile: Profile) -> Proposed:
    if profile.words >= _PROSE_WORDS:
        return Proposed(
            "open", f"Its answers are in words of their own, {profile.words:.0f} on average."
        )
    if asks_for_words(heading):
        return Proposed("open", "Its heading asks for an answer in one's own words.")
    if is_demographic(heading) and profile.distinct <= 20 * MAX_OPTIONS:
        options = options_of(profile.counts)
        return Proposed("demographic", "It asks what kind of person answers.", options)
    if profile.words >= 2 and heading.rstrip().endswith("?"):
        return Proposed("open", "It is a question with short answers that differ.")
    why = "It holds short texts that differ, such as names; choose open if they are answers."
    return Proposed("left out", why)


def options_of(counts: Counter[str]) -> tuple[str, ...]:
    """Options in a steady order: numbers by size, then the most chosen first."""
    if all(_is_number(value) for value in counts):
        return tuple(sorted(counts, key=float))
    return tuple(sorted(counts, key=lambda value: (-counts[value], value)))


def _is_number(value: str) -> bool:
    try:
        return abs(float(value)) < float("inf")
    except ValueError:
        return False


def _heads(counts: Iterable[str], most: int) -> list[str]:
    """The first of the values; one more than there may be options settles it."""
    found = []
    for value in counts:
        found.append(value)
        if len(found) >= most:
            break
    return found
