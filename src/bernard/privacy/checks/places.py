"""Postcodes and coordinates."""

from __future__ import annotations

import re

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


_STATES_TEXT = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND "
    "OH OK OR PA PR RI SC SD TN TX UT VT VA WA WV WI WY GU VI AP AE AA AS MP FM MH PW"
)
_STATES = frozenset(_STATES_TEXT.split())
_NO_STREET_TEXT = (
    "a an and are as at but by for from had has have he i in is it its of off on or our per she so the their they "
    "this to us was we were with people took take taken takes into behind before after when who which"
)
# What is counted, so that the word behind it is no name: a 5 mile road.
_COUNTED_TEXT = (
    "mile miles minute minutes min metre metres hour hours day days way ways lane lanes other two three four five "
    "year years yards km months weeks main major minor single dual bed bedroom no not car cars trial new people or and "
    "times jan january feb february mar march apr april may jun june jul july aug august sep september oct october nov "
    "november dec december"
)
_COUNTED = frozenset(_COUNTED_TEXT.split())
_NO_STREET = frozenset(_NO_STREET_TEXT.split())


def state_and_zip(text: str) -> bool:
    """A postal code of the United States behind the letters of its state.

    Source: United States Postal Service, Publication 28, appendix B.

    >>> state_and_zip("IL 62704"), state_and_zip("NY 10001-1234"), state_and_zip("ZZ 12345")
    (True, True, False)
    """
    return text[:2].upper() in _STATES


def street(text: str) -> bool:
    """A number and the name of a street: not a distance, not `2 of the three way valves`.

    >>> street("98 larkspur drive"), street("a 5 mile road"[2:]), street("1998 the court")
    (True, False, False)
    """
    words = text.lower().replace(",", " ").split()
    if words[1] in _NO_STREET:
        return False
    if _ARTICLED.search(text):
        words = [word for word in words if word not in ("the", "of")]
    names = [word for word in words[1:-1] if word.isalpha()]
    first = next((word for word in names if word != "flat"), "")
    return first not in _COUNTED and not any(word in _NO_STREET for word in names)


# A street with a name in capitals may have small words in it: 4 Bank of the Dee Road.
_ARTICLED = re.compile(r"[A-Z][a-z]+ (?:of|the) (?:the )?[A-Z]")


def house(text: str) -> bool:
    """The name of a house and its street, and not a turn of phrase.

    >>> house("Mill House, Harbour Close"), house("court, the usual way")
    (True, False)
    """
    words = text.lower().replace(",", " ").split()
    return not any(word in _NO_STREET for word in words[:-1])


def address_words(text: str) -> bool:
    """A number and at least two words in capitals, which no month is.

    >>> address_words("4567 Oak Bend"), address_words("12 May 2020"), address_words("5 GB")
    (True, False, False)
    """
    words = [word for word in re.findall(r"[A-Za-z]+", text) if word[0].isupper()]
    return len(words) > 1 and words[0][:3].lower() not in _MONTHS


_MONTHS_TEXT = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = frozenset(_MONTHS_TEXT.split())


def coordinates(text: str) -> bool:
    """A latitude and longitude in the British Isles, to four places or more.

    >>> coordinates("51.5034, -0.1276"), coordinates("12.3456, 78.9012")
    (True, False)
    """
    latitude, longitude = (float(part) for part in text.replace(",", " ").split())
    return 49 <= latitude <= 61 and -11 <= longitude <= 2.5
