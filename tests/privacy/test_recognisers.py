"""Every shipped recogniser finds its examples and leaves its look-alikes, with either scanner."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.errors import SettingInvalid
from bernard.privacy import StructuredDetector
from bernard.privacy.recogniser import Recogniser, Rule, read, shipped
from bernard.privacy.scanner import PlainScanner, SetScanner

FAST = StructuredDetector(scan=SetScanner)
PLAIN = StructuredDetector(scan=PlainScanner)
EVERY = [(r, text) for r in shipped() for text in r.examples]
LEFT = [(r, text) for r in shipped() for text in r.leaves]

NOT_PERSONAL = """\
R (Miller) v Prime Minister [2019] UKSC 41 held that the prorogation was unlawful.
See Smith v Jones [2023] EWCA Civ 417, [2018] 1 WLR 1192 and Re A (2001) 2 FLR 1 at [45].
Section 12(3)(a) of the Data Protection Act 2018 (c. 12) and SI 2013/376 apply.
Python 3.11.9, Ubuntu 22.04 and version 10.0.19045.3930 are needed.
It cost £12,345,678.90 in 2023-24, up 4.5% from £11,999,000 in 2022/23.
The ISBN is 978-0-14-103614-4 and the DOI is 10.1000/182.
Ring our helpline on 0300 123 1234, 0800 11 11 or 0345 600 0723. Call 101 or 999.
Product code AB12-CDE-9 fits model X200 and part number 4512-77-B.
The A303 and the M25 meet junction 12 of the M3.
Children aged 5 to 16, and people aged 65 and over, travel free.
You must be over 18 years old. 16-year-olds may apply.
Form SA100, P45, P60 and SSP1 are on the site. Use form N1 to claim.
BS EN ISO 9001:2015, ISO/IEC 27001 and RFC 9110 apply.
Company number 01234567, charity number 1122334.
Planning application 22/01234/FUL was approved; 23/00456/HOU was not.
HC Deb 12 May 2020, vol 676, col 123
The population was 67,081,234 in 2020, about 1 in 7 aged under 15.
uuid 123e4567-e89b-12d3-a456-426614174000
commit 9fceb02d0ae598e95dc970b74767f19372d61af8
Table 4.12.3 shows 1,234 cases, 567 appeals and 89 claims in 2021.
Case 1: a man claims. Case 2 of 12. In case 3, 4 people appealed.
He claimed 12 times in 2021 and 2022. The claim of 30 June 2019 failed.
The account 2019 to 2020 shows a loss of 45,000.
@media print { color: #fff; } @property def f
https://www.gov.uk/government/publications/national-curriculum
Paragraph 4.3.2.1 of the report; figure 12.4; steps 1.2.3.4.
The tenancy of 12 months. The rent of 850 a month from 2023. Repairs 24 hours.
passwords must be changed. The password is case sensitive. password: required, min 8 chars
Visa applications 2023: 123456 were granted.
Dates: 01/02/2023, 2023-02-01, 1 Feb 2023, Feb 1st, 2023.
Art. 8 ECHR, Article 6(1)(e) UK GDPR, recital 26
E1 3rd floor, W1 4th. S1 2nd.
0.123456789 and 3.14159265358979 and 1e-10 and 0x7fff""".splitlines()


@pytest.mark.parametrize("detector", [FAST, PLAIN], ids=["set", "plain"])
class TestBothScanners:
    @pytest.mark.parametrize(("recogniser", "text"), EVERY, ids=[t for _, t in EVERY])
    def test_examples_are_found(self, detector, recogniser, text):
        assert recogniser.kind in {finding.kind for finding in detector.find(text)}

    @pytest.mark.parametrize(("recogniser", "text"), LEFT, ids=[t for _, t in LEFT])
    def test_look_alikes_are_left(self, detector, recogniser, text):
        assert recogniser.kind not in {finding.kind for finding in detector.find(text)}

    @pytest.mark.parametrize("text", NOT_PERSONAL)
    def test_what_is_public_is_left(self, detector, text):
        assert detector.find(text) == []

    def test_the_same_text_gives_the_same_findings(self, detector):
        text = "\n".join(text for _, text in EVERY)
        assert detector.find(text) == detector.find(text)


PIECES = st.sampled_from(
    [text for _, text in EVERY + LEFT]
    + [word for text in NOT_PERSONAL for word in text.split()]
    + list("0123456789 -/.@:,\n\\%&AZaz⟦\u00a0\u200b")
)


@given(st.lists(PIECES, max_size=14), st.sampled_from(["", " ", "\n", "-"]))
def test_scanners_agree(pieces, between):
    text = between.join(pieces)
    assert FAST.find(text) == PLAIN.find(text)


def test_scanners_agree_on_a_long_text():
    text = "\n".join(text for _, text in (EVERY + LEFT) * 12)
    assert len(text) > 20_000
    assert FAST.find(text) == PLAIN.find(text)


@given(st.text(max_size=300))
def test_any_text_has_findings_in_order_that_do_not_overlap(text):
    end = 0
    for finding in FAST.find(text):
        assert end <= finding.start < finding.end <= len(text)
        end = finding.end


@pytest.mark.parametrize("recogniser", [r for r in shipped() if r.personal])
def test_each_recogniser_shows_what_it_finds(recogniser):
    assert recogniser.examples
    assert recogniser.why[0].islower()


def test_nothing_has_an_unbounded_repeat():
    for recogniser in shipped():
        assert not re.search(r"(?<!\\)[*+](?![?]?\])", re.sub(r"\[[^\]]*\]", "", recogniser.form))


OWN = r"""
- kind: LIBRARY-CARD
  why: the form of our library card, beside the words
  form: 'B\d{7}'
  label: [library card]
  examples: ["Library card number B1234567"]
"""


def test_a_body_adds_a_recogniser(tmp_path):
    (tmp_path / "own.yaml").write_text(OWN)
    detector = StructuredDetector(read(tmp_path / "own.yaml"))
    found = [f.kind for f in detector.find("My library card number is B1234567.")]
    assert found == ["BLUE-BADGE"] or found == ["LIBRARY-CARD"]
    assert detector.find("B1234567") == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- kind: X", "missing required field `why`"),
        ("- {kind: X, why: y, form: z, colour: red}", "colour"),
        ("- {kind: X, why: y, form: '(', check: luhn}", "cannot be read"),
        ("- {kind: X, why: y, form: z, check: nothing}", "'nothing'"),
        ("- {kind: lower, why: y, form: z}", "capital letters"),
        (": : :", "not a file of recognisers"),
    ],
)
def test_a_wrong_file_is_refused_in_words(tmp_path, text, says):
    (tmp_path / "own.yaml").write_text(text)
    with pytest.raises(SettingInvalid, match=re.escape(says)):
        read(tmp_path / "own.yaml")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingInvalid, match=r"own\.yaml"):
        read(tmp_path / "own.yaml")


def test_a_form_that_is_not_linear_is_refused():
    wrong = Recogniser(kind="X", why="y", form=r"(a)\1")
    with pytest.raises(SettingInvalid, match="linear time"):
        SetScanner([Rule(wrong)])
