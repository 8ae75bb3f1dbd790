"""Form letters and their edited copies are grouped; what people wrote by themselves is not."""

import random

import pytest

from bernard.tools.consult.campaigns import find_campaigns

LETTER = (
    "Dear Sir or Madam, I am writing as a resident of Aldmere to object in the strongest terms to the "
    "proposed closure of our local library. Libraries are at the heart of every community and provide a "
    "lifeline for older people. I urge Aldmere Council to think again and to keep our library open. "
    "Yours faithfully, Ada Quill"
)
OWN = "My own two children learnt to read there, on Saturdays, with the wonderful Mrs Oakes."
ESSAY = (
    "The leaflet that came through my door says one thing that I must quote here. Libraries are at the heart "
    "of every community and provide a lifeline for older people. Well, I am seventy-eight, and nobody asked "
    "me. I get my books by post, my neighbours too, and what we want is a bus that comes when it should."
)
ALONE = "Spend the money on mending the roads, which after this winter are a danger to anybody on a bicycle."


def letter(salutation="Sir or Madam", town="Aldmere", name="Ada Quill", before="", after=""):
    text = LETTER.replace("Sir or Madam", salutation).replace("Aldmere", town)
    return before + text.replace("Ada Quill", name) + after


def shown(texts, campaign):
    """The words of its own of each member."""
    return {
        number: [texts[number][start:end] for start, end in own]
        for number, own in zip(campaign.members, campaign.own, strict=True)
    }


def test_copies_with_other_names_and_a_paragraph_are_one_campaign():
    texts = [
        ALONE,
        letter(),
        letter("Councillor Tollgate", "Brackwell", "Ben Marrow"),
        ESSAY,
        letter(name="Cara Frost", after=f"\n\n{OWN}"),
        letter(name="Dev Larkham", before="Please read on, for once. ").upper(),
    ]
    (campaign,) = find_campaigns(texts)
    assert campaign.id == "C1"
    assert campaign.members == (1, 2, 4, 5)
    own = shown(texts, campaign)
    assert own[2] == ["Councillor Tollgate", "Brackwell", "Brackwell", "Ben Marrow"]
    assert own[4][-1].endswith("the wonderful Mrs Oakes")
    assert own[5][0] == "PLEASE READ ON, FOR ONCE"
    shared = [texts[campaign.typical][start:end] for start, end in campaign.shared]
    assert any("at the heart of every community" in part for part in shared)
    assert not any("Quill" in part for part in shared)


def test_shared_and_own_words_of_the_typical_member_are_all_its_words():
    texts = [letter(name=name) for name in ("Ada Quill", "Ben Marrow", "Cara Frost", "Dev Larkham")]
    (campaign,) = find_campaigns(texts)
    own = campaign.own[campaign.members.index(campaign.typical)]
    left = list(texts[campaign.typical])
    for start, end in (*campaign.shared, *own):
        left[start:end] = " " * (end - start)
    assert not any(character.isalnum() for character in left)


def test_sentences_left_out_reordered_and_mistyped():
    first, second, third = LETTER.split(". ", 2)
    texts = [
        LETTER,
        f"{third} {second}. {first}.",
        f"{first}. {third}",
        LETTER.replace("strongest", "stongest").replace("lifeline", "life-line"),
        f'My daughter sent me this: "{LETTER}" I think she is right. {OWN}',
    ]
    (campaign,) = find_campaigns(texts)
    assert campaign.members == (0, 1, 2, 3, 4)
    assert shown(texts, campaign)[1] == []


def test_short_answers_are_no_campaign():
    assert find_campaigns(["I agree with all of this, yes."] * 50) == []
    assert find_campaigns(["I agree with all of this and hope it comes soon."] * 2) == []
    (campaign,) = find_campaigns(["I agree with all of this and hope it comes soon."] * 3)
    assert campaign.members == (0, 1, 2)
    assert campaign.own == ((), (), ())
    assert len(find_campaigns([LETTER] * 2, smallest=2)) == 1


def test_a_stem_that_all_begin_with_is_no_campaign():
    stem = "School uniform should be abandoned by all schools because"
    reasons = [
        "it costs too much money for families",
        "children feel trapped by wearing the same thing",
    ]
    reasons += [
        "comfort matters more than looks do",
        "teachers waste whole mornings on policing it",
    ]
    assert find_campaigns([f"{stem} {reason}" for reason in reasons]) == []


def test_the_questions_wording_can_be_left_out():
    question = "Do you agree with the proposal to close the library in Aldmere on the first of May next year?"
    texts = [
        f"{question} {answer}" for answer in ("No.", "Not at all.", "Yes, it is time.", "Never!")
    ]
    assert len(find_campaigns(texts)) == 1
    assert find_campaigns(texts, ignored=[question]) == []


def test_near_texts_are_not_chained():
    words = [f"w{number}" for number in random.Random(2).sample(range(10**6), 60 + 10 * 300)]
    texts = [" ".join(words[start : start + 60]) for start in range(0, 3000, 10)]
    campaigns = find_campaigns(texts)
    assert campaigns
    for campaign in campaigns:
        for member in campaign.members:
            assert set(texts[member].split()) & set(texts[campaign.typical].split())
        assert len(campaign.members) < 12


def test_scripts_without_spaces_accents_and_nothing():
    chinese = "我强烈反对关闭本地图书馆的提议因为它对老年人非常重要请三思"
    welsh = "Rwy'n gwrthwynebu cau'r llyfrgell leol oherwydd ei bod yn bwysig iawn i bobl hŷn yn ein tref ni."
    texts = [chinese, "", "  ", welsh, chinese + "谢谢", welsh, chinese, welsh + " Diolch yn fawr."]
    assert sorted(c.members for c in find_campaigns(texts)) == [(0, 4, 6), (3, 5, 7)]
    assert find_campaigns([]) == []
    assert find_campaigns(["", "\x00", "\ud800", "🙂" * 50] * 3) == []


def test_the_same_whatever_else_is_there_and_large_texts_do_no_harm():
    chance = random.Random(4)
    vocabulary = [f"word{number}" for number in range(3000)]
    others = [" ".join(chance.choices(vocabulary, k=50)) for _ in range(3000)]
    large = " ".join(chance.choices(vocabulary, k=100_000))
    copies = [letter(name=f"Person {number}") for number in range(2000)]
    texts = [*others, large, *copies]
    found = find_campaigns(texts)
    assert [len(campaign.members) for campaign in found] == [2000]
    assert find_campaigns(texts) == found


@pytest.mark.parametrize("count", [3, 40])
def test_campaigns_with_paragraphs_of_their_own_in_every_copy(count):
    chance = random.Random(count)
    vocabulary = [f"word{number}" for number in range(3000)]
    own = [" ".join(chance.choices(vocabulary, k=120)) for _ in range(count)]
    texts = [f"{text} {LETTER}" for text in own] + [ALONE, ESSAY]
    (campaign,) = find_campaigns(texts)
    assert campaign.members == tuple(range(count))
