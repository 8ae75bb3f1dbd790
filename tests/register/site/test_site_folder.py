"""The folder of a site: whole at every moment, and never one that somebody else filled."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bernard.errors import FolderNotOurs, InputInvalid
from bernard.register.site.folder import check_ours, replacing
from bernard.register.site.manifest import MADE_BY, MANIFEST, Listed, manifest

SAID = ("title", "publisher", "licence", "as_at", "first_day", "last_day", "checkpoint", "key")
KILLED = """
import os, sys
from pathlib import Path
from bernard.register.site.folder import replacing
with replacing(Path(sys.argv[1])) as put:
    put("a.html", b"half")
    os._exit(9)
"""


def write(folder, **files):
    listed = [Listed(f"{name}.html", len(data), "") for name, data in files.items()]
    with replacing(folder) as put:
        for name, data in files.items():
            put(f"{name}.html", data)
        put(MANIFEST, manifest(dict.fromkeys(SAID, ""), [], listed))


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.parametrize("platform", [sys.platform, "another"])
def test_a_new_site_takes_the_place_of_the_old(tmp_path, monkeypatch, platform):
    monkeypatch.setattr("sys.platform", platform)
    write(tmp_path / "out", a=b"1", b=b"2")
    write(tmp_path / "out", b=b"3")
    assert names(tmp_path) == ["out", "out/b.html", f"out/{MANIFEST}"]
    assert (tmp_path / "out/b.html").read_bytes() == b"3"
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755


def test_killed_halfway_leaves_the_old_one_and_the_next_build_clears_up(tmp_path):
    write(tmp_path / "out", a=b"whole")
    done = subprocess.run([sys.executable, "-c", KILLED, tmp_path / "out"], timeout=60)
    assert done.returncode == 9
    assert (tmp_path / "out/a.html").read_bytes() == b"whole"
    assert len(list(tmp_path.iterdir())) == 2
    write(tmp_path / "out", a=b"new")
    assert names(tmp_path) == ["out", "out/a.html", f"out/{MANIFEST}"]


def test_an_error_leaves_the_old_one(tmp_path):
    write(tmp_path / "out", a=b"whole")
    with pytest.raises(ZeroDivisionError), replacing(tmp_path / "out") as put:
        put("a.html", b"half")
        raise ZeroDivisionError
    assert names(tmp_path) == ["out", "out/a.html", f"out/{MANIFEST}"]
    assert (tmp_path / "out/a.html").read_bytes() == b"whole"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the name is free for a moment")
def test_a_reader_always_finds_a_site(tmp_path):
    write(tmp_path / "out", a=b"0" * 1000)
    stop, missed = threading.Event(), []

    def look():
        while not stop.is_set():
            try:
                data = (tmp_path / "out/a.html").read_bytes()
                missed.extend([data] if len(data) != 1000 else [])
            except OSError as error:
                missed.append(error)

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(20):
        write(tmp_path / "out", a=str(number % 10).encode() * 1000)
    stop.set()
    reader.join()
    assert missed == []


def test_what_nobody_of_ours_wrote_is_left_alone(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    check_ours(out)
    (out / "thesis.docx").write_bytes(b"ten years of work")
    with pytest.raises(FolderNotOurs, match=r"thesis\.docx"):
        write(out, a=b"1")
    assert (out / "thesis.docx").read_bytes() == b"ten years of work"


def test_a_file_put_into_a_site_is_not_removed(tmp_path):
    out = tmp_path / "out"
    write(out, a=b"1")
    (out / "CNAME").write_text("register.example.org")
    with pytest.raises(FolderNotOurs, match="CNAME"):
        write(out, a=b"2")
    assert names(out) == ["CNAME", "a.html", MANIFEST]


@pytest.mark.parametrize("data", [b"[]", b"{", b'{"made_by": "me", "files": []}', b'{"files": 1}'])
def test_a_list_of_somebody_else_is_none_of_ours(tmp_path, data):
    (tmp_path / MANIFEST).write_bytes(data)
    (tmp_path / "a.html").write_bytes(b"1")
    with pytest.raises(FolderNotOurs, match=r"a\.html"):
        check_ours(tmp_path)


def test_files_and_links_are_no_folders(tmp_path):
    (tmp_path / "file").write_text("1")
    (tmp_path / "real").mkdir()
    os.symlink(tmp_path / "real", tmp_path / "link")
    for name in ("file", "link"):
        with pytest.raises(FolderNotOurs, match="no folder"):
            check_ours(tmp_path / name)
    assert MADE_BY == "bernard register"


@pytest.mark.parametrize("path", ["../a.html", "agreements/../a.html", "/etc/a.html", ".."])
def test_no_page_gets_out_of_its_place(tmp_path, path):
    with pytest.raises(InputInvalid, match="no name for a page"), replacing(tmp_path / "o") as put:
        put(path, b"")
    assert names(tmp_path) == []


def test_two_builds_at_once_take_nothing_from_one_another(tmp_path):
    with replacing(tmp_path / "out") as put:
        put("a.html", b"first")
        write(tmp_path / "out", a=b"second", b=b"second")
        put("b.html", b"first")
        listed = [Listed(f"{name}.html", 5, "") for name in "ab"]
        put(MANIFEST, manifest(dict.fromkeys(SAID, ""), [], listed))
    assert names(tmp_path) == ["out", "out/a.html", "out/b.html", f"out/{MANIFEST}"]
    assert (tmp_path / "out/a.html").read_bytes() == b"first"


def test_no_half_site_is_left_where_the_new_folder_went(tmp_path):
    write(tmp_path / "out", a=b"whole")
    with pytest.raises(InputInvalid), replacing(tmp_path / "out") as put:
        put("a.html", b"half")
        [new] = tmp_path.glob(".out.building-*")
        shutil.rmtree(new)
        put("b.html", b"half")
    assert names(tmp_path) == ["out", "out/a.html", f"out/{MANIFEST}"]


def test_the_folder_in_which_one_stands_can_be_named(tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    write(Path(), a=b"whole")
    assert names(tmp_path) == ["out", "out/a.html", f"out/{MANIFEST}"]


def test_what_another_register_is_built_in_is_left_alone(tmp_path):
    (tmp_path / ".ab.building-x").mkdir()
    write(tmp_path / "a*", a=b"whole")
    assert (tmp_path / ".ab.building-x").is_dir()
