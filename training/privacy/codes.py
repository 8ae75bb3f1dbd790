"""Numbers and references that point at one person, and numbers that do not."""

from __future__ import annotations

import random
from string import ascii_lowercase, ascii_uppercase, digits, hexdigits

from bernard.privacy.surrogates.identifiers import IDENTIFIERS

# 9 is a figure, A and a are letters.
_SHAPES_TEXT = (
    "999-99-9999|A99999999|AA9999999|AA99 999 999|999999999|99999999|9999999999|AAA999999|AA-999999|"
    "A9999999|99999/99|9999/99|99/9999|9999/9999|AA/99999/9999|A99AA999|AA-9999-999999|AAA/9999/999|"
    "99-999999|AA99AAA|A999 AAA|AAA 999A|AA9 9AA|9999 9999 9999 9999|9999999999999999|999 999 999|"
    "999 9999 999|99-99-99 99999999|AA99 AAAA 9999 9999 9999 99|AA99 9999 9999 9999 9999 9999|"
    "AA99999999999999|99999999A|A9999AA|99/99999A|9AAA999999|AAAAA999999A99AA|A-999999|#999999|"
    "999999-999A|999999/9999|999.999.999-99|AA 99 99 99 A|CASE-99999|REF/9999/AA|AAA-99-999|EMP9999|"
    "ID-999999|ID 99999999|AAAAAA99A99A999A|AAAAAAAA|AAAA9999|AAAAAAAAAAA|bc1aaaaaaaa99aaaaa9aa"
)
_TELEPHONES_TEXT = (
    "07999 999999|07999999999|07999 999 999|07999-999-999|+447999999999|+44 7999 999999|01999 999999|"
    "(01999) 999999|0199 999 9999|020 9999 9999|+44 (0)20 9999 9999|0044 1999 999999|02999999999|"
    "999-999-9999|(999) 999-9999|+1 999 999 9999|999.999.9999|+1-999-999-9999|+49 999 9999999|"
    "+33 6 99 99 99 99|+353 89 999 9999|+91 99999 99999|+234 899 999 9999|999 9999|00999999999999|"
    "999-9999 x999|+48 999 999 999|(99) 9999-9999"
)
_ONLINE_TEXT = (
    "192.168.9.99|10.9.99.9|99.99.99.9|2001:db8::99aa:9|00:9a:99:aa:9a:99|https://example.org/u/aaaa99|"
    "www.aaaaaa.example.com/aaaa|@aaaaa_99|@aaaaaaaa|@Aaaaaa99|facebook.com/aaaaa.aaaa"
)
_HARMLESS_TEXT = (
    "SI 2019/999|[2019] EWCA Civ 999|[2016] UKSC 99|[2014] 1 WLR 999|Article 9|section 99|s.99(9)|"
    "rule 9.9|Form N999|§ 99|no. 99|Chapter 9|page 999|para 99|version 9.9.9|£99.99|£9,999|€9,999|"
    "$99.9m|99%|99 kg|99 mg|99.9 km|99 units|A9999 motorway|the A99|the M9|Boeing 799|ISO 9999|RFC 9999|"
    "RTX 9999|iPhone 19|Windows 11|99-9|9-9|9.9|99th|1999-2009|GCSE grade 9|Room 99|platform 9|bus 99|"
    "Route 99|Boiler model AA99-999B|part no. 999-9999|SKU 999AA99|ISBN 978-9-99-999999-9|19/09999/FUL|"
    "COM(2019) 999|HC 999|Cm 9999|L 999, 99.9.2009|series 9, episode 9|2009|1999|0800 999 999|"
    "0300 999 9999|999|111|101"
)
_SHAPES = _SHAPES_TEXT.split("|")
_TELEPHONES = _TELEPHONES_TEXT.split("|")
_ONLINE = _ONLINE_TEXT.split("|")
_HARMLESS = _HARMLESS_TEXT.split("|")


def shaped(shape: str, rng: random.Random) -> str:
    """Figures for 9, letters for A and a; the rest stays.

    >>> shaped("K99-A", random.Random(3))
    'K38-R'
    """
    chosen = {"9": digits, "A": ascii_uppercase, "a": ascii_lowercase}
    return "".join(rng.choice(chosen[c]) if c in chosen else c for c in shape)


def code(rng: random.Random) -> str:
    """Some identifier: half of them British public services', the rest of any shape."""
    if rng.random() < 0.5:
        return IDENTIFIERS[rng.choice(list(IDENTIFIERS))][2](rng)
    if rng.random() < 0.12:
        return "".join(rng.choice(hexdigits) for _ in range(rng.choice((8, 12, 16, 32))))
    return shaped(rng.choice(_SHAPES), rng)


def telephone(rng: random.Random) -> str:
    """A number as people write it, British or not."""
    return shaped(rng.choice(_TELEPHONES), rng)


def address_online(rng: random.Random) -> str:
    """An address of a machine, an account or a page of somebody's."""
    return shaped(rng.choice(_ONLINE), rng)


def harmless(rng: random.Random) -> str:
    """A number or reference that says nothing about a person."""
    return shaped(rng.choice(_HARMLESS), rng)
