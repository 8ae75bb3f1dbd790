"""Form letters made from a question's own responses, and copies edited as people edit them.

Everything is drawn from a seed, so the same responses give the same letters.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

AS_SENT = "as sent"
QUOTE = "one sentence quoted"
_TOWNS = ("Aldmere", "Brackwell", "Coldharbour", "Dunmoor", "Eastwick", "Fenbridge", "Great Holm")
_NAMES = ("Ada Quill", "Ben Marrow", "Cara Tollgate", "Dev Larkham", "Elin Frostby", "Finn Oakes")
_SALUTATIONS = ("Dear Sir or Madam,", "To whom it may concern,", "Dear Councillor,", "Hello,")


@dataclass(frozen=True)
class Letter:
    """A form letter: its sentences, and whether it has a salutation and a name."""

    sentences: tuple[str, ...]
    formal: bool

    def written(
        self, sentences: Sequence[str] = (), who: int = 0, salutation: int = 0, town: int = 0
    ) -> str:
        """The letter as one person sends it, with these sentences in place of its own."""
        body = " ".join(sentences or self.sentences)
        if not self.formal:
            return body
        return (
            f"{_SALUTATIONS[salutation % len(_SALUTATIONS)]}\n\nI write as a resident of "
            f"{_TOWNS[town % len(_TOWNS)]}. {body}\n\nYours faithfully,\n{_NAMES[who % len(_NAMES)]}"
        )


@dataclass(frozen=True)
class Sent:
    """A response of the test: its text, its campaign (empty where it is in none) and how it was edited."""

    text: str
    campaign: str
    edit: str


class Chatter:
    """New text in other people's words: each word follows one that it follows somewhere in their responses."""

    def __init__(self, responses: Sequence[str]) -> None:
        """Learn which word follows which."""
        self._after: dict[str, list[str]] = {}
        for text in responses:
            for word, following in pairwise(["", *text.split(), ""]):
                self._after.setdefault(word, []).append(following)
        self.words = sorted(word for word in self._after if word)

    def text(self, chance: random.Random, words: int) -> str:
        """So many words."""
        said: list[str] = []
        word = ""
        while len(said) < words:
            word = chance.choice(self._after[word])
            said += [word] if word else []
        return sentence(" ".join(said))


Edit = Callable[[Letter, random.Random, Chatter], str]


def sentence(text: str) -> str:
    """A response as a sentence of a letter."""
    said = " ".join(text.split())
    return said[:1].upper() + said[1:] + ("" if said[-1:] in ".!?" else ".")


def _case(letter: Letter, chance: random.Random, chatter: Chatter) -> str:
    text = letter.written()
    text = chance.choice((text.upper, text.lower, text.title))()
    return "  ".join(text.split(" ")).replace(".", " .")


def _names(letter: Letter, chance: random.Random, chatter: Chatter) -> str:
    who, salutation, town = (chance.randrange(1, 60) for _ in range(3))
    return letter.written(who=who, salutation=salutation, town=town)


def _swapped(share: float) -> Edit:
    """So great a share of the words replaced by words that other responses use."""

    def edit(letter: Letter, chance: random.Random, chatter: Chatter) -> str:
        words = letter.written().split(" ")
        for place in chance.sample(range(len(words)), max(1, round(share * len(words)))):
            words[place] = chance.choice(chatter.words)
        return " ".join(words)

    return edit


