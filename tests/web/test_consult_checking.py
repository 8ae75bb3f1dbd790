"""Checking a mapping on the web: the sample, reading it blind, two coders, teaching, quality."""

import re

import pytest

from bernard.tools.consult.checking import sample_of
from bernard.tools.consult.framework import Begin, Given, Part, Rename, Split


@pytest.fixture
def at(consult):
    return f"{consult.here}/questions/1/check"


@pytest.fixture
def analyst(consult):
    return consult.browser("analyst")


@pytest.fixture
def checker(consult):
    return consult.browser("checker")


@pytest.fixture
def drawn(consult, analyst, at):
    """A sample for ±5 points, read by two people each."""
    analyst.post(at, {"margin": "5", "stratify": "none", "coders": "2"})
    return sample_of(consult.bernard.store, consult.id, "1")


def number_of(page):
    return int(page.soup.find("input", {"name": "response"})["value"])


def themes_of(consult):
    return [theme.id for theme in consult.question.framework.themes]


def test_the_sample_is_sized_for_the_margin(consult, analyst, at):
    page = analyst.get(at)
    assert re.search(r"Read \d+ of the \d+ responses to know F1 to within ±5 points", page.words)
    page = analyst.post(at, {"margin": "", "coders": "1"}, status=422)
    assert page.errors == ["Choose how exactly F1 is to be known."]
    page = analyst.post(at, {"margin": "10", "stratify": "group", "coders": "1"}, status=422)
    assert page.errors == ["Choose the column that makes the groups."]
    page = analyst.post(at, {"margin": "10", "stratify": "none", "coders": "1"})
    assert "drawn by analyst" in page.words
    small = sample_of(consult.bernard.store, consult.id, "1").numbers
    analyst.post(at, {"margin": "5", "stratify": "none", "coders": "1"})
    large = sample_of(consult.bernard.store, consult.id, "1").numbers
    assert len(large) > len(small) and large[: len(small)] == small


def test_a_response_is_read_without_the_machines_answer(consult, checker, drawn, at):
    """Two responses whose answers differ give the same page but for their own words."""
    asked, said = consult.question.column.question, {m.response: m for m in consult.question.mapped}
    pages = {}
    for place, number in enumerate(drawn.numbers[:6], 1):
        page = checker.get(f"{at}/code?at={place}")
        assert number_of(page) == number
        assert page.soup.select("input[checked], mark") == []
        assert asked in page.words
        pages[str(page.soup.find("fieldset"))] = number
        assert str(round(said[number].doubt, 2)) not in page.words or said[number].doubt in (0, 1)
    assert len(pages) == 1
    assert len({m.outcome for m in said.values()}) > 1


def test_the_blind_page_never_asks_what_the_machine_said(consult, checker, drawn, at, monkeypatch):
    import dataclasses

    from bernard.web.pages import consult_coding

    whole = consult_coding.asked

    class Untouchable:
        def __getattr__(self, name):
            raise AssertionError(f"the blind page looked at the machine's answer: {name}")

        def __getitem__(self, at):
            raise AssertionError("the blind page looked at the machine's answer")

    def without(visit):
        of = whole(visit)
        blind = dataclasses.replace(of.analysed, mapped=Untouchable(), machine=Untouchable())
        return dataclasses.replace(of, analysed=blind)

    monkeypatch.setattr(consult_coding, "asked", without)
    page = checker.get(f"{at}/code")
    theme = themes_of(consult)[0]
    page = checker.post(f"{at}/code", {"response": number_of(page), "theme": theme})
    assert page.heading.startswith("Check response 2 of")


