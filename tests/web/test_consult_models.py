"""Chat models that a lead may let an analysis ask: none by default, said in plain words, and changed later."""

import dataclasses
import json

import pytest

from bernard.agreements import default_path
from bernard.assembly import open_bernard
from bernard.models.scripted import ScriptedChat, ScriptedEmbedder
from bernard.store import consultations
from bernard.tools.consult.opened import ChatModels

SAID = (
    "More trees would make the park cooler in summer, ring 020 7946 0958.",
    "The gates should stay open later at night for shift workers.",
    "Swings for small children would be welcome.",
)
ROWS = [f'{n},"{SAID[n % 3]} {SAID[n // 3 % 3]} {n}"' for n in range(60)]
FILE = "id,What would you change about the park?\n" + "\n".join(ROWS)


def says(request):
    """Words no theme better, and finds none of them in anything."""
    text = request.messages[1].text
    assert "7946" not in text
    count = text.count(" response ")
    opinions = [{"number": n, "holds": [], "none": True} for n in range(1, count + 1)]
    return json.dumps({"responses": opinions} if count else {"themes": []})


@pytest.fixture
def chat():
    return ScriptedChat(says)


@pytest.fixture
def agreement():
    return None


@pytest.fixture
def bernard(settings, chat, agreement, gateway_over):
    with open_bernard(dataclasses.replace(settings, privacy_mode="rules")) as opened:
        gateway = gateway_over(opened.store, chat, ScriptedEmbedder(), agreement)
        yield dataclasses.replace(opened, gateway=gateway)


@pytest.fixture
def desk(site):
    return site.state.consult_desk


@pytest.fixture
def parks(ann, bob, bernard, desk):
    """Gives the path of a consultation that was looked at; ann leads it, bob is an analyst."""
    file = {"file": ("parks.csv", FILE.encode())}
    page = ann.post("/consultations", {"title": "Parks"}, files=file)
    id = page.path.split("/")[2]
    desk.drain(id)
    with bernard.store.write() as c:
        consultations.set_role(c, id, bob.account.id, "analyst")
    return f"/consultations/{id}"


def id_of(path):
    return path.split("/")[2]


def selected(page, field):
    [option] = page.soup.find(id=field).find_all("option", selected=True) or [{"value": ""}]
    return option["value"]


def test_a_lead_chooses_before_the_run_and_reads_what_is_sent(parks, ann, desk, chat):
    page = ann.get(parks)
    assert "Chat models (optional)" in page.words
    assert "at most 3 different responses are sent" in page.words
    assert "scripted-chat, on this machine" in page.words
    assert (selected(page, "wording"), selected(page, "judge")) == ("", "")
    page = ann.post(f"{parks}/columns", {"judge": "nobody"}, status=422)
    assert page.errors == ["Choose a chat model of the list, or none."]
    ann.post(f"{parks}/columns", {"wording": "scripted-chat", "judge": "scripted-chat"})
    desk.drain(id_of(parks))
    analysis = desk.opened(id_of(parks))
    assert set(analysis.made.calls) == {
        "turn sentences into numbers",
        "word titles and descriptions",
        "give a second opinion on responses in doubt",
    }
    judged = analysis.questions[0].judged
    assert judged.model == "scripted-chat" and 0 < len(judged.asked) <= 3
    page = ann.get(parks)
    assert "scripted-chat was asked about" in page.words
    page = ann.get(f"{parks}/responses/{judged.answered[0] + 1}")
    assert "scripted-chat was asked for a second opinion" in page.words
    assert "model reworded" in ann.get(f"{parks}/questions/1").words


def test_none_is_asked_unless_somebody_chooses(parks, ann, desk, chat):
    ann.post(f"{parks}/columns", {"wording": "", "judge": ""})
    desk.drain(id_of(parks))
    assert desk.opened(id_of(parks)).questions[0].judged is None and chat.requests == []


def test_only_a_lead_may_choose(parks, ann, bob, desk, chat):
    assert "Chat models" not in bob.get(parks).words
    bob.post(f"{parks}/columns", {"judge": "scripted-chat"}, status=403)
    bob.get(f"{parks}/models", status=403)
    ann.post(f"{parks}/models", {"judge": "scripted-chat"})
    bob.post(f"{parks}/columns")
    assert desk.chat_models(id_of(parks)) == ChatModels(judge="scripted-chat")
    page = ann.post(f"{parks}/models", {"judge": ""}, status=422)
    assert page.errors == ["It is being worked on. Wait until that is done, then choose."]


def test_a_lead_changes_it_later_and_the_responses_are_mapped_again(parks, ann, desk, chat):
    id = id_of(parks)
    ann.post(f"{parks}/columns")
    desk.drain(id)
    assert not desk.is_behind(id, "1")
    page = ann.get(f"{parks}/models")
    assert page.heading == "Chat models" and not page.soup.find(id="wording")
    ann.post(f"{parks}/models", {"judge": "scripted-chat"})
    assert desk.is_behind(id, "1") and chat.requests == []
    for _ in range(2):
        ann.post(f"{parks}/questions/1/framework/remap")
        desk.drain(id)
        assert len(chat.requests) == 1, "the same is asked once"
    analysis = desk.opened(id)
    assert analysis.questions[0].judged and not desk.is_behind(id, "1")
    made = analysis.made
    assert made.calls["give a second opinion on responses in doubt"] == 1
    assert "scripted-chat" in made.models
    assert sum(made.calls.values()) == len(made.receipts) == len(set(made.receipts))
    ann.post(f"{parks}/models", {"judge": ""})
    ann.post(f"{parks}/questions/1/framework/remap")
    desk.drain(id)
    assert desk.opened(id).questions[0].judged is None


class TestRefused:
    """What the agreement does not allow is said in its words, and the work goes on without."""

    @pytest.fixture
    def agreement(self, tmp_path):
        path = tmp_path / "agreement.yaml"
        shipped = default_path().read_text()
        path.write_text(shipped.replace("operations: [any]", "operations: [embed]"))
        return path

    def test_the_run_fails_plainly_and_goes_on_without_a_model(self, parks, ann, desk, chat):
        ann.post(f"{parks}/columns", {"judge": "scripted-chat"})
        desk.drain(id_of(parks))
        page = ann.get(parks)
        assert page.heading == "It could not be done" and "chat" in page.words
        assert page.soup.find("a", href=f"{parks}/models")
        ann.post(f"{parks}/models", {"judge": ""})
        ann.post(f"{parks}/again")
        desk.drain(id_of(parks))
        assert ann.get(parks).heading == "Results" and chat.requests == []
