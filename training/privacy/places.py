"""Places, bodies and addresses to train with: forms of the whole world, most of them British."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from string import ascii_uppercase

import yaml

from bernard.evals.privacy_corpus import places as corpus_places
from bernard.evals.privacy_corpus.shares import share
from training.privacy.names import HERE, split, stock

_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_AREAS_TEXT = (
    "AB B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY "
    "E EC EH EN EX FK FY G GL GU HA HD HG HP HR HS HU HX IG IP IV KA KT KW KY L LA LD LE LL "
    "LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK "
    "SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE"
)
_AREAS = _AREAS_TEXT.split()


@cache
def world() -> dict[str, tuple[str, ...]]:
    """The lists of `world.yaml`, without the streets and towns of the corpus's other parts."""
    read: dict[str, str] = yaml.safe_load((HERE / "world.yaml").read_text(encoding="utf-8"))
    held_out = withheld()
    return {
        kind: tuple(one for one in split(names) if one not in held_out)
        for kind, names in read.items()
    }


@cache
def withheld() -> frozenset[str]:
    """The streets, houses and towns of the corpus's development and test parts."""
    lists = (
        corpus_places._STREET_NAMES,
        corpus_places._HOUSES,
        corpus_places._TOWNS,
        corpus_places._WELSH_TOWNS,
        corpus_places._WELSH_STREETS,
    )
    return frozenset(
        name for names in lists for part in ("development", "test") for name in share(names, part)
    )


def of(kind: str, rng: random.Random) -> str:
    """One of a list."""
    return rng.choice(world()[kind])


def postcode(rng: random.Random) -> str:
    """Of the right form; one in eight is written without a gap or in small letters."""
    area = rng.choice(_AREAS)
    district = str(rng.randrange(1, 30)) if len(area) > 1 else str(rng.randrange(1, 20))
    code = f"{area}{district} {rng.randrange(10)}{rng.choice(_INWARD)}{rng.choice(_INWARD)}"
    roll = rng.random()
    return code.replace(" ", "") if roll < 0.08 else code.lower() if roll < 0.13 else code


def street(rng: random.Random) -> str:
    """The first line of a British address."""
    number = f"{rng.randrange(1, 260)}{rng.choice(('', '', '', '', '', 'A', 'b', 'c'))}"
    name = of("surnamed", rng) if rng.random() < 0.6 else _named_for(rng)
    road = f"{name} {of('roads', rng)}"
    return rng.choice(
        (
            *[f"{number} {road}"] * 9,
            f"{number}, {road}",
            f"Flat {rng.randrange(1, 99)}, {number} {road}",
            f"Flat {rng.choice(ascii_uppercase[:8])}, {number} {road}",
            f"{rng.choice(('Ground Floor Flat', 'Top Flat', 'Flat 2/1', 'Room 4', 'Unit 12', 'Apartment 7'))}, {number} {road}",
            f"{of('houses', rng)}, {road}",
            f"Flat {rng.randrange(1, 60)} {name} House, {road}",
            f"{rng.randrange(2, 40)}-{rng.randrange(41, 60)} {road}",
            f"{rng.randrange(1, 90)} {rng.choice(('Heol', 'Ffordd', 'Stryd', 'Maes', 'Lôn'))} {rng.choice(('y Parc', 'yr Ysgol', 'y Capel', 'Newydd', 'Fawr', 'y Gog', 'Glas', 'Pen-y-bryn', 'yr Onnen'))}",
            f"No. {number} {road}",
        )
    )


def _named_for(rng: random.Random) -> str:
    return rng.choice(stock().choose(rng).family)


def british(rng: random.Random, joint: str = ", ") -> str:
    """Street, perhaps a district or county, town, perhaps a postcode."""
    lines = [street(rng)]
    if rng.random() < 0.15:
        lines.append(of("surnamed", rng) + rng.choice((" Park", "field", "wood", " Heath", " End")))
    lines.append(of("towns", rng))
    if rng.random() < 0.2:
        lines.append(of("counties", rng))
    if rng.random() < 0.85:
        lines.append(postcode(rng))
    last = rng.random()
    if last < 0.15 and joint == ", " and len(lines) > 2:
        lines[-2:] = [f"{lines[-2]} {lines[-1]}"]
    elif last < 0.2:
        lines.append(rng.choice(("UK", "United Kingdom", "England", "Wales", "Scotland")))
    return joint.join(lines)


