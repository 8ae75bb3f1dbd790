"""What an analyst should know of how the themes were found, one sentence each."""

from __future__ import annotations

from bernard.tools.consult.themes.said import MOST_SENTENCES, Said

_FEW = 30


def notes(said: Said, themes: int, proposal: int) -> tuple[str, ...]:
    """The notes that apply.

    Args:
        themes: how many were found.
        proposal: as `proposal_of` reads the question.
    """
    if not said.speaking:
        return ("No response says anything, so there are no themes.",)
    if not len(said.sample):
        return ("The responses are too short to find themes in.",)
    found = []
    if len(said.speaking) < _FEW:
        found.append(
            f"There are only {len(said.speaking)} responses that say something: read them all; "
            "the themes are a first sorting."
        )
    if themes == 1 and len(said.speaking) > 1:
        found.append("The responses are so much alike that they make one theme.")
    if len(said.sample) == MOST_SENTENCES:
        found.append(
            f"Themes were looked for in a fixed sample of {MOST_SENTENCES:,} sentences; "
            "all sentences were then put with them."
        )
    if said.echoes:
        found.append(
            f"{said.echoes:,} responses that repeat a campaign's text were left out when themes were "
            "looked for, and are counted in them."
        )
    if not proposal:
        found.append(
            "The question does not propose anything, so themes are not told apart as for and against."
        )
    return tuple(found)
