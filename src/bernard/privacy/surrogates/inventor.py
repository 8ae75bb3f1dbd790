"""What is invented for one call or case: for each name a name, for each value a value."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

from bernard.privacy.names import folded
from bernard.privacy.originals import Originals
from bernard.privacy.people import Mention, Person, local_key
from bernard.privacy.policy import Relation
from bernard.privacy.state import KeptWord
from bernard.privacy.surrogates import values
from bernard.privacy.surrogates.dates import Written, band, moved, other_ways, read_date
from bernard.privacy.surrogates.names import group_of, groups, invented_name
from bernard.privacy.wording import recased, titled

_WORD = re.compile(r"[^\W\d_](?:\w|[.'’`´-](?=[^\W\d_]))*\.?")
_TOKEN = re.compile(r"[^\W_]+")
_FORMER = frozenset({"nee", "formerly", "aka", "alias"})
_PLACES = 1_000_000
_LEAST_SHIFT, _SHIFTS = 200, 1_200
_FIRST_YEAR, _YEARS = 1945, 60
_DAYS = 36_500
# There are invented names for about as many letters.
_MOST_LETTERS = 16


class Inventor:
    """Invents, and remembers what it invented. Nothing that it gives out stands in a text seen."""

    __slots__ = (
        "_counts",
        "_dates",
        "_keep",
        "_letters",
        "_made",
        "_originals",
        "_real",
        "_seed",
        "_texts",
        "_today",
    )

    def __init__(self, seed: bytes, keep: Iterable[Relation], originals: Originals) -> None:
        """Start with nothing invented.

        Args:
            seed: a secret; with one, what is invented for a value comes from the value. Without one it
                comes from the order, so that nobody can work back from it.
            keep: relations that outlast the change.
            originals: where what is invented is entered, to be found again in replies.
        """
        self._seed = seed
        self._keep = frozenset(keep)
        self._originals = originals
        self._made: dict[tuple[str, str], KeptWord] = {}
        self._real: set[str] = set()
        self._texts: set[str] = set()
        self._counts: dict[str, int] = {}
        # Which initial each initial of an invented given name stands for.
        self._letters: dict[str, str] = {}
        self._dates: dict[datetime.date, datetime.date] = {}
        self._today = datetime.date.today()

    @property
    def words(self) -> tuple[KeptWord, ...]:
        """The names invented, and for which."""
        return tuple(self._made.values())

    def take_up(self, words: Iterable[KeptWord], taken: Iterable[str]) -> None:
        """Names from a state, and those that must not be given out again."""
        self._texts.update(word.lower() for word in taken)
        for word in words:
            self._made.setdefault((word.owner, folded(word.original)), word)
            self._originals.invented().add_word(word.invented, word.original)
            self._real.add(folded(word.original))
            if word.role != "family":
                self._letters.setdefault(word.invented[0], folded(word.original)[0])

    def see(self, text: str) -> None:
        """Note the words of a text, none of which may be given out."""
        self._texts.update(_TOKEN.findall(text.lower()))

    def clashes(self, text: str) -> list[tuple[int, int]]:
        """Where a text holds what was invented for something else."""
        wording = self._originals.wording
        if wording is None:
            return []
        found, _ = wording.swaps(text, 0, json=False, final=True)
        return [(start, end) for start, end, _ in found]

    def name(self, person: Person, mention: Mention) -> str:
        """A name in the form of the mention; empty where it has a form that cannot be kept."""
        written, parts = mention.written, mention.parts
        if any(sign.isdigit() for sign in written):
            return ""
        at = written.find(parts.family) if parts.family else -1
        if parts.family and at < 0:
            return ""
        end = at + len(parts.family)
        kept = {folded(word) for word in parts.suffix.split()} | _FORMER
        pieces: list[str] = []
        last, initial = 0, 0
        for word in _WORD.finditer(written):
            start, stop = word.span()
            if start < last:
                continue
            if start == at:
                new, stop = self._family(person, parts.family), end
            elif folded(word.group()).rstrip(".") in kept:
                new = word.group()
            elif _is_initials(word.group(), parts.given):
                new = self._initials(person, word.group(), initial, alone=not parts.family)
                initial += 1
            elif person.form(mention) in ("FAMILY", "NAME"):
                # What stands alone may turn out to be a given name, with an initial.
                new = self._family(person, word.group(), alone=True)
            else:
                new = self._given(person, word.group())
                initial += 1
            pieces += (written[last:start], new)
            last = stop
        new = "".join((*pieces, written[last:]))
        return new if self._enter_short(person, mention, new) else ""

    def literal(self, word: str) -> str:
        """A name in place of a word that a text holds and that was invented already."""
        return self._word("", word, "family", group_of(folded(word)), "")

    def address(self, person: Person | None, value: str) -> str:
        """An email address at example.org, or a user's name, of the invented person."""
        local, at, _ = value.partition("@") if not value.startswith("@") else ("", "", "")
        figures = "".join(sign for sign in local or value if sign.isdigit())
        rng = self._random("EMAIL", value.casefold())
        sign = "@" if value.startswith("@") else ""
        ending = "@example.org" if at else ""
        for _ in range(_PLACES):
            names = self._local(person, local or value, rng)
            new = f"{sign}{names}{figures and rng.randrange(10, 100)}{ending}"
            if self._is_free(new):
                self._originals.invented().add_phrase(new, value)
                return new
            person = None
        raise AssertionError("addresses are without end")

    def value(self, kind: str, value: str, same: str, nested: Callable[[str, str], str]) -> str:
        """A value of the same form; empty where a mark is better.

        Args:
            nested: the stand-in of a part: of this kind, for this value.
        """
        rng = self._random(kind, same)
        if kind == "DATE-OF-BIRTH":
            return self._date(value, rng)
        if kind == "ADDRESS":
            return self._address(value, nested)
        if kind == "ADDRESS-LINE":
            lines = (
                values.other_line(
                    value, not self._counts.get("lines"), rng, lambda p: nested("POSTCODE", p)
                )
                for _ in range(100)
            )
            return self._first_free(lines, value)
        new = self._first_free(
            values.candidates(kind, value, rng, keep_area="postcode-area" in self._keep), value
        )
        if new:
            self.enter_ways(kind, new, value)
        return new

    def enter_ways(self, kind: str, new: str, value: str) -> None:
        """Enter other ways in which a model may write what was invented."""
        wording = self._originals.invented()
        for way in values.other_ways(kind, new):
            wording.add_phrase(way, value)
        if kind == "DATE-OF-BIRTH":
            ours, theirs = read_date(new, self._today), read_date(value, self._today)
            if ours and theirs:
                self._dates[theirs.date] = ours.date
                for way, was in zip(other_ways(ours.date), other_ways(theirs.date), strict=True):
                    wording.add_phrase(way, was)

    def _family(self, person: Person, written: str, *, alone: bool = False) -> str:
        shared = "family" in self._keep or person.shared
        group = group_of(folded(written), person.family, *person.given)
        role = "alone" if alone else "family"
        return self._word("" if shared else person.core, written, role, group, "")

    def _given(self, person: Person, written: str) -> str:
        group = group_of(folded(written), person.family)
        return self._word("", written, "given", group, person.gender)

    def _initials(self, person: Person, written: str, place: int, *, alone: bool) -> str:
        """The initials of the invented names: the last letter is of the family where it stands alone."""
        letters = [sign for sign in written if sign.isalpha()]
        new = iter(
            self._initial(person, letter, place + step, last=alone and 0 < step == len(letters) - 1)
            for step, letter in enumerate(letters)
        )
        return "".join(next(new) if sign.isalpha() else sign for sign in written)

    def _initial(self, person: Person, letter: str, place: int, *, last: bool) -> str:
        if last and person.family:
            made = self._made.get(("", person.family)) or self._made.get(
                (person.core, person.family)
            )
            new = (
                made.invented if made else self._family(person, _as_written(person, person.family))
            )
        elif place < len(person.given):
            new = self._given(person, _as_written(person, person.given[place]))
        else:
            # Whose given name is not known has one invented for the letter.
            key, group = f"{letter.casefold()}.", group_of(person.family)
            new = self._word(person.core, key, "given", group, person.gender)
        return new[0].upper() if letter.isupper() else new[0].lower()

    def _word(self, owner: str, written: str, role: str, group: str, gender: str) -> str:
        """The name invented for a name, in its capitals."""
        same = folded(written)
        made = self._made.get((owner, same))
        plain = _plain(written)
        if made is None:
            place = self._place(role, f"{owner}\0{same}")
            if not gender and role == "given":
                gender = _gender_of(same)
            letter = same[0] if role != "family" else ""
            new = self._new_name(role, group, gender, place, letter)
            made = KeptWord(new, plain, owner, role)
        elif made.original == titled(made.original) and made.original.lower() == plain.lower():
            # The first way met may have been in capitals only, which does not tell McCoy from Mccoy.
            made = KeptWord(made.invented, plain, owner, role)
        self._made[owner, same] = made
        self._real.add(same)
        if same[-1:] != ".":
            self._originals.invented().add_word(made.invented, made.original)
        return recased(made.invented, made.original, written)

    def _new_name(self, role: str, group: str, gender: str, place: int, letter: str) -> str:
        """A name that is free; one whose initial stands for no other initial, if there is any."""

        def tells(name: str) -> bool:
            return self._is_free_word(name) and self._letters.get(name[0], letter) == letter

        free = tells if letter and len(self._letters) < _MOST_LETTERS else self._is_free_word
        name = invented_name(role, group, gender, place, free)
        if letter:
            self._letters.setdefault(name[0], letter)
        return name

    def _enter_short(self, person: Person, mention: Mention, new: str) -> bool:
        """Enter the forms with initials, of which the words alone would not say whose they are.

        Returns:
            Whether the mention can be told from every other.
        """
        wording = self._originals.invented()
        parts, form = mention.parts, person.form(mention)
        if form == "INITIALS":
            known = wording.original_of(new)
            if known not in (None, mention.written) or (
                known is None and new.lower() in self._texts
            ):
                return False
            wording.add_phrase(new, mention.written)
        if form == "SHORT" and parts.family_first:
            wording.add_phrase(new, mention.written)
        elif form == "SHORT":
            family = self._family(person, parts.family)
            return wording.add_initial(new[0], family, parts.initials[0], met=True)
        if form == "FULL":
            given, family = _plain(parts.given[0]), self._family(person, _plain(parts.family))
            wording.add_initial(self._given(person, given)[0], family, given[0].upper(), met=False)
        return True

    def _local(self, person: Person | None, local: str, rng: random.Random) -> str:
        if person and person.given and person.family:
            given = self._given(person, _as_written(person, person.given[0]))
            family = self._family(person, _as_written(person, person.family))
            if local_key(local).startswith(person.given[0]):
                return f"{given}.{family}".lower()
            return f"{given[0]}.{family}".lower()
        given = invented_name("given", "english", "", rng.randrange(_PLACES), self._is_free_word)
        family = invented_name("family", "english", "", rng.randrange(_PLACES), self._is_free_word)
        return f"{given}.{family}".lower()

    def _date(self, value: str, rng: random.Random) -> str:
        """A date of birth moved as every other is, in the form of this one."""
        written = read_date(value, self._today)
        if written is None:
            return ""
        new = self._dates.get(written.date)
        if new is None:
            keep_band = "age-band" in self._keep
            if self._seed:
                new = moved(written.date, self._shift(), self._today, keep_band=keep_band)
            else:
                new = self._any_date(written, rng, keep_band=keep_band)
            if any(not self._is_free(way) for way in other_ways(new)):
                return ""
        text = written.as_written(new)
        self._originals.invented().add_phrase(text, value)
        self.enter_ways("DATE-OF-BIRTH", text, value)
        return text

    def _shift(self) -> int:
        """By how many days every date moves."""
        digest = blake2b(b"shift of dates", key=self._seed, digest_size=4).digest()
        number = int.from_bytes(digest)
        return (_LEAST_SHIFT + number % _SHIFTS) * (1 if number & 1 << 31 else -1)

    def _any_date(self, written: Written, rng: random.Random, *, keep_band: bool) -> datetime.date:
        """Any day, where no secret makes a shift one that nobody can undo."""
        start = datetime.date(_FIRST_YEAR, 1, 1)
        new = start + datetime.timedelta(days=rng.randrange(365 * _YEARS))
        if not keep_band:
            return new
        days = [self._today - datetime.timedelta(days=rng.randrange(_DAYS)) for _ in range(400)]
        mine = band(written.date, self._today)
        return next((day for day in days if band(day, self._today) == mine), written.date)

    def _address(self, value: str, nested: Callable[[str, str], str]) -> str:
        pieces = values.address_lines(value)
        self._counts["lines"] = 0
        for place in range(0, len(pieces), 2):
            line = pieces[place]
            if line.strip():
                kind = "POSTCODE" if values.is_postcode(line) else "ADDRESS-LINE"
                pieces[place] = nested(kind, line)
                self._counts["lines"] += 1
            if pieces[place][:1] == "⟦":
                return ""
        new = "".join(pieces)
        self._originals.invented().add_phrase(new, value)
        return new

    def _first_free(self, candidates: Iterable[str], value: str) -> str:
        for new in candidates:
            if new != value and self._is_free(new):
                self._originals.invented().add_phrase(new, value)
                return new
        return ""

    def _is_free(self, text: str) -> bool:
        """Neither invented before nor in a text, as a whole or with its parts joined."""
        wording = self._originals.wording
        if wording is not None and wording.holds(text):
            return False
        tokens: Sequence[str] = _TOKEN.findall(text.lower())
        if "".join(tokens) in self._texts:
            return False
        return not all(token in self._texts for token in tokens)

    def _is_free_word(self, name: str) -> bool:
        low = name.lower()
        wording = self._originals.wording
        return (
            low not in self._texts
            and low not in self._real
            and (wording is None or not wording.holds(name))
        )

    def _place(self, role: str, same: str) -> int:
        """Where in a list to begin."""
        if self._seed:
            digest = blake2b(f"{role}\0{same}".encode(), key=self._seed, digest_size=8).digest()
            return int.from_bytes(digest) % _PLACES
        self._counts[role] = self._counts.get(role, -1) + 1
        return self._counts[role]

    def _random(self, kind: str, same: str) -> random.Random:
        """What is drawn for a value: by the value and the secret, or by the order."""
        return random.Random(self._place(kind, same))  # noqa: S311


def _is_initials(word: str, given: tuple[str, ...]) -> bool:
    letters = word.rstrip(".")
    if word in given:
        return False
    return len(letters) == 1 or (word[0].isupper() and (len(letters) == 2 or "." in letters))


def _one_case(name: str) -> bool:
    return len(name) > 1 and (name.isupper() or name.islower())


def _plain(name: str) -> str:
    """A name as it is written where nothing is stressed."""
    return titled(name) if _one_case(name) else name


def _as_written(person: Person, name: str) -> str:
    """A part of a person's name as it was written, from how names are compared."""
    return next((one for one in person.written_parts if folded(one) == name), titled(name))


def _gender_of(name: str) -> str:
    for lists in groups().values():
        if name.capitalize() in lists.female.split():
            return "f"
        if name.capitalize() in lists.male.split():
            return "m"
    return ""
