"""The parts of names of many forms and cultures, and their mentions."""

import pytest

from bernard.privacy.mentions import mentions_of
from bernard.privacy.names import bare, folded, parts_of_name


@pytest.mark.parametrize(
    ("name", "title", "given", "family", "initials"),
    [
        ("Jane Okafor", "", ("Jane",), "Okafor", "J"),
        ("Mr Smith", "Mr", (), "Smith", ""),
        ("Sir Keir", "Sir", ("Keir",), "", "K"),
        ("Dr Mary-Ann van der Berg", "Dr", ("Mary-Ann",), "van der Berg", "M"),
        ("O'NEILL, Sean P.", "", ("Sean",), "O'NEILL", "SP"),
        ("J.A. Smith-Jones", "", (), "Smith-Jones", "JA"),
        ("SMITH John", "", ("John",), "SMITH", "J"),
        ("Smith JA", "", (), "Smith", "JA"),
        ("Siân ap Rhys", "", ("Siân",), "ap Rhys", "S"),
        ("Mohamed Al Fayed", "", ("Mohamed",), "Al Fayed", "M"),
        ("Al Green", "", ("Al",), "Green", "A"),
        ("Ahmed bin Salman", "", ("Ahmed",), "bin Salman", "A"),
        ("María José de la Cruz", "", ("María", "José"), "de la Cruz", "MJ"),
        ("Seán Ó Súilleabháin", "", ("Seán",), "Ó Súilleabháin", "S"),
        ("Nguyen Thi Minh", "", ("Nguyen", "Thi"), "Minh", "NT"),
        ("Sir Keir Starmer KCB", "Sir", ("Keir",), "Starmer", "K"),
        ("", "", (), "", ""),
    ],
)
def test_parts(name, title, given, family, initials):
    parts = parts_of_name(name)
    assert (parts.title, parts.given, parts.family, parts.initials) == (
        title,
        given,
        family,
        initials,
    )


def test_an_earlier_name_is_kept():
    assert parts_of_name("Jane Smith née Jones").former == "Jones"


def test_no_accents_and_no_possessive():
    assert folded("Wołąsiewicz Ó Súilleabháin") == "wolasiewicz o suilleabhain"
    assert bare("(Mr Jones's, ") == "Mr Jones"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Siân O'Łukasz", "sian o\u2019lukasz and O'Lukasz", ["sian o\u2019lukasz", "O'Lukasz"]),
        ("Ahmed al-Hashimi", "al-Hashimi wrote", ["al-Hashimi"]),
        ("Alan Smith", "a smith made it; A Smith did", ["smith", "A Smith"]),
        ("Dr May", "In May he saw Dr May", ["May"]),
        ("Mr Ng", "Ng said so", ["Ng"]),
        ("Jane Okafor", "jane_okafor72 and okafor.j", ["jane_okafor72", "okafor.j"]),
        ("Mary Lancaster", "at Lancaster Road and Lancaster City Council", []),
        ("Tom Price", "the Price Commission set the price", []),
    ],
)
def test_mentions(name, text, found):
    assert [text[f.start : f.end] for f in mentions_of([name]).find(text)] == found
