"""What looks like personal data and is none: it must be left.

The cases are well-known ones of the law reports; who sits in the invented offices is invented too.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from bernard.evals.privacy_corpus.dates import recent, written
from bernard.evals.privacy_corpus.places import helpline

_CASES = (
    "Donoghue v Stevenson [1932] AC 562",
    "Pepper v Hart [1993] AC 593",
    "Hotak v Southwark LBC [2015] UKSC 30",
    "Nzolameso v Westminster City Council [2015] UKSC 22",
    "R (UNISON) v Lord Chancellor [2017] UKSC 51",
    "Gillick v West Norfolk and Wisbech AHA [1986] AC 112",
    "Montgomery v Lanarkshire Health Board [2015] UKSC 11",
    "Bolam v Friern Hospital Management Committee [1957] 1 WLR 582",
    "Caparo Industries plc v Dickman [1990] 2 AC 605",
    "Anns v Merton London Borough Council [1978] AC 728",
    "Holmes-Moorhouse v Richmond upon Thames LBC [2009] UKHL 7",
    "Manchester City Council v Pinnock [2010] UKSC 45",
)
_LAWS = (
    "section 193 of the Housing Act 1996",
    "section 17 of the Children Act 1989",
    "regulation 72 of SI 2013/376",
    "the Equality Act 2010",
    "section 117 of the Mental Health Act 1983",
    "Article 8 of the Convention",
    "section 47 of the Care Act 2014",
    "the Data Protection Act 2018, Schedule 2",
    "Part 4A of the Town and Country Planning Act 1990",
    "the Social Services and Well-being (Wales) Act 2014",
)
_EPONYMS = (
    "Clare's Law",
    "Sarah's Law",
    "Martha's Rule",
    "the Beveridge Report",
    "the Barnett formula",
    "the Gillick test",
    "the Bolam test",
    "a Section 20 agreement",
    "the Caldicott principles",
    "the Macpherson report",
    "the Francis report",
    "Parkinson's disease",
    "Down's syndrome",
    "Crohn's disease",
    "Alzheimer's Society",
    "St John Ambulance",
    "the Bevan Commission",
    "Macmillan nurses",
    "a Glasgow Coma Scale of 15",
    "Barnardo's",
)
_OFFICES = (
    "the Secretary of State for Work and Pensions",
    "the Home Secretary",
    "the First Minister of Wales",
    "the Children's Commissioner",
    "the Leader of the Council",
    "the Parliamentary Under-Secretary of State",
    "the Minister for Housing",
    "His Majesty's Chief Inspector",
    "the Lord Chancellor",
    "the Cabinet Secretary for Health",
)
_PLACES_TEXT = (
    "Lincoln,Wells,Chester,Kent,Preston,Hastings,Washington,Milton,Stirling,Bolton,Lancaster,Sutton,Barnsley,"
    "Clifton,Hamilton,Burton,Warwick,Morley,Kendal,Whitby,Selby,Ashford,Bradford,Holland Park,Percy Main,St Helens,"
    "Jordanhill,Victoria,Barry,Douglas"
)
_PLACES = _PLACES_TEXT.split(",")
_BUILDINGS_TEXT = (
    "the Florence Nightingale Ward,the Elizabeth Fry Centre,Clement Attlee House,the Aneurin Bevan building,"
    "Nelson Mandela Court,the Marie Curie Hospice,the Barbara Castle Suite,Paul Robeson House,"
    "Alexander Fleming Ward,the Mary Seacole Unit,Harvey Milk Room,Churchill Way car park,King Charles III Hall"
)
_BUILDINGS = _BUILDINGS_TEXT.split(",")
_BODIES_TEXT = (
    "Citizens Advice,Shelter Cymru,the Ombudsman,Northby Borough Council,HM Courts & Tribunals Service,"
    "NHS England,the Care Quality Commission,Ofsted,Acas,the Pension Service,Age UK,Mind,the Samaritans,"
    "Cyngor Gwynedd,Police Scotland,the Crown Prosecution Service,DVLA,the Child Maintenance Service"
)
_BODIES = _BODIES_TEXT.split(",")
_MINISTERS_TEXT = (
    "Aneurin Bevan,Barbara Castle,Clement Attlee,Harold Wilson,Jim Griffiths,Ellen Wilkinson,Iain Macleod,"
    "Edith Summerskill,Herbert Morrison,Megan Lloyd George,Margaret Bondfield,James Callaghan"
)
_MINISTERS = _MINISTERS_TEXT.split(",")


def _product(rng: random.Random) -> str:
    """A code that a form, a boiler or a piece of kit has."""
    letters = "".join(rng.choice("ABCDEFGHKLMNPRSTWX") for _ in range(2))
    number = rng.randrange(100, 999)
    return rng.choice(
        (
            f"{letters}{number}",
            f"{letters}-{number}/{rng.randrange(1, 9)}",
            f"SKU {number}{letters}{rng.randrange(10, 99)}",
            f"model {letters}{rng.randrange(10, 99)}-{number}B",
            f"part no. {number}-{rng.randrange(1000, 9999)}",
        )
    )


def _money(rng: random.Random) -> str:
    return rng.choice(
        (
            f"£{rng.randrange(5, 999)}.{rng.randrange(100):02}",
            f"£{rng.randrange(1, 40)},{rng.randrange(100, 999)}",
        )
    )


def _planning(rng: random.Random) -> str:
    return f"{rng.randrange(19, 27)}/{rng.randrange(100, 9999):05}/{rng.choice(('FUL', 'HSE', 'LBC', 'OUT'))}"


def _form(rng: random.Random) -> str:
    return rng.choice(
        (
            "form N1",
            "form SSCS1",
            "form ESA50",
            "form P60",
            "form C100",
            "form DS1500",
            "form V62",
            "form D11",
            "the SA100 return",
            "form FW8",
            "form HC2",
            "form UC50",
        )
    )


def _one_of(values: tuple[str, ...] | list[str]) -> Callable[[random.Random], str]:
    return lambda rng: rng.choice(values)


# Slot: its kind, and how one is chosen.
DECOYS: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "date": ("DATE", lambda rng: written(recent(rng), rng)),
    "dyddiad": ("DATE", lambda rng: written(recent(rng), rng, "cy")),
    "case-law": ("CASE-LAW", _one_of(_CASES)),
    "law": ("LAW", _one_of(_LAWS)),
    "eponym": ("EPONYM", _one_of(_EPONYMS)),
    "office": ("OFFICE", _one_of(_OFFICES)),
    "minister": ("MINISTER", _one_of(_MINISTERS)),
    "place-name": ("PLACE-NAME", _one_of(_PLACES)),
    "building": ("BUILDING", _one_of(_BUILDINGS)),
    "body": ("PUBLIC-BODY", _one_of(_BODIES)),
    "helpline": ("HELPLINE", helpline),
    "product": ("PRODUCT-CODE", _product),
    "money": ("MONEY", _money),
    "planning": ("PLANNING-REFERENCE", _planning),
    "form": ("FORM", _form),
    "time": ("TIME", lambda rng: f"{rng.randrange(8, 20)}:{rng.choice(('00', '15', '30', '45'))}"),
    "number": ("NUMBER", lambda rng: f"{rng.randrange(1000, 99999)}"),
}
