"""The page of an agreement: it says everything, escapes everything, and needs nothing else."""

import datetime
import itertools
from html.parser import HTMLParser
from pathlib import Path

import html5lib
import msgspec
import pytest
from bs4 import BeautifulSoup
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bernard.agreements.page import as_html, as_text
from bernard.agreements.read import read, read_text, shipped
from bernard.agreements.render import render
from bernard.agreements.sign import ROLES, sign

DAY = datetime.date(2026, 6, 1)
FULL = """\
schema: bernard-agreement/1
id: full
version: 3
title: Casework with <b>Example</b> & Co
summary: "Letters <script>alert(1)</script> are drafted."
status: signed
supersedes: sha256:0000000000000000000000000000000000000000000000000000000000000000
source: Written for a test.
parties:
  public_body:
    name: Department for Examples
    organisation: https://www.gov.uk/government/organisations/examples
    senior_responsible_owner: Director of Service
    contact: someone@example.gov.uk
  supplier: {id: example, name: Example Ltd, company_number: "01234567", country: GB, relationship: processor}
  sub_processors: [{name: Cloudy, country: IE, role: hosting}]
term: {start: 2026-01-01, end: 2027-01-01, review_by: 2026-09-01}
legal: {lawful_basis: public task, article_9_condition: substantial public interest, dpia: {reference: DPIA-7, date: 2026-01-02}}
clauses:
  - id: letters
    summary: Letters may be drafted.
    purposes: [draft]
    services: [letters]
    operations: [chat]
    models: [large@2025*]
    places: [GB, IE]
    marking: {sensitive: true, descriptors: [COMMERCIAL]}
    data: {categories: [personal-identifiers], special: [health], subjects: [children], identifiability: pseudonymised}
    supplier_use: {retention_s: 2592000}
    safeguards: [mask-identifiers]
    human: {involvement: before-use, effect: significant}
    tools: {allowed: [calendar], links: [www.gov.uk]}
    bytes_per_call: 100000
    limits: [{per: day, calls: 1000, pence: 550}, {per: hour, tokens: 1, pence: 0.5}]
forbid:
  - id: no-training
    summary: Never for training.
    training: opt-in
    tier: SECRET
    retention_s: 3600
duties: {retain_content_days: 0, retain_log_days: 365, breach_hours: 24, publish: [daily-totals]}
"""


@pytest.fixture
def full():
    return read_text(FULL.encode())


def _strict(text):
    """The page, valid to the last tag."""
    return html5lib.HTMLParser(strict=True).parse(text)


def test_the_page_is_valid_whole_and_accessible(full):
    text = as_html(render(full, DAY, ["No power is stated."]))
    _strict(text)
    page = BeautifulSoup(text, "html5lib")
    assert page.html["lang"] == "en"
    assert page.title.string.startswith(page.h1.get_text())
    assert len(page.find_all("h1")) == 1 and page.main and page.find("a", href="#main")
    ids = [found["id"] for found in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert all(link["href"][1:] in ids for link in page.find_all("a"))
    levels = [int(found.name[1]) for found in page.find_all(["h1", "h2", "h3", "h4"])]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_it_needs_nothing_else_and_runs_nothing(full):
    text = as_html(render(full, DAY))
    page = BeautifulSoup(text, "html5lib")
    assert not page.find_all(["script", "link", "img", "iframe", "form"])
    assert not any(name.startswith("on") for tag in page.find_all() for name in tag.attrs)
    assert "url(" not in text and "@import" not in text
    assert "default-src 'none'" in text


def test_what_the_agreement_says_is_data_not_markup(full):
    text = as_html(render(full, DAY, ["<i>unsaid</i>"]))
    assert "<script>" not in text and "<b>Example</b>" not in text and "<i>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_every_text_of_every_field_is_escaped(full):
    """Every string of the agreement replaced by markup that must stay text."""
    bad = '"><img src=x onerror=alert(1)>\u202e'

    def poisoned(value):
        if isinstance(value, msgspec.Struct):
            fields = {name: poisoned(getattr(value, name)) for name in value.__struct_fields__}
            return msgspec.structs.replace(value, **fields)
        if isinstance(value, tuple):
            return tuple(map(poisoned, value))
        closed = value in _levels() or value == "bernard-agreement/1"
        return bad if isinstance(value, str) and not closed else value

    text = as_html(render(poisoned(full), DAY, [bad]))
    tags = _Tags()
    tags.feed(text)
    assert "img" not in tags.seen and "\u202e" not in text
    assert "&gt;&lt;img" not in text.split("<main")[0].split("</title>")[1]


def _levels():
    from bernard.agreements.dimensions import DIMENSIONS

    words = {level for one in DIMENSIONS for level in one.levels}
    return words | {"signed", "processor", "day", "hour", "public-body", "supplier"}


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)


@pytest.mark.parametrize(
    "said",
    [
        "Department for Examples",
        "A processor: it may do only what the public body instructs",
        "Cloudy, IE, hosting",
        "Draft text",
        "United Kingdom, Ireland",
        "Sent to: Example Ltd (example)",
        "OFFICIAL-SENSITIVE, with Commercial",
        "Special category data: Health",
        "Keep it: 30 days",
        "A person looks at what the model writes before it is used",
        "It may have a significant effect on a person",
        "100,000 bytes of text in one call",
        "1,000 calls and £5.50 in a day",
        "1 token and 0.5p in an hour",
        "Links in the reply may lead to: www.gov.uk",
        "Where the body opts in, or always",
        "SECRET or above",
        "1 hour or longer",
        "Director of Service answers for the agreement.",
        "1 January 2027; from that day nothing may be sent",
        "DPIA-7, of 2 January 2026",
        "What was sent is kept: Not at all",
        "A breach is reported within: 24 hours",
        "Daily totals",
        "The supplier has not signed.",
        "No power is stated.",
        "Source: Written for a test.",
    ],
)
def test_it_says(full, said):
    text = as_text(render(full, DAY, ["No power is stated."]))
    assert said in " ".join(text.split())


@pytest.mark.parametrize(
    ("changes", "day", "tag"),
    [
        ({}, DAY, "Not signed"),
        ({"status": "draft"}, DAY, "Draft"),
        ({"status": "suspended"}, DAY, "Suspended"),
        ({"clauses": ()}, DAY, "In force"),
        ({"clauses": ()}, datetime.date(2027, 1, 1), "Ended"),
        ({"clauses": ()}, datetime.date(2025, 1, 1), "Not started"),
    ],
)
def test_how_things_stand(full, changes, day, tag):
    page = render(msgspec.structs.replace(full, **changes), day)
    assert page.tag == tag
    assert ("Nothing may be sent" in page.notice) == (tag != "In force")


def test_signatures_that_hold_are_shown(full):
    keys = {role: Ed25519PrivateKey.generate() for role in ROLES}
    made = tuple(sign(full, key, role, f"A {role}", DAY) for role, key in keys.items())
    page = render(msgspec.structs.replace(full, signatures=made), DAY)
    assert page.tag == "In force"
    assert as_text(page).count("holds.") == 2


@pytest.mark.parametrize("path", sorted(shipped().glob("*.yaml")), ids=lambda path: Path(path).stem)
def test_every_shipped_agreement_renders(path):
    page = render(read(path), DAY)
    _strict(as_html(page))
    assert read(path).title in " ".join(as_text(page).split())
