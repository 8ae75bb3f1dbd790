"""Postcodes and coordinates."""

from __future__ import annotations

from bernard.privacy.checks.numbers import compact

_AREAS_TEXT = (
    "AB AL B BA BB BD BF BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN "
    "DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L "
    "LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA "
    "SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS "
    "WV YO ZE GIR XX"
)
_AREAS = frozenset(_AREAS_TEXT.split())
_ORDINALS = frozenset({"st", "nd", "rd", "th"})


def postcode(text: str) -> bool:
    """The area is one of Royal Mail's 124 (with BFPO's BF and the Crown dependencies).

    XX is no area; it is what invented addresses use. "e1 3rd" is the third floor, not a postcode.

    Source: BS 7666-2; Royal Mail, PAF Programmers' Guide, appendix C.

    >>> postcode("SW1A 1AA"), postcode("m1 1ae"), postcode("QQ1 1AA"), postcode("E1 3rd")
    (True, True, False, False)
    """
    if text[-2:] in _ORDINALS:
        return False
    outward = compact(text)[:-3]
    area = outward[:2] if outward[1:2].isalpha() else outward[:1]
    return area in _AREAS or outward == "GIR"


def coordinates(text: str) -> bool:
    """A latitude and longitude in the British Isles, to four places or more.

    >>> coordinates("51.5034, -0.1276"), coordinates("12.3456, 78.9012")
    (True, False)
    """
    latitude, longitude = (float(part) for part in text.replace(",", " ").split())
    return 49 <= latitude <= 61 and -11 <= longitude <= 2.5
