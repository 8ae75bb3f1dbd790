"""Addresses that do not exist, and telephone numbers that ring nowhere."""

from __future__ import annotations

import random

from bernard.evals.privacy_corpus.shares import share
from bernard.privacy.surrogates.places import DRAMA, postcode

_STREET_NAMES_TEXT = (
    "Larkspur,Copperfield,Tannery,Old Quarry,Pinfold,Beacon,Ferryman's,Weavers,Kestrel,Hollybush,Priory,"
    "Saltmarsh,Thornbury,Millrace,Rookery,Ashgrove,Cobbler's,Windmill,Juniper,Foxglove,Colliery,Gasworks,"
    "Chapel,Nelson,Victoria,Albert,Station,Church,Bramley,Sycamore,St Hilda's,Upper Marsh,Lower Mill,"
    "Canal,Harbour,Lime Kiln,Tollgate,Moorland,Orchard,King George"
)
_STREET_NAMES = _STREET_NAMES_TEXT.split(",")
_STREET_WORDS_TEXT = "Road,Street,Avenue,Close,Lane,Drive,Crescent,Gardens,Terrace,Way,Court,Place,Grove,Road,Street,Close"
_STREET_WORDS = _STREET_WORDS_TEXT.split(",")
_WELSH_STREETS_TEXT = (
    "Heol y Felin,Ffordd y Môr,Stryd y Bont,Maes yr Haf,Lôn Las,Rhodfa'r Coed,Clos y Wennol,Heol Glanrafon,"
    "Stryd yr Eglwys,Ffordd Penrhiw,Maes Gwyn,Bryn Eithin"
)
_WELSH_STREETS = _WELSH_STREETS_TEXT.split(",")
_HOUSES_TEXT = "Rose Cottage,The Old Forge,Ty Gwyn,Hillview,Mill House,The Lodge,Fairholme,Seaview,Bwthyn Bach,Glenlea"
_HOUSES = _HOUSES_TEXT.split(",")
_TOWNS_TEXT = (
    "Northby,Elmhampton,Castlemere,Wexcombe,Saltwick,Harrowfield,Thirlbeck,Kingsferry,Brackenford,Ottersley,"
    "Market Dunning,Stoke Abbas,Upper Wenlow,Eastmoor,Hollingsea,Marlingham,Redcliffe Bay,Penhallick,Great Ashby Moor,"
    "Strathkell,Inverdoran,Kilbrannoch,Ballinure,Dunmoyle,Leeds,Swindon,Coventry,Sunderland,Dundee,Newport,Luton,"
    "Rotherham,Ipswich,Paisley,Derry,Wolverhampton,Croydon,Plymouth"
)
_TOWNS = _TOWNS_TEXT.split(",")
_WELSH_TOWNS_TEXT = "Abermoel,Llanferin,Pontddu,Trefelyn,Nantgarw Uchaf,Llanbedr Wen,Wrecsam,Caerfyrddin,Aberystwyth,Y Barri"
_WELSH_TOWNS = _WELSH_TOWNS_TEXT.split(",")


class Places:
    """The streets and towns that one part of the corpus may use."""

    def __init__(self, part: str) -> None:
        """Take the part's share of each list."""
        self._streets = share(_STREET_NAMES, part)
        self._houses = share(_HOUSES, part)
        self._welsh_streets = share(_WELSH_STREETS, part)
        self._towns = {"en": share(_TOWNS, part), "cy": share(_WELSH_TOWNS, part)}

    def street(self, rng: random.Random, language: str = "en") -> str:
        """The first line of an address."""
        roll = rng.random()
        number = f"{rng.randrange(1, 240)}{rng.choice(('', '', '', '', 'A', 'b'))}"
        if language == "cy" or roll < 0.06:
            return f"{number} {rng.choice(self._welsh_streets)}"
        road = f"{rng.choice(self._streets)} {rng.choice(_STREET_WORDS)}"
        if roll < 0.2:
            return f"Flat {rng.randrange(1, 60)}, {number} {road}"
        return f"{rng.choice(self._houses)}, {road}" if roll < 0.27 else f"{number} {road}"

    def town(self, rng: random.Random, language: str = "en") -> str:
        """A town, most often one that is on no map."""
        return rng.choice(self._towns[language])

    def address(self, rng: random.Random, language: str = "en", joint: str = ", ") -> str:
        """Street, town and postcode, in one line or in several."""
        return joint.join((self.street(rng, language), self.town(rng, language), postcode(rng)))


def telephone(rng: random.Random) -> str:
    """A number of a person, in one of the ways that people write it."""
    start = rng.choice(DRAMA)
    number = f"{start}{rng.randrange(1000):03}"
    roll = rng.random()
    if roll < 0.15:
        return number.replace(" ", "")
    if roll < 0.25:
        return f"+44 {number[1:]}"
    if roll < 0.3:
        return number.replace(" ", "-")
    if roll < 0.36 and number.startswith("07"):
        return f"{number[:5]} {number[6:9]} {number[9:]}"
    return number


def helpline(rng: random.Random) -> str:
    """The number of a service."""
    return rng.choice((f"03069 990{rng.randrange(1000):03}", f"0808 157 0{rng.randrange(1000):03}"))
