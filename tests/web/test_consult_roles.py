"""What each role may do in a consultation, on every route there is."""

import re

import pytest

from bernard.store import consultations
from bernard.web.consult_routes import CONSULT, CONSULT_CODING
from bernard.web.consult_visit import ROLES

ROWS = (*CONSULT, *CONSULT_CODING)
# Least roles that may look and act, written out again: a change to a rule is made in both places.
MAY = {
    "": ("viewer", None),
    "/progress": ("viewer", None),
    "/again": (None, "analyst"),
    "/columns": ("viewer", "analyst"),
    "/sheet": (None, "analyst"),
    "/faults.csv": ("viewer", None),
    "/models": ("lead", "lead"),
    "/delete": ("lead", "lead"),
    "/people": ("viewer", "lead"),
    "/people/{account}": (None, "lead"),
    "/questions/{question}": ("viewer", None),
    "/questions/{question}/themes.svg": ("viewer", None),
    "/questions/{question}/themes/{theme}": ("viewer", None),
    "/questions/{question}/campaigns": ("viewer", None),
    "/questions/{question}/campaigns/{campaign}": ("viewer", None),
    "/questions/{question}/table": ("viewer", None),
    "/questions/{question}/table.csv": ("viewer", None),
    "/questions/{question}/table.svg": ("viewer", None),
    "/responses": ("viewer", None),
    "/responses/{number}": ("viewer", "analyst"),
    "/responses/{number}/unmasked": (None, "analyst"),
    "/downloads": ("viewer", "viewer"),
    "/making": ("viewer", None),
    "/downloads/{name}": ("viewer", None),
    "/unmasked": ("lead", "lead"),
}
CODING = {
    "/framework": ("viewer", "analyst"),
    "/framework/file": ("viewer", None),
    "/framework/remap": (None, "analyst"),
    "/framework/suggestions": (None, "analyst"),
    "/framework/history": ("viewer", "analyst"),
    "/framework/add": ("analyst", "analyst"),
    "/framework/merge": ("analyst", "analyst"),
    "/framework/themes/{theme}": ("viewer", "analyst"),
    "/framework/themes/{theme}/split": ("analyst", "analyst"),
    "/framework/proposed": ("viewer", "analyst"),
    "/framework/begin": ("analyst", "analyst"),
    "/framework/sign-off": ("viewer", "lead"),
    "/framework/look": ("viewer", "analyst"),
    "/check": ("viewer", "analyst"),
    "/check/code": ("checker", "checker"),
    "/check/next": ("analyst", "analyst"),
    "/check/flags": ("viewer", "checker"),
    "/quality": ("viewer", None),
}
MAY |= {f"/questions/{{question}}{path}": roles for path, roles in CODING.items()}


@pytest.fixture
def ids(consult):
    with consult.bernard.store.read() as c:
        account = next(p.account for p in consultations.people(c, consult.id) if p.name == "viewer")
    question = consult.question
    return {
        "question": 1,
        "theme": question.framework.themes[0].id,
        "campaign": question.campaigns[0].id,
        "number": 1,
        "account": account,
        "name": "report.docx",
    }


@pytest.fixture
def urls(consult, ids):
    """Each row with its address."""

    def fill(path):
        return consult.here + re.sub(r"\{(\w+)\}", lambda found: str(ids[found[1]]), path)

    return [(row, fill(row.path)) for row in ROWS]


def test_the_table_of_roles_is_the_one_written_here():
    found = {
        row.path: (row.looks if row.look else None, row.acts if row.act else None) for row in ROWS
    }
    assert found == MAY


def test_every_route_of_a_consultation_is_in_the_table(route_paths):
    paths = {p.removeprefix("/consultations/{id}") for p in route_paths if "/consultations/" in p}
    assert paths == set(MAY)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_what_its_row_says(consult, urls, role):
    browser = consult.browser(role)
    token = browser.csrf()
    # Deleting comes last.
    for row, url in sorted(urls, key=lambda pair: pair[0].path == "/delete"):
        if row.look:
            status = browser.raw("GET", url).status_code
            assert (status == 403) == (ROLES.index(role) < ROLES.index(row.looks)), (role, url)
            # There is nothing to code before a sample is drawn.
            found = (200, 303, 403, 404) if row.path.endswith("/code") else (200, 303, 403)
            assert status in found, (role, url, status)
        if row.act:
            answer = browser.raw("POST", url, data={"csrf": token})
            refused = ROLES.index(role) < ROLES.index(row.acts)
            assert (answer.status_code == 403) == refused, (role, url, answer.text[:500])
            assert not refused or f"Your role in this consultation is {role}" in answer.text
            assert answer.status_code < 500, (role, url)


def test_who_takes_no_part_is_told_that_there_is_nothing(consult, urls):
    stranger = consult.browser("stranger")
    token = stranger.csrf()
    for row, url in urls:
        for method, data in (("GET", None), ("POST", {"csrf": token})):
            if not (row.look if method == "GET" else row.act):
                continue
            answer = stranger.raw(method, url, data=data)
            assert answer.status_code == 404, (method, url)
            assert "Quay Street" not in answer.text
    assert "Quay Street" not in stranger.get("/consultations").text


def test_who_has_not_signed_in_is_sent_to_do_so(consult, urls, visitor):
    visitor.client.app = consult.site
    for row, url in urls:
        if row.look:
            answer = visitor.raw("GET", url)
            assert answer.status_code == 303 and "/sign-in" in answer.headers["location"], url


def test_every_form_needs_the_token(consult, urls):
    lead, other = consult.browser("lead"), consult.browser("analyst")
    for row, url in urls:
        if row.act:
            for token in ("", other.csrf()):
                assert lead.raw("POST", url, data={"csrf": token}).status_code == 403, url
    assert lead.get(consult.here).heading == "Results"
