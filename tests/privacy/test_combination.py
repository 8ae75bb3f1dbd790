"""What the rules and a tagger find, brought together: whole addresses, names wherever they stand."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.privacy import StructuredDetector
from bernard.privacy.combination import Combined
from bernard.privacy.types import Finding

RULES = StructuredDetector()


class Told:
    """A tagger that finds the first of each value that it is told of, as one that reads does."""

    def __init__(self, values, every=False):
        self.values = values
        self.every = every

    def find(self, text):
        found = []
        for kind, value in self.values:
            at = text.find(value)
            while at >= 0:
                found.append(Finding(at, at + len(value), kind, 0.9, "told", "it was told"))
                at = text.find(value, at + len(value)) if self.every else -1
        return sorted(found)


def found(text, *values):
    return [(f.kind, text[f.start : f.end]) for f in Combined(RULES, Told(values)).find(text)]


class TestAddresses:
    def test_the_town_beside_a_postcode_goes_with_it(self):
        text = "She lives in Little Snoring, NR21 0AA now."
        assert found(text, ("PLACE", "Little Snoring")) == [("ADDRESS", "Little Snoring, NR21 0AA")]

    def test_the_pieces_of_an_address_are_one(self):
        text = "Write to The Old Forge\nWexcombe\nXX12 4HH."
        values = ("ADDRESS", "The Old Forge"), ("PLACE", "Wexcombe")
        assert found(text, *values) == [("ADDRESS", "The Old Forge\nWexcombe\nXX12 4HH")]

    def test_two_addresses_stay_two(self):
        text = "From 12 High Street, Leeds LS1 4AB to 3 Mill Lane, York YO1 7HH."
        assert [kind for kind, _ in found(text)] == ["ADDRESS", "ADDRESS"]

    def test_a_place_alone_stays_a_place(self):
        assert found("He flew to Warsaw.", ("PLACE", "Warsaw")) == [("PLACE", "Warsaw")]

    def test_a_person_at_the_head_of_an_address_is_apart(self):
        text = "Jane Okafor\n12 High Street\nLeeds\nLS1 4AB"
        kinds = [kind for kind, _ in found(text, ("PERSON", "Jane Okafor"))]
        assert kinds == ["PERSON", "ADDRESS"]


class TestNames:
    def test_every_part_of_a_name_goes_wherever_it_stands(self):
        text = "Jane Okafor rang. Ms Okafor's aunt told jane. J. Okafor (jokafor72) agreed."
        values = [value for _, value in found(text, ("PERSON", "Jane Okafor"))]
        assert values == ["Jane Okafor", "Okafor", "jane", "J. Okafor", "jokafor72"]

    def test_a_word_that_is_a_name_too_stays_a_word(self):
        text = "Will Young rang. Will you come in May? Young people will. I told Mr Young."
        values = [value for _, value in found(text, ("PERSON", "Will Young"))]
        assert values == ["Will Young", "Young"]

    def test_initials_in_brackets_are_the_name(self):
        text = "Jane Okafor (JO) rang. Later JO left. The BBC came."
        values = [value for _, value in found(text, ("PERSON", "Jane Okafor"))]
        assert values == ["Jane Okafor", "JO", "JO"]

    def test_a_body_that_bears_the_name_stays(self):
        text = "Mary Lancaster wrote to Lancaster City Council."
        values = ("PERSON", "Mary Lancaster"), ("ORGANISATION", "Lancaster City Council")
        assert [kind for kind, _ in found(text, *values)] == ["PERSON", "ORGANISATION"]

    @pytest.mark.parametrize("tagged", ["Okafor's", "Okafor,", "(Okafor", "kafor"])
    def test_edges_are_put_right(self, tagged):
        values = [
            value for _, value in found("I saw (Okafor's dog, Okafor, he", ("PERSON", tagged))
        ]
        assert values == ["Okafor", "Okafor"]

    def test_a_title_alone_is_nobody(self):
        assert found("Dear Mr and Mrs,", ("PERSON", "Mr")) == []

    def test_names_in_codes_are_found(self):
        text = "GET /search?q=Jane%20Okafor&x=1"
        assert ("PERSON", "Jane%20Okafor") in found_in_codes(text)

    def test_a_date_straight_behind_a_name_is_one_of_birth(self):
        text = "Applicant Jane Okafor, 23 June 1965, came on 3 May 2024."
        assert ("DATE-OF-BIRTH", "23 June 1965") in found(text, ("PERSON", "Jane Okafor"))

    def test_the_date_of_a_signature_is_not(self):
        text = "Signed Jane Okafor, 23 June 1999."
        assert [kind for kind, _ in found(text, ("PERSON", "Jane Okafor"))] == ["PERSON"]


def found_in_codes(text):
    combined = Combined(RULES, Told([("PERSON", "Jane Okafor")]))
    return [(f.kind, text[f.start : f.end]) for f in combined.find(text)]


class TestKinds:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("the Prime Minister, Jo Bloggs, said", "Jo Bloggs"),
            ("Jo Bloggs MP asked the Secretary of State", "Jo Bloggs"),
            ("as Lord Justice Bloggs held", "Lord Justice Bloggs"),
            ("The Minister (Jo Bloggs): I am grateful", "Jo Bloggs"),
            ("Jo Bloggs (Holborn and St Pancras) (Lab)", "Jo Bloggs"),
        ],
    )
    def test_who_holds_an_office_is_a_public_figure(self, text, name):
        assert [kind for kind, _ in found(text, ("PERSON", name))] == ["PUBLIC-FIGURE"]

    def test_who_is_a_patient_is_not(self):
        text = "The patient is the Minister, Jo Bloggs, born 3 May 1970."
        assert ("PERSON", "Jo Bloggs") in found(text, ("PERSON", "Jo Bloggs"))

    def test_a_rule_names_a_code_better(self):
        text = "My number is AB123456C."
        assert found(text, ("CODE", "AB123456C")) == [("NATIONAL-INSURANCE-NUMBER", "AB123456C")]

    def test_a_body_never_swallows_a_person(self):
        text = "I work at Okafor & Sons with Jane Okafor."
        values = ("ORGANISATION", "Okafor & Sons with Jane Okafor"), ("PERSON", "Jane Okafor")
        assert ("PERSON", "Jane Okafor") in found(text, *values)

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("as in Donoghue v Stevenson [1932] AC 562", "Donoghue"),
            ("She has Crohn's disease.", "Crohn"),
            ("at the Barbara Castle Suite today", "Barbara Castle"),
            ("the Gillick test applies", "Gillick"),
        ],
    )
    def test_a_shield_covers_what_a_tagger_found(self, text, name):
        assert found(text, ("PERSON", name)) == []


PIECES_TEXT = """Jane Okafor|Okafor|12 High Street|Leeds|LS1 4AB|MP|the Minister|JO|(JO)|jane.okafor@example.org
|, | |'s|3/4/71|⟦PERSON-1⟧|ß|\u200b|%20|\\u0041"""
PIECES = st.sampled_from(PIECES_TEXT.split("|"))


