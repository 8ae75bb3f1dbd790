"""What comes to the socket of a supplier: a canary in every part of a call, and none of them arrives.

The reply holds stand-ins, which are cut anywhere in the stream; the caller gets the originals, exactly.
"""

import json

import pytest

from bernard.models.suppliers.doubles import Fault

SURFACES = ("chat", "responses", "messages")
KINDS = ("openai", "azure", "anthropic", "gemini", "mistral", "openai-compatible")
REPLIES = ("text", "tool", "schema")
# Characters in an event, bytes in a chunk of the stream.
CUTS = ((0, 0), (1, 0), (2, 1), (3, 2), (7, 3))


@pytest.fixture
def double(served):
    """Takes the double of a kind, which says back what it is asked, in pieces."""

    def take(kind, piece=0, cut=0):
        mock = served.doubles.of[kind]
        mock.answer, mock.piece, mock.cut = (lambda asked: asked.text), piece, cut
        return mock

    served.doubles.received()
    return take


def _planted(requests, canaries, shift):
    some = canaries[shift % len(canaries) :] + canaries[: shift % len(canaries)]
    return requests.planted([canary.text for canary in some])


def _cuts(shift, every_one):
    """Two ways to cut, others for each combination; all of them in the long variant."""
    return CUTS if every_one else (CUTS[shift % len(CUTS)], CUTS[(shift + 2) % len(CUTS)])


@pytest.mark.parametrize("reply", REPLIES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("surface", SURFACES)
def test_nothing_arrives_and_all_comes_back(
    served, double, requests, all_canaries, leaks, surface, kind, reply, every_one
):
    shift = 3 * KINDS.index(kind) + 17 * SURFACES.index(surface) + REPLIES.index(reply)
    of = _planted(requests, all_canaries, shift)
    body = {"model": f"at-{kind}", **requests.BODIES[surface](of, reply)}
    wanted = of.asked if reply == "text" else {"who": of.choice}
    for stream in (False, True):
        for piece, cut in _cuts(shift, every_one) if stream else CUTS[:1]:
            double(kind, piece, cut)
            status, raw = served.ask(requests.PATHS[surface], {**body, "stream": stream})
            arrived = served.doubles.received()
            assert status == 200, raw
            assert b"look_up" in arrived
            assert not leaks(arrived, *all_canaries)
            text, arguments = requests.said(surface, raw, stream=stream)
            got = {"text": text, "tool": arguments, "schema": text}[reply]
            assert (got if reply == "text" else json.loads(got)) == wanted
            assert "⟦" not in raw.decode()


FAULTS = (Fault("refuse", 503, message="x"), Fault("drop"), Fault("garbage"), Fault("cut", after=0))


@pytest.mark.parametrize("surface", SURFACES)
def test_every_attempt_is_masked(served, double, requests, all_canaries, leaks, surface):
    """What is tried again, and what goes to another supplier when the first fails."""
    of = _planted(requests, all_canaries, 40)
    body = {"model": "tried", **requests.BODIES[surface](of, "text")}
    mocks = [double(kind) for kind in ("openai", "anthropic", "azure", "gemini")]
    attempts = 0
    for number, fault in enumerate(FAULTS):
        for mock in mocks[:2]:
            mock.fault = fault
        try:
            status, raw = served.ask(requests.PATHS[surface], {**body, "stream": number % 2 == 1})
        finally:
            for mock in mocks:
                mock.fault = None
        attempts += sum(len(mock.requests) for mock in mocks)
        assert not leaks(served.doubles.received(), *all_canaries)
        if status == 200 and number % 2 == 0:
            assert requests.said(surface, raw, stream=False)[0] == of.asked
    assert attempts >= len(FAULTS)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "anthropic"])
def test_texts_to_embed(served, double, all_canaries, leaks, kind):
    double(kind)
    for given in ([c.text for c in all_canaries], " ".join(c.text for c in all_canaries)):
        body = {"model": f"at-{kind}", "input": given, "user": all_canaries[0].text}
        status, raw = served.ask("/v1/embeddings", body)
        arrived = served.doubles.received()
        assert status == 200, raw
        assert arrived
        assert not leaks(arrived, *all_canaries)


def test_texts_to_judge(served, double, all_canaries, leaks):
    double("openai")
    texts = [c.text for c in all_canaries]
    for given in (texts, [{"type": "text", "text": text} for text in texts], texts[0]):
        status, raw = served.ask("/v1/moderations", {"input": given})
        arrived = served.doubles.received()
        assert status == 200, raw
        assert arrived
        assert not leaks(arrived, *all_canaries)


def test_nothing_is_written_anywhere(served, double, requests, all_canaries, found_plainly):
    """Not in logs at their fullest, the ledger, metrics, traces, files: whatever else this session wrote."""
    of = _planted(requests, all_canaries, 5)
    for surface in SURFACES:
        body = {"model": "at-openai", **requests.BODIES[surface](of, "text")}
        status, raw = served.ask(requests.PATHS[surface], body)
        assert status == 200, raw
    # Files of a database are full of noughts.
    traces = [c.trace for c in all_canaries if "0000" not in c.trace]
    assert not found_plainly(served.written(), traces)
    assert served.spans.said
    assert served.logs.getvalue()
