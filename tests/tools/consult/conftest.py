"""A small consultation worked through, made up of plainly invented people and places."""

import pytest

from bernard.tools.consult.types import (
    Analysed,
    Analysis,
    Assigned,
    Campaign,
    Column,
    Consultation,
    Fault,
    Found,
    FoundTheme,
    Framework,
    Made,
    Mapped,
    Personal,
    Quote,
    Response,
    Span,
    Theme,
)

THEMES = (
    Theme("fares", "Fares are too high", "The price of a ticket.", "against"),
    Theme("young", "Young people cannot pay", "", "against", parent="fares"),
    Theme("night", "More buses at night", "", "for"),
    Theme("ferry", "Bring back the ferry"),
)
SAID = (
    ("The fares in Muddleford are too high for anybody who works.", ("fares",)),
    ("My son pays £4.20 each day, and the fares went up by 12% in 2024.", ("fares", "young")),
    ("We need more buses at night because shifts end late.", ("night",)),
    ("Fares are too high. More buses at night would help.", ("fares", "night")),
    ("Write to me, Pat Example, at pat@example.org about the ferry.", ("ferry",)),
    ("The stops are dark.", ()),
    ("n/a", None),
    ("", None),
)
REGIONS = ("North", "South", "Isle")


def _mapped(number, text, themes):
    if themes is None:
        return Mapped(number, "nothing said")
    if not themes:
        return Mapped(number, "none of these", doubt=0.6)
    by = "Ann Analyst" if number == 2 else ""
    given = [Assigned(theme, 0.9, 0, text.find(".") + 1 or len(text), by) for theme in themes]
    return Mapped(number, "themes", tuple(given), 0.1)


def build(size=80, *, said=SAID, ids=None, regions=None, **framework):
    texts, mapped, personal, responses = [], [], [], []
    for number in range(size):
        text, themes = said[number % len(said)]
        texts.append(text)
        mapped.append(_mapped(number, text, themes))
        found = [
            (text.find(value), value, kind)
            for value, kind in (("Pat Example", "PERSON"), ("pat@example.org", "EMAIL"))
        ]
        personal.append(
            tuple(Personal(at, at + len(value), kind) for at, value, kind in found if at >= 0)
        )
        region = (regions or REGIONS)[(number // 3) % len(regions or REGIONS)]
        answers = {"Region": (region,), "Uses": ("Bus", "Ferry")[: 1 + number % 2]}
        if number % 11 == 0:
            del answers["Region"]
        if text:
            answers["q1"] = (text,)
        name = ids(number) if ids else f"R{number + 1}"
        responses.append(Response(number, name, number + 2, answers))
    columns = (
        Column("Ref", "identifier"),
        Column("q1", "open", "What should change on the buses of Muddleford?"),
        Column(
            "Region", "demographic", "Where do you live?", tuple(dict.fromkeys(regions or REGIONS))
        ),
        Column("Uses", "multiple", "What do you use?", ("Bus", "Ferry"), ";"),
    )
    consultation = Consultation(
        "muddleford_buses.csv", "ab" * 32, columns, tuple(responses),
        (Fault("row 9", "Its reference 7 is there twice; the second is now 7-2."),), "utf-8", 1,
    )  # fmt: skip
    members = tuple(n for n in range(size) if n % len(said) == 3)
    campaigns = (
        (Campaign("C1", members, members[0], (Span(0, 20),),
                  tuple((Span(21, 51),) if n == members[-1] else () for n in members)),)
        if len(members) > 1 else ()
    )  # fmt: skip
    candidates = (
        FoundTheme(Theme("new", "Light at the stops"), (5,), 0.1, 0.0, 0.2, (Quote(5, 0, 19),), ()),
    ) if size > 5 else ()  # fmt: skip
    analysed = Analysed(
        columns[1], texts, personal, campaigns, Found(), Framework(THEMES, 3, **framework), mapped,
        (), candidates,
    )  # fmt: skip
    made = Made("0.1.0", {"small": "cd" * 32}, {"wording": 2}, ("receipt-1",))
    return Analysis(consultation, (analysed,), made)


@pytest.fixture(scope="session")
def make_analysis():
    return build


@pytest.fixture(scope="session")
def analysis():
    return build()