@given(
    st.lists(PIECES, max_size=25),
    st.lists(st.tuples(st.integers(0, 99), st.integers(1, 30)), max_size=6),
)
def test_findings_are_in_order_and_in_the_text(pieces, spans):
    text = "".join(pieces)

    class Wild:
        def find(self, read):
            kinds = ["PERSON", "PLACE", "ORGANISATION", "ADDRESS", "CODE", "PUBLIC-FIGURE"]
            for number, (start, length) in enumerate(spans):
                if start < len(read):
                    end = min(len(read), start + length)
                    yield Finding(start, end, kinds[number % 6], 0.9, "wild", "anything")

    end = 0
    for finding in Combined(RULES, Wild()).find(text):
        assert end <= finding.start < finding.end <= len(text)
        end = finding.end


def test_a_long_fuzz_with_a_seed():
    random.seed(4)
    alphabet = "aA1 .,-@/\\%&;:()[]{}<>\n\t'\"£é⟦⟧\u200b\u2019\U0001f600\x00"
    for _ in range(60):
        text = "".join(random.choices(alphabet, k=random.randint(1, 3_000)))
        end = 0
        values = [("PERSON", text[at : at + 9]) for at in range(0, len(text), 97)]
        for finding in Combined(RULES, Told(values)).find(text):
            assert end <= finding.start < finding.end <= len(text)
            end = finding.end


def names(count):
    return [f"Xa{number:x}q Zo{number:x}w".translate(LETTERS) for number in range(count)]


LETTERS = str.maketrans("0123456789", "ghijklmnop")


@pytest.mark.parametrize("hostile", ["many names", "one name", "places", "titles"])
def test_time_grows_with_the_length(hostile):
    """Eight times the text takes about eight times as long, not sixty-four times."""

    def seconds(count):
        if hostile == "many names":
            values = [("PERSON", name) for name in names(count)]
            text = " and ".join(value for _, value in values)
        else:
            kind = "PLACE" if hostile == "places" else "PERSON"
            text = {"one name": "Jane Okafor, ", "places": "Leeds, ", "titles": "MP Okafor (JO) "}[
                hostile
            ] * count
            values = [(kind, {"places": "Leeds"}.get(hostile, "Okafor"))]

        class Quick:
            def find(self, read):
                at = 0
                for kind, value in values if len(values) > 1 else values * count:
                    at = read.index(value, at)
                    yield Finding(at, at + len(value), kind, 0.9, "told", "it was told")
                    at += len(value)

        started = time.process_time()
        Combined(RULES, Quick()).find(text)
        return time.process_time() - started

    small = min(seconds(1_000) for _ in range(2))
    assert seconds(8_000) < 24 * small + 0.2
