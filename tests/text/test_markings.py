"""A marking counts where it stands as one."""

import pytest

from bernard.text.markings import Marking, handling, highest, highest_marking

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
        ("RESTRICTED - STAFF", SENSITIVE),
        ("PROTECT – PERSONAL\nDear all", SENSITIVE),
        ("CONFIDENTIAL\nReport", SENSITIVE),
        ("UK CONFIDENTIAL", Marking("SECRET", False)),
        ("SWYDDOGOL-SENSITIF\nAnnwyl bawb", SENSITIVE),
        ("SWYDDOGOL", Marking("OFFICIAL", False)),
        ("Classification: official-sensitive", SENSITIVE),
        ("Classification: secret", Marking("SECRET", False)),
        ("Marking: Official Sensitive (Personal)", SENSITIVE),
        ("Subject: [Official-Sensitive] Minutes", SENSITIVE),
        ("Official Sensitive - report.docx", SENSITIVE),
        ("plan (Official-Sensitive).docx", SENSITIVE),
        ("see OFFICIAL-SENSITIVE_case.pdf", SENSITIVE),
        ("top secret.docx", Marking("TOP SECRET", False)),
        ("OFFICIAL-SENSITIVE when completed", SENSITIVE),
        ("Text marked OFFICIAL-SENSITIVE needs care.", None),
        ("The OFFICIAL-SENSITIVE marking is used where harm may follow.", None),
        ("PRIVATE AND CONFIDENTIAL", None),
        ("Restricted access to the site", None),
        ("We PROTECT your data", None),
        ("Subject: Secret Santa", None),
        ("Subject: Official opening of the bridge", None),
        ("Subject: Protect our river", None),
        ("the official report.pdf", None),
        ("my secret garden.pdf", None),
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


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("OFFICIAL-SENSITIVE [PERSONAL]", {"PERSONAL DATA"}),
        ("OFFICIAL - SENSITIVE - COMMERCIAL\nOffer", {"COMMERCIAL"}),
        ("OFFICIAL-SENSITIVE: LOCSEN", set()),
        ("OFFICIAL-SENSITIVE UK EYES ONLY", {"UK EYES ONLY"}),
        ("SWYDDOGOL-SENSITIF: MASNACHOL", {"COMMERCIAL"}),
        ("RESTRICTED - STAFF", {"HR MANAGEMENT"}),
        ("OFFICIAL-SENSITIVE", set()),
    ],
)
def test_what_stands_beside_a_marking(text, beside):
    assert handling(text).beside == beside


@pytest.mark.parametrize(
    "unit", ["OFFICIAL-SENSITIVE [PERSONAL ", "subject: official ", "_official a a "]
)
def test_no_text_makes_it_slow(unit):
    assert handling(unit * 20_000) is not None
