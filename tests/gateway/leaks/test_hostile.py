"""Requests written so that two readers see two things, and parts of a request that are no body."""

import gzip
import json
import zlib

import pytest

TEXT = "My NHS number is 943 476 5919, write to wilhelmina.okonkwo@example.org."
TRACES = ("9434765919", "wilhelminaokonkwo", "okonkwoexampleorg")
CHAT = "/v1/chat/completions"
HELLO = {"role": "user", "content": "Hello"}


def _body(**more):
    return {"model": "at-openai", "messages": [{"role": "user", "content": TEXT}], **more}


_plain = json.dumps(_body()).encode()
_text = json.dumps(TEXT)
BODIES = {
    "as it is": (_plain, {}),
    "a byte order mark": (b"\xef\xbb\xbf" + _plain, {}),
    "UTF-16": (json.dumps(_body()).encode("utf-16"), {}),
    "UTF-16 that says so": (
        json.dumps(_body()).encode("utf-16"),
        {"content-type": "application/json; charset=utf-16"},
    ),
    "UTF-32": (json.dumps(_body()).encode("utf-32"), {}),
    "no UTF-8": (_plain.replace(b"My NHS", b"M\xff\xfey NHS"), {}),
    "UTF-8 that is too long": (_plain.replace(b"943", b"\xc0\xb943"), {}),
    "packed with gzip": (gzip.compress(_plain), {"content-encoding": "gzip"}),
    "packed with deflate": (zlib.compress(_plain), {"content-encoding": "deflate"}),
    "packed with br": (_plain, {"content-encoding": "br"}),
    "packed without a word of it": (gzip.compress(_plain), {}),
    "a name twice": (
        b'{"model": "at-openai", "messages": [{"role": "user", "content": %b, "content": "Hello"}]}'
        % _text.encode(),
        {},
    ),
    "a name twice, the other way": (
        b'{"model": "at-openai", "messages": [{"role": "user", "content": "Hello", "content": %b}]}'
        % _text.encode(),
        {},
    ),
    "a name twice in a list that stands twice": (
        b'{"model": "at-openai", "messages": [{"role": "user", "content": %b}], '
        b'"messages": [{"role": "user", "content": "Hello"}]}' % _text.encode(),
        {},
    ),
    "names in codes": (_plain.replace(b'"content"', b'"\\u0063ontent"'), {}),
    "every sign in codes": (
        b'{"model": "at-openai", "messages": [{"role": "user", "content": "%b"}]}'
        % "".join(f"\\u{ord(c):04x}" for c in TEXT).encode(),
        {},
    ),
    "half a character": (_plain.replace(b"943", b"\\ud800943"), {}),
    "a sign for nought": (_plain.replace(b"943 476", b"943\\u0000 476"), {}),
    "two documents": (_plain + b"\n" + _plain, {}),
    "a comment": (b"/* " + TEXT.encode() + b" */" + _plain, {}),
    "not JSON": (TEXT.encode(), {}),
    "a form": (
        f"model=at-openai&prompt={TEXT}".encode(),
        {"content-type": "application/x-www-form-urlencoded"},
    ),
    "several parts": (
        b'--x\r\ncontent-disposition: form-data; name="file"; filename="'
        + TEXT.encode()
        + b'"\r\n\r\nx\r\n--x--',
        {"content-type": f"multipart/form-data; boundary=x; note={TEXT}"},
    ),
    "a list": (json.dumps([_body()]).encode(), {}),
    "a text": (_text.encode(), {}),
    "deeply nested": (
        b'{"model": "at-openai", "messages": ' + b"[" * 5000 + _text.encode() + b"]" * 5000 + b"}",
        {},
    ),
    "nested as far as may be": (
        json.dumps(_body(x_deep=json.loads("[" * 50 + _text + "]" * 50))).encode(),
        {},
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_no_body_leaks(served, found_in, name):
    body, headers = BODIES[name]
    served.doubles.received()
    status, raw = served.ask(CHAT, body, headers)
    assert not found_in(served.doubles.received(), TRACES)
    assert status < 500, raw
    if status != 200:
        assert not found_in(raw, TRACES)


@pytest.mark.parametrize(
    "header",
    [
        *(
            "user-agent",
            "x-request-id",
            "openai-organization",
            "openai-project",
            "cookie",
            "referer",
        ),
        *("x-stainless-lang", "idempotency-key", "anthropic-beta", "baggage", "tracestate", "from"),
        *("x-forwarded-for", "x-title", "http-referer", "accept-language", "traceparent"),
        *("x-bernard-purpose", "x-bernard-subjects", "x-bernard-nothing", "x-bernard-case"),
    ],
)
def test_no_header_goes_on(served, found_in, header):
    """Nothing of the caller's headers is for a supplier."""
    served.doubles.received()
    status, _ = served.ask(CHAT, {"model": "at-openai", "messages": [HELLO]}, {header: TEXT})
    assert status < 500
    assert not found_in(served.doubles.received(), TRACES)


@pytest.mark.parametrize(
    "field", ["model", "stream", "messages", "n", "tools", "max_tokens", "stop"]
)
def test_no_fault_tells(served, found_in, field):
    """A field that cannot be read is named in the error; what stands in it is not."""
    body = {"model": "at-anthropic", "messages": [HELLO], field: {TEXT: [TEXT]}}
    status, raw = served.ask(CHAT, body)
    assert not found_in(served.doubles.received(), TRACES)
    assert status == 200 or not found_in(raw, TRACES), raw


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/chat/completions?note={}", "/v1/models/{}", "/v1/receipts/{}", "/v1/{}", "/{}"),
        "/v1/chat/completions/{}?{}={}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_no_path_goes_on(served, found_in, path, method):
    plain = TEXT.replace(" ", "%20")
    status, _ = served.ask(
        path.format(*[plain] * 3), {"model": "at-openai", "messages": [HELLO]}, method=method
    )
    assert status < 500
    assert not found_in(served.doubles.received(), TRACES)


def test_nothing_of_it_is_written_anywhere(served, found_plainly):
    """After all of the above, in the order in which this file runs: logs, ledger, metrics, traces, files."""
    written = served.written()
    assert b"/v1/chat/completions" in written
    assert not found_plainly(written, TRACES)
