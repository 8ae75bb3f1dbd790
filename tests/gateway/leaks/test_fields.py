"""A canary in every field of every surface's request: stood in for, or the call is refused."""

import pytest

from bernard.privacy.keys import STRUCTURAL

NAMES = (
    *("openai-chat", "openai-responses", "anthropic-messages", "anthropic-beta"),
    *("openai-embeddings", "openai-moderations", "gemini"),
)
# In one run; the long variant plants every one of them.
EACH = 2
# Not words of a protocol: in these nothing may be refused.
ALWAYS_ANSWERED = (
    *("content", "text", "input", "arguments", "description", "instructions", "system", "title"),
    *("output", "filename", "user", "stop", "reasoning", "context", "query", "safety_identifier"),
)


@pytest.mark.parametrize("surface", NAMES)
def test_no_field_leaks(surface, surfaces, all_canaries, sent, leaks, every_one):
    found, texts_refused, answered = [], set(), 0
    for number, field in enumerate(surfaces[surface]):
        for canary in _some(all_canaries, number, every_one, field.holds == "word"):
            body, error = sent(field.make(canary.text))
            found += [(field.path, canary.text) for _ in leaks(body, canary)]
            if error is not None:
                assert not leaks(str(error).encode(), canary), (field.path, str(error))
                texts_refused.add(_last(field.path))
            else:
                answered += 1
    assert not found, (len(found), found[:5])
    assert texts_refused <= STRUCTURAL
    assert not texts_refused & set(ALWAYS_ANSWERED)
    assert answered


@pytest.mark.parametrize("surface", NAMES)
def test_no_field_leaks_a_value_that_another_names(
    surface, surfaces, sent, leaks, every_one, all_canaries
):
    """By itself nobody would know it; what is found in one field goes in all of them."""
    named = [
        c for c in all_canaries if len(c.value) > 8 and c.kind not in ("ADDRESS", "PRIVATE-KEY")
    ]
    for number, field in enumerate(surfaces[surface]):
        if field.holds == "word":
            continue
        for canary in _some(named, number, False, True):
            body = field.make(canary.value)
            at = "metadata" if surface != "gemini" else "labels"
            body[at] = {**_members(body.get(at)), "note": canary.text}
            data, _ = sent(body)
            assert not leaks(data, canary), (field.path, canary, data)


def _some(canaries, number, every_one, only_one=False):
    if every_one:
        return canaries
    return [
        canaries[(number * 7 + step * 29) % len(canaries)]
        for step in range(1 if only_one else EACH)
    ]


def _last(path):
    return path.replace("[]", "").replace("{}", "").rpartition(".")[2]


def _members(value):
    return value if isinstance(value, dict) else {}
