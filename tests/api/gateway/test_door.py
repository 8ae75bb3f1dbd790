"""One call through the door on a real server: who may, what is taken, what comes back."""

CHAT = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}


def test_a_call_reaches_the_exchange_and_its_answer_the_caller(raw, exchange):
    exchange.body = b'{"ok":true}'
    status, headers, body = raw.ask(CHAT)
    assert (status, body) == (200, {"ok": True})
    assert headers["x-bernard-receipt"] == "1"
    assert headers["x-request-id"].startswith("req_")
    (asked,) = exchange.asked
    assert (asked.model, asked.dialect, asked.stream) == ("m", "openai-chat", False)
    assert (asked.caller.service, asked.caller.purpose) == ("service", "answer-questions")
