"""What single cells say: dates, sums, names of people and of organisations, headings."""

import datetime

import pytest

from bernard.register.meetings.dates import read_date
from bernard.register.meetings.headings import columns_of, kind_of
from bernard.register.meetings.money import read_value
from bernard.register.meetings.nothing import is_nil, reads_as_note
from bernard.register.meetings.organisations import organisations_in
from bernard.register.meetings.people import person_of
from bernard.register.meetings.release import department_of, release_of
from bernard.register.meetings.types import Period

SUMMER = Period("2024-07-01", "2024-09-30", "quarter")
WINTER = Period("2024-01-01", "2024-03-31", "quarter")


@pytest.mark.parametrize(
    ("cell", "start", "end", "precision"),
    [
        ("2024-07-15", "2024-07-15", "2024-07-15", "day"),
        ("2024-07-15 00:00:00", "2024-07-15", "2024-07-15", "day"),
        ("20240715", "2024-07-15", "2024-07-15", "day"),
        ("15/07/2024", "2024-07-15", "2024-07-15", "day"),
        ("15/07/2024 10:30", "2024-07-15", "2024-07-15", "day"),
        ("15.7.24", "2024-07-15", "2024-07-15", "day"),
        ("07/15/2024", "2024-07-15", "2024-07-15", "day"),
        ("15 Jul 24", "2024-07-15", "2024-07-15", "day"),
        ("15-Jul-24", "2024-07-15", "2024-07-15", "day"),
        ("15th July, 2024 ", "2024-07-15", "2024-07-15", "day"),
        ("Monday 15 July 2024", "2024-07-15", "2024-07-15", "day"),
        ("July 15, 2024", "2024-07-15", "2024-07-15", "day"),
        ("15 July", "2024-07-15", "2024-07-15", "day"),
        ("15-Jul", "2024-07-15", "2024-07-15", "day"),
        (45488, "2024-07-15", "2024-07-15", "day"),
        (45488.5, "2024-07-15", "2024-07-15", "day"),
        ("45488", "2024-07-15", "2024-07-15", "day"),
        (datetime.date(2024, 7, 15), "2024-07-15", "2024-07-15", "day"),
        (datetime.datetime(2024, 7, 15, 9, 30), "2024-07-15", "2024-07-15", "day"),
        ("July 2024", "2024-07-01", "2024-07-31", "month"),
        ("August, 2010 ", "2010-08-01", "2010-08-31", "month"),
        ("Jul-24", "2024-07-01", "2024-07-31", "month"),
        ("Sep-2011", "2011-09-01", "2011-09-30", "month"),
        ("07/2024", "2024-07-01", "2024-07-31", "month"),
        ("July", "2024-07-01", "2024-07-31", "month"),
        ("Septeber", "2024-09-01", "2024-09-30", "month"),
        ("Jul 15", "2024-07-15", "2024-07-15", "day"),
        ("Early July", "2024-07-01", "2024-07-31", "month"),
        ("8-12 July", "2024-07-08", "2024-07-12", "days"),
        ("8th–12th July 2024", "2024-07-08", "2024-07-12", "days"),
        ("8, 9 and 10 July", "2024-07-08", "2024-07-10", "days"),
        ("15/16 July", "2024-07-15", "2024-07-16", "days"),
        ("30 June - 2 July 2024", "2024-06-30", "2024-07-02", "days"),
        ("28 Feb–1 March 2024", "2024-02-28", "2024-03-01", "days"),
        ("29 Dec to 3 Jan 2025", "2024-12-29", "2025-01-03", "days"),
        ("30/06/2024 - 02/07/2024", "2024-06-30", "2024-07-02", "days"),
        ("01/07/2024-03/07/2024", "2024-07-01", "2024-07-03", "days"),
        ("w/c 15 July", "2024-07-15", "2024-07-21", "week"),
        ("W/C 15/07/2024", "2024-07-15", "2024-07-21", "week"),
        ("week commencing 15th July 2024", "2024-07-15", "2024-07-21", "week"),
        ("Jul/Aug 2024", "2024-07-01", "2024-08-31", "months"),
        ("July - September 2024", "2024-07-01", "2024-09-30", "quarter"),
        ("Q1 2024-25", "2024-04-01", "2024-06-30", "quarter"),
        ("Q4 2024/25", "2025-01-01", "2025-03-31", "quarter"),
        ("Various", "2024-07-01", "2024-09-30", "quarter"),
    ],
)
def test_dates(cell, start, end, precision):
    assert read_date(cell, SUMMER) == Period(start, end, precision)


@pytest.mark.parametrize(
    "cell",
    [
        "TBC",
        "Marriott",
        "31/02/2024",
        "32/09/2024",
        "Thursday",
        "15 July 0204",
        "",
        "5",
        12,
        True,
        "9" * 500,
        "12 July - 8 July 2024",
        float("nan"),
        float("inf"),
        None,
        "1899-01-01",
        "Mayor of Sampleport",
    ],
)
def test_what_is_no_date(cell):
    assert read_date(cell, SUMMER) is None


