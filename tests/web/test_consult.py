"""Consultations on the web: upload, what was read, results, themes, responses, tables, people."""

import csv
import io
import zipfile

import pytest

from bernard.store import consultations
from bernard.tools.consult.analysis import rich
from bernard.tools.consult.checking import sample_of

QUESTION = "What do you think of closing Quay Street to cars?"
AGE = "c2"


@pytest.fixture
def lead(consult):
    return consult.browser("lead")


@pytest.fixture
def file(tmp_path):
    """Gives a function that makes what a form sends of a file."""

    def make(name, text):
        return {"file": (name, text.encode())}

    return make


def upload(browser, consult, name, text, title="Parks"):
    page = browser.post("/consultations", {"title": title}, files={"file": (name, text.encode())})
    id = page.path.split("/")[2]
    return page, id


FILE = """ID,What should we do about the park?,Age group
a1,More benches please. The old ones are broken.,18 to 34
a2,Nothing at all should change in the park.,35 to 64
a2,Plant more trees and mend the old benches.,35 to 64
,,
=4+4,More trees would make it cooler in summer.,65 or over
"""


def test_an_upload_is_read_looked_at_and_analysed(consult, lead):
    page, id = upload(lead, consult, "park.csv", FILE)
    assert page.heading == "The file is being read"
    assert lead.raw("GET", f"/consultations/{id}/progress").json()["open"] == 1
    consult.desk.drain(id)
    page = lead.get(f"/consultations/{id}")
    assert page.heading == "Check what was read"
    assert "park.csv holds 4 responses." in page.words
    assert page.soup.find(id="kind-2").find("option", selected=True)["value"] == "open"
    fields = {f["name"]: value(f) for f in page.soup.select("form[action$=columns] [name]")}
    page = lead.post(f"/consultations/{id}/columns", {**fields, "kind-2": "left out"}, status=422)
    assert page.errors == ["Choose at least one column that holds people’s own words."]
    page = lead.post(f"/consultations/{id}/columns", {**fields, "kind-3": "multiple"}, status=422)
    assert page.errors == ["Enter the sign that stands between several answers in “Age group”."]
    wording = {"question-2": "What about the park?", "kind-3": "demographic"}
    page = lead.post(f"/consultations/{id}/columns", {**fields, **wording})
    assert page.heading == "The responses are being analysed"
    consult.desk.drain(id)
    page = lead.get(f"/consultations/{id}")
    assert page.heading == "Results" and "What about the park?" in page.words
    assert "[selected]" not in page.text


def value(field):
    if field.name == "select":
        return field.find("option", selected=True)["value"]
    return field.get_text() if field.name == "textarea" else field.get("value", "")


def test_faults_of_a_file_are_shown_and_taken_away_as_text(consult, lead):
    _, id = upload(lead, consult, "park.csv", FILE)
    consult.desk.drain(id)
    page = lead.get(f"/consultations/{id}")
    assert "to know about the file" in page.words
    text = lead.raw("GET", f"/consultations/{id}/faults.csv").text
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == ["where", "what"] and len(rows) > 1
    assert [c for row in rows for c in row if c[:1] in "=+-@" and c] == []


def test_a_form_that_will_not_do_says_so_beside_the_field(lead):
    page = lead.post("/consultations", {"title": " "}, status=422)
    assert page.errors == ["Enter a title.", "Choose the file of responses."]
    assert page.soup.find(id="title-error") and page.soup.find(id="file-error")
    large = {"file": ("a.csv", b"x" * 1_200_000)}
    page = lead.post("/consultations", {"title": "A"}, files=large, status=413)
    assert page.errors == ["'a.csv' is over 1 MB. Split it."]


def test_a_file_that_cannot_be_read_says_all_of_why(consult, lead):
    _, id = upload(lead, consult, "picture.png", "\x89PNG not a table")
    consult.desk.drain(id)
    page = lead.get(f"/consultations/{id}")
    assert page.heading == "It could not be done"
    with consult.bernard.store.read() as c:
        error = consultations.get(c, id).error
    assert error in page.words
    assert page.soup.find("a", href="/consultations#file")
    page = lead.post(f"/consultations/{id}/again")
    assert page.heading == "The file is being read"


def test_the_page_looks_again_by_itself_only_where_that_is_asked_for(consult, lead):
    _, id = upload(lead, consult, "park.csv", FILE)
    assert "http-equiv" not in lead.get(f"/consultations/{id}").text
    page = lead.get(f"/consultations/{id}?watch=1")
    assert page.soup.select_one("head noscript").find("meta", {"http-equiv": "refresh"})


