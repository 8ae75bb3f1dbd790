"""A site with people in it, and a browser that checks every page it opens."""

import csv
import dataclasses
import io
import re
import shutil
import threading

import html5lib
import msgspec
import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from bernard import samples, web
from bernard.accounts import sessions
from bernard.assembly import open_bernard
from bernard.config import Settings
from bernard.gateway.types import Receipt
from bernard.library import intake
from bernard.store import consultations, conversations, people
from bernard.tools.ask.types import Answer, Citation, Claim, Passage
from bernard.tools.consult.desk import Desk
from bernard.web import answers

HOME = "http://localhost:8000"


class Page:
    """A page that was opened, and looked over: see `check`."""

    def __init__(self, response, check=True):
        self.response = response
        self.status = response.status_code
        self.text = response.text
        self.path = response.url.path
        if response.headers.get("content-type", "").startswith("text/html"):
            self.soup = BeautifulSoup(self.text, "html5lib")
            if check:
                self.check()

    def check(self):
        """What holds on every page of the site."""
        html5lib.HTMLParser(strict=True).parse(self.text)
        headings = self.soup.find_all("h1")
        assert len(headings) == 1, headings
        assert self.soup.title.get_text().startswith(self.heading), self.soup.title
        ids = [tag["id"] for tag in self.soup.find_all(id=True)]
        assert sorted(ids) == sorted(set(ids))
        self._check_forms()
        self._check_links(set(ids))
        policy = self.response.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert self.soup.find_all(style=True) == [] == self.soup.find_all("style")
        assert [s for s in self.soup.find_all("script") if not s.get("src") or s.string] == []

    def _check_forms(self):
        for form in self.soup.find_all("form"):
            assert form.get("action", "").startswith("/"), form
            assert form.get("method") in ("get", "post"), form
            if form["method"] == "post":
                assert form.find("input", {"name": "csrf"})["value"], form
        for field in self.soup.select("input:not([type=hidden]):not([hidden]), textarea, select"):
            assert self.soup.find("label", {"for": field["id"]}), field

    def _check_links(self, ids):
        for tag in self.soup.find_all(["a", "link", "script", "img", "app-answer", "app-refresh"]):
            target = tag.get("href") or tag.get("src")
            assert target and target[0] in "/#?" and not target.startswith("//"), tag
            assert target[0] != "#" or target[1:] in ids, tag
        for tag in self.soup.find_all(True):
            for name in ("aria-describedby", "aria-labelledby"):
                assert set(tag.get(name, "").split()) <= ids, tag

    @property
    def heading(self):
        return " ".join(self.soup.h1.get_text().split())

    @property
    def words(self):
        """What a reader sees in the main part."""
        return " ".join(self.soup.main.get_text(" ").split())

    @property
    def errors(self):
        summary = self.soup.find(class_="govuk-error-summary__list")
        return [a.get_text(strip=True) for a in summary.find_all("li")] if summary else []

    def csrf(self):
        return self.soup.find("input", {"name": "csrf"})["value"]


class Browser:
    """Somebody's browser, with a cookie jar of its own."""

    def __init__(self, site, cookie="", account=None):
        self.client = TestClient(
            site, base_url=HOME, client=("127.0.0.1", 50000), raise_server_exceptions=False
        )
        self.account = account
        if cookie:
            self.client.cookies.set("bernard_session", cookie, domain="localhost.local")

    def get(self, path, status=200, check=True, **options):
        page = Page(self.client.get(path, **options), check)
        assert page.status == status, page.text[:2000]
        return page

    def raw(self, method, path, **options):
        options.setdefault("follow_redirects", False)
        return self.client.request(method, path, **options)

    def csrf(self):
        return self.get("/settings", check=False).csrf()

    def post(self, path, values=None, status=200, follow=True, csrf=None, **options):
        """Send a form with this browser's token; gives the page that comes in the end."""
        data = {"csrf": self.csrf() if csrf is None else csrf, **(values or {})}
        options.setdefault("headers", {"Origin": HOME, "Sec-Fetch-Site": "same-origin"})
        page = Page(self.client.post(path, data=data, follow_redirects=follow, **options))
        assert page.status == status, page.text[:2000]
        return page


@pytest.fixture
def database(request):
    """SQLite; tests that are worth it ask for PostgreSQL as well."""
    on_postgresql = getattr(request, "param", "sqlite") == "postgresql"
    return request.getfixturevalue("postgres_url") if on_postgresql else ""