def test_coding_is_kept_and_goes_on_where_it_stopped(consult, checker, drawn, at):
    first, second = drawn.numbers[:2]
    theme = themes_of(consult)[0]
    page = checker.get(f"{at}/code")
    assert page.heading == f"Check response 1 of {len(drawn.numbers)}"
    page = checker.post(f"{at}/code", {"response": first}, status=422)
    assert page.errors == ["Tick the themes that the response holds, or one of the two last lines."]
    both = {"response": first, "theme": [theme, "nothing said"]}
    page = checker.post(f"{at}/code", both, status=422)
    assert "not both" in page.errors[0]
    assert [box["value"] for box in page.soup.select("input[checked]")] == [theme, "nothing said"]
    wrong = {"response": first, "theme": theme, f"sentence-{theme}": "77"}
    page = checker.post(f"{at}/code", wrong, status=422)
    assert "a number from 1 to" in page.errors[0]
    page = checker.post(f"{at}/code", {**wrong, f"sentence-{theme}": "1"})
    assert number_of(page) == second
    checker.post(f"{at}/code", {"response": second, "theme": "none of these"})
    [one, two] = [d for d in consult.question.decided if d.blind]
    by_number = {d.response: d for d in (one, two)}
    assert by_number[first].themes[theme].start == 0 and by_number[first].by == "checker"
    assert by_number[second].outcome == "none of these"
    assert number_of(checker.get(f"{at}/code")) == drawn.numbers[2]
    page = checker.get(f"{at}/code?at=1")
    assert [box["value"] for box in page.soup.select("input[name=theme][checked]")] == [theme]
    assert "checker has read 2 responses" in checker.get(at).words


def test_two_coders_do_not_see_each_other(consult, checker, drawn, at):
    viewer, lead = consult.browser("viewer"), consult.browser("lead")
    theme = themes_of(consult)[0]
    checker.post(f"{at}/code", {"response": drawn.numbers[0], "theme": theme})
    page = lead.get(f"{at}/code")
    assert number_of(page) == drawn.numbers[0]
    assert page.soup.select("input[checked]") == []
    lead.post(f"{at}/code", {"response": drawn.numbers[0], "theme": themes_of(consult)[1]})
    analyst = consult.browser("analyst")
    assert number_of(analyst.get(f"{at}/code")) == drawn.numbers[1]
    page = lead.get(f"{consult.here}/questions/1/quality")
    assert "F1 between people" in page.words
    viewer.get(f"{at}/code", status=403)


def test_only_responses_of_the_sample_are_coded_blind(consult, checker, drawn, at):
    outside = next(n for n in range(96) if n not in drawn.numbers)
    checker.post(f"{at}/code", {"response": outside, "theme": "nothing said"}, status=404)
    checker.post(f"{at}/code", {"response": "x", "theme": "nothing said"}, status=404)
    assert consult.question.decided == ()


def test_what_was_decided_before_a_split_is_read_again(consult, checker, drawn, at):
    theme = themes_of(consult)[0]
    checker.post(f"{at}/code", {"response": drawn.numbers[0], "theme": theme})
    consult.desk.change(consult.id, "1", "lead", Split(theme, (Part("One"), Part("Two"))), 0)
    assert number_of(checker.get(f"{at}/code")) == drawn.numbers[0]


def test_what_was_read_before_a_theme_was_there_can_be_read_again(consult, checker, drawn, at):
    checker.post(f"{at}/code", {"response": drawn.numbers[0], "theme": "none of these"})
    given = (Given("A new one"), *(Given(t.title) for t in consult.question.framework.themes))
    consult.desk.change(consult.id, "1", "lead", Begin(given), 0)
    page = checker.get(at)
    assert "You read 1 response before all of today’s themes were there." in page.words
    page = checker.get(f"{at}/code?again=1")
    assert number_of(page) == drawn.numbers[0]
    action = page.soup.find("form", {"action": re.compile("again=1$")})["action"]
    page = checker.post(action, {"response": drawn.numbers[0], "theme": "none of these"})
    assert "You have read all" in page.words


def test_teaching_shows_the_answer_and_keeps_off_the_sample(consult, analyst, drawn, at):
    page = analyst.get(f"{at}/next")
    number = number_of(page)
    assert number not in drawn.numbers
    said = consult.question.mapped[number]
    ticked = [box["value"] for box in page.soup.select("input[name=theme][checked]")]
    assert set(ticked) == {one.theme for one in said.themes} or ticked == [said.outcome]
    page = analyst.post(f"{at}/next", {"response": number, "theme": "nothing said"})
    assert number_of(page) != number
    assert [(d.response, d.blind) for d in consult.question.decided] == [(number, False)]
    assert "1 response was corrected so far" in analyst.get(at).words
    assert "The mapping is behind" in analyst.get(f"{consult.here}/questions/1/framework").words
    page = analyst.post(f"{consult.here}/questions/1/framework/remap")
    assert "being mapped again" in page.words
    consult.desk.drain(consult.id)
    page = analyst.get(f"{consult.here}/questions/1/framework")
    assert "The mapping is behind" not in page.words
    consult.browser("checker").get(f"{at}/next", status=403)