def test_results_count_and_lead_to_themes(consult, lead):
    page = lead.get(consult.here)
    assert page.heading == "Results"
    assert "96 responses" in page.words and QUESTION in page.words
    assert "8 such as “n/a”; 8 left blank" in page.words
    assert page.soup.find("a", href=f"{consult.here}/questions/1/campaigns")
    page = lead.get(f"{consult.here}/questions/1")
    largest = consult.question.framework.themes[0]
    link = page.soup.find("a", href=f"{consult.here}/questions/1/themes/{largest.id}")
    assert link.get_text() == largest.title
    assert page.soup.find("svg", role="img")
    page = lead.get(f"{link['href']}?order=unsure&by=2")
    assert page.heading == largest.title
    assert page.soup.select(".app-rows mark")
    assert "18 to 34" in page.words


def test_themes_that_are_not_there_are_not_found(consult, lead):
    for path in ("questions/9", "questions/x", "questions/1/themes/none", "responses/97"):
        lead.get(f"{consult.here}/{path}", status=404)
    lead.get(f"{consult.here}/questions/1/campaigns/C99", status=404)


def test_a_campaign_shows_what_each_added(consult, lead):
    campaign = consult.question.campaigns[0]
    page = lead.get(f"{consult.here}/questions/1/campaigns/{campaign.id}")
    assert "8 responses" in page.words
    page = lead.get(f"{consult.here}/questions/1/campaigns/{campaign.id}?only=own")
    rows = page.soup.select(".app-rows__item")
    assert len(rows) == 1 and "My own shop would close" in rows[0].get_text()
    assert page.soup.select(".app-shared")


def test_tables_hold_small_counts_back(consult, lead):
    page = lead.get(f"{consult.here}/questions/1/table?by=2&campaigns=once")
    assert "18 to 34" in page.words and page.soup.find("svg", role="img")
    answer = lead.raw("GET", f"{consult.here}/questions/1/table.csv?by=2")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {row["group"] for row in rows} == {"18 to 34", "35 to 64", "65 or over"}
    assert not [row for row in rows if row["responses"] in ("1", "2", "3", "4")]
    assert lead.raw("GET", f"{consult.here}/questions/1/themes.svg").text.startswith("<svg")
    assert lead.raw("GET", f"{consult.here}/questions/1/table.svg?by=2").text.startswith("<svg")


def test_responses_come_fifty_at_a_time(consult, lead):
    page = lead.get(f"{consult.here}/responses")
    assert "96 responses: 1 to 50" in page.words
    assert len(page.soup.select(".app-rows__item")) == 50
    page = lead.get(page.soup.find("a", rel="next")["href"])
    assert "96 responses: 51 to 96" in page.words
    assert not page.soup.find("a", rel="next")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=asthma", 24),
        ("q=asthma&by=words&c2=18+to+34", None),
        ("campaign=C1", 8),
        ("campaign=any&theme=&q=quay", 8),
        ("outcome=nothing+said", 16),
        ("checked=yes", 0),
        ("q=zanzibar", 0),
        ("c2=65+or+over", 32),
    ],
)
def test_filters_and_words(consult, lead, query, count):
    page = lead.get(f"{consult.here}/responses?{query}")
    found = sum(1 for text in consult.question.texts if "asthma" in text)
    wanted = {24: found}.get(count, count)
    if wanted is None:
        assert "response" in page.words
    else:
        assert (f"{wanted} response" if wanted else "No response is like that") in page.words
    if "asthma" in query:
        assert {m.get_text() for m in page.soup.select(".app-rows mark")} == {"asthma"}


def test_what_responses_bring_is_known_from_the_run(consult, lead):
    for what in ("evidence", "experience"):
        found = [n for n, text in enumerate(consult.question.texts) if getattr(rich(text), what)]
        assert list(consult.desk.brings(consult.id, "1", what).nonzero()[0]) == found
        words = lead.get(f"{consult.here}/responses?brings={what}").words
        assert (f"{len(found)} response" if found else "No response is like that") in words


def test_search_by_meaning_finds_other_words(consult, lead):
    page = lead.get(f"{consult.here}/responses?by=meaning&q=trouble+breathing+from+pollution")
    first = page.soup.select_one(".app-rows__item").get_text()
    assert "asthma" in first or "air" in first
    assert "Nearest in meaning first" in page.words


