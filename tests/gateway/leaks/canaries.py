"""One valid value of every kind of personal data, each with the words that stand beside it in a text."""

from __future__ import annotations

import random
import re
from typing import NamedTuple

from bernard.privacy.surrogates.identifiers import IDENTIFIERS

# What nobody would find by itself is looked for with the word before it.
_SHORTEST = 7
_NOT_ALNUM = re.compile(r"[\W_]+")


class Canary(NamedTuple):
    """A value that must not leave, in a text.

    Attributes:
        kind: of personal data, as the recognisers name it.
        before, after: the words around it.
        value: what must not leave.
    """

    kind: str
    before: str
    value: str
    after: str = ""

    @property
    def text(self) -> str:
        """The whole text."""
        return self.before + self.value + self.after

    @property
    def trace(self) -> str:
        """What is looked for: letters and figures only, in small letters."""
        if len(bare(self.value)) >= _SHORTEST:
            return bare(self.value)
        return bare(self.before)[-12:] + bare(self.value)

    @property
    def pieces(self) -> tuple[str, ...]:
        """The trace, and its first and last two thirds where those are long enough to tell."""
        trace = self.trace
        part = 2 * len(trace) // 3
        if len(bare(self.value)) < 10:
            return (trace,)
        return (trace, trace[:part], trace[-part:])


def bare(text: str) -> str:
    """A text as traces are looked for in it."""
    return _NOT_ALNUM.sub("", text).casefold()


# What stands before the identifiers of the corpus (`privacy/surrogates/identifiers.py`).
_BESIDE = {
    "nhs": "NHS number: ",
    "chi": "CHI number ",
    "hc": "H&C number: ",
    "nino": "National Insurance number: ",
    "utr": "UTR: ",
    "passport": "passport number ",
    "licence": "driving licence number ",
    "brp": "BRP ",
    "ho": "Home Office reference ",
    "uan": "UAN ",
    "gwf": "visa application ",
    "share": "share code ",
    "pnc": "PNC ",
    "cro": "CRO ",
    "prison": "prison number ",
    "crn": "CRN ",
    "case": "claim number ",
    "crime": "Crime reference number: ",
    "vrm": "vehicle registration ",
    "sort": "sort code ",
    "account": "account number: ",
    "iban": "IBAN ",
    "card": "card number ",
    "uprn": "UPRN: ",
    "upn": "UPN ",
    "uln": "ULN ",
    "ip": "from the address ",
    "mac": "MAC ",
    "password": "password: ",
    "secret": "api key: ",
    "ctax": "Council tax account number ",
    "housing": "Tenancy reference: ",
    "benefit": "Housing Benefit claim ref ",
    "social": "Mosaic ID ",
    "badge": "Blue Badge number ",
    "ref": "Our ref: ",
    "hospital": "Hospital number: ",
    "staff": "staff number ",
    "collar": "collar number ",
    "teacher": "Teacher reference number ",
    "professional": "GMC number ",
    "service": "Service number ",
    "dbs": "DBS certificate ",
    "customer": "account number ",
    "tax": "Child Benefit number ",
    "pcn": "PCN ",
    "elector": "Elector number ",
    "gro": "Birth certificate number ",
}
_WRITTEN = (
    Canary("EMAIL", "write to ", "wilhelmina.okonkwo@example.org", " soon"),
    Canary("EMAIL", "write to ", "pat.nkemelu (at) example (dot) org", " soon"),
    Canary("TELEPHONE", "ring ", "07700 900461"),
    Canary("TELEPHONE", "ring ", "+44 20 7946 0958"),
    Canary("SPOKEN-NUMBER", "my number is ", "oh seven seven double oh nine oh oh four six one"),
    Canary("DATE-OF-BIRTH", "date of birth ", "17 March 1962"),
    Canary("AGE", "the claimant is aged ", "97"),
    Canary("PASSPORT-ZONE", "", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
    Canary("VISA", "Visa number ", "099418273"),
    Canary("US-SSN", "SSN ", "123-45-6789"),
    Canary("US-TAXPAYER-NUMBER", "ITIN ", "912-71-1234"),
    Canary("ZIP-CODE", "ZIP code ", "62704-1234"),
    Canary("FOREIGN-IDENTITY-NUMBER", "PPS number ", "1234567TW"),
    Canary("BANK-ACCOUNT", "pay ", "00-34-56 00345678"),
    Canary("BIC", "BIC: ", "WESTGB22"),
    Canary("CARD-EXPIRY", "card expiry ", "04/39"),
    Canary("CARD-CODE", "and the card security code is ", "739"),
    Canary("CRYPTO-ADDRESS", "pay ", "0x52908400098527886E0F7030069857D2E4169EE7"),
    Canary("IMEI", "IMEI of the handset ", "49-015420-323751-8"),
    Canary("URL", "see ", "https://www.facebook.com/wilhelmina.okonkwo.9"),
    Canary("HANDLE", "thanks ", "@wilma_okonkwo"),
    Canary("USER-NAME", "username: ", "wokonkwo72"),
    Canary("COOKIE", "JSESSIONID=", "8A3F9C1B2D4E5F60718293A4B5C6D7E8"),
    Canary("POSTCODE", "the postcode is ", "SW1A 9ZZ"),
    Canary("ADDRESS", "She lives at ", "914 Zebedee Crescent, Leeds LS99 9ZZ"),
    Canary("EIRCODE", "Eircode ", "D02 X285"),
    Canary("COORDINATES", "seen at ", "51.503412, -0.127698"),
    Canary(
        "PRIVATE-KEY",
        "",
        "-----BEGIN PRIVATE KEY-----\nMIIBVQIBADANBgkqhkiG9w0B\n-----END PRIVATE KEY-----",
    ),
    Canary("SECURITY-ANSWER", "Mother's maiden name: ", "Pritchardson"),
    Canary("TEMPORARY-REFERENCE-NUMBER", "temporary reference number ", "11 A1 11 11"),
    Canary("VAT-NUMBER", "a sole trader, VAT ", "GB 980 7806 84"),
    Canary("COMPANY-NUMBER", "sole director of company ", "09123456"),
    Canary("PAYE-REFERENCE", "PAYE reference ", "123/AB45678"),
    Canary("CHASSIS-NUMBER", "VIN ", "WVWZZZ1JZXW000001"),
    Canary("LOGBOOK-REFERENCE", "V5C document reference ", "12345678901"),
    Canary("TEMPORARY-REFERENCE-NUMBER", "TRN ", "11 A1 11 22"),
)
NAMES = (
    Canary("PERSON", "Please write to Mrs ", "Wilhelmina Okonkwo-Pritchard", " about it."),
    Canary("PERSON", "The social worker is ", "Siân Llewelyn-Davies", ", as before."),
    Canary("PERSON", "My neighbour, ", "Mohammed Abdul Rahman", ", rang us yesterday."),
)


def canaries(seed: int = 4) -> list[Canary]:
    """One of every kind that rules find; the same for the same seed."""
    rng = random.Random(seed)
    made = [
        Canary(kind, _BESIDE[slot], invent(rng))
        for slot, (kind, _, invent) in IDENTIFIERS.items()
        if slot in _BESIDE
    ]
    return [*made, *_WRITTEN]