def test_a_date_without_a_year_needs_a_release():
    assert read_date("15 July", None) is None
    assert read_date("July", None) is None
    assert read_date("8-12 July", None) is None


def test_the_year_is_the_one_that_lies_nearest_to_the_release():
    assert read_date("18 December", WINTER).start == "2023-12-18"
    assert read_date("April", WINTER).start == "2024-04-01"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("dft-ministerial-external-meetings-january-to-march-2024.csv", "2024-01-01", "2024-03-31"),
        (
            "Cabinet_Office_ministerial_meetings__January_to_March_2023.csv",
            "2023-01-01",
            "2023-03-31",
        ),
        ("PM_meetings_jan_mar_14.csv", "2014-01-01", "2014-03-31"),
        ("comeetingsaprjun2011.csv", "2011-04-01", "2011-06-30"),
        ("co-meetings-aug-sept-2010.csv", "2010-08-01", "2010-09-30"),
        ("DfE_2024_Return__Q1_January_-_March__Gifts.csv", "2024-01-01", "2024-03-31"),
        ("AGO_hospitality_Oct_-_Dec_13.csv", "2013-10-01", "2013-12-31"),
        ("DSIT: meetings, 1 July to 30 September 2024", "2024-07-01", "2024-09-30"),
        ("HMT Q2 2024-25 meetings.xlsx", "2024-07-01", "2024-09-30"),
        ("October 2015 to March 2016", "2015-10-01", "2016-03-31"),
        ("Register of ministers' gifts, March 2026", "2026-03-01", "2026-03-31"),
        ("meetings 2024-07.ods", "2024-07-01", "2024-07-31"),
    ],
)
def test_the_months_of_a_release(text, start, end):
    found = release_of(["Meetings", text])
    assert (found.start, found.end) == (start, end)


def test_departments():
    assert (
        department_of(["q/dsit_meetings.csv"])
        == "Department for Science, Innovation and Technology"
    )
    assert department_of(["HMT-gifts.csv"]) == "HM Treasury"
    assert department_of(["Meetings", "co-meetings-aug-sept-2010.csv"]) == "Cabinet Office"
    assert (
        department_of(["Department for Lighthouses: ministers' meetings"])
        == "Department for Lighthouses"
    )
    assert department_of(["Foreign, Commonwealth & Development Office gifts"]).startswith(
        "Foreign, Comm"
    )
    assert department_of(["mod and moj together.csv", "somewhere"]) == ""


@pytest.mark.parametrize(
    ("cell", "pence", "worth"),
    [
        ("£1,200", 120000, "exact"),
        ("1 200.50", 120050, "exact"),
        (45.5, 4550, "exact"),
        ("\ufffd200", 20000, "exact"),
        ("Over £140", 14000, "over"),
        ("£140+", 14000, "over"),
        ("Over limit", None, "over"),
        ("Below limit", None, "under"),
        ("Up to £300", 30000, "under"),
        ("approx. £50", 5000, "about"),
        ("£1.2k", 120000, "exact"),
        ("£50-£100", None, ""),
        ("€20", None, ""),
        ("Not known", None, ""),
        (float("nan"), None, ""),
        ("9" * 30, None, "exact"),
    ],
)
def test_sums(cell, pence, worth):
    found = read_value(cell)
    assert (found.pence, found.worth) == (pence, worth)


