"""A marking counts where it stands as one."""

import pytest

from bernard.text.markings import Marking, highest, highest_marking

SENSITIVE = Marking("OFFICIAL", True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("OFFICIAL-SENSITIVE\nDear all", SENSITIVE),
        ("Dear all\n\nOFFICIAL - SENSITIVE", SENSITIVE),
        ("[OFFICIAL SENSITIVE] Minutes", SENSITIVE),
        ("**OFFICIAL–SENSITIVE: COMMERCIAL**", SENSITIVE),
        ("OFFICIAL", Marking("OFFICIAL", False)),
        ("UK SECRET\nplan", Marking("SECRET", False)),
        ("SECRET UK EYES ONLY", Marking("SECRET", False)),
        ("SECRET//REL TO", Marking("SECRET", False)),
        ("OFFICIAL\nthen\nTOP SECRET\n", Marking("TOP SECRET", False)),
        ("Classification: SECRET", Marking("SECRET", False)),
        ("# SECRET", Marking("SECRET", False)),
        ("It is no SECRET that", None),
        ("SECRET Garden is a novel", None),
        ("OFFICIAL receiver's report", None),
        ("secret\nofficial", None),
        ("CLIENT_SECRET=abc", None),
        ("OFFICIALDOM", None),
        ("", None),
    ],
)
def test_markings(text, found):
    assert highest_marking(text) == found


def test_the_higher_of_two():
    assert highest(SENSITIVE, None) == SENSITIVE
    assert highest(SENSITIVE, Marking("SECRET", False)).tier == "SECRET"
    assert highest(None, None) is None


def test_a_long_text_takes_no_longer_for_being_hostile():
    assert highest_marking("OFFICIAL \t" * 200_000 + "x") is None