@pytest.fixture
def settings(tmp_path, database):
    return Settings(
        home=tmp_path / "home",
        database=database,
        chat_model="none",
        embedding_model="none",
        ocr=False,
        max_file_mb=1,
    )


@pytest.fixture
def bernard(settings):
    with open_bernard(settings) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """No worker runs beside most tests, so there is nothing to wait for."""
    monkeypatch.setattr("bernard.web.pages.asking.MOMENT_S", 0)


@pytest.fixture
def site(bernard):
    return web.app(bernard)


@pytest.fixture
def visitor(site):
    """A browser that has not signed in."""
    return Browser(site)


@pytest.fixture
def demo_visitor(bernard):
    """A browser that has not been to the demo yet."""
    return Browser(web.app(dataclasses.replace(bernard, demo=True)))


@pytest.fixture
def person(bernard, site):
    """Gives a function that makes an account and its browser, signed in."""

    def make(name, is_admin=False):
        with bernard.store.write() as c:
            account = people.create(c, name, "not a hash", is_admin=is_admin)
            cookie = sessions.begin(c, account.id, 1)
        return Browser(site, cookie, account)

    return make


@pytest.fixture
def ann(person):
    return person("ann", is_admin=True)


@pytest.fixture
def bob(person):
    return person("bob")


@pytest.fixture
def put(bernard):
    """Gives a function that puts a file in and reads it; gives the document."""

    def put_in(browser, name, data, collection="My documents"):
        where = bernard.library.collection(browser.account.id, collection)
        group = intake.new_group(where.id)
        [document] = bernard.library.add(where.id, [(name, data)], group)
        bernard.library.read(group)
        return document

    return put_in


@pytest.fixture
def permits():
    """The name and bytes of a sample document."""
    name = "mooring-permits.html"
    return name, dict(samples.files())[name]


@pytest.fixture
def answer_all(bernard):
    """Gives a function that answers every question that waits."""

    def run():
        while answers.answer_next(bernard, "test", threading.Event()):
            pass

    return run


CITATION = Citation("d" * 32, "Leave policy.pdf", "3", 10, 42, "You may carry over up to 8 days.")
RECEIPT = Receipt(
    7, "ab" * 32, "some-model", "a-supplier", "GB", "clause-1", "an-agreement", 2048, {"name": 2}
)
ANSWER = Answer(
    question="How much leave?",
    answer="Up to 8 days. Ask your manager. It is sunny.",
    claims=(
        Claim("You may carry over up to 8 days.", "quoted", (CITATION,)),
        Claim(
            "Ask your manager.",
            "supported by",
            (CITATION, msgspec.structs.replace(CITATION, start=50, end=60, quote="Ask first.")),
            ("The quote does not say “manager”.",),
        ),
        Claim("It is sunny.", "no source found"),
    ),
    passages=(Passage(1, "d" * 32, "Leave policy.pdf", "3", "Leave", 10, 42, 0.9, "You may."),),
    receipt=RECEIPT,
    mode="generated",
    notes=("Page 3 is a scan.",),
)


@pytest.fixture
def answer():
    return ANSWER


@pytest.fixture
def keep(bernard):
    """Gives a function that keeps a conversation with these answers (None: still waiting)."""

    def keep_answers(browser, *given):
        with bernard.store.write() as c:
            made = conversations.create(c, browser.account.id, given[0] and given[0].question, [])
            for answer in given:
                turn = conversations.add_turn(
                    c, made.id, answer.question if answer else "Still waiting?"
                )
                if answer:
                    conversations.claim(c, "test", 60)
                    conversations.finish(c, turn.id, "test", msgspec.json.encode(answer).decode())
            return made, conversations.turns_of(c, made.id)

    return keep_answers


@pytest.fixture
def route_paths(site):
    """Every path of the site with its methods."""
    found = {}
    for route in site.routes:
        if hasattr(route, "methods"):
            found.setdefault(route.path, set()).update(route.methods - {"HEAD"})
    return found


@pytest.fixture
def fill():
    """Gives a function that puts ids into a path."""

    def fill_in(path, **ids):
        return re.sub(r"\{(\w+)\}", lambda found: str(ids[found[1]]), path)

    return fill_in


@pytest.fixture
def replace():
    return dataclasses.replace


