"""Postcodes that were never issued, and telephone numbers that ring nowhere."""

from __future__ import annotations

import random

# Districts past the last one in use of their area, and XX, which is no area: none was ever issued.
# Source: Royal Mail, PAF Programmers' Guide, appendix C; ONS Postcode Directory (districts in use).
_DISTRICTS_TEXT = (
    "ZE9 HS12 KW19 LD9 DG19 SY27 TD17 HU21 TR28 PL37 EX41 DT12 CT23 IP35 NR37 LN15 DN57 "
    "YO64 TS31 DL19 CA31 LA25 FY9 LL79 SA75 NP46 HR11 WR17 GL58 SN29 BA24 IV66 PH53 FK23 "
    "KY18 ML14 DD13 XX1 XX4 XX12 XX20"
)
DISTRICTS = _DISTRICTS_TEXT.split()
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"

# Source: Ofcom, Telephone numbers for use in TV and radio drama programmes.
DRAMA = (
    "01632 960",
    "0113 496 0",
    "0114 496 0",
    "0116 496 0",
    "0117 496 0",
    "0121 496 0",
    "0131 496 0",
    "0141 496 0",
    "0151 496 0",
    "0161 496 0",
    "0191 498 0",
    "020 7946 0",
    "029 2018 0",
    "028 9649 6",
    "07700 900",
    "07700 900",
    "07700 900",
    "07700 900",
)


def postcode(rng: random.Random) -> str:
    """A postcode of the right form that was never issued."""
    return f"{rng.choice(DISTRICTS)} {rng.randrange(10)}{rng.choice(_INWARD)}{rng.choice(_INWARD)}"
