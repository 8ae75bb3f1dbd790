"""Times, sizes and counts in the words a reader would use."""

from __future__ import annotations

from datetime import datetime


def when(seconds: float) -> str:
    """A time as in `21 November 2026 at 9:05pm`, in this machine's time zone."""
    at = datetime.fromtimestamp(seconds).astimezone()
    half = "am" if at.hour < 12 else "pm"
    return f"{at.day} {at:%B %Y} at {at.hour % 12 or 12}:{at:%M}{half}"


def size(count: float) -> str:
    """Bytes as in `4 KB`; a thousand bytes to the kilobyte, as file managers count."""
    if count < 1000:
        return f"{count:.0f} bytes"
    units = iter(("KB", "MB", "GB", "TB"))
    unit = next(units)
    count /= 1000
    while count >= 999.5:
        unit, count = next(units, unit), count / 1000
    return f"{count:.1f} {unit}" if count < 9.95 and unit != "KB" else f"{count:.0f} {unit}"


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: `1 file`, `2 files`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def clip(text: str, length: int) -> str:
    """The text on one line, cut at a word where it is longer."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    at = cut.rfind(" ")
    return (cut[:at] if at > length // 2 else cut).rstrip(" ,;:.") + "…"


_SPELT = {
    "bic": "BIC",
    "chi": "CHI",
    "cro": "CRO",
    "crn": "CRN",
    "dbs": "DBS",
    "gro": "GRO",
    "hc": "H&C",
    "iban": "IBAN",
    "id": "ID",
    "imei": "IMEI",
    "insurance": "Insurance",
    "ip": "IP",
    "mac": "MAC",
    "national": "National",
    "nhs": "NHS",
    "paye": "PAYE",
    "pnc": "PNC",
    "ssn": "SSN",
    "uprn": "UPRN",
    "url": "web address",
    "us": "US",
    "utr": "UTR",
    "vat": "VAT",
}


def kind(name: str) -> str:
    """A kind of personal data as one writes it.

    >>> kind("NHS-NUMBER"), kind("DATE-OF-BIRTH")
    ('NHS number', 'Date of birth')
    """
    spelt = " ".join(_SPELT.get(word, word) for word in name.lower().split("-"))
    return spelt[:1].upper() + spelt[1:]
