"""The register of deployments: what is read, and every fault with its line."""

import asyncio

import pytest

from bernard.config import Settings
from bernard.errors import ModelMissing, RegisterInvalid, SettingInvalid
from bernard.models.added import AddedModel, add_server
from bernard.models.registry import Models
from bernard.models.suppliers.doubles import MockSupplier
from bernard.models.suppliers.opening import open_deployments
from bernard.models.suppliers.register import faults, read_register

GOOD = """\
version: "1"
suppliers:
  openai-eu:
    kind: openai
    supplier: openai
    url: https://eu.api.openai.com/v1
    key_env: OPENAI_KEY
    limits: {first_byte_s: 30, max_connections: 50}
  ours:
    kind: openai-compatible
    url: http://models.internal:8000/v1
deployments:
  gpt-mini:
    at: openai-eu
    model: gpt-4.1-mini
    served_as: gpt-4.1-mini-2025-04-14
    version: "2025-04-14"
    places: [IE, NO]
    training: never
    human_review: never
    retention_s: 2592000
    source: Data processing addendum, read 2026-11-01
    active_parameters_b: 30
  llama:
    at: ours
    model: llama-3.3-70b
    served_as: meta-llama/Llama-3.3-70B-Instruct
    operations: [chat, embed]
    places: [own-network]
    training: never
    human_review: never
    retention_s: 0
    source: We run it.
    price: {prompt: 10, completion: 30}
aliases:
  standard: [llama, gpt-mini]
  small: gpt-mini
"""


@pytest.fixture
def register(tmp_path):
    def write(text, name="deployments.yaml"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_a_whole_register(register):
    found = read_register(register(GOOD))
    mini = found.attested("gpt-mini")
    assert (mini.supplier, mini.model, mini.places) == ("openai", "gpt-4.1-mini", ("IE", "NO"))
    assert (mini.training, mini.retention_s, mini.version) == ("never", 2_592_000, "2025-04-14")
    assert mini.price.prompt == pytest.approx(0.4 * 76)
    assert found.attested("llama").price.completion == 30
    assert found.attested("llama").supplier == "ours"
    assert found.aliases == {"standard": ("llama", "gpt-mini"), "small": ("gpt-mini",)}
    assert found.suppliers["openai-eu"].limits.first_byte_s == 30


def test_an_empty_register_is_one(register):
    assert read_register(register('version: "1"\n')).deployments == {}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('version: "1"', "version: 2", 1, "version"),
        ("kind: openai\n", "kind: opnai\n", 4, "no kind of supplier"),
        ("    key_env: OPENAI_KEY", "    key: sk-123", 7, "'key' is unknown"),
        ("key_env: OPENAI_KEY", "key_env: sk-ant-123", 7, "not the name of a variable"),
        ("https://eu.api", "ftp://eu.api", 6, "not an address"),
        ("https://eu.api", "https://me:secret@eu.api", 6, "Leave the key out"),
        ("first_byte_s: 30", "first_byte_s: -1", 8, "above 0"),
        ("first_byte_s: 30", "first_bite_s: 30", 8, "'first_bite_s' is unknown"),
        ("first_byte_s: 30", "first_byte_s: soon", 8, "first_byte_s"),
        ("    at: openai-eu", "    at: openai-us", 14, "no supplier 'openai-us'"),
        ("    model: gpt-4.1-mini", "    model: GPT 4", 15, "cannot be a model"),
        ("    training: never\n", "", 14, "'training' is missing"),
        ("    training: never\n", "    training: maybe\n", 19, "training"),
        ("    retention_s: 2592000\n", "", 14, "'retention_s' is missing"),
        ("places: [IE, NO]", "places: [IE, XX]", 18, "'XX' is not a place"),
        ("places: [IE, NO]", "places: []", 18, "No place is said"),
        ("places: [IE, NO]", "places: [this-machine]", 18, "not on this machine"),
        ("operations: [chat, embed]", "operations: [chat, speak]", 28, "cannot ask"),
        ("operations: [chat, embed]", "operations: [sing]", 28, "operations"),
        ("  small: gpt-mini", "  small: gpt-max", 37, "no deployment 'gpt-max'"),
        ("  small: gpt-mini", "  llama: gpt-mini", 37, "is a deployment already"),
        ("  small: gpt-mini", "  small: []", 37, "names no deployments"),
        ("aliases:", "alias:", 36, "'alias' is unknown"),
        ("  ours:\n", "  Ours!:\n", 10, "cannot be a name"),
        ("  small: gpt-mini", "  small: gpt-mini\n  small: llama", 38, "small"),
        ('version: "1"\n', 'version: "1"\nprices: none.yaml\n', 2, "cannot be read"),
        ("    source: We run it.", '    source: ""', 33, "Nobody says where"),
    ],
)
def test_each_fault_with_its_line(register, old, new, line, words):
    path = register(GOOD.replace(old, new, 1))
    found = faults(path, environ={"OPENAI_KEY": "k"})
    assert any(words in f.message and f.line == line for f in found), found
    with pytest.raises(RegisterInvalid, match=f"Line {line}:"):
        read_register(path)
    assert "secret" not in str(found)
    assert "sk-" not in str(found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n",
        "suppliers: 7\n",
        "\x00",
        "a: &x 1\nb: *x\n",
        "{",
        "deployments: 7",
        "aliases: {a: [[1]]}",
        "suppliers: {a: 1}",
    ],
)
def test_what_is_no_register(register, text):
    assert faults(register(text))


