"""Police National Computer and Criminal Records Office numbers."""

from __future__ import annotations

import re

_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
_PNC = re.compile(r"(\d{2,4})/?(\d{1,7})([A-Z])", re.IGNORECASE)
_CRO = re.compile(r"(?:SF(\d\d)/(\d{1,6})|(\d{1,6})/(\d\d))([A-Z])", re.IGNORECASE)


def police_national_computer(text: str) -> bool:
    """A PNC ID: two digits of the year and seven of the serial, modulus 23.

    Source: Ministry of Justice, hmpps-person-record, PNCIdentifier.

    >>> police_national_computer("2002/0073319Z"), police_national_computer("2002/0073319A")
    (True, False)
    """
    match = _PNC.fullmatch(text)
    if not match:
        return False
    year, serial, letter = match.groups()
    return _LETTERS[int(year[-2:] + serial.zfill(7)) % 23] == letter.upper()


def criminal_records_office(text: str) -> bool:
    """A CRO number: two digits of the year and six of the serial, modulus 23.

    Source: Ministry of Justice, hmpps-person-record, CROIdentifier.

    >>> criminal_records_office("097501/98T"), criminal_records_office("097501/98U")
    (True, False)
    """
    match = _CRO.fullmatch(text)
    if not match:
        return False
    file_year, file_serial, serial, year, letter = match.groups()
    number = file_year + file_serial if file_year else year + serial.zfill(6)
    return _LETTERS[int(number) % 23] == letter.upper()
