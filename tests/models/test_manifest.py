import re

import pytest

from bernard.errors import NotFound
from bernard.models.manifest import find, known

HEX = re.compile(r"[0-9a-f]{64}")
FILES = [(model, file) for model in known().values() for file in model.files]


@pytest.mark.parametrize(("model", "file"), FILES, ids=lambda x: x.name)
def test_every_file_is_pinned_and_its_parts_add_up(model, file):
    assert HEX.fullmatch(file.sha256)
    assert file.address.startswith(model.origin)
    assert file.carriers
    for carrier in file.carriers:
        assert sum(part.size for part in carrier) == file.size
        assert len({part.sha256 for part in carrier}) == len(carrier)
        for part in carrier:
            assert HEX.fullmatch(part.sha256)
            assert part.wheel.startswith(f"{part.package.replace('-', '_')}-{part.version}-")


def test_models_say_what_they_are_for_and_under_which_licence():
    assert {model.licence for model in known().values()} == {"Apache-2.0"}
    chats = {model.name: model.use for model in known().values() if model.role == "chat"}
    assert chats == {
        "qwen2.5-coder-1.5b-instruct": "default",
        "qwen2.5-coder-0.5b-instruct": "small",
        "smollm2-135m-instruct": "plumbing",
    }


def test_only_data_formats_are_fetched():
    assert {file.name.rsplit(".", 1)[-1] for _, file in FILES} == {"gguf", "safetensors", "json"}


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(NotFound, match=r"'gpt'.*qwen2\.5-coder-1\.5b-instruct"):
        find("gpt")
