"""The lines of a postal address that stand before its postcode.

A postcode anchors an address: what stands before it in capitalised parts, with commas or line ends
between, is the rest of it. A street without a postcode is a recogniser's work.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bernard.privacy.types import Finding

_REACH = 180
_MOST_PARTS = 8
_WORD = r"[A-Z][A-Za-z'.&]{0,24}"
_SMALL = r"(?:of|the|on|upon|in|le|la|and|by|with|under|next|y|yr|ar|nr)"
_WORDS = rf"{_WORD}(?:[ -](?:{_WORD}|{_SMALL}|\d{{1,4}}[A-Za-z]?)){{0,5}}"
_FLAT = r"(?:(?:[Ff]lat|[Aa]partment|[Aa]pt|[Uu]nit|[Rr]oom|[Bb]lock|[Ff]loor|Fflat)\.? ?[A-Z]?\d{0,4}[A-Za-z]?)"
_NUMBER = r"\d{1,5}[A-Za-z]?(?: ?[-/] ?\d{1,5}[A-Za-z]?)?"
_NUMBERED = rf"(?:{_FLAT} )?{_NUMBER} {_WORDS}"
_PART = re.compile(rf"(?:{_FLAT}(?: {_NUMBER})?|{_NUMBER}|{_NUMBERED}|{_WORDS})")
_ENDS_NUMBERED = re.compile(
    rf"(?<![0-9A-Za-z])(?:{_NUMBERED}|{_FLAT}|(?<![/.-])\d{{1,3}}[A-Za-z]?)$"
)
# A house with a name stands behind such a word: "at Rose Cottage, Mill Lane".
_ENDS_NAMED = re.compile(
    rf"(?:\b(?:at|of|to|into|in|from|is|address|yn|ym|am|left|and)\b[: \"]{{1,3}}|[:\"(] ?)({_WORDS})$"
)
_ENDS_IN_WORDS = re.compile(rf"(?<![0-9A-Za-z])(?:{_NUMBERED}|{_WORDS})$")
_BETWEEN = re.compile(r"[ \t]{0,4}(?:[,;|]|\bin\b|\bnear\b)?[ \t]{0,4}(?:\r?\n[ \t>]{0,8})?")
_LONGEST_BETWEEN = 16
_SEPARATOR = re.compile(r"[,\n|]")
# Words that begin a line of a letter or a form, and are no place.
_NO_PLACE = re.compile(
    r"(?:Dear|Yours|Kind|Regards|Thanks|Thank|Address|Postcode|Tel|Telephone|Phone|Email|Date|Our Ref"
    r"|Your Ref|From|To|Subject|Re|NHS|NI|Name|Cyfeiriad|My|In|At|His|Her|Our|Their|Your|Is|We|She"
    r"|He|It|They|This|That|For|And|But|Please|I)\b"
)


def address_before(text: str, postcode: int) -> int:
    """Where the address begins whose postcode is at `postcode`; there, if nothing stands before it.

    >>> text = "She lives at 12 High Street, Leeds LS1 4AB."
    >>> text[address_before(text, text.index("LS1")):]
    '12 High Street, Leeds LS1 4AB.'
    """
    begins = postcode
    window = text[max(0, postcode - _REACH) : postcode]
    for count, (part, place) in enumerate(_from_the_right(window)):
        start = postcode - len(window) + place
        bare = part.strip(" \t\r")
        lead = len(part) - len(part.lstrip(" \t\r"))
        if not bare:
            # A blank line ends an address; nothing between a comma and a line end does not.
            if count and text[start + len(part) : start + len(part) + 1] == "\n":
                break
            continue
        if _PART.fullmatch(bare) and not _NO_PLACE.match(bare):
            begins = start + lead
            continue
        ending = (_ENDS_NUMBERED if begins < postcode else _ENDS_IN_WORDS).search(bare)
        if ending and not _NO_PLACE.match(ending.group()):
            begins = start + lead + ending.start()
        elif begins < postcode and (named := _ENDS_NAMED.search(bare)):
            begins = start + lead + named.start(1)
        break
    return begins


def flat_before(text: str, street: int) -> int:
    """Where the address begins whose number is at `street`: at its flat, if one stands before it.

    >>> flat_before("in Flat 3, 45a Mill Road", 11), flat_before("in 45a Mill Road", 3)
    (3, 3)
    """
    flat = _FLAT_BEFORE.search(text, max(0, street - 40), street)
    return flat.start() if flat else street


_FLAT_BEFORE = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:flat|apartment|apt|unit|room|top floor|ground floor|fflat)\.? ?[A-Z]?\d{0,4}[A-Z]?,? ?\n?)?"
    r"(?:no\.? ?)?$",
    re.IGNORECASE,
)


def address_after(text: str, end: int) -> int:
    """Where the address ends whose street ends at `end`: behind its towns and its postcode.

    Parts of one line go with it; lines below do where a postcode ends them.

    >>> text = "I live at 12 High Street, Leeds. Mr Brown knows."
    >>> text[: address_after(text, text.index(", Leeds"))]
    'I live at 12 High Street, Leeds'
    """
    at = best = end
    on_one_line = True
    for _ in range(_MOST_PARTS - 2):
        code = _POSTCODE.match(text, at)
        if code:
            return code.end()
        gap = _GAP.match(text, at)
        if gap is None:
            break
        on_one_line = on_one_line and "\n" not in gap.group()
        town = _TOWN.match(text, gap.end())
        if town is None or _NO_TOWN.match(text, gap.end()):
            break
        at = town.end()
        if on_one_line and text[gap.end()].isupper() and not _GOES_ON.match(text, at):
            best = at
    return best


_GAP = re.compile(r"(?:\.?,[ ]?\n?|\n)[ \t>]{0,8}")
_TOWN = re.compile(
    r"(?:St\. )?[A-Za-z][A-Za-z'-]{1,24}(?:[ -][A-Za-z][A-Za-z']{0,24}){0,3}?(?=\.?(?:,|\n|$|[ ]{1,2}[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}\b)|[.;:!?)\"|]|[ ]+[a-z(])"
)
_NO_TOWN = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Dear|Flat|Tel|Phone|Email|and|but|who|which|where|with|the|a|an|my|his|her|their|is"
    r"|was|on|to|for|since|so|i|we|he|she|it|they|please|aged|born|dob)\b)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r" [a-z]{2,}")
_POSTCODE = re.compile(r"(?:\.?,)?[ \n]{1,6}[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}\b(?!\d)")


def _from_the_right(window: str) -> list[tuple[str, int]]:
    """The parts between commas and line ends with their places, the last first."""
    cuts = [0, *(match.end() for match in _SEPARATOR.finditer(window))][-_MOST_PARTS:]
    ends = [*(cut - 1 for cut in cuts[1:]), len(window)]
    return [(window[a:b], a) for a, b in zip(reversed(cuts), reversed(ends), strict=True)]


def glued(text: str, found: Sequence[Finding]) -> list[Finding]:
    """The findings, the pieces of one address as one: a town beside a masked postcode says where.

    Args:
        text: what they were found in.
        found: findings in order of place, none overlapping another.
    """
    whole: list[Finding] = []
    pieces: list[Finding] = []
    for finding in found:
        if pieces and not _goes_on(text, pieces, finding):
            whole += _address(pieces)
            pieces = []
        if finding.kind in _PIECES or (pieces and finding.kind == "ORGANISATION"):
            pieces.append(finding)
        else:
            whole += _address(pieces)
            pieces = []
            whole.append(finding)
    return [*whole, *_address(pieces)]


_CODES = frozenset({"POSTCODE", "EIRCODE"})
_PIECES = frozenset({"ADDRESS", "PLACE"}) | _CODES


def _goes_on(text: str, pieces: Sequence[Finding], finding: Finding) -> bool:
    """Whether a finding is a piece of the address of which there are some pieces."""
    last = pieces[-1]
    if finding.start - last.end > _LONGEST_BETWEEN or finding.kind not in _PIECES | {
        "ORGANISATION"
    }:
        return False
    ends = last.kind in _CODES or _ENDS_IN_CODE.search(text, max(0, last.end - 8), last.end)
    if ends and finding.kind != "PLACE":
        return False
    return _BETWEEN.fullmatch(text, last.end, finding.start) is not None


_ENDS_IN_CODE = re.compile(r"\d ?\d[A-Za-z]{2}\Z")


def _address(pieces: list[Finding]) -> list[Finding]:
    """The pieces as one address, if they are of one; a body after it is none of it."""
    after: list[Finding] = []
    while pieces and pieces[-1].kind == "ORGANISATION":
        after.insert(0, pieces.pop())
    if len(pieces) < 2 or all(piece.kind == "PLACE" for piece in pieces):
        return [*pieces, *after]
    best = max(pieces, key=lambda piece: (piece.kind == "ADDRESS", piece.score))
    why = "the parts of a postal address"
    start, end = pieces[0].start, pieces[-1].end
    return [Finding(start, end, "ADDRESS", best.score, best.detector, why), *after]
