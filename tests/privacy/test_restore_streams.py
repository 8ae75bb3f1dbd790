"""Streams: every way to cut a reply gives what the whole gives, and little is held back."""

import json

import pytest

from bernard.privacy import Guided, Policy, Pseudonyms, StructuredDetector

PEOPLE = dict.fromkeys(("Amara Okafor", "A. Okafor", "Chidi Okafor", "Siân Ó Briain"), "PERSON")
DETECTOR = Guided(StructuredDetector(), Policy(deny=PEOPLE))
TEXT = (
    "Mrs Amara Okafor (A. Okafor) and Chidi Okafor of 12 High Street, Leeds LS1 4AB; jo@example.org"
)
LONGEST_HELD = 240


def opened(style):
    pseudonyms = Pseudonyms(DETECTOR, policy=Policy(style=style))
    return pseudonyms, pseudonyms.mask(TEXT)


REPLIES = {
    "placeholder": [
        "⟦PERSON-1⟧'s ⟦PERSON-1-SHORT⟧ PERSON-2 said",
        "[PERSON-1](x) [[PERSON-2]] \\[PERSON\\_1\\]",
        "⟦ PERSON-1-Family ⟧s, ⟦PERSON-1's⟧ PERSON-1-GIVEN-",
        "⟦PERSON-1, PERSON-2⟧ ⟦PERSON-9⟧ ⟦PERSON-1",
        "X-PERSON-1 PERSON-12 PERSON-1x person-1 EMAIL-1",
        "&lt;EMAIL-1&gt; <EMAIL-1> &lobrk;EMAIL-1&robrk;",
        "%E2%9F%A6EMAIL-1%E2%9F%A7 \\u27e6EMAIL-1\\u27e7 ⟦EM",
        "⟦PERSON-1-SURNAME⟧ ⟦PERSON-1-NICK⟧ ⟦ADDRESS_1⟧.",
        "⟦PERSON-1-CAPS⟧ PERSON-1-FAMILY-CAPS-B ⟦PERSON-1-B⟧",
        "［ＰＥＲＳＯＮ－１］ 【EMAIL-1】 ⟦**EMAIL-1**⟧",
    ],
    "natural": [
        "Dear Ms {family}, {family}s and {FULL}'s",
        "{given} ({short}) {given}.{family} or {given}@example.com",
        "**{full}**, _{family}_ and {given}x x{given} {given}9",
        "{street} {email}. {email}x",
        "{family}, {given}\n{short}\n{letter}. Smith, {letter}",
    ],
}


def replies():
    for style, texts in REPLIES.items():
        for text in texts:
            yield pytest.param(style, text, id=text)


def filled(pseudonyms, text):
    full = pseudonyms.mask("Amara Okafor")
    given, family = full.split()
    parts = {
        "full": full,
        "FULL": full.upper(),
        "given": given,
        "family": family,
        "short": pseudonyms.mask("A. Okafor"),
        "letter": given[0],
        "street": pseudonyms.mask("12 High Street, Leeds LS1 4AB"),
        "email": pseudonyms.mask("jo@example.org"),
    }
    return text.format(**parts)


def streamed(pseudonyms, pieces):
    restorer = pseudonyms.restorer()
    shown = []
    for piece in pieces:
        shown.append(restorer.feed(piece))
        assert len(restorer._held) <= LONGEST_HELD
    return "".join(shown) + restorer.finish()


@pytest.mark.parametrize(("style", "reply"), list(replies()))
def test_every_cut_gives_what_the_whole_gives(style, reply):
    pseudonyms, _ = opened(style)
    said = reply if style == "placeholder" else filled(pseudonyms, reply)
    whole = pseudonyms.restore(said)
    for size in (1, 2, 3):
        cut = [said[at : at + size] for at in range(0, len(said), size)]
        assert streamed(pseudonyms, cut) == whole
    for first in range(len(said)):
        for last in range(first, min(first + 30, len(said))):
            assert streamed(pseudonyms, [said[:first], said[first:last], said[last:]]) == whole