def test_what_cannot_be_searched_for_is_said(consult, lead):
    page = lead.get(f"{consult.here}/responses?q=%21%21", status=422)
    assert "no word to look for" in page.errors[0]
    lead.get(f"{consult.here}/responses?stance=sideways", status=422)
    lead.get(f"{consult.here}/responses?theme=none", status=422)


def test_a_response_shows_its_sentences_and_hides_personal_data(consult, lead):
    page = lead.get(f"{consult.here}/responses/3")
    assert page.heading == "Response R3"
    assert page.soup.select(".app-response mark")
    assert "07700 900123" not in page.text and "ann@example.com" not in page.text
    page = lead.post(f"{consult.here}/responses/3/unmasked")
    assert "07700 900123" in page.words
    assert (
        "lead looked at response 3 with personal data shown"
        in lead.get(f"{consult.here}/downloads").words
    )


def test_what_people_wrote_is_text(consult, lead):
    for path in ("responses/4", "responses?q=alert", "questions/1", "responses"):
        page = lead.get(f"{consult.here}/{path}")
        assert [s["src"] for s in page.soup.find_all("script")] == ["/static/bernard.js"]
        assert "\u202e" not in page.text


def test_a_correction_is_kept_and_shown_with_who_made_it(consult, lead):
    theme = consult.question.framework.themes[-1]
    path = f"{consult.here}/responses/3"
    sent = {"question": "1", "theme": theme.id, f"sentence-{theme.id}": "2"}
    page = lead.post(path, sent)
    assert "What you decided was saved." in page.words
    assert "decided by lead" in page.words and "The machine , before that" in page.words
    [mapped] = consult.question.mapped[2].themes
    assert (mapped.theme, mapped.by) == (theme.id, "lead")
    text = consult.question.texts[2]
    assert text[: mapped.start].count(".") == 1 and text[mapped.end - 1] == "."
    page = lead.post(path, {"question": "1", "theme": "none of these"})
    assert "None of these:" in page.words
    assert "1 response" in lead.get(f"{consult.here}/responses?checked=yes").words


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Tick the themes of this response"),
        ({"theme": ["none of these", "nothing said"]}, "Tick either themes"),
        ({"theme": ["gone"]}, "is gone meanwhile"),
        ({"theme": ["FIRST"], "sentence-FIRST": "99"}, "Sentence must be a number from 1 to"),
    ],
)
def test_a_correction_that_will_not_do_changes_nothing(consult, lead, sent, said):
    first = consult.question.framework.themes[0].id
    values = {
        key.replace("FIRST", first): [v.replace("FIRST", first) for v in value]
        if isinstance(value, list)
        else value
        for key, value in sent.items()
    }
    page = lead.post(f"{consult.here}/responses/3", {"question": "1", **values}, status=422)
    assert said in page.errors[0]
    assert not consult.question.decided


def test_previous_and_next_stay_within_the_filters(consult, lead):
    page = lead.get(f"{consult.here}/responses/13?campaign=C1")
    assert page.soup.find("a", rel="prev")["href"] == f"{consult.here}/responses/1?campaign=C1"
    assert page.soup.find("a", rel="next")["href"] == f"{consult.here}/responses/25?campaign=C1"
    page = lead.get(f"{consult.here}/responses/1")
    assert not page.soup.find("a", rel="prev")


def test_a_lead_says_who_takes_part(consult, lead):
    stranger = consult.browser("stranger")
    stranger.get(consult.here, status=404)
    lead.post(f"{consult.here}/people", {"name": " Stranger ", "role": "checker"})
    assert stranger.get(consult.here).heading == "Results"
    page = lead.post(f"{consult.here}/people", {"name": "nobody", "role": "viewer"}, status=422)
    assert "There is no account 'nobody'" in page.errors[0]
    page = lead.post(f"{consult.here}/people", {"name": "stranger", "role": "lead"}, status=422)
    assert "takes part already" in page.errors[0]
    account = stranger.account.id
    lead.post(f"{consult.here}/people/{account}", {"role": "none"})
    stranger.get(consult.here, status=404)


def test_a_consultation_keeps_a_lead(consult, lead):
    me = f"{consult.here}/people/{lead.account.id}"
    page = lead.post(me, {"role": "viewer"}, status=422)
    assert page.errors == ["A consultation needs a lead. Make somebody else lead first."]
    with consult.bernard.store.read() as c:
        others = {p.name: p.account for p in consultations.people(c, consult.id)}
    lead.post(f"{consult.here}/people/{others['analyst']}", {"role": "lead"})
    page = lead.post(me, {"role": "none"})
    assert page.heading == "Consultations"
    lead.get(consult.here, status=404)


