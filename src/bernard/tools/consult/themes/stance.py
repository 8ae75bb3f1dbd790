"""Whether a sentence is for or against what the question proposes.

Two answers, for two uses. *Plain words* (`said_plainly`: "we oppose this", "it should not be closed")
give a theme its stance; a theme in which too few speak plainly has none, since a wrong stance misleads
more than none helps. The *leaning* of a sentence only keeps groups apart that pull different ways.

The leaning is a small model of five numbers: how the sentence's meaning and its words lean (good, helps, safe;
bad, harms, costly), turned round where the question proposes to end something and the sentence speaks
of that thing, and whether it says that what is proposed should be done, or should not. Its weights were
fitted by logistic regression on the 24 topics of ArgKP's training split, each topic judged by the
others: it is right on 78% of single sentences there and 77% of those of the development split.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bernard.tools.consult.themes.leaning import BAD, BAD_SENTENCES, GOOD, GOOD_SENTENCES
from bernard.tools.consult.themes.space import Floats
from bernard.tools.consult.types import Encoder, Stance

Sides = NDArray[np.int8]

# Meaning, words, `should` beside the proposal, `should not` beside it, `should not` elsewhere.
_WEIGHTS = np.array([0.81, 0.49, 1.70, -3.43, -0.51], np.float32)
_MOST_WORDS = 3.0
# One that shares no word with the question is right two times in three, not four in five.
_ELSEWHERE = 0.5
# So many sentences of a theme, and this share of them, must say a side plainly; and of those, this
# share makes the theme one-sided.
_FEWEST = 3
_PLAIN = 0.1
_ONE_SIDED = 0.8

_ENDS = re.compile(
    r"\b(?:ban|banned|banning|bans|abandon\w*|abolish\w*|abolition|end|ended|ending|clos(?:e|ed|ing)"
    r"|prohibit\w*|fight\w*|criminal\w*|stop\w*|remov\w*|restrict\w*|scrap\w*|outlaw\w*|illegal"
    r"|get rid of|do away|eliminat\w*|withdraw\w*|cut|cuts|cutting|reduc\w*|limit\w*|cancel\w*"
    r"|demolish\w*|phas(?:e|ing) out)\b",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"\b(?:introduc\w*|adopt\w*|subsidi\w*|legali[sz]\w*|fund\w*|support\w*|allow\w*|mandatory"
    r"|compulsory|implement\w*|establish\w*|build\w*|extend\w*|expand\w*|creat\w*|increas\w*"
    r"|approv\w*|permit\w*|keep\w*)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\bshould (?!be done\b)\w+|\b(?:dis)?agree\b|\boppose|\bin favour\b|\bpropos(?:e|ed|al|als|es)\b"
    r"|\bplans? to\b|\b(?:do|would) you support\b|\b(?:views?|thoughts?|opinions?|feel) (?:on|about)"
    r" (?:the )?(?:\w+ing|plan|scheme|ban|idea)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(r"\b(?:what|which|how)\b[^.?]*\b(?:should|could|would|can)\b", re.IGNORECASE)
# What is proposed, at the head of the sentence: what is said then, is said of it.
_LEADING = (
    r"^\W*(?:(?:by|i think|i believe|yes|no|while|although|if)\W+)?"
    r"(?:(?:the|a|an|this|such|any|we|it|they|that|could|would|will|full|outright|proposed|strict\w*"
    r"|complete\w*|total\w*|well-enforced)\s+)*"
    r"(?:proposals?|measures?|initiative|move|step|policy|scheme|plans?|"
)
_ENDING = re.compile(
    _LEADING + r"bann?(?:ing|s)?|abandoning|abolish(?:ing|ment)|abolition|ending|closing|closure"
    r"|prohibit(?:ing|ion)|fighting|criminali\w+|stopping|removing|removal|restrict(?:ing|ions?)"
    r"|scrapping|outlawing|forbidding|eliminating|withdraw\w*|cutting|reduc(?:ing|tion)"
    r"|limit(?:ing|s)?)\b",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    _LEADING
    + r"introduc(?:ing|tion)|adopt(?:ing|ion)|subsidi[sz]\w*|legali[sz]\w*|funding|allowing"
    r"|implement\w*|establish\w*|building|extend\w*|expand\w*|creat\w*|increas\w*|approv\w*"
    r"|permit\w*)\b",
    re.IGNORECASE,
)
_SHOULD = re.compile(r"\bshould\b|\bmust\b|\bneeds? to\b", re.IGNORECASE)
_SHOULD_NOT = re.compile(
    r"\b(?:should(?:n['’]?t| not| never)|must not|cannot|can['’]t|would not|no (?:need|reason)|not be)\b",
    re.IGNORECASE,
)
_WHO = r"\b(?:i|we|our members|residents)\s+(?:(?:also|would|do|\w+ly|completely|both|all)\s+)*"
_FOR = re.compile(
    r"^\W*(?:yes|absolutely|definitely|agreed)\b(?![^.!?]*\bbut\b)"
    rf"|{_WHO}(?:support|agree|welcome|approve|applaud)\b"
    r"|\b(?:i am|i'm|we are|we're) (?:\w+ly |very much |all )?(?:in favou?r|for it)\b"
    r"|\b(?:is|what) an? (?:very |really )?(?:good|great|excellent|sensible|fantastic|brilliant)"
    r" (?:idea|proposal|plan|move|step)\b|\bplease (?:do it|go ahead)\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"^\W*no(?:[,.!;]| way\b)"
    rf"|{_WHO}(?:oppose|object|disagree|reject)\b"
    r"|\b(?:i|we)\s+(?:do not|don['’]t|cannot|can['’]t)\s+(?:support|agree|approve|want this)\b"
    r"|\b(?:i am|i'm|we are|we're) (?:\w+ly |very much )?(?:against|opposed)\b"
    r"|\b(?:is|what) an? (?:very |really )?(?:bad|terrible|awful|dreadful|daft|stupid|ridiculous)"
    r" (?:idea|proposal|plan|move|step)\b|\bplease (?:don['’]t|do not|drop|scrap|abandon|think again)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*")
_NEGATIONS = frozenset(
    """
    not no never without cannot isn't doesn't don't can't won't wouldn't hardly less nor lack lessen
    lessens reduce reduces reducing prevent prevents preventing stop stops deter deters avoid avoids
    curb curbs combat tackle end ends fewer
    """.split()  # noqa: SIM905 - as in `leaning`
)
_STEM = 5


def proposal_of(question: str) -> int:
    """1 where the question proposes to begin or keep something, -1 to end it, 0 where it proposes nothing.

    >>> proposal_of("Should the pier be closed?"), proposal_of("Do you agree with the new market?")
    (-1, 1)
    >>> proposal_of("What do you like about the library?")
    0
    """
    asks = [match.start() for match in _ASKS.finditer(question)]
    if not asks or (_OPEN.search(question) and not re.match(r"\s*should\b", question, re.I)):
        return 0
    return -1 if _ENDS.search(question) else 1


def leanings(sentences: Sequence[str], vectors: Floats, question: str, encoder: Encoder) -> Floats:
    """For each sentence the log odds that it is for what is proposed; all 0 where nothing is."""
    proposal = proposal_of(question)
    if not proposal or not len(sentences):
        return np.zeros(len(sentences), np.float32)
    axis = encoder(GOOD_SENTENCES).mean(axis=0) - encoder(BAD_SENTENCES).mean(axis=0)
    meant = vectors @ axis
    meant /= max(float(np.sqrt((meant**2).mean())), 1e-9)
    seen = np.array([_worded(text, proposal) for text in sentences], np.float32)
    features = np.column_stack([meant * seen[:, 0], seen[:, 1:]])
    asked = _beginnings(question)
    about = [1.0 if asked & _beginnings(text) else _ELSEWHERE for text in sentences]
    return np.asarray(features @ _WEIGHTS * about, np.float32)


def _beginnings(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(text.lower()) if len(word) >= _STEM - 1}


def _worded(text: str, proposal: int) -> tuple[int, float, bool, bool, int]:
    """Which way round to take the leaning; that of the words; whether it should or should not be done."""
    action = bool((_ENDS if proposal < 0 else _BEGINS).search(text))
    leads = (_ENDING if proposal < 0 else _BEGINNING).search(text)
    turn = 1 if leads else proposal
    should, should_not = bool(_SHOULD.search(text)), bool(_SHOULD_NOT.search(text))
    elsewhere = proposal if should_not and not action else 0
    leaning = max(-_MOST_WORDS, min(_MOST_WORDS, lean_of_words(text)))
    return turn, leaning * turn, action and should, action and should_not, elsewhere


def lean_of_words(text: str) -> int:
    """Good words less bad ones; each counts the other way round after `not` and its like.

    >>> lean_of_words("It is safe and good for people"), lean_of_words("It does not help")
    (2, -1)
    """
    words = _WORD.findall(text.lower())
    total = 0
    for at, word in enumerate(words):
        value = _value(word)
        if value:
            total += -value if _NEGATIONS.intersection(words[max(0, at - 3) : at]) else value
    return total


@lru_cache(maxsize=50_000)
def _value(word: str) -> int:
    """1 for a good word, -1 for a bad one, 0 for any other; long entries stand for all that begin so."""
    for words, value in ((GOOD, 1), (BAD, -1)):
        if word in words or any(word[:size] in words for size in range(_STEM, len(word))):
            return value
    return 0


def said_plainly(sentences: Sequence[str], question: str) -> Sides:
    """For each sentence 1 where its words say that they are for what is proposed, -1 against, else 0.

    >>> said = ["We oppose this.", "It should be closed.", "It should not be closed!", "It is dear."]
    >>> said_plainly(said, "Should the pier be closed?").tolist()
    [-1, 1, -1, 0]
    """
    proposal = proposal_of(question)
    asked = _beginnings(question)
    sides = [_side(text, proposal, asked) if proposal else 0 for text in sentences]
    return np.array(sides, np.int8)


def _side(text: str, proposal: int, asked: set[str]) -> int:
    against, for_it = bool(_AGAINST.search(text)), bool(_FOR.search(text))
    if against != for_it:
        return 1 if for_it else -1
    action = (_ENDS if proposal < 0 else _BEGINS).search(text)
    if against or not action or not asked & _beginnings(text):
        return 0
    if _SHOULD_NOT.search(text):
        return -1
    return 1 if _SHOULD.search(text) else 0


def stance_of(sides: Sides) -> Stance:
    """The stance of a theme from what its sentences say plainly; `unclear` where too few do.

    >>> stance_of(np.array([1, 1, 0, 1, 0])), stance_of(np.array([1, -1, 0, 1])), stance_of(np.array([1]))
    ('for', 'mixed', 'unclear')
    """
    plain = int(np.count_nonzero(sides))
    if plain < max(_FEWEST, _PLAIN * len(sides)):
        return "unclear"
    for_it = int((np.asarray(sides) > 0).sum())
    if for_it >= _ONE_SIDED * plain:
        return "for"
    return "against" if plain - for_it >= _ONE_SIDED * plain else "mixed"