ROLES = ("lead", "analyst", "checker", "viewer")
LETTER = (
    "Please do not close Quay Street to cars. The shops there live from those who drive in. "
    "Mend the pavements instead, and leave the road as it is."
)
# A theme each: who it is about, what happens to it, and why.
SAID = (
    (
        (
            "The shops",
            "Small traders",
            "Our greengrocer",
            "Every business in town",
            "Market stalls",
        ),
        ("will lose customers", "cannot take deliveries", "would have to close", "earn less"),
        (
            "once nobody can park outside",
            "if vans are kept away",
            "as trade goes to the big stores",
        ),
    ),
    (
        ("Children", "Pupils of the primary school", "My daughter", "Young families", "Toddlers"),
        ("could walk to school safely", "would no longer dodge traffic", "can play out again"),
        ("without cars rushing by", "when the school run stops", "and parents need not worry"),
    ),
    (
        ("The air", "Pollution by the bridge", "Exhaust fumes", "My asthma", "Smoke from engines"),
        ("would get better", "makes people ill", "is far over the limit", "harms our lungs"),
        (
            "with fewer lorries idling",
            "on hot days above all",
            "so the sooner this comes the better",
        ),
    ),
    (
        ("Disabled people", "My elderly mother", "Anyone with a stick", "Wheelchair users"),
        ("cannot get from the car park", "need a space nearby", "would be shut out of the centre"),
        ("as it is too far and too steep", "unless badge holders may drive in", "when it rains"),
    ),
)


def responses_csv():
    """A consultation that we made up, as a survey tool exports it."""
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(["Response ID", "What do you think of closing Quay Street to cars?", "Age group"])
    for n in range(96):
        said = f"{_sentence(n % 4, n)} {_sentence((n // 4 + 1) % 4, 7 * n + 3)}"
        said = {0: LETTER, 5: "n/a", 7: ""}.get(n % 12, said)
        if n == 2:
            said += " Ring me on 07700 900123 or write to ann@example.com."
        if n == 3:
            said += " <script>alert(1)</script> =1+1 \u202eevil"
        if n == 24:
            said += " My own shop would close."
        rows.writerow([f"R{n + 1}", said, ("18 to 34", "35 to 64", "65 or over")[n % 3]])
    return file.getvalue().encode()


def _sentence(theme, n):
    who, what, why = SAID[theme]
    return f"{who[n % len(who)]} {what[n // 2 % len(what)]} {why[n // 5 % len(why)]}."


@pytest.fixture(scope="session")
def consult_home(tmp_path_factory):
    """A house in which a consultation is worked through; tests take copies. Gives also its id."""
    settings = _consult_settings(tmp_path_factory.mktemp("consult"))
    with open_bernard(settings) as b:
        with b.store.write() as c:
            accounts = {name: people.create(c, name, "not a hash") for name in (*ROLES, "stranger")}
        desk = Desk(b.store, b.gateway, b.ledger, b.detector, b.settings)
        kept = desk.take(accounts["lead"].id, "Quay Street", "quay.csv", responses_csv())
        desk.drain(kept.id)
        desk.confirm(kept.id, "lead", desk.preview(kept.id).columns)
        desk.drain(kept.id)
        with b.store.write() as c:
            for role in ROLES:
                consultations.set_role(c, kept.id, accounts[role].id, role)
    return settings.home, kept.id


def _consult_settings(place):
    return Settings(
        home=place / "home",
        chat_model="none",
        ocr=False,
        max_file_mb=1,
        privacy_mode="rules",
    )


class Consult:
    """A consultation that is worked through, in a house of its own.

    Attributes:
        here: the path of its first page.
    """

    def __init__(self, bernard, id):
        self.bernard, self.id, self.here = bernard, id, f"/consultations/{id}"
        self.site = web.app(bernard)
        self.desk = self.site.state.consult_desk

    def browser(self, name):
        """The browser of somebody who takes part under the name of their role, or of a stranger."""
        with self.bernard.store.write() as c:
            account = people.by_name(c, name)
            cookie = sessions.begin(c, account.id, 1)
        return Browser(self.site, cookie, account)

    @property
    def question(self):
        """Its first question, as it is now."""
        return self.desk.opened(self.id).questions[0]


@pytest.fixture
def consult(consult_home, tmp_path):
    home, id = consult_home
    shutil.copytree(home, tmp_path / "home")
    with open_bernard(_consult_settings(tmp_path)) as opened:
        yield Consult(opened, id)
