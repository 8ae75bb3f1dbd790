"""Invented people and values: plausible, nobody's, never in a text, and with the relations that may stay."""

import datetime
import re

import pytest

from bernard.privacy import Guided, Policy, Pseudonyms, StructuredDetector
from bernard.privacy.checks import CHECKS
from bernard.privacy.surrogates.dates import band, read_date
from bernard.privacy.surrogates.names import group_of, groups

SEEDS = [b"", b"a secret of the case"]
TODAY = datetime.date.today()


def opened(*names, keep=("family",), seed=b"a secret of the case"):
    detector = Guided(StructuredDetector(), Policy(deny=dict.fromkeys(names, "PERSON")))
    return Pseudonyms(detector, seed=seed, policy=Policy(style="natural", keep=keep))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_form_is_of_one_invented_person(seed):
    pseudonyms = opened("Amara Okafor", "A. Okafor", "A.O.", seed=seed)
    text = "Mrs Amara Okafor's, A. Okafor, AMARA, okafor, A.O. amara.okafor@example.com"
    masked = pseudonyms.mask(text)
    given, family = masked.split()[1:3]
    family = family.removesuffix("'s,")
    assert masked == (
        f"Mrs {given} {family}'s, {given[0]}. {family}, {given.upper()}, {family.lower()}, "
        f"{given[0]}.{family[0]}. {given.lower()}.{family.lower()}@example.org"
    )
    assert pseudonyms.restore(masked) == text
    assert given in groups()["african"].female.split()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_family_keeps_one_name_only_where_it_may(seed):
    names = ("Amara Okafor", "Chidi Okafor")
    together = opened(*names, seed=seed).mask("Amara Okafor, Chidi Okafor")
    one, two = (name.split() for name in together.split(", "))
    assert one[1] == two[1]
    assert one[0] != two[0]
    apart = opened(*names, keep=(), seed=seed)
    one, two = (name.split() for name in apart.mask("Amara Okafor, Chidi Okafor").split(", "))
    assert one[1] != two[1]
    assert apart.restore(f"Ms {one[1]} and Mr {two[1]}") == "Ms Okafor and Mr Okafor"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "born", ["14/03/1975", "2 February 2012", "1950-12-31", "3rd May 2001", "7 Mai 1988"]
)
def test_a_date_of_birth_moves_within_its_band(born, seed):
    pseudonyms = opened(keep=("age-band",), seed=seed)
    masked = pseudonyms.mask(f"Date of birth: {born}")
    new = read_date(masked, TODAY).date
    old = read_date(born, TODAY).date
    assert new != old
    assert band(new, TODAY) == band(old, TODAY)
    assert pseudonyms.restore(masked) == f"Date of birth: {born}"


def test_dates_move_together():
    pseudonyms = opened(keep=())
    texts = ["Date of birth: 14/03/1975", "born 16 March 1975"]
    new = [read_date(pseudonyms.mask(text), TODAY).date for text in texts]
    assert (new[1] - new[0]).days == 2


@pytest.mark.parametrize("seed", SEEDS)
def test_an_area_stays_only_where_it_may(seed):
    text = "12 High Street, Leeds LS1 4AB"
    kept = opened(keep=("postcode-area",), seed=seed).mask(text)
    assert re.search(r" LS\d+ \d[A-Z]{2}$", kept)
    assert "LS1 " not in kept
    assert not re.search(r" LS\d+ ", opened(seed=seed).mask(text))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_invented_has_the_form_of_the_original(seed):
    pseudonyms = opened(seed=seed)
    number = pseudonyms.mask("NHS number 943 476 5919").removeprefix("NHS number ")
    assert re.fullmatch(r"999 \d{3} \d{4}", number)
    assert CHECKS["nhs_number"](number.replace(" ", ""))
    assert re.fullmatch(r"07700 900\d{3}", pseudonyms.mask("07700 900123"))
    assert re.fullmatch(r"\+44 7700 900 ?\d{3}", pseudonyms.mask("+44 7700 900456"))
    assert re.fullmatch(r"[A-Z]{2} \d\d \d\d \d\d [A-D]", pseudonyms.mask("AB 12 34 56 C"))
    assert pseudonyms.mask("My password is Sunflower12!").endswith("⟧")


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_invented_stands_in_a_text(seed):
    names = [name for group in groups().values() for name in group.family.split()[:10]]
    text = f"Amara Okafor, {' '.join(names)}, 07700 900123"
    pseudonyms = opened("Amara Okafor", seed=seed)
    masked = pseudonyms.mask(text)
    assert masked.split(",")[0].split()[1] not in names
    assert pseudonyms.restore(masked) == text


@pytest.mark.parametrize("seed", SEEDS)
def test_a_text_that_holds_what_was_invented_keeps_it(seed):
    pseudonyms = opened("Amara Okafor", seed=seed)
    invented = pseudonyms.mask("Amara Okafor, 07700 900123")
    name, number = invented.split(", ")
    later = f"{name} and {name.upper()}s rang {number}, {number.replace(' ', '')}."
    masked = pseudonyms.mask(later)
    assert name.split()[1].lower() not in masked.lower()
    assert pseudonyms.restore(masked) == later
    assert pseudonyms.restore(invented) == "Amara Okafor, 07700 900123"
    assert pseudonyms.taken_out == {"PERSON": 1, "TELEPHONE": 1}


def test_names_are_ours_plain_and_in_one_group_only():
    seen = [
        name
        for group in groups().values()
        for names in (group.female, group.male, group.neutral, group.family)
        for name in names.split()
    ]
    assert len(seen) == len(set(seen)) > 400
    assert all(name.isascii() and name.isalpha() and len(name) > 3 for name in seen)


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("okafor", "african"),
        ("macrae", "scottish"),
        ("lewandowska", "european"),
        ("zzz", "english"),
    ],
)
def test_the_group_that_a_name_sounds_like(name, group):
    assert group_of(name) == group


def test_two_thousand_people_have_two_thousand_names():
    names = [f"{chr(97 + n % 26)}{n}" for n in range(2_000)]
    letters = str.maketrans("0123456789", "abcdefghij")
    people = [f"{name.translate(letters).title()} Okafor" for name in names]
    pseudonyms = opened(*people)
    masked = pseudonyms.mask("\n".join(people))
    assert len(set(masked.split("\n"))) == len(people)
    assert pseudonyms.restore(masked) == "\n".join(people)
