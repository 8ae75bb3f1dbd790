"""A framework edited on the web: every change, two people at once, sign-off, files."""

import pytest

from bernard.tools.consult.framework import Add, Begin, Given, Part

TITLES = ("Shops need cars", "Children are safer", "Air is cleaner", "Parking for disabled people")


@pytest.fixture
def at(consult):
    return f"{consult.here}/questions/1/framework"


@pytest.fixture
def themed(consult):
    """The consultation with a framework of four themes, A to D."""
    given = tuple(Given(title, id="ABCD"[n]) for n, title in enumerate(TITLES))
    consult.desk.change(consult.id, "1", "lead", Begin(given, "plan.csv"), 0)
    return consult


@pytest.fixture
def analyst(consult):
    return consult.browser("analyst")


def titles(consult):
    return [theme.title for theme in consult.question.framework.themes]


def seen(page):
    return page.soup.find("input", {"name": "seen"})["value"]


def test_the_list_shows_every_theme_with_its_words(consult, analyst, at):
    page = analyst.get(at)
    assert page.heading == "Framework of question 1"
    assert "0 of them looked at as they are now" in page.words
    for theme in consult.question.framework.themes:
        assert theme.title in page.words
    assert "“" in page.words and "07700 900123" not in page.text


def test_a_theme_is_worded_and_put_elsewhere(themed, analyst, at):
    page = analyst.get(f"{at}/themes/A")
    values = {"seen": seen(page), "do": "word", "title": "Shops lose", "description": "Trade falls"}
    page = analyst.post(f"{at}/themes/A", {**values, "stance": "against"})
    assert page.heading == "Shops lose"
    assert (
        "analyst renamed “Shops need cars” to “Shops lose”, changed the description" in page.words
    )
    version = seen(page)
    page = analyst.post(f"{at}/themes/A", {"seen": version, "do": "nest", "parent": "B"})
    assert "Under Children are safer" in page.words
    page = analyst.post(f"{at}/themes/A", {"seen": seen(page), "do": "nest", "parent": ""})
    page = analyst.post(f"{at}/themes/A", {"seen": seen(page), "do": "move", "after": "D"})
    assert titles(themed) == [*TITLES[1:], "Shops lose"]
    theme = themed.question.framework.themes[-1]
    assert (theme.description, theme.stance) == ("Trade falls", "against")


def test_what_cannot_be_saved_keeps_what_was_typed(themed, analyst, at):
    form = {"seen": 1, "do": "word", "title": TITLES[1].upper(), "description": "My own words"}
    page = analyst.post(f"{at}/themes/A", form, status=422)
    assert page.errors == [
        "There is already a theme called “CHILDREN ARE SAFER”. Choose another title, or merge the two."
    ]
    assert page.soup.find(id="title")["value"] == TITLES[1].upper()
    assert page.soup.find(id="description").text.strip() == "My own words"


def test_themes_are_merged_and_what_was_mapped_follows(themed, analyst, at):
    page = analyst.get(f"{at}/merge?theme=A&theme=D")
    ticked = [box["value"] for box in page.soup.select("input[name=theme][checked]")]
    assert ticked == ["A", "D"]
    values = {"seen": seen(page), "theme": ["A", "D"], "title": "People who need cars"}
    page = analyst.post(f"{at}/merge", values)
    assert "People who need cars" in page.words and TITLES[0] not in titles(themed)
    page = analyst.post(f"{at}/merge", {"seen": 2, "theme": ["B"]}, status=422)
    assert page.errors == ["Choose at least two themes to merge."]


def test_a_theme_is_split_by_sorting_sentences(consult, analyst, at):
    theme = max(
        consult.question.framework.themes,
        key=lambda t: sum(t.id in [a.theme for a in m.themes] for m in consult.question.mapped),
    )
    page = analyst.get(f"{at}/themes/{theme.id}/split?parts=3")
    first = page.soup.find("input", {"name": "seed-1"})["value"]
    assert page.soup.find(id="title-3")
    values = {"seen": 0, "seed-1": first, "part-1": "2", "seed-2": "9:9:9x", "part-2": "1"}
    page = analyst.post(f"{at}/themes/{theme.id}/split", {**values, "title-1": "One"}, status=422)
    assert "2 to 20 themes, not 1" in page.errors[0]
    analyst.post(f"{at}/themes/{theme.id}/split", {**values, "title-1": "One", "title-2": "Two"})
    one, two = (t for t in consult.question.framework.themes if t.title in ("One", "Two"))
    response, start, end = map(int, first.split(":"))
    assert [
        tuple(q.__getattribute__(n) for n in ("response", "start", "end")) for q in two.examples
    ] == [(response, start, end)]
    assert one.examples == ()
    assert analyst.get(at).soup.find("form", {"action": f"{at}/remap"})


