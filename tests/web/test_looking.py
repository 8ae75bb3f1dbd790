"""The page where an officer sees what would be taken out of a text, and why."""

from bernard.web.pages.looking import LONGEST, SAMPLE


def rows(page):
    return [
        [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
        for row in page.soup.select("tbody tr")
    ]


def test_an_empty_form_and_an_invented_letter(ann):
    page = ann.get("/personal-data")
    assert page.soup.textarea.get_text() == ""
    assert page.soup.select("a[href='/personal-data?sample=1']")
    filled = ann.get("/personal-data?sample=1")
    assert filled.soup.textarea.get_text().strip() == SAMPLE.strip()


def test_what_goes_is_marked_told_and_gone_from_what_is_sent(ann):
    text = "Ring 07700 900123 about AB123456C.\r\nOr 07700 900123."
    page = ann.post("/personal-data", {"text": text})
    assert page.soup.find(id="result").get_text() == "3 things found, 65% of the text taken out"
    assert rows(page) == [
        [
            "07700 900123 (2 times)",
            "Telephone",
            "the form of a British telephone number",
            "Taken out",
        ],
        ["AB123456C", "National Insurance number", rows(page)[1][2], "Taken out"],
    ]
    shown, sent = page.soup.select(".app-looked")
    assert len(shown.select("mark")) == 3
    assert sent.get_text() == (
        "Ring ⟦TELEPHONE-1⟧ about ⟦NATIONAL-INSURANCE-NUMBER-1⟧.\nOr ⟦TELEPHONE-1⟧."
    )


def test_nothing_found_is_no_promise(ann):
    page = ann.post("/personal-data", {"text": "The bins are collected on Tuesdays."})
    assert page.soup.find(id="result").get_text() == "Nothing was found"
    assert "No detector finds everything" in page.text


def test_markup_in_a_text_is_text(ann):
    page = ann.post("/personal-data", {"text": "<b>AB123456C</b> \u202e"})
    assert page.soup.select(".app-looked b") == []
    assert "<b>" in page.soup.select_one(".app-looked").get_text()


def test_no_text_and_too_much(ann):
    page = ann.post("/personal-data", {"text": " \n"}, 422)
    assert "Enter the text to look through" in page.text
    page = ann.post("/personal-data", {"text": "x" * (LONGEST + 1)}, 422)
    assert "50,000 characters or fewer; this text has 50,001" in page.text


def test_only_for_those_who_signed_in(ann, visitor):
    assert visitor.get("/personal-data").path == "/sign-in"