def test_flags(consult, checker, drawn, at):
    form = {
        "response": drawn.numbers[0],
        "theme": "nothing said",
        "flag": "1",
        "note": "Is <b>it</b>?",
    }
    checker.post(f"{at}/code", form)
    page = checker.get(f"{at}/flags")
    assert "Flagged by checker" in page.words and "Is <b>it</b>?" in page.words
    consult.browser("viewer").post(f"{at}/flags", {"response": drawn.numbers[0]}, status=403)
    page = checker.post(f"{at}/flags", {"response": drawn.numbers[0]})
    assert "Nobody has flagged a response." in page.words


def test_the_quality_page_says_what_the_reading_found(consult, checker, drawn, at):
    quality = f"{consult.here}/questions/1/quality"
    assert "Nothing is known of the quality" in checker.get(quality).words
    for number in drawn.numbers[:10]:
        said = consult.question.machine[number]
        chosen = [one.theme for one in said.themes] or [said.outcome]
        checker.post(f"{at}/code", {"response": number, "theme": chosen}, follow=False, status=303)
    page = checker.get(f"{quality}?group=Age+group")
    assert "F1 of the machine against people 1.00" in page.words
    assert "Share after correction" in page.words
    assert "18 to 34" in page.words
    assert "Calibration error" in page.words
    page = checker.get(f"{quality}?group=Nope", status=422)
    assert "no column 'Nope'" in page.errors[0]


def test_who_may_not(consult, at):
    viewer, checker = consult.browser("viewer"), consult.browser("checker")
    for browser in (viewer, checker):
        browser.post(at, {"margin": "5"}, status=403)
        assert not browser.get(at).soup.find("form", {"action": at})
        browser.post(f"{at}/next", {"response": 0, "theme": "nothing said"}, status=403)
    viewer.post(f"{at}/code", {"response": 0, "theme": "nothing said"}, status=403)
    checker.get(f"{at}/code", status=404)
    consult.browser("stranger").get(at, status=404)


def test_personal_data_is_masked_and_markup_is_data(consult, checker, at):
    analyst = consult.browser("analyst")
    analyst.post(at, {"margin": "2", "stratify": "none", "coders": "1"})
    numbers = sample_of(consult.bernard.store, consult.id, "1").numbers
    for number, gone in ((2, "07700 900123"), (3, "<script>alert")):
        page = checker.get(f"{at}/code?at={numbers.index(number) + 1}")
        assert gone not in page.text
        assert len(page.soup.find_all("script")) == 1


def test_two_people_who_teach_are_given_different_responses(consult, analyst, at):
    lead = consult.browser("lead")
    first, second = number_of(analyst.get(f"{at}/next")), number_of(lead.get(f"{at}/next"))
    assert first != second
    assert number_of(analyst.get(f"{at}/next")) == first
    page = analyst.post(f"{at}/next", {"response": first, "theme": "none of these"})
    assert number_of(page) not in (first, second)


def test_what_the_machine_wrote_about_a_theme_is_not_shown_to_who_reads_blind(
    consult, checker, drawn, at
):
    """It quotes responses of the theme: of just the one that is read, it may be."""
    theme = next(t for t in consult.question.framework.themes if t.description)
    page = checker.get(f"{at}/code")
    assert page.soup.select(".govuk-checkboxes__hint") == []
    worded = Rename(theme.id, description="All about shops")
    consult.desk.change(consult.id, "1", "lead", worded, 0)
    [hint] = checker.get(f"{at}/code").soup.select(".govuk-checkboxes__hint")
    assert hint.get_text(strip=True) == "All about shops"


def test_two_people_begin_apart_unless_both_are_to_read_each(consult, analyst, checker, at):
    analyst.post(at, {"margin": "5", "stratify": "none", "coders": "1"})
    firsts = {number_of(one.get(f"{at}/code")) for one in (analyst, checker)}
    assert len(firsts) == 2
    analyst.post(at, {"margin": "5", "stratify": "none", "coders": "2"})
    firsts = {number_of(one.get(f"{at}/code")) for one in (analyst, checker)}
    assert len(firsts) == 1
