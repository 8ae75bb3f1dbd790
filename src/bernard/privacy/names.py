"""The parts of a person's name, whatever form it stands in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

_TITLES_TEXT = (
    "mr mrs ms miss mx master mister dr doctor prof professor sir dame lord lady baroness baron viscount "
    "viscountess earl countess duke duchess cllr councillor rev revd reverend fr father sister brother canon "
    "bishop archbishop imam sheikh shaikh rabbi pastor judge justice hon capt captain maj major col colonel lt "
    "lieutenant gen general sgt sergeant cpl corporal pte private pc wpc dc ds di dci dcs pcso insp inspector "
    "constable nurse matron aunt auntie uncle nan nana gran granny grandad grandma madam messrs mme mlle m "
    "herr frau senor senora shri smt hajji haji hadji alhaji chief parch athro bonwr mistar pan pani"
)
TITLES = frozenset(_TITLES_TEXT.split())
# After these, one name alone is a given name: Sir Keir, Auntie Pat, Sister Bernadette.
_BEFORE_A_GIVEN_TEXT = (
    "sir dame master sister brother father fr aunt auntie uncle nan nana gran granny grandad grandma imam "
    "sheikh shaikh"
)
_BEFORE_A_GIVEN_NAME = frozenset(_BEFORE_A_GIVEN_TEXT.split())
_PARTICLES_TEXT = (
    "van von der den de del della di da do dos das du la le ter ten zu zur af av bin binti bint ibn ben abu "
    "al el ul ur ap ab ferch verch mac mc ní ni nic uí ui st saint ó o dit y e"
)
PARTICLES = frozenset(_PARTICLES_TEXT.split())
# Also given names, so that they are particles only in small letters or between two names.
_DOUBTFUL = frozenset({"al", "ben", "van", "mac", "st", "do", "da", "la", "o", "e", "y", "el"})
_SUFFIXES_TEXT = (
    "jr sr jnr snr junior senior ii iii iv esq mp msp ms mla mep qc kc obe mbe cbe kbe dbe gbe kcb dcb cb cmg kcmg bem om phd md frs rn "
    "ba bsc ma msc jp"
)
_SUFFIXES = frozenset(_SUFFIXES_TEXT.split())
# No name is longer; what is said to be one may be.
_LONGEST = 300
_FORMER = frozenset({"nee", "formerly", "aka", "alias"})
_WORD = re.compile(r"[^\W\d_](?:[\w]|[.'’`´-](?=[^\W\d_]))*\.?|,")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?-?)(?:[^\W\d_]\.-?)*")
_UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"}
    | {"`": "'", "´": "'", "\u02bc": "'", "\u2018": "'", "\u2010": "-", "\u2011": "-"}
)
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)


@dataclass(frozen=True)
class NameParts:
    """The parts of a name, as they are written.

    Attributes:
        title: `Mr`, `Dr`, `Cllr`; without its point.
        given: given names in order: `("Mary", "Ann")`.
        family: the family name with what belongs to it: `van der Berg`, `O'Neill`, `Smith-Jones`.
        initials: of the given names, as capitals: `MA`; also where only they are written.
        suffix: `Jr`, `OBE`.
        former: an earlier family name: `Jane Smith née Jones`.
        family_first: it was written with the family name first.
    """

    title: str = ""
    given: tuple[str, ...] = ()
    family: str = ""
    initials: str = ""
    suffix: str = ""
    former: str = ""
    family_first: bool = False

    @property
    def all_initials(self) -> str:
        """The initials of the whole name, the family's with it: `MAB`."""
        family = [word for word in self.family.split() if folded(word) not in PARTICLES]
        return self.initials + (family[0][0].upper() if family and self.initials else "")


def folded(name: str) -> str:
    """A name as names are compared: small letters, no accents, plain apostrophes.

    >>> folded("Siân O’Łukasz")
    "sian o'lukasz"
    """
    name = name.casefold()
    if not name.isascii():
        parts = unicodedata.normalize("NFKD", name.translate(_UNDECOMPOSED))
        name = "".join(c for c in parts if not unicodedata.combining(c))
    return name


def bare(name: str) -> str:
    """A name without the possessive or the punctuation at its ends.

    >>> bare("Mr Jones's"), bare("(James’ ")
    ('Mr Jones', 'James')
    """
    return _POSSESSIVE.sub("", name.strip(' \t\r\n,;:!?()[]{}<>"“”*_'))