def test_add_discard_bring_back_and_undo(themed, analyst, at):
    analyst.post(f"{at}/add", {"seen": 1, "title": "Noise", "description": "", "parent": "C"})
    assert titles(themed)[3] == "Noise"
    page = analyst.post(f"{at}/add", {"seen": 2, "title": " ", "description": "kept"}, status=422)
    assert page.errors == ["Enter a title for the theme."]
    assert "kept" in page.soup.find(id="description").text
    analyst.post(f"{at}/themes/C", {"seen": 2, "do": "discard"})
    assert titles(themed) == [TITLES[0], TITLES[1], TITLES[3], "Noise"]
    page = analyst.post(at, {"seen": 3, "restore": "C"})
    assert "The theme is back." in page.words
    page = analyst.get(f"{at}/history")
    assert "4. analyst brought back “Air is cleaner”" in page.words
    page = analyst.post(f"{at}/history", {"seen": 4, "number": 3}, status=422)
    assert "later analyst brought back" in page.errors[0]
    page = analyst.post(f"{at}/history", {"seen": 4, "number": 4})
    assert "The change was taken back." in page.words
    assert "Taken back by change 5" in page.words
    assert TITLES[2] not in titles(themed)


def test_two_people_at_other_themes_both_get_through(themed, analyst, at):
    lead = themed.browser("lead")
    version = seen(analyst.get(f"{at}/themes/A"))
    lead.post(f"{at}/themes/B", {"seen": version, "do": "word", "title": "Safe children"})
    analyst.post(f"{at}/themes/A", {"seen": version, "do": "word", "title": "Trade"})
    assert titles(themed)[:2] == ["Trade", "Safe children"]


def test_two_people_at_one_theme_neither_loses_anything(themed, analyst, at):
    lead = themed.browser("lead")
    version = seen(analyst.get(f"{at}/themes/A"))
    lead.post(f"{at}/themes/A", {"seen": version, "do": "word", "title": "Trade"})
    typed = {
        "do": "word",
        "title": "Shops",
        "description": "A long description",
        "stance": "against",
    }
    page = analyst.post(f"{at}/themes/A", {"seen": version, **typed}, status=409)
    assert "lead renamed “Shops need cars” to “Trade” (change 2)" in page.errors[0]
    assert page.soup.find(id="title")["value"] == "Shops"
    assert "A long description" in page.soup.find(id="description").text
    assert "As it is now Trade" in page.words
    assert titles(themed)[0] == "Trade"
    page = analyst.post(f"{at}/themes/A", {"seen": seen(page), **typed})
    assert page.heading == "Shops" and titles(themed)[0] == "Shops"


def test_a_theme_that_is_gone_meanwhile_keeps_what_was_typed(themed, analyst, at):
    lead = themed.browser("lead")
    version = seen(analyst.get(f"{at}/themes/A"))
    lead.post(f"{at}/merge", {"seen": version, "theme": ["A", "B"], "title": "All"})
    gone = next(id for id in "AB" if id not in [t.id for t in themed.question.framework.themes])
    form = {"seen": version, "do": "word", "title": "Typed for long", "description": "Words"}
    page = analyst.post(f"{at}/themes/{gone}", form, status=409)
    assert "is not in the framework" in page.heading
    assert "Since you opened the page, lead merged" in page.errors[0]
    assert page.soup.find(id="title")["value"] == "Typed for long"
    page = analyst.post(f"{at}/add", {"seen": seen(page), "title": "Typed for long"})
    assert "Typed for long" in titles(themed)


def test_a_lead_signs_off_what_was_looked_at(themed, analyst, at):
    lead = themed.browser("lead")
    page = lead.get(f"{at}/sign-off")
    assert "You have 4 themes left to look at." in page.words
    assert "4 themes have not been looked at by anybody" in page.words
    first = lead.get(f"{at}/look")
    for _ in TITLES:
        fields = {f["name"]: f["value"] for f in first.soup.select("form[action$=look] [name]")}
        first = lead.post(f"{at}/look", fields)
    assert "You have looked at every theme as it is now." in first.words
    analyst.post(f"{at}/themes/A", {"seen": 1, "do": "word", "title": "Trade"})
    page = lead.get(f"{at}/sign-off")
    assert "You have 1 theme left" in page.words
    assert "It has changed since you looked at it." in page.words
    assert "Changed since you were last here" in page.words
    page = lead.post(f"{at}/sign-off", {"seen": 1, "do": "sign"}, status=409)
    assert "analyst renamed" in page.errors[0]
    page = lead.post(f"{at}/sign-off", {"seen": seen(page), "do": "sign"})
    assert "Signed off by lead" in page.words
    page = analyst.post(f"{at}/themes/A", {"seen": 99, "do": "discard"}, status=422)
    assert "signed off by lead" in page.errors[0]
    assert not page.soup.find("form", {"action": f"{at}/themes/A"})
    page = lead.post(f"{at}/sign-off", {"seen": 99, "do": "reopen", "why": "A new letter"})
    assert "lead reopened the framework: A new letter" in lead.get(f"{at}/history").words


