import pytest

from bernard.errors import FetchFailed
from bernard.models.registry_index import Registry, client, from_pip, local_path, places, shown

WHEEL = "a_b-1.0-py3-none-any.whl"


def offered(registry):
    with client(registry) as http:
        return list(places(http, registry, "a-b", WHEEL))


@pytest.mark.parametrize("html", [False, True])
def test_an_index_is_read_in_both_its_forms(index, html):
    index.html = html
    index.files = {WHEEL: b"", "a_b-2.0-py3-none-any.whl": b""}
    assert offered(index.registry) == [f"{index.address}/files/{WHEEL}"]


def test_a_package_that_an_index_lacks_is_looked_for_in_the_next(index, tmp_path):
    folder = tmp_path / "simple" / "a-b"
    folder.mkdir(parents=True)
    (folder / WHEEL).write_bytes(b"")
    indexes = (f"{index.address}/files", (tmp_path / "simple").as_uri(), "file:///no/such/simple")
    assert offered(Registry(indexes)) == [str(folder / WHEEL)]


def test_folders_of_links_come_first(index, tmp_path):
    (tmp_path / WHEEL).write_bytes(b"")
    index.files = {WHEEL: b""}
    found = offered(Registry(index.registry.indexes, (str(tmp_path),)))
    assert found == [str(tmp_path / WHEEL), f"{index.address}/files/{WHEEL}"]


def test_a_local_index_page_is_read(tmp_path):
    folder = tmp_path / "a-b"
    folder.mkdir()
    (folder / "index.html").write_text(f'<a href="../store/{WHEEL}#sha256=0">x</a><a>y</a>')
    assert offered(Registry((str(tmp_path),))) == [(tmp_path / "store" / WHEEL).as_uri()]


def test_an_index_that_cannot_be_asked_is_named_without_its_password():
    with pytest.raises(FetchFailed, match=r"127\.0\.0\.1:9/") as raised:
        offered(Registry(("http://someone:secret@127.0.0.1:9/simple",)))
    assert "secret" not in str(raised.value)


def test_pip_says_where_packages_come_from(monkeypatch, tmp_path):
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://global.example/simple\n"
        "extra-index-url =\n  https://one.example/simple\n  https://two.example/simple\n"
        "[download]\nindex-url = https://download.example/simple\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    found = from_pip()
    assert found.indexes[0] == "https://download.example/simple"
    assert {"https://one.example/simple", "https://two.example/simple"} <= set(found.indexes)
    monkeypatch.setenv("PIP_INDEX_URL", "https://env.example/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", "/some/wheels /other")
    found = from_pip()
    assert found.indexes[0] == "https://env.example/simple"
    assert found.links == ("/some/wheels", "/other")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert from_pip().indexes == ()


def test_without_any_setting_it_is_pips_own_address(monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    assert from_pip().indexes[0].startswith("https://")


def test_addresses_and_paths():
    assert shown("https://user:word@example.org/a?b=c") == "https://example.org/a?b=c"
    assert str(local_path("file:///tmp/a%20b")) == "/tmp/a b"
    assert str(local_path("/tmp/x")) == "/tmp/x"
    assert local_path("https://example.org/x") is None
