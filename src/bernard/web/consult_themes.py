"""A question's framework as pages show it: each theme with its size, its words and who looked at it."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bernard.text.clean import clean
from bernard.tools.consult.analysis.wording import percent
from bernard.tools.consult.framework import Change, Line, Seen, State
from bernard.tools.consult.types import Analysed, Analysis, Framework, Quote, Stance, Theme
from bernard.web.consult_text import quoted
from bernard.web.consult_visit import Mine, desk, errors, mine, opened, question
from bernard.web.visit import Visit

MOST_QUOTES = 3
FEW = 5
UNSURE = 0.6
LARGE = 0.2
STANCES: dict[str, str] = {
    "": "None",
    "for": "For",
    "against": "Against",
    "mixed": "Mixed",
    "unclear": "Unclear",
}


@dataclass(frozen=True)
class Asked:
    """The question that a visit is about, and its framework as it stands."""

    own: Mine
    analysis: Analysis
    number: int
    analysed: Analysed
    state: State

    @property
    def name(self) -> str:
        """What the desk calls the question."""
        return str(self.number)

    @property
    def here(self) -> str:
        """The path of the question's first page."""
        return f"{self.own.here}/questions/{self.number}"

    @property
    def framework(self) -> Framework:
        """The themes in use."""
        return self.state.framework

    @property
    def can_edit(self) -> bool:
        """Whether the person may change the framework as it is now."""
        return self.own.may("analyst") and not self.framework.signed_by


@dataclass
class Holding:
    """What was mapped to one theme.

    Attributes:
        sure: its surest sentences: minus the confidence, then the place.
        total: the sum of the confidences.
    """

    count: int = 0
    total: float = 0.0
    sure: list[tuple[float, int, int, int]] = field(default_factory=list)

    def quotes(self) -> list[Quote]:
        """Its surest sentences."""
        return [Quote(*place) for _, *place in self.sure]


@dataclass(frozen=True)
class ThemeRow:
    """A theme as a page shows it.

    Attributes:
        share: of the responses that say something.
        looked: who looked at it as it is now.
        parent: title of the theme that it is under, empty where it is under none.
    """

    theme: Theme
    count: int
    share: float
    sureness: float
    quotes: tuple[str, ...]
    looked: tuple[Seen, ...]
    parent: str

    @property
    def percent(self) -> str:
        """The share in words."""
        return percent(self.share)


def asked(visit: Visit) -> Asked:
    """The question that the path names.

    Raises:
        NotFound: there is none, or the person takes no part in the consultation.
        InputInvalid: there are no results yet.
    """
    own = mine(visit)
    analysis = opened(visit, own)
    number, analysed = question(visit, analysis)
    return Asked(own, analysis, number, analysed, desk(visit).state(own.kept.id, str(number)))


def change(visit: Visit, of: Asked, made: Change, seen: int | None = None) -> None:
    """Make a change in the person's name, in view of the version that their form was made from.

    Raises:
        ConsultationChanged: somebody else changed the same themes meanwhile.
        InputInvalid: it cannot be made.
    """
    at = visit_seen(visit) if seen is None else seen
    desk(visit).change(of.own.kept.id, of.name, visit.account.name, made, at)


def visit_seen(visit: Visit) -> int:
    """The version of the framework that a form was made from."""
    text = visit.form.text("seen")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def faults_of(of: Asked, faults: Mapping[str, str], *hidden: str) -> list[dict[str, str]]:
    """The faults for the top of the page; those of fields that it does not show lead to its main part."""
    shown = {
        field if of.can_edit and field not in hidden else "main-content": text
        for field, text in faults.items()
    }
    return errors(shown)


def theme_rows(of: Asked, most_quotes: int = MOST_QUOTES) -> list[ThemeRow]:
    """All themes in use, in their order."""
    held = holdings(of.analysed, most_quotes)
    saying = sum(1 for m in of.analysed.mapped if m.outcome != "nothing said") or 1
    return [_row(of, theme, held, saying, most_quotes) for theme in of.framework.themes]


def theme_row(of: Asked, id: str, most_quotes: int) -> ThemeRow:
    """One theme in use."""
    return next(row for row in theme_rows(of, most_quotes) if row.theme.id == id)


def _row(
    of: Asked, theme: Theme, held: dict[str, Holding], saying: int, most_quotes: int
) -> ThemeRow:
    holding = held.get(theme.id, Holding())
    places = [*_typical(of.analysed, theme), *holding.quotes()]
    over = of.state.themes.get(theme.parent or "")
    return ThemeRow(
        theme,
        holding.count,
        holding.count / saying,
        holding.total / holding.count if holding.count else 0.0,
        words_of(of.analysed, places, most_quotes),
        tuple(of.state.looked(theme.id)),
        over.title if over else "",
    )


def _typical(analysed: Analysed, theme: Theme) -> Sequence[Quote]:
    """The quotes that the theme was found with; none once a person changed what it means."""
    if theme.version > 1:
        return theme.examples
    return next((f.typical for f in analysed.found.themes if f.theme.id == theme.id), ())


def words_of(analysed: Analysed, places: Iterable[Quote], most: int) -> tuple[str, ...]:
    """The words at these places, masked, each only once."""
    found: dict[str, str] = {}
    for place in places:
        if place.end > place.start and place.response < len(analysed.texts):
            text = " ".join(clean(quoted(analysed.texts, analysed.personal, place)).split())
            found.setdefault(text.casefold(), text)
        if len(found) == most:
            break
    return tuple(found.values())


def holdings(analysed: Analysed, most: int = MOST_QUOTES) -> dict[str, Holding]:
    """By theme, what was mapped to it."""
    found: dict[str, Holding] = {}
    # Twice as many as are shown, because some say the same.
    keep = 2 * most
    for mapped in analysed.mapped:
        for one in mapped.themes:
            held = found.setdefault(one.theme, Holding())
            held.count += 1
            held.total += one.confidence
            entry = (-one.confidence, mapped.response, one.start, one.end)
            if len(held.sure) < keep or entry < held.sure[-1]:
                insort(held.sure, entry)
                del held.sure[keep:]
    return found


def stance_items(chosen: str | None) -> list[dict[str, object]]:
    """The stances to choose from."""
    return [
        {"value": value, "text": text, "selected": value == (chosen or "")}
        for value, text in STANCES.items()
    ]


def stance_of(text: str) -> Stance | None:
    """The stance that a form names; none where it names none."""
    known: dict[str, Stance] = {s: s for s in ("for", "against", "mixed", "unclear")}
    return known.get(text)


def since(state: State, name: str) -> list[Line]:
    """What others changed since this person last changed, looked at or signed anything."""
    mine_last = max((line.number for line in state.history if line.by == name), default=0)
    return [line for line in state.history[mine_last:] if line.counts]
