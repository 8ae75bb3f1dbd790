"""Whether a response to an open question says anything: plain rules for English, and a little Welsh.

A text says nothing where it is made of phrases that say nothing and of no other word. So `No` says
nothing (an answer with no reason), and `No, because of the cost` does.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from bernard.tools.consult.language import is_english

__all__ = ["is_english", "says_nothing"]

_LONGEST = 600
_MOST_WORDS = 30
_SHORTEST_ECHO = 4
_ECHO = 0.6

_WORD = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*")
_APOSTROPHES = re.compile("['’`]")
_TWO_LETTERS = re.compile(r"\bn[/.\\ ]+a\b", re.IGNORECASE)

_MORE = (
    r"(?: (?:further|more|other|others|additional|particular|specific|real|strong|relevant|new|added|extra|special"
    r"|substantive|firm|major|significant|useful|own|comment|on|this|that|these|it))*"
)
_THING = (
    r"(?:comments?|thoughts?|views?|opinions?|suggestions?|feedback|ideas?|answers?|responses?|reply|information|info"
    r"|remarks?|observations?|questions?|input|reasons?|evidence|examples?|knowledge|experience|clue|contribution|reason given|text|data)"
)
_TO_ADD = (
    r"(?: (?:to|i can|i could|i want to|i wish to|i would like to|we wish to|that i can|that i want to))?"
    r"(?: (?:add|say|make|give|offer|share|report|comment|comment on|declare|note|contribute|raise|mention|suggest|provide|think of))*"
)
_SUBJECT = r"(?:(?:i|we|ive|weve|there|theres|there is|there are|the council|my answer is|answer)(?: (?:really|also|just|currently|personally|still))? )?"
_HAVE = r"(?:(?:have|has|had|got|have got|is|are|am) )?"
_NOT_HAVE = (
    r"(?:(?:do not|dont|did not|didnt|have not|havent|would not|wouldnt) (?:really )?"
    r"(?:(?:have|got|think of)|(?:wish|want|feel able|need|feel the need|intend) to (?:make|add|give|offer|provide|say|comment|answer|respond))"
    r"|(?:have not|havent|have|ive)(?: got)?|cannot think of|cant think of)"
)
_ANSWER_WORDS = (
    r"(?:to|in|at|under|from|my|our|the|previous|previously|earlier|above|below|comments?|answers?|answered|responses?|reply|replies"
    r"|statements?|points?|attached|attachments?|document|letter|email|submission|report|q|qs|qu|qn|question|questions|number|no|section|part|page|and|for|this|same|reasons?"
    r"|also|other|last|first|second|preceding|given|stated|said|mentioned|made|i|we|gave|have|had|as|per|all|already|before|prior|box|q?[0-9]{1,3}[a-z]?"
    r"|full|written|supplied|provided|one|two|three|four|five)"
)
_BARE = (
    r"(?:no|nope|nah|none|nil|nothing|na|n a|not applicable|non applicable|not relevant|irrelevant|null|blank|void|tbc|tba|x+|yes|yep|yeah|yup|y|n|ok|okay|true|false"
    r"|(?:i |we )?(?:strongly |fully |completely |totally |tend to |broadly |mostly |partly |definitely |wholly |very much |somewhat |slightly )?(?:agree|disagree)"
    r"|agreed|neither(?: agree nor disagree)?|neutral|maybe|perhaps|possibly|probably|definitely|absolutely|of course|support|oppose|unsure|undecided|not sure|im not sure|i am not sure"
    r"|no idea|no clue|dunno|dk|idk|pass|skip|skipped|left blank|not answered|unanswered|no answer given|no reason given|not provided|not stated|not known|unknown|as is|ditto|idem|none given"
    r"|nothing said|see above|dim|dim sylw|dim sylwadau|amherthnasol|ddim yn gwybod|ydw|nac ydw|oes|nac oes|ie|na ddim|gweler uchod"
    r"|prefer not to (?:say|answer|comment)|rather not (?:say|answer)|i would rather not (?:say|answer)|not for me to (?:say|comment)|not qualified to (?:say|comment|answer)"
    r"|(?:i |we )?(?:am |are |im |feel )?(?:unable|not able) to (?:say|comment|answer)(?: on this)?|(?:i |we )?(?:cannot|cant|can not|couldnt) (?:really )?(?:say|comment|answer)"
    r"|(?:does not|doesnt|do not|dont) apply(?: to (?:me|us))?|not applicable to (?:me|us)|not relevant to (?:me|us))"
)
_PHRASES = (
    rf"{_SUBJECT}{_HAVE}(?:no|nothing|not any|none|not anything|without){_MORE}(?: {_THING})?(?: (?:or|and) {_THING})?(?: given)?"
    rf"(?: (?:else|more|further|at all|much|new|really))*{_TO_ADD}",
    rf"{_SUBJECT}{_NOT_HAVE}(?: (?:any|anything|a|an|enough|much))?{_MORE}(?: (?:else|more|further))*(?: {_THING})?(?: (?:or|and) {_THING})?{_TO_ADD}",
    r"(?:i |we )?(?:really |honestly |just |simply )?(?:do not|dont|didnt|wouldnt|would not) (?:really )?know"
    r"(?: (?:enough|much|anything))?(?: (?:about|on|of) (?:this|it|that|the (?:subject|topic|issue|area|matter)))?(?: to (?:comment|say|answer|have an opinion|give an opinion))?",
    rf"(?:please |pls |kindly |again |also )*(?:see|refer|refer back|referring|as per|as in|as|same|same as|the same|the same as|per|covered|covered (?:by|in)|answered|already answered"
    rf"|already (?:covered|stated|said|explained|mentioned|given|commented)|(?:i|we) (?:have )?(?:already )?(?:answered|said|stated|covered|explained|commented|gave|mentioned)"
    rf"|stated|mentioned|explained|outlined|described|noted|set out|detailed|repeat|i refer|we refer|i refer you|we refer you|cf|my answer is (?:as|the same as))(?: {_ANSWER_WORDS})+",
    _BARE,
)
# They add nothing to what says nothing, and by themselves are no answer either.
_FILLERS = (
    r"(?:and|or|so|really|at all|at this time|at present|at the moment|at this stage|at this point|currently|right now|now|for now|just now|from me|from us|from my side|personally"
    r"|thank you|thanks|many thanks|thank you very much|thanks very much|cheers|sorry|please|im afraid|i am afraid|that i can think of|i can think of|that i know of|that im aware of|that i am aware of"
    r"|(?:of|on|about) (?:this|that|it)|on this (?:question|matter|issue|point|one|topic|section|proposal|subject)|to this|to this question|for this question|about this|about it|in relation to this"
    r"|i think|i believe|honestly|other than that|other than the above|as i|im|well|hi|hello|sir|madam|regards|kind regards|answer|response|comment|comments|reason|reasons|else|further|same|above|attached|that|this|it)"
)
_PATTERNS = tuple(re.compile(phrase) for phrase in (*_PHRASES, _FILLERS))
_LONGEST_PHRASE = 12
_NUMBERED = re.compile("q[0-9]+[a-z]?|[0-9]+[a-z]|x+|q[a-z]?")


def says_nothing(text: str, question: str = "") -> bool:
    """Whether a response to an open question gives no answer, or an answer with no reason.

    Args:
        question: its wording; a response that only repeats it says nothing.

    Example:
        >>> says_nothing("n/a - see my answer to Q2."), says_nothing("No, it costs too much")
        (True, False)
    """
    if len(text) > _LONGEST:
        return not any(map(str.isalnum, text))
    return _says_nothing(text, question)


@lru_cache(maxsize=20_000)
def _says_nothing(text: str, question: str) -> bool:
    words = _words(text)
    if len(words) > _MOST_WORDS:
        return False
    asked = _words(question) if question else []
    if len(asked) >= _SHORTEST_ECHO and words[: len(asked)] == asked:
        words = words[len(asked) :]
    elif len(words) >= max(_SHORTEST_ECHO, _ECHO * len(asked)) and _is_within(words, asked):
        return True
    if not any(any(map(str.isalpha, word)) for word in words):
        return True
    return _made_of_phrases(words)


def _words(text: str) -> list[str]:
    plain = _TWO_LETTERS.sub("na", text.casefold())
    return [_APOSTROPHES.sub("", word) for word in _WORD.findall(plain)]


def _is_within(words: list[str], asked: list[str]) -> bool:
    return f" {' '.join(words)} " in f" {' '.join(asked)} "


def _made_of_phrases(words: list[str]) -> bool:
    """Whether the words are phrases that say nothing, one after another, to the end."""
    known = _vocabulary()
    if not all(word in known or word.isdigit() or _NUMBERED.fullmatch(word) for word in words):
        return False
    text = " ".join(words)
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word) + 1)
    reached = {0}
    for first in range(len(words)):
        if first not in reached:
            continue
        for last in range(first + 1, min(first + _LONGEST_PHRASE, len(words)) + 1):
            if last in reached:
                continue
            if any(p.fullmatch(text, starts[first], starts[last] - 1) for p in _PATTERNS):
                reached.add(last)
    return len(words) in reached


@cache
def _vocabulary() -> frozenset[str]:
    """Every word of the patterns: a text with another word says something."""
    forms = " ".join((*_PHRASES, _FILLERS)).replace("s?", " ")
    found = set(re.findall(r"[a-z]+", forms))
    return frozenset(found | {f"{word}s" for word in found})
