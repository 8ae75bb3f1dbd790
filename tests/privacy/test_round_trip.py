"""Whole conversations: what a model keeps of a masked text comes back, whatever else it does to it."""

import html
import json
import random
import re

import pytest

from bernard.privacy import Guided, Policy, Pseudonyms, StructuredDetector

CONVERSATIONS = 100
GIVEN_TEXT = "Amara Chidi Siân Rhys Aoife Declan Priya Imran Zofia Piotr Claudette Errol Mei Fatima Yusuf Fiona"
GIVEN = GIVEN_TEXT.split()
FAMILY_TEXT = (
    "Okafor Evans O'Neill Patel Kowalska Baptiste Cheung Haddad McAllister Nwosu Griffiths Doyle"
)
FAMILY = FAMILY_TEXT.split()
FAMILY += ["van der Berg", "Hinds-Nair", "Ó Briain"]
RULES = StructuredDetector()
VALUES = [
    "jo@example.org",
    "07700 900123",
    "0113 496 0222",
    "AB123456C",
    "12 High Street, Leeds LS1 4AB",
    "K00LS123",
]
WORDS_TEXT = "the form came late and nobody rang about it so please look again at what was sent"
WORDS = WORDS_TEXT.split()


class Someone:
    """Somebody with a name, and every form that people give it."""

    def __init__(self, rng, given, family):
        self.given, self.family = given, family
        self.full = f"{given} {family}"
        self.title = rng.choice(("Mrs ", "Mr ", "Dr ", ""))
        plain = re.sub(r"[^a-z]", "", f"{given}{family}".lower())
        self.forms = {
            "full": self.full,
            "titled": self.title + self.full,
            "short": f"{given[0]}. {family}",
            "listed": f"{family}, {given}",
            "family": f"{self.title or 'Mr '}{family}",
            "given": given,
            "caps": self.full.upper(),
            "small": self.full.lower(),
            "possessive": f"{self.full}'s",
        }
        self.email = f"{plain}@example.org" if self.full.isascii() else ""


class Conversation:
    """Texts about a few people, and a detector that knows each form of their names."""

    def __init__(self, seed):
        rng = random.Random(seed)
        self.rng = rng
        names = set()
        shared = rng.choice(FAMILY)
        while len(names) < rng.randrange(1, 5):
            names.add((rng.choice(GIVEN), shared if rng.random() < 0.4 else rng.choice(FAMILY)))
        self.people = [Someone(rng, *name) for name in sorted(names)]
        deny = {form: "PERSON" for who in self.people for form in who.forms.values()}
        deny |= {who.family: "PERSON" for who in self.people}
        self.detector = Guided(RULES, Policy(deny=deny))
        self.texts = [self.text() for _ in range(rng.randrange(1, 5))]

    def text(self):
        rng = self.rng
        parts = []
        for _ in range(rng.randrange(1, 5)):
            roll = rng.random()
            who = rng.choice(self.people)
            if roll < 0.6:
                parts.append(rng.choice(list(who.forms.values())))
            elif roll < 0.7 and who.email:
                parts.append(who.email)
            elif roll < 0.85:
                parts.append(rng.choice(VALUES))
            parts.append(" ".join(rng.sample(WORDS, 3)))
        return rng.choice((" ", ". ", "\n")).join(parts)


def edits_of_marks(rng, mark):
    """What a model may make of a mark, and what must come of it."""
    core = mark[1:-1]
    plain = [
        mark,
        mark.lower(),
        f"[{core}]",
        f"[[{core}]]",
        f"⟦ {core} ⟧",
        f"⟦**{core}**⟧",
        f"⟦{core.replace('-', '_')}⟧",
        f"⟦{core.replace('-', ' ')}⟧",
        f"⟦{core.replace('-', chr(0x2011))}⟧",
        f"【{core}】",
        f"\\[{core}\\]",
        core,
        f"⟦{core}",
    ]
    return rng.choice(plain)


WRAPPED = [
    "{}",
    "**{}**",
    "*{}*",
    "`{}`",
    '"{}"',
    "({})",
    "- {}\n",
    "# {}\n",
    "| {} |",
    "{}.",
    "{}, ",
    "{}'s",
]