@pytest.mark.parametrize("style", ["placeholder", "natural"])
def test_every_cut_of_json_gives_what_the_whole_gives(style):
    pseudonyms, masked = opened(style)
    told = {"to": f"\n{masked}", "all": [f'"{masked}"', "\u2019" + masked]}
    for ascii_only in (True, False):
        said = json.dumps(told, ensure_ascii=ascii_only)
        whole = pseudonyms.restore(said, json=True)
        assert json.loads(whole) == {
            "to": f"\n{TEXT}",
            "all": [f'"{TEXT}"', f"\u2019{TEXT}"],
        }
        for size in (1, 2, 3, 5, 7):
            cut = [said[at : at + size] for at in range(0, len(said), size)]
            restorer = pseudonyms.restorer(json=True)
            assert "".join(map(restorer.feed, cut)) + restorer.finish() == whole


def test_what_a_model_makes_of_marks():
    pseudonyms, _ = opened("placeholder")
    said = {
        "⟦PERSON-1-FAMILY⟧ ⟦PERSON-1-SURNAME⟧s": "Okafor Okafors",
        "PERSON-1-GIVEN's": "Amara's",
        "⟦PERSON-1's⟧ bag": "Amara Okafor's bag",
        "⟦PERSON-1-FAMILY-CAPS⟧": "OKAFOR",
        "⟦PERSON-2-INITIALS⟧": "C.O.",
        "⟦PERSON-1, PERSON-2⟧": "Amara Okafor, Chidi Okafor",
        "<PERSON-1> &lt;PERSON-2&gt;": "Amara Okafor Chidi Okafor",
        "\\textbf{PERSON-1}": "\\textbf{Amara Okafor}",
        "PERSON-12 XPERSON-1 A-PERSON-1 PERSON-1x": "PERSON-12 XPERSON-1 A-PERSON-1 PERSON-1x",
    }
    for reply, expected in said.items():
        assert pseudonyms.restore(reply) == expected


def test_a_form_that_is_not_certain_stays_and_is_reported():
    pseudonyms, _ = opened("placeholder")
    assert (
        pseudonyms.restore("⟦PERSON-2-EMAIL⟧ ⟦PERSON-1-NICK⟧") == "⟦PERSON-2-EMAIL⟧ ⟦PERSON-1-NICK⟧"
    )
    assert pseudonyms.unrestored == {"⟦PERSON-2-EMAIL⟧": 1, "⟦PERSON-1-NICK⟧": 1}


def test_an_original_that_looks_like_a_mark_is_not_restored_again():
    detector = Guided(
        StructuredDetector(), Policy(deny={"⟦PERSON-1⟧ Ltd": "PERSON", "Amara": "PERSON"})
    )
    pseudonyms = Pseudonyms(detector)
    text = "Amara of ⟦PERSON-1⟧ Ltd, PERSON-1 and [person-1]"
    masked = pseudonyms.mask(text)
    assert pseudonyms.restore(masked) == text
    assert streamed(pseudonyms, masked) == text


def test_what_a_model_makes_of_invented_names():
    pseudonyms, _ = opened("natural")
    full = pseudonyms.mask("Amara Okafor")
    given, family = full.split()
    other = pseudonyms.mask("Chidi Okafor").split()[0]
    said = {
        f"Dear Ms {family}, the {family}s": "Dear Ms Okafor, the Okafors",
        f"{full.upper()} and {full.lower()}": "AMARA OKAFOR and amara okafor",
        f"{family}, {given}": "Okafor, Amara",
        f"**{given}** [{other}](x)": "**Amara** [Chidi](x)",
        f"{given[0]}. {family} and {other[0]} {family}": "A. Okafor and C Okafor",
        f"{given}son re{family}": f"{given}son re{family}",
        f"{given}@example.com": f"{given}@example.com",
    }
    for reply, expected in said.items():
        assert pseudonyms.restore(reply) == expected


def test_what_a_model_sets_apart_differently_comes_back():
    pseudonyms = Pseudonyms(DETECTOR, policy=Policy(style="natural"), seed=b"secret")
    number = pseudonyms.mask("07700 900123")
    assert number != "07700 900123"
    for written in (number.replace(" ", ""), "+44" + number[1:], f"+44 (0){number[1:]}"):
        assert pseudonyms.restore(f"Ring {written}.").endswith("07700 900123.")
    born = pseudonyms.mask("Date of birth: 14/03/1975").partition(": ")[2]
    day, month, year = born.split("/")
    assert pseudonyms.restore(f"born {year}-{month}-{day}") == "born 1975-03-14"
