"""Responses that bring evidence, or experience of their own, each with the words that say so.

Plain rules, so that a reader can see why: no response is ranked by a number that nobody can check. The
rules are for English; of other languages they find figures, dates and addresses alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from bernard.tools.consult.types import Span

Kind = Literal["figure", "source", "date", "place", "reason", "experience"]

_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_UNIT = (
    "%|per ?cent|percent(?:age points?)?|million|billion|thousand|m|bn|k|pounds?|pence|hours?|hrs?|"
    "minutes?|mins?|days?|weeks?|months?|years?|miles?|metres?|km|mph|kg|tonnes?|households?|homes?|"
    "people|patients?|pupils?|children|staff|members?|residents?|customers?|businesses|cases?|deaths?|"
    "accidents?|jobs?|times"
)
_FIGURE = re.compile(
    rf"[£$€] ?\d(?:[\d,.]{{0,14}}\d)?(?: ?(?:m|bn|k|million|billion|thousand)\b)?|"
    rf"\b\d[\d,]{{0,15}}+(?:\.\d{{1,9}}+)? ?+(?:{_UNIT})(?![\w-])(?! olds?\b)|"
    rf"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten) (?:in|out of) (?:every )?"
    rf"(?:\d+|three|four|five|six|seven|eight|nine|ten|twenty|a hundred)\b|"
    rf"\b\d{{1,3}}+(?:,\d{{3}}){{1,5}}+\b",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"https?://\S+|\bwww\.\S+|"
    r"\b[Aa]ccording to (?:the )?(?:[A-Z]|official|recent|government|research|a study|data|figures)|\bet al\b|\b(?:published|reported|commissioned) (?:by|in)\b|"
    r"(?<!no )(?<!any )(?<!little )(?<!enough )(?<!No )\b(?:research|stud(?:y|ies)|survey|statistics|data|figures|evidence|report|review|census|"
    r"inquiry|analysis|poll|trial|pilot|meta-analysis)s? (?:\w+ ){0,4}?(?:show(?:s|ed|n|ing)?|find(?:s|ings?)?|"
    r"found|suggest(?:s|ed)?|indicat(?:es?|ed)|demonstrat(?:es?|ed)|prove[sdn]?|reveal(?:s|ed)?|"
    r"confirm(?:s|ed)?|conclude[sd]?|state[sd]?|estimate[sd]?)\b|"
    r"\b(?:[Tt]he|[Aa]|[Tt]his|[Rr]ecent|[Oo]fficial|[Nn]ational|[Ll]ocal)? ?(?:ONS|NHS England|Ofsted|"
    r"Ofcom|NICE|OECD|WHO|National Audit Office|NAO|Office for National Statistics|King's Fund|"
    r"Joseph Rowntree Foundation|Institute for Fiscal Studies|IFS|Environment Agency|Climate Change "
    r"Committee|Select Committee|Public Accounts Committee)\b|"
    r"\b(?:[A-Z]\w+ ){1,6}(?:Act|Regulations|Order|Bill|White Paper|Strategy|Report|Review)\b(?: (?:19|20)\d\d)?|"
    r"\((?:[A-Z][\w'’-]+(?: (?:and|&) [A-Z][\w'’-]+| et al\.?)?,? )(?:19|20)\d\d[a-z]?\)"
)
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH})(?: (?:19|20)\d\d)?\b|"
    rf"\b(?:{_MONTH}) (?:19|20)\d\d\b|\b\d{{1,2}}/\d{{1,2}}/(?:19|20)?\d\d\b|"
    r"\b(?:in|since|by|from|until|before|after|during|between|of) (?:early |late |mid-)?(?:19|20)\d\ds?\b|"
    r"\b(?:19|20)\d\d[-–/](?:\d\d|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:in|at|near|around|across|outside|through|between|from|to|along) (?:the )?"
    r"(?!(?:I|English|Government|January|February|March|April|May|June|July|August|September|October|"
    r"November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Christmas|Easter|"
    r"AI|NHS|Parliament|Covid|COVID)\b)"
    r"[A-Z][a-z’'-]{2,}(?:(?: |-)(?:[A-Z][a-z’'-]+|upon|on|under|le|of|and|the)){0,4}|"
    r"\b[A-Z][a-z’'-]+ (?:Road|Street|Lane|Avenue|Hospital|School|Park|Station|Bridge|High Street|"
    r"Surgery|Primary|Academy|Town Hall|Roundabout|Junction)\b|"
    r"\b[AM]\d{1,3}\b(?! paper)|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
)
_REASON = re.compile(
    r"\b(?:because|therefore|as a result|consequently|leads? to|led to|leading to|results? in|"
    r"resulted in|resulting in|caus(?:es|ed|ing)|due to|which means|meaning that|this means|hence|"
    r"thereby|owing to|contributes? to)\b",
    re.IGNORECASE,
)
# "We" alone is mankind as often as a family: it needs a verb of the past, or of having done.
_WHO = r"(?:I|I['’](?:ve|m|d)|[Ww]e['’](?:ve|d)|[Ww]e (?=have |had |\w+ed\b|lost|took|paid|spent|went|saw|run a|own )(?!need|want|wish|would|should)|[Mm]e and my|[Mm]y (?:\w+ ){0,2}?(?:wife|husband|partner|son|daughter|child|children|kids|mother|father|mum|mam|dad|parents?|grand\w+|brother|sister|family|friend|friends|neighbou?rs?|colleagues?|patients?|pupils?|students?|clients?|tenants?|staff|business|team|husband['’]s|carer|dog|doctor|GP|school|company))"
_LIVED = (
    r"(?:live[ds]?|living|work(?:ed|s|ing)?|use[ds]?|using|own(?:ed|s)?|run|ran|running|had|have had|has had|"
    r"was|were|been|went|gone|go to|goes to|took|taken|tried|waited|waiting|suffer(?:s|ed|ing)?|struggl(?:e|es|ed|ing)|"
    r"experience[ds]?|witness(?:ed)?|seen|saw|lost|paid|spent|received|moved|grew up|attend(?:s|ed)?|"
    r"cycle[ds]?|drive|drove|driven|commut(?:e|ed|es)|travel(?:led|s)?|walk(?:ed|s)?|teach|taught|"
    r"nurse[ds]?|care for|cared for|volunteer(?:ed|s)?|manage[ds]?|employ(?:ed|s)?|"
    r"gambl(?:e|ed)|visit(?:ed|s)?|bought|found myself|ended up|knew|met|called|phoned|rang|"
    r"applied|claim(?:ed)?|felt|got|gave up|stopped|started|quit|tried|studied|qualified|retired|fell|died|"
    r"told|asked|helped|broke|missed|became|turned|kept|left)"
)
# Words that make of an experience a wish, a supposition or an opinion.
_NOT_LIVED = (
    r"(?! (?:to see|like|love|prefer|hope|agree|support|think|believe|wish|argue|say|not|be)\b)"
)
_EXPERIENCE = re.compile(
    rf"\b{_WHO} ?(?:(?:have|has|had|was|were|am|are|is|also|often|always|personally|recently|once|just|"
    rf"never|still|regularly|currently|nearly|almost|actually|myself|ourselves|who|both|all) ){{0,3}}{_LIVED}\b{_NOT_LIVED}|"
    r"\b(?:[Ii]n|[Ff]rom) (?:my|our) (?:own )?(?:\w+ )?experiences?\b|"
    r"\b(?:happened|said|spoke|speaking|told) to (?:me|us|my)\b|\b[Ww]hen I (?:was|went|had|got|moved|started|lived|worked|tried|used)\b|"
    r"\b(?:[Aa]s|I['’]?m|I am|I was|we are) (?:an?|the) (?:\w{1,30}[ -]){0,3}?(?:parent|mother|father|mum|dad|carer|nurse|doctor|"
    r"teacher|headteacher|resident|pensioner|student|survivor|owner|driver|cyclist|patient|social worker|"
    r"landlord|tenant|farmer|worker|employee|employer|user|addict|gambler|veteran|wheelchair user|grandparent|"
    r"governor|councillor|councilor|physician|journalist|coach|lecturer|practitioner|professional|GP|midwife|volunteer|business owner|local|disabled person|"
    r"single parent|foster carer|shopkeeper|retailer|landowner|smoker|customer)\b|"
    r"\b[Aa]s an? (?:[\w'’-]{1,30} ){0,5}[\w'’-]{1,30}(?: who [^,.;]{3,60})?, (?:I|we|my|our)\b|"
    r"\b[Aa]s (?:someone|somebody|a person|an? [\w'’-]{1,30}(?: [\w'’-]{1,30}){0,2}) who\b|"
    r"\b[Ii]n my (?:role|job|work|practice|clinic|classroom|pub|shop|street|village|town|area|school|ward)\b|"
    r"\b[Mm]y own (?:\w+ )?(?:child|children|son|daughter|family|experience|case|life|home|mother|father|mum|dad)\b|"
    r"\b(?:[Ff]or|[Oo]ver|past|last|[Aa]fter) (?:the (?:past|last) )?(?:\d+|\w+) years,? (?:I|we)(?:['’]ve)?\b|"
    r"\b[Mm]y (?:\w+ )?(?:wife|husband|partner|son|daughter|child|mother|father|mum|mam|dad|grand\w+|brother|sister) (?:is|has|was|had|who|uses|works|lives|goes|needs|died|got|lost|can(?:no|['’])t)\b",
)
# A pattern is tried only where the text, in small letters, holds one of these: they are 20 times faster
# to look for, and most responses hold none.
_DIGITS = tuple("0123456789")
_COUNTED = (*_DIGITS, " in every ", " out of ", *(f" in {n}" for n in ("t", "f", "s", "e", "n")))
_SOURCES = (
    "http",
    "www.",
    "according",
    "et al",
    "published",
    "reported",
    "commissioned",
    "research",
    "stud",
    "survey",
    "statistic",
    "data",
    "figures",
    "evidence",
    "report",
    "review",
    "census",
    "inquiry",
    "analys",
    "poll",
    "trial",
    "pilot",
    "nhs england",
    "ofsted",
    "ofcom",
    "oecd",
    "audit office",
    " nao",
    " ons",
    " ifs",
    " nice ",
    " who ",
    "king's fund",
    "foundation",
    "institute for",
    "agency",
    "committee",
    " act",
    "regulations",
    " order",
    " bill",
    "white paper",
    "strategy",
    "(",
)
_REASONS = (
    "because",
    "therefore",
    "result",
    "consequently",
    "lead",
    "led to",
    "caus",
    "due to",
    "which means",
    "meaning that",
    "this means",
    "hence",
    "thereby",
    "owing to",
    "contribut",
)
_SIGNS: tuple[tuple[Kind, re.Pattern[str], tuple[str, ...]], ...] = (
    ("figure", _FIGURE, _COUNTED),
    ("source", _SOURCE, _SOURCES),
    ("date", _DATE, _DIGITS),
    ("place", _PLACE, ()),
    ("reason", _REASON, _REASONS),
    ("experience", _EXPERIENCE, ()),
)
_AT_MOST = 3
# Nobody's evidence begins after a hundred thousand letters; one response must not stop all others.
_READ = 100_000


class Sign(NamedTuple):
    """Words that count as one kind of evidence, or as experience."""

    kind: Kind
    place: Span


class Rich(NamedTuple):
    """What a response brings.

    Attributes:
        evidence: whether it is rich in evidence: it names a source, or holds a figure and one more
            figure, date or place. Words of reasoning are shown with them, but are not enough.
        experience: whether it tells of experience of one's own.
        signs: the first few of each kind, by kind and place.
    """

    evidence: bool
    experience: bool
    signs: tuple[Sign, ...]

    def why(self, text: str, kinds: Sequence[Kind] = ()) -> str:
        """The reason in words, such as `figure: “40%”; reason: “because”`."""
        shown: dict[Kind, list[str]] = {}
        for sign in self.signs:
            if not kinds or sign.kind in kinds:
                words = " ".join(text[sign.place.start : sign.place.end].split())
                shown.setdefault(sign.kind, []).append(f"“{words}”")
        return "; ".join(f"{kind}: {', '.join(words)}" for kind, words in shown.items())


EVIDENCE: tuple[Kind, ...] = ("figure", "source", "date", "place", "reason")


def rich(text: str) -> Rich:
    """Whether a response is rich in evidence or in experience, and the words that show it."""
    signs = tuple(_signs(text[:_READ]))
    kinds = [sign.kind for sign in signs]
    checkable = sum(kind in ("figure", "date", "place") for kind in kinds)
    evidence = "source" in kinds or ("figure" in kinds and checkable >= 2)
    return Rich(evidence, "experience" in kinds, signs)


def _signs(text: str) -> Iterator[Sign]:
    # A space before it, so that a key may ask for a word's beginning.
    folded = f" {text.lower()}"
    for kind, pattern, keys in _SIGNS:
        if keys and not any(key in folded for key in keys):
            continue
        for index, match in enumerate(pattern.finditer(text)):
            if index == _AT_MOST:
                break
            yield Sign(kind, Span(*match.span()))
