"""Identifiers that add up and belong to nobody.

Each is from a block that is kept for tests or not in use where one is known, and passes the same check that
the recognisers make. Where no such block is known the number has a run of noughts or nines that no issued
one is likely to have; `docs/reference/privacy-corpus.md` says which.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from string import ascii_lowercase, ascii_uppercase

from bernard.privacy.checks import CHECKS

_SAFE = "ABCEGHJKLMNPRSTWXYZ"


def _figures(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _until(check: str, invent: Callable[[], str]) -> str:
    """The first invention that passes a check."""
    while not CHECKS[check](value := invent()):
        pass
    return value


def _grouped(rng: random.Random, value: str, *sizes: int) -> str:
    """In groups with spaces (mostly), hyphens, or none."""
    joint = rng.choice((" ", " ", " ", "", "", "-"))
    groups, place = [], 0
    for size in sizes:
        groups.append(value[place : place + size])
        place += size
    return joint.join(groups)


def nhs_number(rng: random.Random) -> str:
    """From 999, which is kept for tests."""
    return _grouped(rng, _until("nhs_number", lambda: "999" + _figures(rng, 7)), 3, 3, 4)


def chi_number(rng: random.Random) -> str:
    """Its first six figures are a day that no month has (30 and 31 February, 31 April)."""
    day = rng.choice(("3002", "3102", "3104", "3106", "3109", "3111"))
    number = _until("chi_number", lambda: day + _figures(rng, 6))
    return rng.choice((number, f"{number[:6]} {number[6:]}"))


def hc_number(rng: random.Random) -> str:
    """From 500 to 599, which no country of the United Kingdom issues."""
    return _grouped(rng, "5" + _figures(rng, 9), 3, 3, 4)


def national_insurance(rng: random.Random) -> str:
    """A prefix that HMRC keeps for its own use, or QQ, which its examples have (NIM39110)."""
    prefix = rng.choice(("CR", "FY", "MW", "NC", "PP", "PY", "PZ", "QQ"))
    number = _figures(rng, 6)
    last = rng.choice("ABCD")
    spaced = f"{prefix} {number[:2]} {number[2:4]} {number[4:]} {last}"
    return rng.choice((spaced, spaced, f"{prefix}{number}{last}"))


def taxpayer_reference(rng: random.Random) -> str:
    """Three noughts after the check digit."""
    number = _until(
        "unique_taxpayer_reference", lambda: _figures(rng, 1) + "000" + _figures(rng, 6)
    )
    return rng.choice((number, f"{number[:5]} {number[5:]}"))


def passport(rng: random.Random) -> str:
    """Begins with three noughts."""
    return "000" + _figures(rng, 6)


def driving_licence(rng: random.Random) -> str:
    """Born on 31 February or another day that there is not."""
    name = "".join(rng.choice(ascii_uppercase) for _ in range(5))
    month = rng.choice((2, 4, 6, 9, 11)) + rng.choice((0, 50))
    return f"{name}{rng.randrange(10)}{month:02}31{rng.randrange(10)}{rng.choice(_SAFE)}9{rng.randrange(10)}ZZ"


def residence_permit(rng: random.Random) -> str:
    """ZZ and a 9."""
    return "ZZ9" + _figures(rng, 6)


def home_office_reference(rng: random.Random) -> str:
    """Z and a 9, with or without the number of a dependant."""
    return "Z9" + _figures(rng, 6) + rng.choice(("", "", f"/{rng.randrange(2, 6)}"))


def application_number(rng: random.Random) -> str:
    """A unique application number that begins with noughts."""
    return f"0000-{_figures(rng, 4)}-{_figures(rng, 4)}-{_figures(rng, 4)}"


def visa_application(rng: random.Random) -> str:
    """A GWF number."""
    return "GWF000" + _figures(rng, 6)


def share_code(rng: random.Random) -> str:
    """Nine characters, the second and third 00."""
    rest = "".join(rng.choice("ABCDEFGHJKLMNPRTVWXYZ23456789") for _ in range(5)) + rng.choice(
        "23456789"
    )
    return rng.choice((f"W00 {rest[:3]} {rest[3:]}", f"W00{rest}", f"S00 {rest[:3]} {rest[3:]}"))


def police_national_computer(rng: random.Random) -> str:
    """A serial number above nine million in a year, which none has had."""
    year = rng.randrange(1985, 2026)
    return _until(
        "police_national_computer",
        lambda: (
            f"{rng.choice((str(year), f'{year % 100:02}'))}/9{_figures(rng, 6)}{rng.choice(ascii_uppercase)}"
        ),
    )


def criminal_records_office(rng: random.Random) -> str:
    """A serial number above 990,000 in a year."""
    return _until(
        "criminal_records_office",
        lambda: f"99{_figures(rng, 4)}/{rng.randrange(80, 100)}{rng.choice(ascii_uppercase)}",
    )


def prison_number(rng: random.Random) -> str:
    """Ends in Z and a letter, far beyond what has been reached."""
    return f"A{_figures(rng, 4)}Z{rng.choice(_SAFE)}"


def probation_number(rng: random.Random) -> str:
    """Z and 99."""
    return "Z99" + _figures(rng, 4)


def court_case(rng: random.Random) -> str:
    """A county court, Crown Court or tribunal number of a court and a year that there are not."""
    return rng.choice(
        (
            f"Z{_figures(rng, 2)}ZZ{_figures(rng, 3)}",
            f"T2048{_figures(rng, 4)}",
            f"ZZ{rng.randrange(20, 27)}C5{_figures(rng, 4)}",
        )
    )


def crime_reference(rng: random.Random) -> str:
    """As several forces write it."""
    year = rng.randrange(19, 27)
    return rng.choice(
        (
            f"99/{_figures(rng, 5)}/{year}",
            f"CR/0{_figures(rng, 5)}/{year}",
            f"99Z1/{_figures(rng, 5)}/{year}",
        )
    )


def incident_number(rng: random.Random) -> str:
    """The number of a police log."""
    return rng.choice(
        (
            f"{rng.randrange(100, 2400)}",
            f"{_figures(rng, 4)}-{rng.randrange(10, 29)}0{rng.randrange(1, 10)}",
        )
    )


def vehicle(rng: random.Random) -> str:
    """An age identifier that is not reached before September 2027 (77 to 79)."""
    letters = "".join(rng.choice("ABCDEFGHJKLMNOPRSTUVWXY") for _ in range(5))
    joint = rng.choice((" ", " ", ""))
    return f"{letters[:2]}{rng.randrange(77, 80)}{joint}{letters[2:]}"


def sort_code(rng: random.Random) -> str:
    """Begins with 00, which no bank has."""
    return f"00-{_figures(rng, 2)}-{_figures(rng, 2)}"


def bank_account(rng: random.Random) -> str:
    """Eight figures, the first two noughts."""
    return "00" + _figures(rng, 6)


def iban(rng: random.Random) -> str:
    """Of the bank ZZZZ, which there is not."""
    number = _until("iban", lambda: f"GB{_figures(rng, 2)}ZZZZ00{_figures(rng, 12)}")
    return rng.choice((number, " ".join(number[i : i + 4] for i in range(0, 22, 4))))


def payment_card(rng: random.Random) -> str:
    """From a block that card schemes keep for tests."""
    start = rng.choice(("40000000", "55555555"))
    number = _until("luhn", lambda: start + _figures(rng, 8))
    return _grouped(rng, number, 4, 4, 4, 4)


def uprn(rng: random.Random) -> str:
    """Twelve figures that begin with 9999."""
    return "9999" + _figures(rng, 8)


def pupil_number(rng: random.Random) -> str:
    """Of local authority 999, which there is not."""
    return _until("unique_pupil_number", lambda: f"{rng.choice(_SAFE)}999{_figures(rng, 9)}")


def learner_number(rng: random.Random) -> str:
    """Ten figures that begin with 9999."""
    return "9999" + _figures(rng, 6)


def internet_address(rng: random.Random) -> str:
    """From the blocks for documentation (RFC 5737, RFC 3849)."""
    return rng.choice(
        (
            f"203.0.113.{rng.randrange(2, 250)}",
            f"198.51.100.{rng.randrange(2, 250)}",
            f"2001:db8::{rng.randrange(4096, 65535):x}:1",
        )
    )


def network_card(rng: random.Random) -> str:
    """From the block for documentation (RFC 7042)."""
    return f"00:00:5E:00:53:{rng.randrange(256):02X}"


def password(rng: random.Random) -> str:
    """As people choose them."""
    word = rng.choice(("Sunflower", "Bluebell", "Dragon", "Harbour", "Tiger", "Coffee"))
    return f"{word}{rng.randrange(10, 99)}{rng.choice('!?#')}"


def secret_key(rng: random.Random) -> str:
    """Forty letters and figures."""
    return (
        "".join(rng.choice(ascii_lowercase + ascii_uppercase + "0123456789") for _ in range(38))
        + "7q"
    )


def _pattern(kind: str) -> Callable[[random.Random], str]:
    """Figures for 9, letters for A; the rest stays."""

    def invent(rng: random.Random) -> str:
        form = rng.choice(kind.split("|"))
        return "".join(
            {"9": rng.choice("0123456789"), "A": rng.choice(_SAFE)}.get(c, c) for c in form
        )

    return invent


# Slot: its kind, the check that it passes, and how one is invented.
IDENTIFIERS: dict[str, tuple[str, str, Callable[[random.Random], str]]] = {
    "nhs": ("NHS-NUMBER", "nhs_number_in_use", nhs_number),
    "chi": ("CHI-NUMBER", "chi_number", chi_number),
    "hc": ("HC-NUMBER", "", hc_number),
    "nino": ("NATIONAL-INSURANCE-NUMBER", "national_insurance_number", national_insurance),
    "utr": ("UTR", "unique_taxpayer_reference", taxpayer_reference),
    "passport": ("PASSPORT", "", passport),
    "licence": ("DRIVING-LICENCE", "driving_licence", driving_licence),
    "brp": ("RESIDENCE-PERMIT", "", residence_permit),
    "ho": ("HOME-OFFICE-REFERENCE", "", home_office_reference),
    "uan": ("HOME-OFFICE-REFERENCE", "", application_number),
    "gwf": ("HOME-OFFICE-REFERENCE", "", visa_application),
    "share": ("SHARE-CODE", "", share_code),
    "pnc": ("PNC-ID", "police_national_computer", police_national_computer),
    "cro": ("CRO-NUMBER", "criminal_records_office", criminal_records_office),
    "prison": ("PRISON-NUMBER", "", prison_number),
    "crn": ("PROBATION-CRN", "", probation_number),
    "case": ("COURT-CASE", "", court_case),
    "crime": ("CRIME-REFERENCE", "", crime_reference),
    "incident": ("CRIME-REFERENCE", "", incident_number),
    "vrm": ("VEHICLE-REGISTRATION", "current_registration", vehicle),
    "sort": ("SORT-CODE", "", sort_code),
    "account": ("ACCOUNT-NUMBER", "", bank_account),
    "iban": ("IBAN", "iban", iban),
    "card": ("PAYMENT-CARD", "luhn", payment_card),
    "uprn": ("UPRN", "", uprn),
    "upn": ("PUPIL-NUMBER", "unique_pupil_number", pupil_number),
    "uln": ("PUPIL-NUMBER", "", learner_number),
    "ip": ("IP-ADDRESS", "ip_address", internet_address),
    "mac": ("MAC-ADDRESS", "", network_card),
    "password": ("PASSWORD", "", password),
    "secret": ("SECRET-KEY", "token_value", secret_key),
    "ctax": ("COUNCIL-TAX-REFERENCE", "", _pattern("0009999999|0099999X|000 999 9999")),
    "housing": ("HOUSING-REFERENCE", "", _pattern("T0099999|HR/009999|00999999|TEN-00999")),
    "benefit": ("BENEFIT-REFERENCE", "", _pattern("0099999|HB00999|00999999A|CLM/009999")),
    "social": ("SOCIAL-CARE-REFERENCE", "", _pattern("0099999|SU-00999|P009999")),
    "badge": ("BLUE-BADGE", "", _pattern("K0A9A9|00999A")),
    "ref": (
        "REFERENCE",
        "",
        _pattern("CMP/2025/00999|REF-009999|00/9999/AA|AA009999|FS-00-99999|0009999"),
    ),
    "hospital": ("HOSPITAL-NUMBER", "", _pattern("RX00999|0009999|H009999A|MRN009999")),
    "staff": ("STAFF-NUMBER", "", _pattern("E00999|009999|P00-9999")),
    "collar": ("COLLAR-NUMBER", "", _pattern("9999|999A")),
    "teacher": ("TEACHER-NUMBER", "", _pattern("00/99999|0099999")),
    "professional": ("PROFESSIONAL-NUMBER", "", _pattern("0099999|009999")),
    "service": ("SERVICE-NUMBER", "", _pattern("00999999|P00999A|30009999")),
    "dbs": ("DBS-CERTIFICATE", "", _pattern("000000999999")),
    "customer": ("ACCOUNT-NUMBER", "", _pattern("0009999999|CUS-009999|00-9999-99")),
    "tax": ("TAX-REFERENCE", "", _pattern("CHB00999999 AA|009999999")),
    "pcn": ("PENALTY-CHARGE", "", _pattern("ZZ00999999|ZZ0099999A")),
    "elector": ("ELECTORAL-NUMBER", "", _pattern("ZZ9-999|Z99/9999")),
    "any": ("REFERENCE", "", _pattern("99999|9999|999999")),
    "gro": ("GRO-CERTIFICATE", "", _pattern("ZZAA 009999|ZZAA009999")),
}
