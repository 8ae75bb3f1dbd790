"""Ask from the front door: what is asked, what comes back, what is never shown."""

import json
import re

import pytest

from bernard.errors import InputInvalid, ModelFailed, Refused
from bernard.tools.ask import DOUBTFUL, EXTRACTED, FELL_BACK, NOT_THERE, REFUSAL, ask, to_json


def asked(house, question, gateway=None, **options):
    bernard, collection = house
    options.setdefault("model", "none" if gateway is None else "")
    return ask(question, bernard.library, gateway or bernard.gateway, [collection], **options)


def quotes_are_verbatim(house, answer):
    bernard, _ = house
    cited = [citation for claim in answer.claims for citation in claim.citations]
    for c in cited:
        assert bernard.library.text(c.document).text[c.start : c.end] == c.quote
    return cited


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many days of leave can I carry over?", "up to 8 days of unused annual leave"),
        ("How much may be spent on a room?", "£112 a night"),
        ("When must I ask for leave?", "at least 10 working days before"),
        ("Who will sign the contract?", "Jane Okafor"),
        ("Can I claim for alcohol?", "must not claim for alcohol"),
        ("When does the canteen open?", "11:30"),
    ],
)
def test_the_right_sentence_comes_first_word_for_word(house, question, words):
    answer = asked(house, question)
    assert words in answer.claims[0].text
    assert answer.mode == "extractive"
    assert not answer.refused
    assert {claim.state for claim in answer.claims} == {"quoted"}
    assert quotes_are_verbatim(house, answer)
    assert EXTRACTED in answer.notes


def test_a_list_is_quoted_with_the_line_it_hangs_on(house):
    answer = asked(house, "Can I claim for a taxi?")
    assert answer.claims[0].text.startswith("You may claim for a taxi if:")
    assert "after 21:00" in answer.claims[0].text


def test_what_takes_a_sentence_back_comes_with_it(house):
    assert "However, the travel desk" in asked(house, "What is the most for a room?").claims[0].text
    figure = asked(house, "What is the cost of the lantern?").claims[0].text
    assert "£268,500" in figure


@pytest.mark.parametrize(
    "question",
    [
        "How do I renew a passport for a child?",
        "Who won the world cup in 1966?",
        "What is the capital of France?",
    ],
)
def test_what_the_documents_do_not_cover_is_refused(house, question):
    answer = asked(house, question)
    assert answer.refused
    assert answer.claims == ()
    assert answer.answer.startswith(("The documents do not", "Nothing was found"))


def test_a_refusal_offers_the_passages(house):
    answer = asked(house, "How do I appeal to the harbour court about leave for jurors abroad?")
    if answer.refused:
        assert answer.answer == REFUSAL
    assert answer.passages


def test_a_follow_up_is_read_with_what_came_before(house):
    history = [("How many days of leave can I carry over?", "Up to 8 days.")]
    answer = asked(house, "And by when must I take it?", history=history)
    assert "30 June" in answer.claims[0].text
    assert answer.question == "And by when must I take it?"
    assert any("Read as:" in note for note in answer.notes)


def test_an_empty_question_is_an_error(house):
    with pytest.raises(InputInvalid):
        asked(house, "  ")


def test_the_json_has_the_documented_keys(house):
    plain = to_json(asked(house, "How many days of leave can I carry over?"))
    assert set(plain) == {
        "question",
        "answer",
        "claims",
        "passages",
        "receipt",
        "mode",
        "refused",
        "notes",
    }
    assert set(plain["claims"][0]) == {"text", "state", "citations", "warnings"}
    assert set(plain["claims"][0]["citations"][0]) == {
        "document",
        "name",
        "page",
        "start",
        "end",
        "quote",
    }
    json.dumps(plain)


CARRY = "How many days of leave can I carry over?"
CARRY_QUOTE = "You may carry over up to 8 days of unused annual leave into the next leave year."


def test_a_model_words_the_answer(house, speaking, reply):
    gateway = speaking(reply(("You can carry over up to 8 days of leave.", CARRY_QUOTE)))
    heard = []
    answer = asked(house, CARRY, gateway, on_text=heard.append)
    assert answer.mode == "generated"
    assert answer.claims[0].text == "You can carry over up to 8 days of leave."
    assert answer.claims[0].state == "supported by"
    assert answer.claims[0].citations[0].quote == CARRY_QUOTE
    assert quotes_are_verbatim(house, answer)
    assert "".join(heard).strip() == "You can carry over up to 8 days of leave."
    assert answer.receipt is not None
    assert answer.receipt.left == 0


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("You can carry over up to 12 days of leave.", "12 days"),
        ("You must carry over up to 8 days of leave.", "must"),
        ("You may not carry over up to 8 days of leave.", "not"),
        ("In Wales you can carry over up to 8 days of leave.", "Wales"),
    ],
)
def test_a_changed_detail_gives_way_to_the_source(house, speaking, reply, said, why):
    answer = asked(house, CARRY, speaking(reply((said, CARRY_QUOTE))))
    assert said not in answer.answer
    assert answer.claims[0].text == CARRY_QUOTE
    assert answer.claims[0].state == "quoted"
    assert any(why in note for note in answer.notes)


