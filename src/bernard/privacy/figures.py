"""Who holds an office and acts in it: ministers, members, judges, peers, as a text names them.

Somebody is a public figure where an office stands beside the name and nothing beside it is of a private
life: the same minister is a patient when a letter says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bernard.privacy.names import folded, parts_of_name
from bernard.privacy.overlaps import moved
from bernard.privacy.types import Finding

_REACH = 90
_PRIVATE_REACH = 60
_OFFICE = (
    r"(?:Deputy )?(?:Prime|First) Minister|Chancellor(?: of the (?:Exchequer|Duchy of Lancaster))?"
    r"|(?:Shadow )?(?:Home|Foreign|Health|Defence|Education|Justice|Business|Transport|Culture|Chief|Environment"
    r"|Cabinet|Housing|Energy|Work and Pensions|Permanent|Parliamentary|Financial|Economic|First) Secretary"
    r"|(?:Parliamentary )?(?:Under-?)?Secretary of State|(?:Shadow )?Minister|Lord (?:Chancellor|Advocate|President)"
    r"|Lord Chief Justice|Lord Privy Seal|Master of the Rolls|Attorney[- ]General|Solicitor[- ]General"
    r"|Advocate[- ]General|Speaker|Leader of the (?:Opposition|House|Council)|Chief Whip|Mayor|President|Taoiseach"
    r"|T\u00e1naiste|Chief (?:Constable|Inspector|Medical Officer|Scientific Adviser)|Archbishop|Ombudsman|Commissioner"
    r"|Director of Public Prosecutions|Governor of the Bank|Prif Weinidog|Ysgrifennydd|Gweinidog|King|Queen|Prince"
    r"|Princess|Presiding Officer|Llywydd|Auditor General|Comptroller"
)
# Straight before the name: "the Secretary of State for Work and Pensions, ", "The Minister (".
_BEFORE = re.compile(
    rf"\b(?:{_OFFICE})(?: (?:of State|for|of|to)(?: [A-Za-z,'\u2019&-]{{2,20}}){{1,8}}?)?"
    r"(?:,? \(|, |,? is |: | )(?:(?:the )?(?:Rt\.? Hon\.?|Right Honourable|Hon\.?) )?"
    r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Baroness) )?$"
)
# Straight after it: "MP", ", Secretary of State for", " (Holborn and St Pancras) (Lab)", " LJ".
_AFTER = re.compile(
    rf"(?:,? \(?(?:MPs?|MSP|MLA|MEP|AM|TD|LJ|CJ|JSC|MR|P\b|J(?=[,.):; ]| said))\b|,? (?:the |then |as |a former |former )"
    rf"(?:then |former |Shadow )?(?:{_OFFICE})\b|, (?:{_OFFICE})\b"
    r"|(?: \([A-Z][\w ,.'\u2019&-]{2,50}\))? \((?:Con|Lab|Lab/Co-op|LD|SNP|PC|DUP|SF|SDLP|UUP|Alliance|Green|Reform"
    r"|CB|Non-Afl|Ind|Labour|Conservative|Liberal Democrat|Plaid Cymru|Crossbench)\))"
)
_TITLED = re.compile(
    r"(?:(?:The )?(?:Rt\.? Hon\.?|Right Honourable) |(?:Mr|Mrs|Ms|Madam|Lord|Lady|His|Her) (?:Justice|Honour Judge|Hon"
    r" Judge) |Lord Justice |Lady Justice |Baroness |Lord (?:Chief|President)|Viscount |(?:Sir|Dame) .{2,40} (?:LJ|CJ|P)$)"
)
_PRIVATE = re.compile(
    r"\b(?:patient|tenant|claimant|applicant|pupil|customer|resident|service user|lives? (?:at|in|with)|lived (?:at|in)"
    r"|living (?:at|in)|(?:my|his|her|their) (?:wife|husband|son|daughter|mother|father|partner|brother|sister|carer"
    r"|neighbour|landlord|mum|dad|child|baby)|born|aged|d\.?o\.?b|date of birth|nhs (?:no|number)|benefits?|diagnosed"
    r"|arrested|convicted|prescribed|tenancy|in care|lodger|homeless|next of kin|national insurance|account)\b",
    re.IGNORECASE,
)
_WHY = "the holder of an office, acting in it"


def with_figures(text: str, found: Iterable[Finding]) -> list[Finding]:
    """The findings, each `PERSON` who acts in an office as a `PUBLIC-FIGURE`.

    A short form of the same name elsewhere in the text is the same public figure, unless somebody of
    that name is a private person there.
    """
    found = list(found)
    people = [f for f in found if f.kind == "PERSON"]
    public = {f for f in people if _in_office(text, f)}
    if not public:
        return found
    names = {_key(text, f) for f in public}
    families = {family for family, _ in names}
    given = {name for name in names if name[1]}
    private = {_key(text, f)[0] for f in people if f not in public and _is_private(text, f)}
    for finding in people:
        family, first = _key(text, finding)
        if family in families and family not in private and (not first or (family, first) in given):
            public.add(finding)
    return [_as_figure(f) if f in public else f for f in found]


def _in_office(text: str, finding: Finding) -> bool:
    start, end = finding.start, finding.end
    return (
        _TITLED.match(text, start, end) is not None
        or _AFTER.match(text, end, end + _REACH) is not None
        or _BEFORE.search(text[max(0, start - _REACH) : start]) is not None
    ) and not _is_private(text, finding)


def _is_private(text: str, finding: Finding) -> bool:
    around = (max(0, finding.start - _PRIVATE_REACH), finding.end + _PRIVATE_REACH)
    return _PRIVATE.search(text, *around) is not None


def _key(text: str, finding: Finding) -> tuple[str, str]:
    """The family name, and the first given name or initial, as they are compared."""
    parts = parts_of_name(text[finding.start : finding.end])
    if not parts.family and len(parts.given) == 1:
        return folded(parts.given[0]), ""
    return folded(parts.family), folded(parts.given[0] if parts.given else parts.initials[:1])


def _as_figure(finding: Finding) -> Finding:
    figure = moved(finding, finding.start, finding.end)
    return Finding(figure.start, figure.end, "PUBLIC-FIGURE", figure.score, figure.detector, _WHY)
