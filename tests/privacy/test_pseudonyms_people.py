"""Who is who: one person has one number, two have two, and what is not certain says so."""

import pytest

from bernard.privacy import Guided, Policy, Pseudonyms, StructuredDetector
from bernard.privacy.people import mentions


def masked(*texts, names):
    detector = Guided(StructuredDetector(), Policy(deny=dict.fromkeys(names, "PERSON")))
    pseudonyms = Pseudonyms(detector)
    return [pseudonyms.mask(text) for text in texts]


def test_one_person_in_every_form():
    names = ["Amara Okafor", "A. Okafor", "Okafor", "Amara", "A.O.", "Okafor, Amara"]
    (text,) = masked(
        "Mrs Amara Okafor: A. Okafor, Okafor's, Amara, OKAFOR and A.O.; amara.okafor@example.org",
        names=names,
    )
    assert text == (
        "Mrs ⟦PERSON-1⟧: ⟦PERSON-1-SHORT⟧, ⟦PERSON-1-FAMILY⟧'s, ⟦PERSON-1-GIVEN⟧, "
        "⟦PERSON-1-FAMILY-CAPS⟧ and ⟦PERSON-1-INITIALS⟧; ⟦PERSON-1-EMAIL⟧"
    )


def test_parts_of_a_name_are_known_where_no_detector_finds_them():
    assert masked("Amara Okafor rang.", "okafor rang. AMARA too", names=["Amara Okafor"])[1] == (
        "⟦PERSON-1-FAMILY-SMALL⟧ rang. ⟦PERSON-1-GIVEN-CAPS⟧ too"
    )
    text = masked("Will Young rang.", "The young will go.", names=["Will Young"])[1]
    assert text == "The young will go."


def test_a_short_form_met_first_is_the_person_met_later():
    texts = masked(
        "Okafor rang", "Amara Okafor came", "Amara left", names=["Okafor", "Amara Okafor"]
    )
    assert texts == ["⟦PERSON-1⟧ rang", "⟦PERSON-1-FULL⟧ came", "⟦PERSON-1-GIVEN⟧ left"]


def test_two_of_one_family_are_two_and_the_name_alone_is_neither():
    names = ["Amara Okafor", "Chidi Okafor", "Okafor"]
    texts = masked("Amara Okafor", "Chidi Okafor and Okafor", "Okafor rang", names=names)
    assert texts == [
        "⟦PERSON-1⟧",
        "⟦PERSON-2⟧ and ⟦PERSON-2-FAMILY⟧",
        "⟦FAMILY-NAME-1⟧ rang",
    ]


def test_a_title_tells_two_apart():
    names = ["Mrs Amara Okafor", "Mr Chidi Okafor", "Mr Okafor", "Mrs Okafor"]
    text = masked("Mrs Amara Okafor, Mr Chidi Okafor. Mr Okafor met Mrs Okafor", names=names)[0]
    assert text.endswith("Mr ⟦PERSON-2-FAMILY⟧ met Mrs ⟦PERSON-1-FAMILY⟧")


def test_a_given_name_of_two_people_is_neither():
    names = ["Amara Okafor", "Amara Patel", "Amara"]
    assert (
        masked("Amara Okafor, Amara Patel", "Amara rang", names=names)[1] == "⟦GIVEN-NAME-1⟧ rang"
    )


def test_what_was_taken_for_somebody_stays_so_when_it_is_sent_again():
    names = ["Okafor", "Amara Okafor", "Chidi Okafor"]
    turns = ["Okafor rang", "Amara Okafor came", "Chidi Okafor came", "Okafor rang", "Okafor left"]
    texts = masked(*turns, names=names)
    assert texts[3] == texts[0]
    assert texts[4] == "⟦FAMILY-NAME-1⟧ left"


@pytest.mark.parametrize(
    ("forms", "other"),
    [
        (["Siân Evans", "Sian Evans", "SIÂN EVANS"], "Rhys Evans"),
        (["Jan van der Berg", "J. van der Berg", "Mr van der Berg"], "Piet Bergman"),
        (["Mary-Ann Hinds-Nair", "M. Hinds-Nair", "Mary-Ann"], "Mary Nairn"),
        (["Sean O'Neill", "O’Neill, Sean", "SEAN O'NEILL"], "Sean Neill"),
        (["Declan Ó Briain", "Mr Ó Briain"], "Declan Doyle"),
        (["John Paul Smith", "John P. Smith", "John Smith"], "Jane Smith"),
    ],
)
def test_forms_of_one_name(forms, other):
    first, *rest, last = masked(*forms, other, names=[*forms, other])
    assert first == "⟦PERSON-1⟧"
    assert all("⟦PERSON-1-" in text for text in rest)
    assert "⟦PERSON-2⟧" in last


def test_titles_and_joints_stay_outside():
    assert [m.written for m in mentions(0, "Mr and Mrs Patel")] == ["Patel"]
    assert [m.written for m in mentions(0, "Dr Amara Okafor & Cllr Rhys Evans's")] == [
        "Amara Okafor",
        "Rhys Evans",
    ]
    assert [m.written for m in mentions(0, "Earl")] == ["Earl"]


def test_a_name_that_is_a_mark_already_is_kept_apart():
    texts = masked("see PERSON-1", "Amara Okafor", names=["Amara Okafor"])
    assert texts == ["see PERSON-1", "⟦PERSON-2⟧"]
