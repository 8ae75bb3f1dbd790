"""Whether a text is in English, told cheaply: the analysis of other languages is weaker, and says so."""

from __future__ import annotations

import re

_LETTERS = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_ENGLISH_TEXT = (
    "the of and to a in is that it for on are with as be this was have not but at or from by they you we an will "
    "would there their been has more if no can so all should which what when who were do does did i my our your his "
    "her its them then than because very too also just about out up people some any other into only could how may "
    "these those us am being over need needs don t s isn doesn want like make made get good bad yes please less many "
    "much most every each where why while after before without within between both same such own few new use using "
    "used well better work still already even never always help think feel believe agree disagree keep stop"
)
# What stands most often in other languages written in these letters: Welsh, French, Spanish, German,
# Polish, Portuguese, Italian, Romanian, Dutch, Turkish, Somali, Swahili, Filipino, Hungarian,
# Finnish, Swedish, Norwegian, Serbo-Croat, Albanian.
_FOREIGN_TEXT = (
    "yn y yr ac ar gan mae ydy yw hyn ei eu fod wedi bod cael sydd mewn gyda rhaid ond nid ddim chi ni fel hefyd "
    "dylai angen pobl iawn oherwydd dros wrth "
    "le la les des du une est et en que qui dans pour pas sur avec sont plus nous vous ils elle mais ou au aux ce "
    "cette ne se très être il je "
    "el los las del un una es por para con lo como más pero sus al está son muy nos hay ser todo esta "
    "der die das und ist nicht ein eine zu den von mit sich auf für im dem auch als wird sind wir oder aber nach bei "
    "sehr mehr werden "
    "nie się jest na że z w o co jak ale są dla przez być po od tak tylko bardzo może czy ma "
    "de não um uma os mais dos das ao foi são também tem pela muito "
    "di che per della non si gli anche più come nel dei questo molto "
    "și să nu este care cu pe din mai sunt pentru ca fi sau foarte dar acest "
    "het een van niet dat zijn voor ook maar aan er te met wordt zeer deze "
    "ve bir bu için çok ile daha da olarak değil gibi var ama kadar "
    "waa iyo ay ka ku oo uu u aan loo waxaa soo kale badan "
    "ya wa kwa katika za hii hiyo lakini sana watu kama cha "
    "ang ng mga sa ay ito hindi kami natin po dahil "
    "és az egy hogy nem meg ez csak mint már kell nagyon "
    "ja ei on että ovat kun mutta tai niin myös sekä "
    "och att det som av är inte till har ett men "
    "og af ikke jeg vi skal blir også "
    "su što kao ili koji ali dhe të një për nga në që janë"
)
_ENGLISH = frozenset(_ENGLISH_TEXT.split())
_FOREIGN = frozenset(_FOREIGN_TEXT.split()) - _ENGLISH
_ENDINGS = re.compile(
    r"(?:ing|ed|er|ers|ly|tion|tions|ment|ness|able|al|ity|ies|[^aeiou]s|y|ck|sh|th|ght|ful|ous|ive|age|ance|ence"
    r"|ise|ize|ow|ee|ea.)$"
)
_FEW_WORDS = 4
_LONG_ENOUGH = 10
_LOOKED_AT = 500


def is_english(text: str) -> bool:
    """Whether a text is in English, by its letters and its commonest words; true where too short to tell.

    Example:
        >>> is_english("More buses, please"), is_english("Mae angen mwy o fysiau yn y pentref")
        (True, False)
    """
    start = text[:_LOOKED_AT]
    words = _LETTERS.findall(start.casefold())
    if not words:
        return True
    if not start.isascii():
        letters = "".join(words)
        if len(_LATIN.findall(letters)) < 0.6 * len(letters):
            return False
    english = sum(word in _ENGLISH for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    accented = sum(not word.isascii() for word in words)
    return _reads_english(words, english, foreign, accented)


def _reads_english(words: list[str], english: int, foreign: int, accented: int) -> bool:
    """By how many of the words are English, are of other languages, and have accents."""
    if english == 0 and accented + foreign >= 2:
        return False
    if len(words) < _FEW_WORDS:
        return True
    if foreign >= 2 and foreign > english:
        return False
    if english == 0 and foreign + accented >= max(1, 0.2 * len(words)):
        return False
    if len(words) >= _LONG_ENOUGH and english < 0.05 * len(words):
        return sum(bool(_ENDINGS.search(word)) for word in words) >= 0.3 * len(words)
    return True
