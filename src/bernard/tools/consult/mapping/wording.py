"""Themes as text and as vectors, and which of them only say that no other one fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.types import Encoder, Outcome, Sentences, Theme

Floats = NDArray[np.float32]
_NONE = re.compile(
    r"none of (the|these|those|them)\b.*|"
    r"(any |all )?others?( (themes?|topics?|issues?|comments?|reasons?|responses?|answers?|points?))?|"
    r"misc(ellaneous|\.)?( (themes?|topics?|issues?|comments?|points?))?|uncategori[sz]ed|unclassified|"
    r"no (relevant |applicable |matching )?(themes?|codes?)( appl(y|ies))?|something else|"
    r"(off.topic|irrelevant)( (responses?|answers?|comments?))?"
)
_NOTHING = re.compile(
    r"no (clear |substantive |relevant |further )?(reasons?|answers?|responses?|comments?|opinions?|views?|content)"
    r"( (was |is )?(given|provided|stated|supplied|made|said|at all))?|"
    r"nothing( (was )?(said|to (add|say)|stated|given|else to (add|say)))?|"
    r"(blank|empty|unanswered|skipped|non-?)( ?(responses?|answers?))?|"
    r"not (answered|provided|given|stated|applicable)|n/?a|don.?t know|not sure|left blank"
)


@dataclass(frozen=True)
class Wordings:
    """Themes that a response can be about, in the framework's order.

    Attributes:
        ids, titles, wholes: of each theme its id, its title, its title with its description.
        title_vectors, whole_vectors: shape (themes, dimensions).
        examples: of each theme the vectors of sentences that show it, maybe none.
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    wholes: tuple[str, ...]
    title_vectors: Floats
    whole_vectors: Floats
    examples: tuple[Floats, ...]


def outcome_of(theme: Theme) -> Outcome:
    """`none of these` or `nothing said` for a theme whose title says just that, else `themes`.

    Example:
        >>> outcome_of(Theme("X", "None of the Above"))
        'none of these'
        >>> outcome_of(Theme("Y", "No Reason Given"))
        'nothing said'
        >>> outcome_of(Theme("Z", "No to new homes"))
        'themes'
    """
    title = " ".join(theme.title.lower().split()).strip(" .!()[]-")
    if _NOTHING.fullmatch(title):
        return "nothing said"
    return "none of these" if _NONE.fullmatch(title) else "themes"


def fallbacks(themes: Sequence[Theme]) -> dict[Outcome, str]:
    """The id of the first theme that stands for each outcome, where the framework has one."""
    found: dict[Outcome, str] = {}
    for theme in themes:
        if (outcome := outcome_of(theme)) != "themes":
            found.setdefault(outcome, theme.id)
    return found


def worded(themes: Sequence[Theme], sentences: Sentences, encoder: Encoder) -> Wordings:
    """The themes to be about; those that stand for an outcome are left out."""
    about = [theme for theme in themes if outcome_of(theme) == "themes"]
    titles, wholes = [title_of(theme) for theme in about], [whole_of(theme) for theme in about]
    vectors = (
        encoder([*titles, *wholes])
        if about
        else np.zeros((0, sentences.vectors.shape[1]), np.float32)
    )
    return Wordings(
        tuple(theme.id for theme in about),
        tuple(titles),
        tuple(wholes),
        vectors[: len(about)],
        vectors[len(about) :],
        tuple(_examples(theme, sentences) for theme in about),
    )


def title_of(theme: Theme) -> str:
    """The title that a theme is compared by."""
    return theme.title.strip() or theme.description.strip() or theme.id


def whole_of(theme: Theme) -> str:
    """The title and the description that a theme is compared by.

    Example:
        >>> whole_of(Theme("cost", "Cost.", "Who pays.")), whole_of(Theme("air", "Cleaner air"))
        ('Cost. Who pays.', 'Cleaner air')
    """
    title, description = title_of(theme), theme.description.strip()
    return f"{title.rstrip('.')}. {description}" if description else title


def _examples(theme: Theme, sentences: Sentences) -> Floats:
    """Vectors of the sentences that the theme's examples lie in."""
    hit = np.zeros(len(sentences.response), np.bool_)
    for quote in theme.examples:
        hit |= (
            (sentences.response == quote.response)
            & (sentences.start < quote.end)
            & (sentences.end > quote.start)
        )
    return sentences.vectors[hit]