_STATES_TEXT = "AL AZ CA CO CT FL GA IL IN KY MA MD MI MN MO NC NJ NY OH OR PA TN TX VA WA WI"
_STATES = _STATES_TEXT.split()


def _figures(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _american(rng: random.Random, joint: str) -> str:
    road = f"{rng.randrange(1, 9999)} {rng.choice(('', 'N ', 'West ', 'E. '))}{_named_for(rng)} "
    road += rng.choice(("St", "Street", "Ave", "Avenue", "Blvd", "Rd", "Ln", "Drive", "Ct", "Pkwy"))
    road += rng.choice(
        ("", "", "", f" Apt {rng.randrange(1, 60)}", f", Suite {rng.randrange(100, 999)}", " #4B")
    )
    state = rng.choice(_STATES)
    return f"{road}{joint}{of('world', rng)}, {state} {_figures(rng, 5)}"


def _continental(rng: random.Random, joint: str) -> str:
    name, number = _named_for(rng), rng.randrange(1, 180)
    road = rng.choice(
        (
            f"{name}straße {number}",
            f"{name}str. {number}",
            f"{number} rue {name}",
            f"{number}, avenue de {name}",
            f"Via {name} {number}",
            f"Calle {name}, {number}",
            f"ul. {name} {number}/{rng.randrange(1, 40)}",
            f"{name}gatan {number}",
            f"{name}straat {number}",
            f"Rua {name} {number}",
            f"{name} u. {number}",
        )
    )
    return f"{road}{joint}{_figures(rng, rng.choice((4, 5, 5)))} {of('world', rng)}"


def _elsewhere(rng: random.Random, joint: str) -> str:
    name = _named_for(rng)
    return rng.choice(
        (
            f"House {rng.randrange(1, 90)}, Road {rng.randrange(1, 30)}, {name}{joint}{of('world', rng)}",
            f"Plot {rng.randrange(1, 300)}, {name} Road{joint}{of('world', rng)}",
            f"P.O. Box {rng.randrange(10, 9999)}{joint}{of('world', rng)}",
            f"PO Box {rng.randrange(10, 9999)}, {of('towns', rng)} {postcode(rng)}",
            f"{rng.randrange(1, 900)} {name} Crescent{joint}{of('world', rng)} {rng.choice(['NSW', 'VIC', 'QLD', 'WA', 'SA'])} {_figures(rng, 4)}",
            f"{rng.randrange(1, 900)} {name} Street{joint}{of('world', rng)}, {rng.choice(['ON', 'BC', 'QC', 'AB'])} {rng.choice('KLMVH')}{rng.randrange(10)}{rng.choice('ABEGK')} {rng.randrange(10)}{rng.choice('ABEGK')}{rng.randrange(10)}",
            f"{rng.randrange(1, 99)}/{rng.randrange(1, 99)} {name} Nagar{joint}{of('world', rng)} {_figures(rng, 6)}",
            f"{rng.randrange(1, 9)}-{rng.randrange(1, 30)}-{rng.randrange(1, 20)} {name}-cho{joint}{of('world', rng)}",
            f"Blk {rng.randrange(1, 900)} {name} Ave #{rng.randrange(1, 20):02}-{rng.randrange(1, 200):02}{joint}Singapore {_figures(rng, 6)}",
        )
    )


_ABROAD: tuple[Callable[[random.Random, str], str], ...] = (_american, _continental, _elsewhere)


def address(rng: random.Random, joint: str = ", ") -> str:
    """Somewhere somebody lives: in Britain three times in four."""
    if rng.random() < 0.75:
        return british(rng, joint)
    return rng.choice(_ABROAD)(rng, joint)


def place(rng: random.Random) -> str:
    """A town or a country."""
    return of(rng.choice(("towns", "towns", "world", "world", "countries")), rng)


def body(rng: random.Random) -> str:
    """An organisation."""
    kind = rng.choice(("bodies", "bodies", "companies", "teams"))
    roll = rng.random()
    if roll < 0.12:
        return f"{_named_for(rng)} & {_named_for(rng)} {rng.choice(('Ltd', 'LLP', 'Solicitors', 'plc', 'Sons', ''))}".strip()
    if roll < 0.2:
        return f"{_named_for(rng)} {rng.choice(('Ltd', 'Group', 'Holdings', 'Inc', 'Corp', 'GmbH', 'Foundation', 'Academy', 'Primary School', 'Surgery'))}"
    return of(kind, rng)