def test_a_key_that_is_not_there_is_a_fault_of_the_check_only(register):
    path = register(GOOD)
    [fault] = faults(path, environ={})
    assert (fault.line, "OPENAI_KEY" in fault.message) == (7, True)
    assert faults(path, environ={"OPENAI_KEY": "secret"}) == []
    assert "odd characters" in faults(path, environ={"OPENAI_KEY": "two words"})[0].message
    assert read_register(path)


def test_prices_of_ones_own(register):
    register(
        'version: "1"\ndate: 2026-11-01\nsource: contract 7\ncurrency: GBP\npence: 100\n'
        "models:\n  openai/gpt-4.1-mini: {prompt: 0.3, completion: 1.2}\n",
        "prices.yaml",
    )
    found = read_register(register(GOOD + "prices: prices.yaml\n"))
    assert found.attested("gpt-mini").price.prompt == pytest.approx(30)
    assert found.prices.date == "2026-11-01"


def test_everything_is_opened_and_asked_by_its_name(register, tmp_path):
    async def run():
        async with MockSupplier("openai", key="k1") as mock, MockSupplier(key="k2") as server:
            folder = tmp_path / "models"
            folder.mkdir()
            add_server(
                folder,
                AddedModel(
                    "served", "chat", url=server.url, served_as="double", supplier="us",
                    place="own-network", key_env="K2",
                ),
            )  # fmt: skip
            text = GOOD.replace("https://eu.api.openai.com/v1", mock.url)
            text = text.replace("standard: [llama,", "standard: [served,")
            settings = Settings(home=tmp_path, models=folder, deployments=register(text))
            environ = {"OPENAI_KEY": "k1", "K2": "k2"}
            models = Models(settings)
            found = open_deployments(settings, models, environ)
            names = [s.attested.name for s in found.find("standard", "chat")]
            assert names == ["served", "gpt-mini"]
            assert found.find("", "chat")[0].attested.name == "served"
            assert found.find("llama", "embed")
            for supplier in found.find("standard", "chat"):
                body = {"messages": [{"role": "user", "content": "hello"}]}
                answer = await supplier.send("chat", "openai-chat", body, stream=False)
                assert answer.body["choices"]
            assert mock.requests[0].json["model"] == "gpt-4.1-mini-2025-04-14"
            assert server.requests[0].json["model"] == "double"
            with pytest.raises(ModelMissing):
                found.find("gpt-max", "chat")
            await found.close()
            models.close()

    asyncio.run(run())


def test_a_setting_may_name_a_deployment_and_must_name_one_that_there_is(register, tmp_path):
    def opened(name):
        settings = Settings(home=tmp_path, deployments=register(GOOD), chat_model=name)
        return open_deployments(settings, Models(settings), {})

    assert opened("standard").find("", "chat")[0].attested.name == "llama"
    assert opened("gpt-mini").find("", "chat")[0].attested.name == "gpt-mini"
    with pytest.raises(SettingInvalid, match="BERNARD_CHAT_MODEL"):
        opened("gpt-max")
    with pytest.raises(ModelMissing):
        opened("none").find("", "chat")


def test_what_nobody_said_of_an_added_server_counts_as_the_worst(tmp_path):
    add_server(
        tmp_path,
        AddedModel("far", "chat", url="https://far.example/v1", served_as="m", supplier="far", place="US"),
    )  # fmt: skip
    settings = Settings(home=tmp_path, models=tmp_path)
    found = open_deployments(settings, Models(settings)).find("far", "chat")[0].attested
    assert (found.training, found.human_review) == ("always", "always")
    assert found.retention_s > 10**9