@pytest.mark.parametrize("block", range(4))
def test_what_a_model_keeps_of_marks_comes_back(block):
    for seed in range(block * CONVERSATIONS, (block + 1) * CONVERSATIONS):
        conversation = Conversation(seed)
        rng = conversation.rng
        pseudonyms = Pseudonyms(conversation.detector)
        masked = [pseudonyms.mask(text) for text in conversation.texts]
        for text, sent in zip(conversation.texts, masked, strict=True):
            assert pseudonyms.restore(sent) == text
        known = pseudonyms.stand_ins
        said, expected = [], []
        marks = [mark for sent in masked for mark in re.findall("⟦[^⟧]+⟧", sent)]
        rng.shuffle(marks)
        for mark in marks:
            wrap = rng.choice(WRAPPED)
            said.append(wrap.replace("{}", edits_of_marks(rng, mark)))
            expected.append(wrap.replace("{}", known[mark]))
        joint = rng.choice((" ", "\n", " and then "))
        reply = joint.join(said)
        assert pseudonyms.restore(reply) == joint.join(expected)
        assert streamed(pseudonyms, reply, rng) == joint.join(expected)
        assert pseudonyms.unrestored == {}
        for mark in marks[:2]:
            written = json.dumps({"to": f"{mark}, now"}, ensure_ascii=rng.random() < 0.5)
            assert json.loads(pseudonyms.restore(written, json=True)) == {
                "to": f"{known[mark]}, now"
            }
            escaped = html.escape(f"<b>{known[mark]}</b>", quote=False)
            assert pseudonyms.restore(f"&lt;b&gt;&lobrk;{mark[1:-1]}&robrk;&lt;/b&gt;") == escaped


@pytest.mark.parametrize("seed", [b"", b"a secret of the case"])
@pytest.mark.parametrize("block", range(2))
def test_what_a_model_keeps_of_invented_names_comes_back(block, seed):
    policy = Policy(style="natural")
    for number in range(block * CONVERSATIONS, (block + 1) * CONVERSATIONS):
        conversation = Conversation(number)
        rng = conversation.rng
        pseudonyms = Pseudonyms(conversation.detector, policy=policy, seed=seed)
        masked = [pseudonyms.mask(text) for text in conversation.texts]
        for text, sent in zip(conversation.texts, masked, strict=True):
            assert pseudonyms.restore(sent) == text
            assert streamed(pseudonyms, sent, rng) == text
        known = list(pseudonyms.stand_ins.items())
        rng.shuffle(known)
        said, expected = [], []
        for invented, original in known:
            wrap = rng.choice(WRAPPED)
            said.append(wrap.replace("{}", invented))
            expected.append(wrap.replace("{}", original))
        reply = " or ".join(said)
        assert pseudonyms.restore(reply) == " or ".join(expected)
        assert streamed(pseudonyms, reply, rng) == " or ".join(expected)


@pytest.mark.parametrize("style", ["placeholder", "natural"])
def test_no_original_is_left_and_two_people_never_share(style):
    for seed in range(CONVERSATIONS):
        conversation = Conversation(seed)
        pseudonyms = Pseudonyms(conversation.detector, policy=Policy(style=style))
        masked = " ".join(pseudonyms.mask(text) for text in conversation.texts)
        low = masked.lower()
        for who in conversation.people:
            for name in (who.given, who.family):
                assert not re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", low)
        fulls = {who.full: pseudonyms.mask(who.full) for who in conversation.people}
        assert len(set(fulls.values())) == len(fulls)
        for stand_in in fulls.values():
            others = [one for one in fulls.values() if one != stand_in]
            assert not any(one.startswith(stand_in[:-1]) for one in others)


@pytest.mark.parametrize("style", ["placeholder", "natural"])
@pytest.mark.parametrize("seed", [b"", b"a secret of the case"])
def test_history_sent_again_has_the_same_stand_ins(style, seed):
    policy = Policy(style=style)
    for number in range(CONVERSATIONS):
        conversation = Conversation(number)
        texts = [*conversation.texts, conversation.text()]
        sent_before = Pseudonyms(conversation.detector, policy=policy, seed=seed)
        first = [sent_before.mask(text) for text in texts[:-1]]
        again = [sent_before.mask(text) for text in texts[:-1]]
        sent_now = Pseudonyms(conversation.detector, policy=policy, seed=seed)
        assert [sent_now.mask(text) for text in texts][:-1] == first
        # A request is walked through twice, so that what was met late is taken out early.
        second = [sent_now.mask(text) for text in texts][:-1]
        for text, before, now in zip(texts, again, second, strict=False):
            if before != now:
                assert sent_now.restore(now) == text


def test_one_person_has_one_number_whatever_the_form():
    for seed in range(CONVERSATIONS):
        conversation = Conversation(seed)
        pseudonyms = Pseudonyms(conversation.detector)
        for who in conversation.people:
            pseudonyms.mask(f"{who.full} came.")
        for who in conversation.people:
            alone = sum(other.family == who.family for other in conversation.people) == 1
            core = pseudonyms.mask(who.full)[1:-1]
            forms = ["full", "titled", "listed", "caps", "small", "possessive"]
            if alone:
                forms += ["short", "family"]
            for form in forms:
                assert f"⟦{core}" in pseudonyms.mask(who.forms[form]), (form, who.full)


def streamed(pseudonyms, text, rng):
    restorer = pseudonyms.restorer()
    shown, at = [], 0
    while at < len(text):
        size = rng.randrange(1, 4) if rng.random() < 0.7 else rng.randrange(1, 30)
        shown.append(restorer.feed(text[at : at + size]))
        at += size
    return "".join(shown) + restorer.finish()