@pytest.mark.parametrize(
    ("cell", "who", "role"),
    [
        ("The Rt Hon Sam Example MP", "The Rt Hon Sam Example MP", ""),
        (
            "Minister for Examples, The Rt Hon Sam Example MP ",
            "The Rt Hon Sam Example MP",
            "Minister for Examples",
        ),
        ("Sam Example, Permanent Secretary", "Sam Example", "Permanent Secretary"),
        (
            "Secretary of State for Samples - Jo Sample MP",
            "Jo Sample MP",
            "Secretary of State for Samples",
        ),
        ("Sam Example MP (Minister of State)", "Sam Example MP", "Minister of State"),
        (
            "Leader of the House, Lord Privy Seal, The Rt Hon Jo Sample MP",
            "The Rt Hon Jo Sample MP",
            "Leader of the House, Lord Privy Seal",
        ),
        ("Earl Example, Government Whip (Lords)", "Earl Example", "Government Whip (Lords)"),
        ("Dame Jo Sample DBE", "Dame Jo Sample DBE", ""),
        ("Prime Minister", "Prime Minister", "Prime Minister"),
        ("Director General, Jo Sample", "Jo Sample", "Director General"),
    ],
)
def test_people(cell, who, role):
    found = person_of(cell)
    assert (found.who, found.role) == (who, role)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Acme", ["Acme"]),
        ("Acme, Borealis and Cobalt", ["Acme", "Borealis", "Cobalt"]),
        ("Acme; Borealis; Cobalt", ["Acme", "Borealis", "Cobalt"]),
        ("Acme\nBorealis\r\nCobalt", ["Acme", "Borealis", "Cobalt"]),
        ("• Acme\n• Borealis", ["Acme", "Borealis"]),
        ("1. Acme\n2. Borealis", ["Acme", "Borealis"]),
        ("Roundtable with: Acme, Borealis", ["Acme", "Borealis"]),
        ("Business Advisory Group: Acme, Borealis", ["Acme", "Borealis"]),
        ("Acme, Inc., Borealis Ltd", ["Acme, Inc.", "Borealis Ltd"]),
        ("Acme Ltd and Borealis plc", ["Acme Ltd", "Borealis plc"]),
        ("Acme (Jo, CEO; Sam, COO), Borealis", ["Acme (Jo, CEO; Sam, COO)", "Borealis"]),
        ("Marks and Sample", ["Marks and Sample"]),
        ("Acme, Food and Drink Federation", ["Acme", "Food and Drink Federation"]),
        (
            "Acme, Institute of Personnel and Development",
            ["Acme", "Institute of Personnel and Development"],
        ),
        (
            "Department for Business, Energy and Industrial Strategy",
            ["Department for Business, Energy and Industrial Strategy"],
        ),
        ("Acme, Borealis, and others", ["Acme", "Borealis"]),
        ("Acme, Acme", ["Acme"]),
        ("Various", []),
    ],
)
def test_organisations(cell, names):
    assert list(organisations_in(cell)) == names


HEADINGS = [
    ("meeting", "Minister|Date|Name of Individual or Organisation|Purpose of Meeting"),
    ("meeting", "Name of minister|Month|Organisation|Purpose of meeting²"),
    ("meeting", "Permanent Secretary|Date of meeting|Name of External Organisation*|Purpose"),
    ("meeting", "Director General|Date|Organisation met|Subject"),
    ("meeting", "|Date|Name of Organisation|Purpose of meeting"),
    ("meeting", "Minister|Date|Attendees (External Organisation)|Purpose"),
    ("meeting", "Special adviser|Date|Name|Media organisation represented|Purpose of meeting"),
    ("meeting", "Senior Official|Job title|Date|Person or organisation that meeting was with|Purpose"),
    ("gift-received", "Minister|Date|Gift|Given or received|Who gift was given to or received from|Value (£)|Outcome"),
    ("gift-given", "Minister|Date gift given|To|Gift|Value"),
    ("gift-received", "Special Adviser|Date received|From|Gift|Value (\ufffd)|Outcome"),
    ("hospitality", "Minister|Date|Person or organisation that offered hospitality|Type of hospitality received"),
    ("hospitality", "Name|Title|Date|Name of Organisation|Type of Hospitality"),
    ("travel", "Minister|Start date of trip|End date of trip|Destination|Purpose of trip|‘No 32 (The Royal) Squadron’ or ‘other RAF’|Total cost"),
    ("travel", "Department|Official|Grade|Start|End|Destination|Purpose|Air|Rail|Taxi/Car|Total cost"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "row"), HEADINGS)
def test_headings(kind, row):
    columns = columns_of(row.split("|"))
    assert kind_of(columns, "") == kind
    assert columns.has("who") and columns.has("date", "start")


@pytest.mark.parametrize(
    "row",
    [
        "Prime Minister|January|Crest Builders|To discuss housing",
        "Name of SCS|Role in the department|Outside employment",
        "Department family|Entity|Date|Expense Type|Supplier|Transaction Number|Amount",
        "The Rt Hon Sam Example MP|2024-07-01|Name of an Organisation|Purpose",
        "Minister|Date",
        "Meetings with external organisations",
    ],
)
def test_what_is_no_row_of_headings(row):
    assert columns_of(row.split("|")) is None


@pytest.mark.parametrize(
    "cell",
    [
        "Nil return",
        "NIL RETURN ",
        "Nil Returns",
        "Nil",
        "None",
        "N/A",
        "No meetings held",
        "nil return*",
        "No gifts received this quarter",
        "None in this period",
        "Nothing to declare",
        "There were no meetings to report",
        "Did not attend any hospitality",
        "Sample Champion - Nil return",
        "Nil return from all other special advisers",
    ],
)
def test_nil(cell):
    assert is_nil(cell)


@pytest.mark.parametrize(
    "cell", ["Nile Shipping", "Nonesuch Ltd", "No 10 Choir", "Acme", "", "Nothing Ventured plc"]
)
def test_not_nil(cell):
    assert not is_nil(cell)


def test_notes():
    assert (
        reads_as_note("Note") and reads_as_note("* including spouses") and reads_as_note("x" * 200)
    )
    assert reads_as_note("Does not normally include meetings with Government bodies")
    assert not reads_as_note("Sam Example MP")
