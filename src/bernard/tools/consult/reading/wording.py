"""What headings say: the question without its number, and what kind of thing it asks for."""

from __future__ import annotations

import re

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>|&nbsp;")
_NUMBER = re.compile(
    r"^\s*(?:"
    r"(?:question|qu|q|cwestiwn|c)\.?\s*[#:]?\s*\d{1,3}(?:[._]\d{1,2})*(?:\s?\(?[a-h](?:\)|\b))?\s*[.:)\]\-–—_]*\s*"
    r"|\d{1,3}(?:\.\d{1,2})*[a-h]?\s*(?:[.:)\]](?!\d)|\s[-–—]|[-–—]\s)\s*"
    r"|\d{1,3}(?:\.\d{1,2})+\s+(?=(?-i:[A-Z]))"
    r"|\([a-h]\)\s+"
    r")+",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"\s*(?:[-–—:|/]\s*|\()"
    r"(?:open[- ]ended response|selected choice|response|radio button|tick box(?:es)?|free text|text box|text|answer)\)?\s*$",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\bother\b.{0,25}\b(?:specify|state|describe|say|explain|tell|detail|give|write|enter|add)"
    r"|(?:^|[-–—:\]/|(]\s*)other(?:\s*\(?(?:text|answer|option|comment)s?\)?)?\s*[).:]*\s*(?:-\s*text)?$"
    r"|\bother\s*[-–—:]\s*text$|^if (?:you (?:chose|selected|answered|ticked) )?[\"'“‘]?other\b|\barall\b.{0,20}\bnod",
    re.IGNORECASE,
)
_REFERS_BACK = re.compile(
    r"^(?:please |kindly |and |can you |could you |would you )*"
    r"(?:explain|expand|elaborate|why\b|give (?:your |a |the |us )?(?:reason|detail|explanation)|(?:provide|add|share|include) "
    r"(?:your |any |a |the |further |more |us )*(?:reason|detail|comment|explanation|information|evidence)|tell us (?:why|more)|say why"
    r"|state (?:why|your reason)|(?:your )?comments?\W*$|(?:your )?(?:reason|detail)s?\b|comments? (?:on|about) (?:your|this) answer|reasons?\b|details?\b"
    r"|if (?:yes|no|not|so|you|other)\b|use (?:this|the) (?:space|box)|describe why|what are your reasons|free text|open text)",
    re.IGNORECASE,
)
_MOST_WORDS_REFERRING = 25