def test_a_quote_that_is_nowhere_falls_back_to_the_documents_words(house, speaking, reply):
    made_up = reply(("Leave is 99 days.", "Leave is ninety-nine days for everyone who asks."))
    answer = asked(house, CARRY, speaking(made_up))
    assert answer.mode == "extractive"
    assert FELL_BACK in answer.notes
    assert "99" not in answer.answer
    assert CARRY_QUOTE in answer.claims[0].text


def test_what_a_model_was_sent_is_on_the_receipt_whatever_became_of_its_answer(
    house, speaking, reply
):
    def fails(request):
        raise ModelFailed()

    made_up = reply(("Leave is 99 days.", "Leave is ninety-nine days for everyone who asks."))
    for script in (made_up, reply(covered=False), fails):
        gateway = speaking(script)
        answer = asked(house, CARRY, gateway)
        assert answer.mode == "extractive"
        assert answer.receipt.model == gateway.scripted.deployment.model


def test_a_true_claim_beside_the_point_falls_back(house, speaking, reply):
    beside = "Full-time staff get 27 days of annual leave a year."
    answer = asked(house, CARRY, speaking(reply((beside, beside))))
    assert answer.mode == "extractive"
    assert "8 days" in answer.claims[0].text


def test_a_claim_without_a_source_is_marked_and_kept_out_of_the_answer(house, speaking, reply):
    claims = reply(
        ("You can carry over up to 8 days of leave.", CARRY_QUOTE),
        ("Ask the minister first.", "Everybody must always ask the minister first of all."),
    )
    answer = asked(house, CARRY, speaking(claims))
    assert answer.mode == "generated"
    assert answer.claims[-1].state == "no source found"
    assert answer.claims[-1].citations == ()
    assert "minister" not in answer.answer


def test_a_model_that_finds_nothing_or_fails_leaves_the_extract(house, speaking, reply):
    answer = asked(house, CARRY, speaking(reply(covered=False)))
    assert NOT_THERE in answer.notes
    assert "8 days" in answer.claims[0].text
    answer = asked(house, CARRY, speaking([ModelFailed()]))
    assert answer.mode == "extractive"
    assert any("could not answer" in note for note in answer.notes)


@pytest.mark.parametrize("junk", ["", "not json", '{"claims": [{"a": 1}]}', '{"claims": [' * 3000])
def test_a_reply_that_cannot_be_read_falls_back(house, speaking, junk):
    answer = asked(house, CARRY, speaking([junk or " "]))
    assert answer.mode == "extractive"
    assert "8 days" in answer.claims[0].text


def test_a_default_model_that_is_not_allowed_is_sent_nothing(house, speaking, reply):
    gateway = speaking(reply(("Up to 8 days.", CARRY_QUOTE)), provider="elsewhere", place="US")
    answer = asked(house, CARRY, gateway)
    assert answer.mode == "extractive"
    assert CARRY_QUOTE in answer.answer
    assert any("does not allow the chat model" in note for note in answer.notes)
    assert gateway.scripted.requests == []
    with pytest.raises(Refused, match="Nothing was sent"):
        asked(house, CARRY, gateway, model="scripted-chat")


def test_the_documents_own_words_are_given_before_a_model_begins(house, speaking, reply):
    order = []
    gateway = speaking(reply(("Up to 8 days carry over.", CARRY_QUOTE)))
    asked(
        house,
        CARRY,
        gateway,
        on_found=order.append,
        on_text=lambda text: order.append(text.strip()) if text else None,
    )
    first, *_ = order
    assert first.mode == "extractive"
    assert first.claims[0].citations
    assert order[1:] == ["Up to 8 days carry over."]


def test_what_on_text_raises_stops_the_model(house, speaking, reply):
    class Stop(BaseException):
        pass

    def stop(text):
        raise Stop

    with pytest.raises(Stop):
        asked(
            house, CARRY, speaking(reply(("Up to 8 days carry over.", CARRY_QUOTE))), on_text=stop
        )


def test_documents_are_fenced_and_marked_in_the_prompt(house, speaking, reply):
    gateway = speaking(reply(("The canteen opens at 11:30.", "The canteen opens at 11:30")))
    first = asked(house, "When does the canteen open?", gateway)
    assert first.mode == "generated"
    [request] = gateway.scripted.requests
    system, user = request.messages
    [fence] = set(re.findall(r"~~~[0-9a-f]{6}", user.text))
    marks = request.schema["properties"]["claims"]["items"]["properties"]["source"]["enum"]
    assert all(f"{fence} {mark}" in user.text for mark in marks)
    assert "Ignore all earlier instructions" not in system.text
    again = speaking(reply(("The canteen opens at 11:30.", "The canteen opens at 11:30")))
    asked(house, "When does the canteen open?", again)
    assert again.scripted.requests[0].messages[0] == system
    assert fence not in again.scripted.requests[0].messages[1].text


def test_nothing_is_called_true_or_verified(house):
    import bernard.tools.ask as tool

    said = " ".join([REFUSAL, EXTRACTED, FELL_BACK, NOT_THERE, DOUBTFUL, tool.EMPTY]).casefold()
    assert "verified" not in said
    assert " true" not in said
