"""Which models there are, which one is used, and what may be added."""

import io
import json
import pickle
import shutil
import struct
import zipfile

import pytest

from bernard.config import from_text
from bernard.errors import (
    InputInvalid,
    ModelFailed,
    ModelMissing,
    ModelRejected,
    NotFound,
    SettingInvalid,
)
from bernard.models import shelf
from bernard.models.added import AddedModel, add_file, add_server, added, remove
from bernard.models.embedding import shipped
from bernard.models.llama import LlamaChat
from bernard.models.manifest import find
from bernard.models.registry import Models, chosen
from bernard.models.types import ChatRequest, Message

QWEN = "qwen2.5-coder-1.5b-instruct"
SMALL = "qwen2.5-coder-0.5b-instruct"
TINY = "smollm2-135m-instruct"


@pytest.fixture
def settings(tmp_path):
    return lambda **values: from_text({"home": str(tmp_path), "threads": "1", **values})


@pytest.fixture
def folder(settings):
    return settings().models_folder


def put(folder, name):
    """A file where a fetched one would lie; its bytes are checked only when it is loaded."""
    [file] = find(name).files
    (folder / name).mkdir(parents=True)
    (folder / name / file.name).write_bytes(b"GGUF")


def server(name="ours", **values):
    values = {"role": "chat", "url": "http://gpu.example:8000/v1", "served_as": "llama"} | values
    return AddedModel(name=name, **{"supplier": "own-server", "place": "own-network"} | values)


def test_with_no_model_here_answers_are_worded_by_none(settings):
    models = Models(settings())
    assert models.chat() is None
    assert models.chat(QWEN) is None
    assert models.chat("what") is None
    models.close()


def test_the_best_model_that_can_write_is_taken_by_itself(settings, folder):
    put(folder, TINY)
    put(folder, SMALL)
    assert chosen(settings(), "chat") == ""
    add_server(folder, server())
    assert chosen(settings(), "chat") == "ours"
    put(folder, QWEN)
    assert chosen(settings(), "chat") == QWEN
    assert chosen(settings(chat_model="none"), "chat") == ""
    assert chosen(settings(chat_model=SMALL), "chat") == SMALL
    assert chosen(settings(chat_model="ours"), "chat") == "ours"


def test_each_model_is_opened_once(settings, folder, alphabet_gguf):
    add_file(folder, "alphabet", alphabet_gguf)
    models = Models(settings())
    chat = models.chat()
    assert isinstance(chat, LlamaChat)
    assert models.chat("alphabet") is chat
    reply = chat.chat(ChatRequest([Message("user", "count 0")]))
    assert "".join(delta.text for delta in reply) == "123456789"
    assert chat.loaded
    models.close()
    assert not chat.loaded


def test_a_setting_that_names_no_model_is_refused_at_once(settings, folder):
    with pytest.raises(SettingInvalid, match="BERNARD_CHAT_MODEL is 'gpt'"):
        Models(settings(chat_model="gpt"))
    with pytest.raises(SettingInvalid, match="BERNARD_EMBEDDING_MODEL is 'qwen"):
        Models(settings(embedding_model=QWEN))
    with pytest.raises(ModelMissing, match=f"`bernard models get {QWEN}` fetches it"):
        Models(settings(chat_model=QWEN))


def test_a_model_on_a_server_is_not_opened_in_this_process(settings, folder):
    add_server(folder, server(key_env="THE_KEY"))
    add_server(folder, server("vectors", role="embedding", dimensions=8))
    models = Models(settings(embedding_model="vectors"))
    assert models.chat() is None
    assert models.embedder() is None
    models.close()


@pytest.mark.weights
def test_search_by_meaning_comes_with_bernard(settings):
    if not shipped(find("all-minilm-l6-v2")).present:
        pytest.skip("the embedding model is not built; `make setup` builds it")
    models = Models(settings())
    assert models.embedder().embed(["hello"]).shape == (1, 384)
    assert Models(settings(embedding_model="none")).embedder() is None


def test_no_key_is_ever_written_down(folder, monkeypatch):
    monkeypatch.setenv("THE_KEY", "sk-secret")
    add_server(folder, server(key_env="THE_KEY"))
    assert "sk-secret" not in (folder / "models.json").read_text()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": "No Good"}, "cannot be a name"),
        ({"name": "auto"}, "cannot be a name"),
        ({"name": "../up"}, "cannot be a name"),
        ({"name": QWEN}, "already"),
        ({"url": "ftp://x"}, "should begin with"),
        ({"url": "https://key@host/v1"}, "Leave the key out"),
        ({"place": "moon"}, "'moon' is not a place"),
        ({"place": ""}, "'' is not a place"),
        ({"place": "this-machine"}, "is not on this machine"),
        ({"supplier": "embedded"}, "cannot be a supplier"),
        ({"supplier": ""}, "cannot be a supplier"),
        ({"served_as": ""}, "--model"),
        ({"role": "embedding"}, "--dimensions"),
    ],
)
def test_a_server_that_cannot_be_used_is_not_added(folder, values, message):
    with pytest.raises(InputInvalid, match=message):
        add_server(folder, server(**values))
    assert added(folder) == {}


def test_a_server_on_this_machine_may_say_so(folder):
    add_server(folder, server(url="http://localhost:11434/v1/", place="this-machine"))
    assert added(folder)["ours"].url == "http://localhost:11434/v1"
    with pytest.raises(InputInvalid, match="already"):
        add_server(folder, server())