# Headings of what an export tells about a response, not what a person answered.
IDENTIFIER = re.compile(
    r"^(?:(?:the )?(?:response|respondent|respondant|submission|record|participant|answer|user|case|survey|reply|row|person|entry|unique"
    r"|themefinder|comment|letter|consultee|representation|external|public)?"
    r"[\s_.-]*(?:id|ids|identifier|identification|number|no|num|ref|reference|key|uuid|guid|#)\.?(?:[\s_.-]*(?:id|number|no|num|code)\.?)?"
    r"|(?:unique|anonymous)[\s_-]*(?:response|respondent|reference)?[\s_-]*(?:id|number|reference|code|key)|userno|userid|id[\s_]?\d?"
    r"|anon(?:ymous)?[\s_-]*(?:id|ref)|cyfeirnod|rhif(?: ymateb)?)$",
    re.IGNORECASE,
)
_TECHNICAL = re.compile(
    r"^(?:(?:start|end|submit(?:ted)?|submission|completion|created?|recorded?|modified|updated?|last|received|publish(?:ed)?|response|first|entry"
    r"|started|ended|date|time)?[\s_.-]*(?:date|time|at|on|page|day|stamp|timestamp|started|ended|created|submitted|modified|completed|updated|published"
    r"|seen|saved|received)(?:[\s_.-]*(?:time|date|stamp|submitted|started|ended|\(?utc\)?|\(?gmt\)?))?"
    r"|date (?:submitted|started|last action|received|of (?:response|submission|letter))|timestamp|duration.*|(?:total )?time taken.*|time spent.*|elapsed.*"
    r"|ip(?:[\s_-]*address)?|user[\s_-]*agent|browser.*|device.*|operating system|platform|status|response[\s_-]*(?:type|status)|progress.*|finished|completed?"
    r"|is[\s_]complete|seed|collector(?:[\s_-]*id)?|distribution[\s_-]*channel|channel|user[\s_-]*language|start[\s_-]?language|language"
    r"|(?:recipient|location)[\s_-]*(?:last|first|email|latitude|longitude).*|lat(?:itude)?|long?(?:itude)?|external[\s_-]*(?:data)?[\s_-]*reference"
    r"|tracking(?:[\s_-]*link)?|source(?: ip)?|referr?er.*|refurl|session.*|custom[\s_-]*data.*|consent|captcha.*|score|q_.*|published|publishable"
    r"|moderat.*|page \d+|url|link|tags?|notes? \(?internal.*|analyst.*|attachments?|file upload.*|upload.*|campaign(?:[\s_-]*id)?)$",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:(?:first|last|full|sur|fore|family|given|your|contact|respondent(?:'s)?)[\s_-]*name|surname|forename|e-?mail|phone|telephone|mobile"
    r"|post[\s_-]?code|zip[\s_-]?code|date of birth|d\.?o\.?b|signature|national insurance|nhs number)\b"
    r"|^(?:your |home |postal |full )*address(?: line ?\d)?$|^(?:your )?name\??$|^(?:what is your|please (?:enter|give|provide) your|enter your) "
    r"(?:full )?(?:name|address|home address)\b",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(?:name of (?:your |the )?(?:organisation|organization|company|group|employer|school|body)"
    r"|(?:organisation|organization|company|group|employer|school)(?:'s)?[\s_-]*name"
    r"|(?:what|which) organi[sz]ation\b(?!.*\btype\b)|^(?:your )?(?:organisation|organization|company|employer)$)",
    re.IGNORECASE,
)
_AREA = re.compile(
    r"post[\s_-]?code.{0,20}\b(?:area|district|sector|first|half|outward)|\b(?:first|area).{0,25}post",
    re.I,
)
_DEMOGRAPHIC = re.compile(
    r"\b(?:age|aged|old are you|gender|sex|ethnic\w*|race|disab\w*|religio\w*|faith|belief|sexual(?:ity)?|orientation|marital|civil partnership"
    r"|pregnan\w*|maternity|nationality|country|county|region|nation|constituency|ward|local authority|council area|borough|district|where do you live"
    r"|live in|education level|qualifications?|employment status|employ(?:ed|ment)|occupation|job (?:role|title)|income|household|tenure|carer|caring responsib\w*"
    r"|responding as|respond(?:ing)? on behalf|on behalf of|capacity|individual or|type of (?:organisation|organization|respondent|stakeholder|business)"
    r"|organi[sz]ation type|respondent type|respondent category|stakeholder (?:type|group|category)|size of (?:organisation|business|company)|sector"
    r"|describes? you(?:rself|r organi[sz]ation)?|are you an?\b|which of (?:these|the following) (?:best )?describes? you|armed forces|veteran|trade union"
    r"|rhyw|oed|anabledd|ethnigrwydd|long[- ]term (?:condition|illness)|health condition|first language|children under|postcode area)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:why|explain|comments?|reasons?|describe|tell us|feedback|views?|suggest\w*|thoughts?|elaborate|in your own words|any other|anything else"
    r"|anything|further|how (?:could|can|might|would|should|do you think)|what (?:else|do you|would|should|are|is|could|changes?|impact)|please (?:give|provide|share|add"
    r"|use|say|set out|outline|expand)|evidence|sylwadau|pam|free[- ]?text|open[- ]?text|verbatim|answer|response|text|letter|message|body|improve\w*|concerns?)\b",
    re.IGNORECASE,
)
_LEADING_SIGNS = re.compile(r"^[\s.:\-–—)\]]+")


def question_of(heading: str) -> str:
    r"""The wording of a question without its number, markup or what an export puts after it.

    Example:
        >>> question_of("Q3. Do you agree? - Open-Ended Response"), question_of("Question 3 - Why?")
        ('Do you agree?', 'Why?')
    """
    text = " ".join(_TAG.sub(" ", heading).split())
    bare = _LEADING_SIGNS.sub("", _NUMBER.sub("", text, count=1))
    while (shorter := _ENDING.sub("", bare)) != bare and shorter:
        bare = shorter
    return bare or text


def refers_back(wording: str) -> bool:
    """Whether it asks only for words on the question before: `Please explain your answer`."""
    return len(wording.split()) <= _MOST_WORDS_REFERRING and bool(_REFERS_BACK.match(wording))


def is_other(heading: str) -> bool:
    """Whether it is the room for words beside the option `Other`."""
    return bool(_OTHER.search(heading.strip())) and len(heading) < 400


def is_identifier(heading: str) -> bool:
    """Whether a heading says that its column tells responses apart."""
    return bool(IDENTIFIER.match(_bare(heading)))


def is_technical(heading: str) -> bool:
    """Whether it is about the sending of a response."""
    return bool(_TECHNICAL.match(_bare(heading)))


def is_personal(heading: str) -> bool:
    """Whether it asks who somebody is or where they are reached."""
    return bool(_PERSONAL.search(_bare(heading))) and not is_area(heading) and len(heading) < 120


def is_organisation(heading: str) -> bool:
    """Whether it asks for the name of an organisation."""
    return bool(_ORGANISATION.search(_bare(heading))) and len(heading) < 160


def is_area(heading: str) -> bool:
    """Whether it asks for part of a postcode only."""
    return bool(_AREA.search(heading))


def is_demographic(heading: str) -> bool:
    """Whether it asks what kind of person or body answers."""
    return (is_area(heading) or bool(_DEMOGRAPHIC.search(_spaced(heading)))) and len(heading) < 250


def asks_for_words(heading: str) -> bool:
    """Whether it invites an answer in one's own words."""
    return bool(_OPEN.search(_spaced(heading)))


def _spaced(heading: str) -> str:
    return question_of(heading).replace("_", " ")


def _bare(heading: str) -> str:
    """Without a number, and camel case apart: `RecordedDate`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", question_of(heading)).strip(" :?*.")