def _typos(letter: Letter, chance: random.Random, chatter: Chatter) -> str:
    words = letter.written().split(" ")
    for place in chance.sample(range(len(words)), max(1, len(words) // 12)):
        at = chance.randrange(max(len(words[place]) - 1, 1))
        word = words[place]
        words[place] = word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
    return " ".join(words)


def _dropped(letter: Letter, chance: random.Random, chatter: Chatter) -> str:
    left = list(letter.sentences)
    if len(left) > 1:
        left.pop(chance.randrange(len(left)))
    return letter.written(left)


def _added(letter: Letter, chance: random.Random, chatter: Chatter) -> str:
    more = list(letter.sentences)
    more.insert(chance.randrange(len(more) + 1), chatter.text(chance, 15))
    return letter.written(more)


def _reordered(letter: Letter, chance: random.Random, chatter: Chatter) -> str:
    return letter.written(chance.sample(letter.sentences, len(letter.sentences)))


def _before(letter: Letter, chance: random.Random, chatter: Chatter) -> str:
    return f"{chatter.text(chance, _length(letter) // 2)}\n\n{letter.written()}"


def _after(letter: Letter, chance: random.Random, chatter: Chatter) -> str:
    return f"{letter.written()}\n\n{chatter.text(chance, _length(letter) // 2)}"


def _long(letter: Letter, chance: random.Random, chatter: Chatter) -> str:
    return f"{letter.written()}\n\n{chatter.text(chance, 2 * _length(letter))}"


def _quoted(letter: Letter, chance: random.Random, chatter: Chatter) -> str:
    about = _length(letter) // 2
    before, after = (chatter.text(chance, about) for _ in range(2))
    return f'{before} "{letter.written()}" {after}'


def _several(letter: Letter, chance: random.Random, chatter: Chatter) -> str:
    named = Letter((_names(letter, chance, chatter),), formal=False)
    swapped = Letter((_swapped(0.06)(named, chance, chatter),), formal=False)
    return _after(swapped, chance, chatter)


def _length(letter: Letter) -> int:
    return len(letter.written().split())


LIGHT: dict[str, Edit] = {
    AS_SENT: lambda letter, chance, chatter: letter.written(),
    "case and spaces": _case,
    "salutation and names": _names,
    "1 word in 16 swapped": _swapped(1 / 16),
    "1 word in 12 mistyped": _typos,
    "a sentence left out": _dropped,
    "a sentence added": _added,
    "sentences reordered": _reordered,
    "a paragraph before": _before,
    "a paragraph after": _after,
}
HEAVY: dict[str, Edit] = {
    "1 word in 6 swapped": _swapped(1 / 6),
    "a paragraph twice as long": _long,
    "quoted within": _quoted,
    "names, words and a paragraph": _several,
}


def campaigns(responses: Sequence[str], seed: int = 1) -> list[Sent]:
    """The responses with form letters hidden among them, made from one in four of them.

    Each letter is sent by 6 to 24 people, as it is or edited; for each of several sentences somebody quotes one of
    them in a text of their own, which is not part of the campaign. What letters are made of is not among the other
    responses.
    """
    chance = random.Random(seed)  # noqa: S311 - examples, no secrets
    usable = [text for text in responses if len(text.split()) >= 8]
    chance.shuffle(usable)
    material = usable[: len(usable) // 4]
    used, chatter = set(material), Chatter(usable)
    sent = [Sent(text, "", "") for text in responses if text not in used]
    for number, letter in enumerate(_letters(material, chance)):
        sent += _copies(f"letter {number + 1}", letter, chance, chatter)
    chance.shuffle(sent)
    return sent


def _letters(material: Sequence[str], chance: random.Random) -> list[Letter]:
    """Letters of three to six sentences, a salutation and a name; one in four is a text of at least 20 words alone."""
    letters: list[Letter] = []
    left = [sentence(text) for text in material]
    while len(left) >= 3:
        count = 1 if len(letters) % 4 == 3 else chance.randint(3, 6)
        taken, left = left[:count], left[count:]
        if count > 1 or len(taken[0].split()) >= 20:
            letters.append(Letter(tuple(taken), formal=count > 1))
    return letters


def _copies(name: str, letter: Letter, chance: random.Random, chatter: Chatter) -> list[Sent]:
    edits = list((LIGHT | HEAVY).items())
    several = [edit for edit in edits if len(letter.sentences) > 1 or "sentence" not in edit[0]]
    size = chance.randint(6, 24)
    copies = [Sent(letter.written(), name, AS_SENT)]
    for kind, edit in chance.choices(several, k=size - 1):
        copies.append(Sent(edit(letter, chance, chatter), name, kind))
    if len(letter.sentences) > 1:
        own = [chatter.text(chance, _length(letter) // 2) for _ in range(2)]
        quoted = f"{own[0]} {chance.choice(letter.sentences)} {own[1]}"
        copies.append(Sent(quoted, "", QUOTE))
    return copies
