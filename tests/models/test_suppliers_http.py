"""The HTTP client that reaches suppliers, against a server that can misbehave in every way."""

import asyncio
import socket
import ssl

import pytest

from bernard.errors import InputInvalid, ModelTimeout, SettingInvalid
from bernard.models.suppliers.address import read_address, request_head
from bernard.models.suppliers.dial import proxy_for
from bernard.models.suppliers.doubles import Fault, MockSupplier
from bernard.models.suppliers.http import Client
from bernard.models.suppliers.limits import Limits
from bernard.models.suppliers.types import SupplierFailed, SupplierTimeout

BODY = b'{"model": "double", "messages": [{"role": "user", "content": "hello there"}]}'
STREAM = BODY[:-1] + b', "stream": true}'


def chat(client, mock, **headers):
    return client.endpoint("POST", f"{mock.url}/chat/completions", headers)


def talk(test, limits=None, environ=None, **options):
    """Run a test with a client and a double, both closed afterwards."""

    async def run():
        async with MockSupplier(**options) as mock:
            client = Client(limits or Limits(), environ=environ or {})
            try:
                return await test(client, mock)
            finally:
                await client.close()

    return asyncio.run(run())


async def until(condition):
    """Wait for what must come soon, however busy the machine."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


def test_a_connection_is_used_again():
    async def test(client, mock):
        for _ in range(5):
            response = await chat(client, mock).send(BODY)
            assert response.status == 200
            assert b"heard you" in await response.read()
        assert mock.connections == 1
        assert mock.requests[0].headers["accept-encoding"] == "identity"
        assert mock.requests[0].headers["host"] == mock.origin.removeprefix("http://")
        assert mock.requests[0].body == BODY

    talk(test)


def test_a_stream_comes_in_chunks_and_its_connection_is_kept():
    async def test(client, mock):
        for _ in range(2):
            response = await chat(client, mock).send(STREAM)
            assert response.header(b"content-type").startswith("text/event-stream")
            data = b"".join([chunk async for chunk in response])
            assert data.endswith(b"data: [DONE]\n\n")
        assert mock.connections == 1

    talk(test, pace_s=0.001)


def test_a_kept_connection_that_the_server_closed_is_replaced_once():
    async def test(client, mock):
        ask = chat(client, mock)
        await (await ask.send(BODY)).read()
        mock.spoil(Fault("drop"))
        response = await ask.send(BODY)
        assert response.status == 200
        assert (mock.connections, len(mock.requests)) == (2, 3)
        await response.read()
        mock.spoil(Fault("drop"), Fault("drop"))
        with pytest.raises(SupplierFailed, match="without an answer") as caught:
            await ask.send(BODY)
        assert caught.value.sent
        assert caught.value.retry

    talk(test)


def test_a_closed_idle_connection_is_not_used():
    async def test(client, mock):
        ask = chat(client, mock)
        await (await ask.send(BODY)).read()
        mock.close_connections()
        await asyncio.sleep(0.05)
        assert (await ask.send(BODY)).status == 200
        assert len(mock.requests) == 2

    talk(test)


def test_a_server_that_closes_after_each_answer_is_asked_anew():
    async def test(client, mock):
        for _ in range(3):
            response = await chat(client, mock).send(BODY)
            assert b"heard" in await response.read()
            await asyncio.sleep(0.01)
        assert mock.connections == 3

    talk(test, fault=Fault("close"))


def test_idle_connections_are_closed_in_time():
    async def test(client, mock):
        await (await chat(client, mock).send(BODY)).read()
        await until(lambda: not mock._open)

    talk(test, Limits(keep_idle_s=0.1))


@pytest.mark.parametrize(
    ("fault", "limits", "words"),
    [
        (Fault("hang"), Limits(first_byte_s=0.2), "no answer within 0.2 seconds"),
        (Fault("slow", wait_s=5), Limits(first_byte_s=0.2), "no answer within 0.2 seconds"),
        (Fault("think", wait_s=5), Limits(first_byte_s=0.2), "no answer within 0.2 seconds"),
        (Fault("stall"), Limits(idle_s=0.2), "nothing more within 0.2 seconds"),
        (Fault("stall"), Limits(total_s=0.2), "not done within 0.2 seconds"),
    ],
)
@pytest.mark.parametrize("body", [BODY, STREAM])
def test_a_slow_server_is_given_up(fault, limits, words, body):
    async def test(client, mock):
        with pytest.raises(SupplierTimeout, match=words) as caught:
            await (await chat(client, mock).send(body)).read()
        assert isinstance(caught.value, ModelTimeout)
        assert caught.value.status == 504
        assert caught.value.sent
        await until(lambda: mock.broken_off == 1)

    talk(test, limits, fault=fault)


def test_what_breaks_off_or_is_too_large_or_packed_is_an_error():
    async def test(client, mock):
        async def fails(fault, body=BODY):
            mock.spoil(fault)
            with pytest.raises(SupplierFailed) as caught:
                await (await chat(client, mock).send(body)).read()
            return str(caught.value)

        assert "broke off" in await fails(Fault("cut"))
        assert "broke off" in await fails(Fault("cut"), STREAM)
        assert "more than 1,000,000 bytes" in await fails(Fault("huge", size=2_000_000))
        assert "packed" in await fails(Fault("packed"))
        assert (await chat(client, mock).send(BODY)).status == 200

    talk(test, Limits(max_body_mb=1))


def test_a_second_answer_to_one_request_reaches_nobody():
    async def test(client, mock):
        mock.spoil(Fault("twice"))
        assert b"heard" in await (await chat(client, mock).send(BODY)).read()
        assert b"heard" in await (await chat(client, mock).send(BODY)).read()
        assert mock.connections == 2

    talk(test)


def raw_server(reply):
    """A server that sends these bytes to whoever connects and then closes."""

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return asyncio.start_server(serve, "127.0.0.1", 0)


def ask_raw(reply, limits=None):
    async def run():
        server = await raw_server(reply)
        port = server.sockets[0].getsockname()[1]
        client = Client(limits or Limits(), environ={})
        try:
            response = await client.endpoint("POST", f"http://127.0.0.1:{port}/", {}).send(b"")
            return response.status, await response.read()
        finally:
            await client.close()
            server.close()
            await server.wait_closed()

    return asyncio.run(run())


def test_a_body_without_a_length_is_read_to_the_end():
    assert ask_raw(b"HTTP/1.1 200 OK\r\n\r\nall of it") == (200, b"all of it")
    assert ask_raw(b"HTTP/1.0 200 OK\r\n\r\nold") == (200, b"old")


def test_interim_answers_are_passed_over():
    early = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
    whole = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
    assert ask_raw(early + early + whole) == (200, b"ok")


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (b"SSH-2.0-OpenSSH_9.9\r\n", "cannot be read"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab", "broke off"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n", "cannot be read"),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
            "cannot be read",
        ),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "cannot be read"),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 70_000, "more than 65,536 bytes"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 5000, "more than 65,536 bytes"),
        (
            b"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
            "another protocol",
        ),
        (b"", "without an answer"),
    ],
)
def test_what_is_no_answer_is_an_error(reply, words):
    with pytest.raises(SupplierFailed, match=words):
        ask_raw(reply)


def test_a_reader_that_is_slow_holds_the_server_back():
    async def test(client, mock):
        response = await chat(client, mock).send(BODY)
        await asyncio.sleep(0.3)
        assert response.buffered < 2_000_000
        assert len(await response.read()) == 30_000_000

    talk(test, fault=Fault("huge", size=30_000_000))


def test_cancelling_ends_the_connection_at_once():
    async def test(client, mock):
        task = asyncio.create_task(chat(client, mock).send(BODY))
        await until(lambda: mock.requests)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: mock.broken_off == 1 and not mock._open)

    talk(test, fault=Fault("hang"))


def test_a_stream_that_nobody_wants_any_more_is_broken_off():
    async def test(client, mock):
        response = await chat(client, mock).send(STREAM)
        await response.__anext__()
        response.close()
        await until(lambda: mock.broken_off == 1)

    talk(test, pace_s=0.5)


def test_no_more_connections_than_allowed():
    async def test(client, mock):
        async def one():
            return await (await chat(client, mock).send(BODY)).read()

        assert len(await asyncio.gather(*(one() for _ in range(20)))) == 20
        assert mock.connections <= 3

    talk(test, Limits(max_connections=3), fault=Fault("slow", wait_s=0.01))


def test_waiting_for_a_connection_ends():
    async def test(client, mock):
        held = asyncio.create_task(chat(client, mock).send(BODY))
        await until(lambda: mock.requests)
        with pytest.raises(SupplierTimeout, match="All 1 connections") as caught:
            await chat(client, mock).send(BODY)
        assert not caught.value.sent
        held.cancel()
        await asyncio.gather(held, return_exceptions=True)
        assert len(mock.requests) == 1

    talk(test, Limits(max_connections=1, connect_s=1.0), fault=Fault("hang"))


def test_nobody_there():
    async def run():
        client = Client(environ={})
        server = await raw_server(b"")
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        with pytest.raises(SupplierFailed, match="cannot be reached") as caught:
            await client.endpoint("POST", f"http://127.0.0.1:{port}/", {}).send(b"")
        assert not caught.value.sent
        assert caught.value.retry
        await client.close()

    asyncio.run(run())


def test_an_answer_before_the_request_was_sent_ends_the_connection():
    async def run():
        async def serve(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n")
            await reader.read(1)
            await asyncio.sleep(0.1)
            seen.append(writer.is_closing() or reader.at_eof())
            writer.close()

        seen = []
        server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1000)
        port = server.sockets[0].getsockname()[1]
        client = Client(environ={})
        endpoint = client.endpoint("POST", f"http://127.0.0.1:{port}/", {})
        response = await endpoint.send(b"x" * 50_000_000)
        assert response.status == 413
        [pool] = client._pools.values()
        assert not pool._idle
        await client.close()
        await until(lambda: seen)
        server.close()

    asyncio.run(run())


def test_a_host_with_an_address_that_is_dead_is_reached_by_the_other(monkeypatch):
    async def run():
        async with MockSupplier() as mock:
            port = int(mock.origin.rsplit(":", 1)[1])
            loop = asyncio.get_running_loop()

            async def both(host, port, **options):
                dead = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0))
                well = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
                return (
                    [dead, dead, well]
                    if host == "supplier.test"
                    else await real(host, port, **options)
                )

            real = loop.getaddrinfo
            monkeypatch.setattr(loop, "getaddrinfo", both)
            client = Client(environ={})
            url = f"http://supplier.test:{port}/v1/chat/completions"
            assert (await client.endpoint("POST", url, {}).send(BODY)).status == 200
            await client.close()

    asyncio.run(run())


def test_closing_lets_a_response_end():
    async def test(client, mock):
        response = await chat(client, mock).send(STREAM)
        await client.close()
        data = b"".join([chunk async for chunk in response])
        assert data.endswith(b"[DONE]\n\n")
        await until(lambda: not mock._open)
        assert (await chat(client, mock).send(BODY)).status == 200

    talk(test, pace_s=0.005)


@pytest.mark.parametrize("value", ["a\r\nx: y", "a\nb", "a\x00", " a", "é", "a\x7f"])
def test_a_header_cannot_smuggle(value):
    with pytest.raises(InputInvalid) as caught:
        request_head("POST", "/", {"authorization": value})
    assert value not in str(caught.value)
    with pytest.raises(InputInvalid):
        request_head("POST", "/", {f"x{value}": "y"})


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/", "host/v1", "http:///v1", "https://user:secret@host/", "http://host/a b",
        "http://host/\r\nx", "http://host:99999/", "http://ho st/", "http://host/#part",
    ],
)  # fmt: skip
def test_what_is_no_address(url):
    with pytest.raises(InputInvalid) as caught:
        read_address(url)
    assert "secret" not in str(caught.value)


def test_addresses():
    assert read_address("https://api.example/v1?x=1") == ("https", "api.example", 443, "/v1?x=1")
    assert read_address("http://[::1]:8000/v1").authority == "[::1]:8000"
    assert read_address("https://BÜCHER.example").host == "xn--bcher-kva.example"


def test_which_proxy():
    def used(url, **environ):
        proxy = proxy_for(read_address(url), environ)
        return proxy and (proxy.host, proxy.port)

    both = {"HTTPS_PROXY": "http://p:3128", "http_proxy": "http://q:80"}
    assert used("https://api.example/", **both) == ("p", 3128)
    assert used("http://api.example/", **both) == ("q", 80)
    assert used("https://api.example/") is None
    assert used("http://127.0.0.1:8000/", **both) is None
    for exception in ("*", "api.example", ".example", "example", "x, api.example:443"):
        assert used("https://api.example/", **both, NO_PROXY=exception) is None
    assert used("https://10.1.2.3/", **both, NO_PROXY="10.0.0.0/8") is None
    assert used("https://notexample/", **both, NO_PROXY="example") == ("p", 3128)
    with pytest.raises(SettingInvalid):
        used("https://api.example/", HTTPS_PROXY="socks5://p:1")


async def proxy_server(seen):
    """A proxy that tunnels, and that forwards plain requests."""

    async def pipe(reader, writer):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        seen.append(head)
        if b"refused.example" in head:
            writer.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            writer.close()
            return
        method, target = head.split(b" ")[:2]
        if method == b"CONNECT":
            port = target.decode().rsplit(":", 1)[1]
        else:
            port = target.decode().split("/")[2].rsplit(":", 1)[1]
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", int(port))
        if method == b"CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            there_writer.write(head)
        await asyncio.gather(pipe(reader, there_writer), pipe(there_reader, writer))

    return await asyncio.start_server(serve, "127.0.0.1", 0)


def test_a_proxy_is_asked_and_sees_no_more_than_it_must(certificate):
    async def run():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.cert, certificate.key)
        seen = []
        proxy = await proxy_server(seen)
        at = f"http://me:pass%20word@127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
        environ = {"HTTPS_PROXY": at, "HTTP_PROXY": at}
        async with MockSupplier(tls=context) as secure, MockSupplier() as plain:
            client = Client(Limits(), certificate.cert, environ)
            secure_port = secure.origin.rsplit(":", 1)[1]
            plain_port = plain.origin.rsplit(":", 1)[1]
            url = f"https://supplier.test:{secure_port}/v1/chat/completions"
            response = await client.endpoint("POST", url, {"authorization": "Bearer s"}).send(BODY)
            assert b"heard" in await response.read()
            assert seen[0].startswith(f"CONNECT supplier.test:{secure_port} HTTP/1.1".encode())
            assert b"proxy-authorization: Basic bWU6cGFzcyB3b3Jk" in seen[0]
            assert b"Bearer" not in seen[0]
            url = f"http://supplier.test:{plain_port}/v1/chat/completions"
            response = await client.endpoint("POST", url, {}).send(BODY)
            assert b"heard" in await response.read()
            assert seen[1].startswith(f"POST http://supplier.test:{plain_port}/v1/chat".encode())
            with pytest.raises(SupplierFailed, match="does not let us reach"):
                await client.endpoint("POST", "https://refused.example/", {}).send(BODY)
            await client.close()
        proxy.close()
        await asyncio.sleep(0.05)

    asyncio.run(run())


def test_certificates_are_checked(certificate):
    async def run():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.cert, certificate.key)
        async with MockSupplier(tls=context) as mock:
            stranger = Client(environ={})
            with pytest.raises(SupplierFailed, match="not trusted") as caught:
                await chat(stranger, mock).send(BODY)
            assert not caught.value.sent
            assert mock.requests == []
            friend = Client(ca_file=certificate.cert, environ={})
            assert b"heard" in await (await chat(friend, mock).send(BODY)).read()
            other = mock.origin.replace("localhost", "127.0.0.1")
            with pytest.raises(SupplierFailed, match="not trusted"):
                await friend.endpoint("POST", other, {}).send(BODY)
            await friend.close()
            await stranger.close()

    asyncio.run(run())


def test_a_file_without_certificates_is_a_setting_to_mend(tmp_path):
    async def run():
        client = Client(ca_file=tmp_path / "none.pem", environ={})
        with pytest.raises(SettingInvalid, match="BERNARD_CA_FILE"):
            await client.endpoint("POST", "https://localhost:1/", {}).send(b"")

    asyncio.run(run())