def parts_of_name(name: str) -> NameParts:
    """The parts of a person's name in any of the ways in which it is written.

    One name alone is a given name, unless a title stands before it that takes a family name.

    >>> parts_of_name("Dr Mary-Ann van der Berg's")
    NameParts(title='Dr', given=('Mary-Ann',), family='van der Berg', initials='M', suffix='', former='', family_first=False)
    >>> parts_of_name("O'NEILL, Sean P.").family, parts_of_name("J.A. Smith").initials
    ("O'NEILL", 'JA')
    """
    words = _WORD.findall(bare(name[:_LONGEST]))
    words, former = _without_former(words)
    titles = 0
    while titles < len(words) and _is_title(words, titles):
        titles += 1
    title = " ".join(word.rstrip(".") for word in words[:titles])
    words, suffix = _without_suffix(_one_person(words[titles:]))
    parts = NameParts(title=title, suffix=suffix, former=former)
    if "," in words:
        cut = words.index(",")
        return _family_first(parts, words[:cut], [w for w in words[cut + 1 :] if w != ","])
    if _shouts_first(words):
        shouted = next(i for i, word in enumerate(words) if not word.isupper())
        return _family_first(parts, words[:shouted], words[shouted:])
    return _given_first(parts, words)


def _is_title(words: list[str], place: int) -> bool:
    word = folded(words[place]).rstrip(".")
    if word not in TITLES or place + 1 == len(words) or words[place + 1] == ",":
        return False
    # "M. Dupont" may be Monsieur or Marie: an initial in either case, so no title.
    return len(word) > 1


def _one_person(words: list[str]) -> list[str]:
    """`and Mrs Patel` without what joins two titles, and `Smith of Kelvin` without the place."""
    while len(words) > 2 and folded(words[0]) in ("and", "a") and folded(words[1]) in TITLES:
        words = words[2:]
    return words[: words.index("of")] if "of" in words[1:] else words


def _without_suffix(words: list[str]) -> tuple[list[str], str]:
    end = len(words)
    while end > 1 and folded(words[end - 1]).rstrip(".") in _SUFFIXES:
        # "Yo-Yo Ma" is a name; "Smith MA" is not: a suffix is in capitals, or has another name before it.
        if end == 2 and not words[1].rstrip(".").isupper() and len(words[1]) < 3:
            break
        end -= 1
    suffix = " ".join(word.rstrip(".") for word in words[end:])
    while end and words[end - 1] == ",":
        end -= 1
    return words[:end], suffix


def _without_former(words: list[str]) -> tuple[list[str], str]:
    for place in range(1, len(words)):
        if folded(words[place]) in _FORMER:
            return words[:place], " ".join(words[place + 1 :])
    return words, ""


def _shouts_first(words: list[str]) -> bool:
    """`SMITH John`: a family name in capitals before a given name that is not."""
    return (
        len(words) > 1
        and len(words[0]) > 2
        and words[0].isupper()
        and not _are_initials(words[0])
        and any(not word.isupper() and len(word) > 2 for word in words[1:])
        and not words[-1].isupper()
    )


def _family_first(parts: NameParts, family: list[str], given: list[str]) -> NameParts:
    if not given:
        return _given_first(parts, family)
    if _is_title(given, 0):
        parts = replace(parts, title=parts.title or given[0].rstrip("."))
        given = given[1:]
    elif len(given) == 1 and folded(given[0]).rstrip(".") in TITLES:
        return replace(parts, title=parts.title or given[0].rstrip("."), family=" ".join(family))
    names, initials = _given_names(given)
    return replace(
        parts, given=names, initials=initials, family=" ".join(family), family_first=True
    )


def _given_first(parts: NameParts, words: list[str]) -> NameParts:
    if not words:
        return parts
    if len(words) == 1:
        takes_given = not parts.title or folded(parts.title).split()[-1] in _BEFORE_A_GIVEN_NAME
        if takes_given:
            names, initials = _given_names(words)
            return replace(parts, given=names, initials=initials)
        return replace(parts, family=words[0])
    if _are_initials(words[-1]) and len(words[0]) > 2 and words[0].istitle():
        # "Smith J", "Smith JA": the initials stand after the family name.
        return _family_first(parts, words[:-1], words[-1:])
    cut = _family_begins(words)
    names, initials = _given_names(words[:cut])
    return replace(parts, given=names, initials=initials, family=" ".join(words[cut:]))


def _family_begins(words: list[str]) -> int:
    for place, word in enumerate(words[:-1]):
        low = word.casefold()
        if low in PARTICLES and (word.islower() or (place and low not in _DOUBTFUL)):
            return place
        if place and low in _DOUBTFUL and len(word) > 1:
            return place
    return len(words) - 1


def _given_names(words: list[str]) -> tuple[tuple[str, ...], str]:
    names = tuple(word for word in words if not _are_initials(word))
    initials = ""
    for word in words:
        letters = [letter for letter in word if letter.isalpha()]
        initials += "".join(letters) if _are_initials(word) else letters[0]
    return names, initials.upper()


def _are_initials(word: str) -> bool:
    """`J`, `J.`, `J.A.`, `JA`, but not `Jo`."""
    if _INITIALS.fullmatch(word) and (len(word) <= 2 or "." in word):
        return word[0].isupper() or "." in word
    return len(word) == 2 and word.isupper() and word not in ("JO", "ED", "AL", "BO", "TY", "MO")