def torch_file():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}))
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("model.onnx", pickle.dumps({"a": 1})),
        ("model.gguf", pickle.dumps({"a": 1})),
        ("model.onnx", torch_file()),
        ("pytorch_model.bin", b"anything"),
        ("model.pt", b"anything"),
        ("model.joblib", b"anything"),
    ],
)
def test_files_that_can_run_code_are_refused_with_the_reason(folder, tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ModelRejected, match="can run any program"):
        add_file(folder, "mine", tmp_path / name)
    assert added(folder) == {}


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("model.safetensors", b"{}", "neither a GGUF nor an ONNX"),
        ("model.onnx", b"hello", "neither a GGUF nor an ONNX"),
        ("model.gguf", b"hello", "not a GGUF"),
        ("model.gguf", b"GGUF" + struct.pack("<IQQ", 3, 5, 0), "cut short"),
        ("model.onnx", b"\x08 this is not a graph", "cannot be loaded"),
    ],
)
def test_other_files_are_refused(folder, tmp_path, name, data, why):
    (tmp_path / name).write_bytes(data)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelRejected, match=why):
        add_file(folder, "mine", tmp_path / name)


def test_a_base_model_is_refused(folder, make_alphabet_model, tmp_path):
    base = make_alphabet_model(tmp_path / "base.gguf", template="")
    with pytest.raises(ModelRejected, match="has no chat template"):
        add_file(folder, "mine", base)


def test_an_onnx_model_needs_its_tokenizer(folder, tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"\x08")
    with pytest.raises(ModelMissing, match=r"tokenizer\.json"):
        add_file(folder, "mine", tmp_path)
    with pytest.raises(ModelMissing, match="gone"):
        add_file(folder, "mine", tmp_path / "gone.onnx")


def test_an_added_file_that_changes_is_not_loaded(settings, folder, alphabet_gguf, tmp_path):
    path = shutil.copy(alphabet_gguf, tmp_path / "mine.gguf")
    add_file(folder, "mine", path)
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    models = Models(settings())
    with pytest.raises(ModelRejected, match="not the file it should be"):
        list(models.chat().chat(ChatRequest([Message("user", "a")])))
    with pytest.raises(ModelRejected):
        shelf.check(settings(), "mine")
    path.unlink()
    assert shelf.installed(settings())[-1].state == "not here"
    models.close()


@pytest.mark.weights
def test_an_added_onnx_model_is_used(settings, folder, tmp_path):
    files = shipped(find("all-minilm-l6-v2"))
    if not files.present:
        pytest.skip("the embedding model is not built; `make setup` builds it")
    shutil.copy(files.model, tmp_path / "model.onnx")
    shutil.copy(files.tokenizer, tmp_path / "tokenizer.json")
    model = add_file(folder, "mine", tmp_path)
    assert (model.role, model.dimensions) == ("embedding", 384)
    models = Models(settings(embedding_model="mine"))
    assert models.embedder().embed(["hello"]).shape == (1, 384)
    assert shelf.check(settings(), "mine")[-1].startswith("It loads and answers")


def test_a_damaged_list_is_said(folder):
    folder.mkdir(parents=True)
    (folder / "models.json").write_text("[{]")
    with pytest.raises(InputInvalid, match=r"models\.json"):
        added(folder)


def test_a_check_reads_every_byte_and_runs_the_model(settings, folder, alphabet_gguf):
    add_file(folder, "alphabet", alphabet_gguf)
    right, whole, runs = shelf.check(settings(), "alphabet")
    assert "has the right SHA-256" in right
    assert whole == "It is whole: 12 tensors."
    assert runs.startswith("It loads and answers, in")


def test_a_check_of_a_server_sends_no_text(settings, folder, model_server):
    model_server.answer = lambda path, body: (200, {}, [b'{"data": [{"id": "llama"}]}'])
    add_server(folder, server(url=model_server.url))
    assert "answers and has llama" in shelf.check(settings(), "ours")[0]
    assert model_server.seen[0][0] is None
    model_server.answer = lambda path, body: (200, {}, [b'{"data": [{"id": "other"}]}'])
    with pytest.raises(ModelFailed, match=r"no model 'llama'. It has: other"):
        shelf.check(settings(), "ours")


def test_a_check_of_what_is_not_here(settings, folder):
    with pytest.raises(ModelMissing):
        shelf.check(settings(), QWEN)
    with pytest.raises(NotFound):
        shelf.check(settings(), "what")


def test_removing(settings, folder, alphabet_gguf):
    put(folder, QWEN)
    add_file(folder, "mine", alphabet_gguf)
    assert "was left where it is" in shelf.remove(settings(), "mine")
    assert alphabet_gguf.exists()
    assert "was removed" in shelf.remove(settings(), QWEN)
    assert not (folder / QWEN).exists()
    for name, why in ((QWEN, "is not here"), ("all-minilm-l6-v2", "comes with"), ("x", "no model")):
        with pytest.raises(NotFound, match=why):
            shelf.remove(settings(), name)
    with pytest.raises(NotFound):
        remove(folder, "mine")


def test_the_list_shows_where_each_comes_from(settings, folder):
    add_server(folder, server())
    rows = {row.name: row for row in shelf.installed(settings())}
    assert rows[QWEN].state == "not here"
    assert rows[QWEN].licence == "Apache-2.0"
    assert rows[QWEN].origin.startswith("https://")
    assert rows["ours"].is_ready
    assert rows["ours"].used
    assert rows["ours"].origin == "http://gpu.example:8000/v1"
    assert json.dumps([row.name for row in rows.values()])