def test_a_theme_that_changed_while_it_was_looked_at_is_not_marked(themed, analyst, at):
    page = analyst.post(f"{at}/look", {"theme": "A", "version": "7"}, status=409)
    assert "is not marked" in page.errors[0]


def test_a_framework_comes_from_a_file_and_goes_to_one(consult, analyst, at):
    files = {"file": ("last year.csv", b"title,description\nCars,All about cars\nAir,\n")}
    page = analyst.post(f"{at}/begin", {"seen": 0}, files=files)
    assert titles(consult) == ["Cars", "Air"]
    assert "Discarded" in page.words
    assert "started from the 2 themes of “last year.csv”" in analyst.get(f"{at}/history").words
    files = {"file": ("bad.csv", b"title\nA\na\n")}
    page = analyst.post(f"{at}/begin", {"seen": 1}, files=files, status=422)
    assert "row 3: the title 'a' is that of row 2 too" in page.errors[0]
    page = analyst.post(f"{at}/begin", {"seen": 1}, files={"x": ("", b"")}, status=422)
    assert page.errors == ["Choose a file."]
    for kind in ("csv", "xlsx", "json", "jsonl"):
        answer = analyst.raw("GET", f"{at}/file?kind={kind}")
        assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    assert analyst.raw("GET", f"{at}/file?kind=exe").status_code == 422


def test_found_themes_are_proposed_once_another_framework_is_there(consult, analyst, at):
    assert "Nothing is proposed." in analyst.get(f"{at}/proposed").words
    found = consult.question.found.themes
    analyst.post(f"{at}/begin", {"seen": 0}, files={"file": ("a.csv", b"title\nCars\n")})
    page = analyst.get(f"{at}/proposed")
    assert "Nothing is proposed." in page.words
    analyst.post(at, {"seen": 1, "restore": found[0].theme.id})
    assert found[0].theme.title in titles(consult)


def test_themes_are_data(consult, analyst, at):
    bad = "<script>alert(1)</script><img src=x>'\"&\u202e"
    consult.desk.change(consult.id, "1", "lead", Add(Part(bad, bad)), 0)
    for path in ("", "/themes/n1", "/merge", "/themes/n1/split", "/history", "/sign-off"):
        page = analyst.get(f"{at}{path}")
        assert [s.get("src") for s in page.soup.find_all("script")] == ["/static/bernard.js"]
        assert page.soup.find_all("img") == [] and "\u202e" not in page.text, path


EDITS = (
    ("", {"restore": "A"}),
    ("/remap", {}),
    ("/history", {"number": "1"}),
    ("/add", {"title": "x"}),
    ("/merge", {"theme": ["A", "B"]}),
    ("/themes/A", {"do": "discard"}),
    ("/themes/A/split", {"title-1": "x", "title-2": "y"}),
    ("/proposed", {"found": "T1"}),
    ("/begin", {}),
    ("/look", {"theme": "A", "version": "1"}),
)


@pytest.mark.parametrize("role", ["viewer", "checker"])
def test_who_may_not_edit_may_read(themed, at, role):
    browser = themed.browser(role)
    for path, form in EDITS:
        browser.post(f"{at}{path}", {"seen": 1, **form}, status=403)
    browser.post(f"{at}/sign-off", {"seen": 1, "do": "sign"}, status=403)
    for path in ("", "/history", "/sign-off", "/proposed", "/themes/A", "/look"):
        assert not browser.get(f"{at}{path}").soup.main.find("input", {"name": "seen"}), path
    assert titles(themed) == list(TITLES)


def test_an_analyst_does_not_sign_off(themed, analyst, at):
    analyst.post(f"{at}/sign-off", {"seen": 1, "do": "sign"}, status=403)
    assert not analyst.get(f"{at}/sign-off").soup.find("button", {"value": "sign"})
    themed.browser("stranger").get(at, status=404)


def test_a_theme_that_never_was_is_not_found(themed, analyst, at):
    analyst.get(f"{at}/themes/nope", status=404)
    analyst.get(f"{themed.here}/questions/9/framework", status=404)


def test_suggestions_are_looked_for_kept_and_dropped_once_seen_to(themed, analyst, at):
    assert "Bernard can look for themes that may be the same" in analyst.get(at).words
    analyst.post(f"{at}/add", {"seen": 1, "title": "Other comments"})
    page = analyst.post(f"{at}/suggestions")
    assert "The title “Other comments” is a catch-all" in page.words
    [link] = [a for a in page.soup.find_all("a") if a.get_text().startswith("Word it otherwise")]
    assert link["href"] == f"{at}/themes/n2"
    assert "is a catch-all" in analyst.get(f"{at}/sign-off").words
    form = {"seen": 2, "do": "word", "title": "Noise from lorries at night"}
    analyst.post(f"{at}/themes/n2", form)
    assert "is a catch-all" not in analyst.get(at).words
    themed.browser("checker").post(f"{at}/suggestions", status=403)
