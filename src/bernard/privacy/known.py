"""Values met before, found again where nothing beside them says what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bernard.privacy.names import folded
from bernard.privacy.types import Finding

_TOKEN = re.compile(r"[^\W_]+")
# Shorter values are too likely to be something else where nothing says what they are.
_SHORTEST_VALUE, _SHORTEST_NAME, _SHORTEST_SMALL = 6, 3, 5
# Names that are words as well: one of these alone is a name only where a detector says so.
_WORDS_TEXT = (
    "abbey abbot able ace acre alder alley amber angel apple april arch archer art ash aspen august aunt autumn "
    "bailey baker ball band bank banks bar barber barker barn baron barrow bass bath bay beach beacon bean bear "
    "beck bell bells berry best bill birch bird bishop black blake bloom blossom blue boat bob bolt bond book "
    "booth boss bow bowl box boy boys brand bridge bright brook brooks brown buck bud bull bunting burn burns "
    "bush butcher butler butter cage cane canon card carpenter carter case cash castle chance chapel chase chip "
    "christian church clay clean clear cliff close coal coffee cold cole coles comfort constable cook cool cooper "
    "coral corn cotton court craft crane cream crisp cross crow crown cruise curry cutter daisy dale dance dawn "
    "day dean dear deer dell dew diamond dick dove down drake draper drew duke duck dusty earl early east ebony "
    "eden english eve ever faith farmer farrow fern field fields finch fish fisher fit flint flood flower ford "
    "forest foster fox frank freeman french friend frost gale game garden gardener garland gate gates gay gem "
    "gentle gift gill ginger glen gold golden good goose gore grace grand grant graves gray green grey ground "
    "grove guest gull guy hall ham hand handy happy harbour hardy harper hart haven hawk hay hazel head heal heart "
    "heath heather hedge herb hill hills hind hobby holiday holly home honey hood hook hope house hunt hunter "
    "husband ice ink innocent iron island ivory ivy jack jade jasmine jay jewel job joiner josh joy judge july june "
    "just justice keen kerb key kid kind king knight lace lake lamb lance land lane lark last law lawn lay leaf "
    "lee leek lemon less lily lime linden line lion little lock long lord love low lucky lynch major male manly "
    "manor maple march marina mark marks marsh mason mass master may mead meadow mercy merit merry mew mild miles "
    "mill miller mills miner mint miss monk moon moor moore more morn moss mount mountain myrtle nick night noble "
    "noon norm north nurse oak oakes olive orchard order page painter palm parish park parker part pat patience "
    "paul pay peace peach pearl peck pen penny pepper pike pine piper pitt place plain plum pole pond pool poppy "
    "port porter post potter pound power precious price pride priest prime prince prior prudence queen quick rain "
    "ray read reading reed reeve rich ridge ring rise river rivers rob robin rock rod rose rosemary rowan ruby "
    "rush sage sale salt sand sands sandy savage say school scott sea seal self sells service sharp shepherd "
    "shore short sidney silk silver singer skinner sky slate small smart smith snow south sparrow spencer spring "
    "square stack star steel stone storm street strong sue summer summers sun swallow swan sweet swift tan tanner "
    "taylor temple terry thorn tiger tiler tim tiny toll tony town townsend tree trinity true truth tucker turner "
    "vale valentine van victor vine violet virtue waggoner walker wall waller walls ward warden waters way weaver "
    "webb weeks well wells welsh west wheel wheeler white whitehouse wild will willow wills wind winter wise wish "
    "wolf wood woods worth wren wright yard york young"
)
_WORDS = frozenset(_WORDS_TEXT.split())


class Known:
    """Values met before, by first word and length: many are no slower to look for than one."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[str, dict[tuple[int, int], dict[str, str]]] = {}

    def __bool__(self) -> bool:
        return bool(self._values)

    def add(self, kind: str, value: str) -> None:
        """Look for this value from now on, where it is long enough to be sure."""
        if len(value) >= _SHORTEST_VALUE:
            self._add(kind, value)

    def add_name(self, kind: str, name: str) -> bool:
        """Look for a name, in other capitals too; a single one only where it is no common word.

        Returns:
            Whether anything is looked for that was not before.
        """
        whole = any(sign in name for sign in " .@") and len(name) > _SHORTEST_VALUE
        if not whole and (len(name) < _SHORTEST_NAME or not name[0].isalpha()):
            return False
        if not whole and folded(name) in _WORDS:
            return False
        news = self._add(kind, name)
        if news:
            self._add(kind, name.upper())
            if len(name) >= _SHORTEST_SMALL:
                self._add(kind, name.lower())
            if name.isupper() or name.islower():
                self._add(kind, name.title())
        return news

    def find(self, text: str) -> Iterator[Finding]:
        """Where the text holds a value that was met before."""
        values = self._values
        if not values:
            return
        for token in _TOKEN.finditer(text):
            at_token = values.get(token.group())
            if at_token is None:
                continue
            for (lead, length), kinds in at_token.items():
                start = token.start() - lead
                end = start + length
                kind = kinds.get(text[start:end]) if start >= 0 else None
                if kind and not text[end : end + 1].isalnum() and not _goes_on(text, start):
                    yield Finding(start, end, kind, 0.9, "pseudonyms", "it was found before")

    def _add(self, kind: str, value: str) -> bool:
        token = _TOKEN.search(value)
        if token is None:
            return False
        lengths = self._values.setdefault(token.group(), {})
        kinds = lengths.setdefault((token.start(), len(value)), {})
        news = value not in kinds
        kinds[value] = kind
        return news


def _goes_on(text: str, start: int) -> bool:
    """Does what stands before belong to the same word?"""
    return start > 0 and text[start].isalnum() and text[start - 1].isalnum()