def test_a_lead_deletes_after_a_question(consult, lead):
    assert "cannot undo" in lead.get(f"{consult.here}/delete").words
    page = lead.post(f"{consult.here}/delete")
    assert "The consultation was deleted." in page.words
    lead.get(consult.here, status=404)


def test_the_report_is_made_once_and_taken_away_masked(consult, lead):
    viewer, path = consult.browser("viewer"), f"{consult.here}/downloads"
    assert viewer.raw("GET", f"{path}/report.docx").headers["location"] == path
    page = viewer.post(path)
    assert "The files are being made" in page.words and not page.soup.find("a", download=True)
    assert viewer.get(f"{path}?watch=1").soup.select_one("head noscript meta[http-equiv=refresh]")
    assert viewer.raw("GET", f"{consult.here}/making").json()["open"] == 1
    consult.desk.drain(consult.id)
    far = viewer.raw("GET", f"{consult.here}/making").json()
    assert far["open"] == 0 and "The files are made" in far["html"]
    page = viewer.get(path)
    assert "by viewer" in page.words and not page.soup.select(f"form[action='{path}']")
    answer = viewer.raw("GET", f"{path}/report.docx")
    assert answer.headers["content-disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as word:
        assert "Quay Street" in word.read("word/document.xml").decode()
    packed = viewer.raw("GET", f"{path}/all.zip")
    assert "07700 900123" not in everything_in(packed.content)
    viewer.get(f"{path}/other.txt", status=404)
    lead.post(f"{consult.here}/responses/3", {"question": "1", "theme": "none of these"})
    page = viewer.get(path)
    assert "Made before the last changes." in page.words
    assert viewer.raw("GET", f"{path}/report.docx").content == answer.content


def test_unmasked_files_need_a_lead_who_puts_their_name_to_it(consult, lead):
    path = f"{consult.here}/unmasked"
    page = lead.post(path, {"name": "somebody", "sure": "yes"}, status=422)
    assert "Enter your own name, lead" in page.errors[0]
    page = lead.post(path, {"name": "lead"}, status=422)
    assert "Tick that you may have these files" in page.errors[0]
    assert lead.raw("GET", path).status_code == 303
    page = lead.post(path, {"name": "lead", "sure": "yes"})
    assert "The files are being made" in page.words
    consult.desk.drain(consult.id)
    page = lead.get(f"{consult.here}/downloads")
    assert page.soup.find("a", href=path)
    assert "07700 900123" in everything_in(lead.raw("GET", path).content)
    noted = lead.get(f"{consult.here}/downloads").words
    assert "lead had every file made with personal data in it" in noted
    assert "lead took away every file with personal data in it" in noted


def test_headings_are_read_again_as_a_person_says(consult, lead):
    _, id = upload(lead, consult, "park.csv", FILE)
    consult.desk.drain(id)
    here = f"/consultations/{id}"
    assert lead.get(here).soup.find(id="headings") and not lead.get(here).soup.find(id="sheet")
    page = lead.post(f"{here}/sheet", {"headings": "9"}, status=422)
    assert page.errors == ["Choose how many rows of headings."]
    lead.post(f"{here}/sheet", {"headings": "0"})
    consult.desk.drain(id)
    assert "park.csv holds 5 responses." in lead.get(here).words


def everything_in(data):
    """All text in a packed file and in the files packed in it."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for name in packed.namelist():
            held = packed.read(name)
            office = name.endswith((".docx", ".xlsx"))
            found.append(everything_in(held) if office else held.decode("utf-8", "replace"))
    return "\n".join(found)


def test_a_checker_does_not_see_what_they_are_to_read_blind(consult, lead):
    checker = consult.browser("checker")
    sample = {"margin": "5", "coders": "1", "stratify": "none"}
    lead.post(f"{consult.here}/questions/1/check", sample)
    drawn = sample_of(consult.bernard.store, consult.id, "1").numbers
    number = next(n for n in drawn if consult.question.mapped[n].themes)
    page = checker.get(f"{consult.here}/responses/{number + 1}")
    assert "It is in the check sample" in page.words
    assert not page.soup.select(".app-response mark")
    assert lead.get(f"{consult.here}/responses/{number + 1}").soup.select(".app-response mark")


def test_responses_that_bring_experience_are_found(consult, lead):
    page = lead.get(f"{consult.here}/responses?brings=experience")
    assert "response" in page.soup.find_all("h2")[0].get_text()
