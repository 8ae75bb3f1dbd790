"""Sentences that are said for politeness' sake, plead, or tell who speaks, and say nothing on the matter.

`Thank you for asking`, `Please think again`, `I have lived here all my life`: many people write them, in the same words and
without arrangement. So they are no theme and no title. Plain
rules for English; a sentence of courtesies with anything else in it is left as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

_MOST_WORDS = 24
_YOU = r"(?:you|the council|councillors?|the committee|the panel|the team|the minister|the government|everyone|us all|us|me)"
_READ = (
    r"(?:read(?:ing)?|listen(?:ing)?|ask(?:ing)?|consult(?:ing)?|consider(?:ing)?|hear(?:ing)?|tak(?:e|ing)|giv(?:e|ing)|let(?:ting)?"
    r"|allow(?:ing)?|provid(?:e|ing)|invit(?:e|ing))"
)
_OURS = (
    r"(?: (?:to|us|me|our|my|this|these|the|all|for|a|an|your|time|into|account|careful|full|due|serious|seriously|carefully|fully|residents"
    r"|people|views?|comments?|thoughts?|opinions?|concerns?|response|feedback|objections?|points?|chance|opportunity|consideration|attention|notice|reply"
    r"|have|has|had|say|read|comments|share|shar(?:e|ing)|express|comment|respond|contribute|take part|be heard|heard|it|that|what|we|i|say|said|have to say|and|on board"
    r"|survey|consultation|public|local|community|matter|subject|issue|on|about|of|in|as|well|here|again|above|before|you|decid\w+|mak\w+|decisions?))*"
)
_COURTESIES = (
    rf"(?:many |with )?(?:thanks|thank you|thankyou|cheers|thx|ta|i thank you|thanks again|with thanks|gratefully)(?: {_YOU})?"
    rf"(?: (?:very much|so much|a lot|again|all|in advance|kindly))*(?: (?:for|and)(?: {_YOU})?(?: {_READ})?{_OURS})?",
    r"(?:i|we)(?: am| are|m|re)? (?:very |most |really |so )?(?:grateful|thankful|appreciate|welcome|glad|pleased)(?: for| of| to have)? (?:the|this|your|an?) (?:opportunity|chance|time|consideration|consultation)"
    + _OURS,
    r"(?:(?:with )?(?:kind|kindest|best|warm|warmest|many)(?: and warm)? (?:regards|wishes)|regards|yours(?: (?:sincerely|faithfully|truly|etc|in (?:hope|anger|despair)))|sincerely|best|all the best"
    r"|good luck(?: (?:with|to) (?:it|this|this one|you|you all|the (?:project|scheme|plan)))?)"
    r"(?: (?:a|an|one|your|from|very) (?:\w+ ){0,2}(?:residents?|neighbours?|parents?|citizens?|taxpayers?|ratepayers?|voters?|users?|members?|pensioners?|mothers?|fathers?))?",
    r"(?:(?:dear|hi|hello|good (?:morning|afternoon|evening|day)|to)(?: (?:sir|madam|sirs|or|and|all|team|there|councillors?|council|everyone|minister|whom it may concern|colleagues?|whoever|reads|this|committee|panel|the))*)",
    r"(?:(?:so|and|but|now|then) )?(?:please|pls|i (?:beg|urge|implore|ask|plead with|appeal to|call on|encourage) (?:you|the \w+)(?: all)?(?: please)? to|we (?:beg|urge|implore|ask) (?:you|the \w+)(?: all)? to"
    r"|(?:i|we)(?: do| really| sincerely| very much| just)* (?:hope|trust|pray)(?: that)?(?: (?:you|they|the \w+|someone|somebody))?(?: (?:will|would|can|do|are|at least))?|will you|do|just|kindly)"
    r"(?: (?:do|just|now|all|at least|really|actually|finally|for once|please|be|going to|truly|can))*"
    r" (?:think (?:again|twice|carefully|hard|about (?:it|this|us|what you(?: a)?re doing|that)|it over|long and hard)|listen(?:ing)?|reconsider|re-?think|re consider|consider (?:this|these|it|my|our|all this)|see sense|do the right thing|take (?:note|notice|heed|care|this seriously|action)"
    r"|pay attention|hear us|act|act now|help|hurry|hurry up|change your minds?|understand|get it right|get this right|don'?t|dont(?: do (?:it|this))?|do not do (?:it|this)|do (?:it|this|something)|get on with it|stop (?:it|this)|wake up|be sensible|use (?:your )?common sense|this helps|helps"
    r"|this is (?:of help|helpful|useful)|let me know|keep (?:me|us) (?:informed|posted|updated)|get in touch|contact (?:me|us)|reply|respond|read (?:this|it)|take (?:my|our|these|this|the) (?:\w+ )?(?:views?|comments?|points?|concerns?|objections?) (?:seriously|into account|on board|into consideration))"
    r"(?: (?:again|carefully|now|seriously|before|it|is|too|late|you|decide|decid\w+|to|us|me|the|people|residents|public|what|we|say|local|for|once|this|time|about|my|our|your|views?|comments?|concerns?|plans?|proposals?|decision|and|of|here|all|soon|think again|on|in))*",
    r"(?:end of )?(?:rant|rant over|thats all|that is all|thats it|that is it|thats my (?:view|opinion|two pence|twopence|two pennyworth)|just my (?:view|opinion|two pence)|end of|enough said|nuff said|nothing (?:more|else) to (?:say|add)|rest my case|i rest my case|ill leave it (?:there|at that)|sorry for (?:the )?(?:rant|ranting|long (?:reply|answer)))",
    r"(?:i|we)(?: a)?m? (?:writing|write|responding|emailing|am writing|are writing)(?: this)? (?:to|in)(?: (?:you|respond|reply|response|answer|comment|express|give|share|to|on|the|this|your|my|our|consultation|survey|questions?|views?|opinions?|about|regarding|concerning))*",
)
# Who speaks, and no more: how long somebody has lived there.
_SPEAKER = (
    r"(?:i|we|my (?:family|husband|wife|parents)(?: and i)?)(?: have| has| had|ve)? (?:(?:always|now|also|both) )?"
    r"(?:lived|been living|live|living|worked|been working|grew up|been resident|been (?:a )?residents?)"
    r" (?:here|there|locally|nearby|in|on|at|near|by|round|opposite)(?: (?!and |but |because |so |which |where )[\w'-]+){0,6}?"
    r"(?: (?:all (?:my|our) (?:life|lives)|(?:for |over )*(?:\w+ ){1,4}years(?: now)?|since [\w ]{1,20}|most of my life|for decades))",
    r"(?:i|we)(?: a?m| are|m|re)? (?:a |an )?(?:very |proud |local |long ?term |longstanding |long ?time |lifelong |worried |concerned |nearby )*"
    r"(?:residents?|neighbours?|locals?|taxpayers?|ratepayers?|constituents?)(?: (?:of|in|here|on)(?: [\w'-]+){0,4})?",
)
_ANY = re.compile(f"(?:{'|'.join((*_COURTESIES, *_SPEAKER))})")
_MARKS = re.compile(r"[^\w\s'’-]+|_")
_APOSTROPHES = re.compile("['’]")
_FIRST = re.compile(
    r"(?:and|so|but|now|then|please|pls|kindly|just|do|will|many|with|thank\w*|thanks|thx|cheers|ta|gratefully|i|we|im|ive|weve|were|my|kind\w*|best|warm\w*|regards|yours|sincerely|all"
    r"|good|dear|hi|hello|to|end|rant|thats|that|enough|nuff|nothing|rest|ill|sorry)\b"
)


def is_courtesy(sentence: str) -> bool:
    """Whether a sentence is a courtesy or a plea, or tells who speaks, and no more.

    Example:
        >>> is_courtesy("Thank you for asking."), is_courtesy("Please think again!")
        (True, True)
        >>> is_courtesy("Please put more buses on."), is_courtesy("Thank you for mending the road.")
        (False, False)
    """
    return len(sentence) <= 300 and _is_courtesy(sentence)


@lru_cache(maxsize=50_000)
def _is_courtesy(sentence: str) -> bool:
    words = _APOSTROPHES.sub("", _MARKS.sub(" ", sentence.casefold())).split()
    if not words or len(words) > _MOST_WORDS:
        return False
    text = " ".join(words)
    return bool(_FIRST.match(text) and _ANY.fullmatch(text))
