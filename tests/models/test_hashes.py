import os

import pytest

from bernard.errors import ModelMissing, ModelRejected
from bernard.models.hashes import check_file, write_whole


def test_a_changed_file_is_refused(tmp_path, sha256):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"one")
    right = sha256(path)
    check_file(path, right)
    path.write_bytes(b"two")
    with pytest.raises(ModelRejected, match=right):
        check_file(path, right)
    with pytest.raises(ModelMissing, match="gone"):
        check_file(tmp_path / "gone", right)


def test_what_was_read_is_remembered_until_the_file_changes(tmp_path, sha256):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"one")
    right = sha256(path)
    check_file(path, right, tmp_path)
    stat = path.stat()
    # Same size, time and inode: taken on trust, which is what saves reading a gigabyte.
    with path.open("r+b") as file:
        file.write(b"two")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    check_file(path, right, tmp_path)
    os.utime(path)
    with pytest.raises(ModelRejected):
        check_file(path, right, tmp_path)


def test_a_damaged_or_unwritable_memory_only_costs_time(tmp_path, sha256):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"one")
    (tmp_path / ".verified.json").write_text("{")
    check_file(path, sha256(path), tmp_path)
    check_file(path, sha256(path), tmp_path / "model.gguf" / "no-folder")


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    write_whole(tmp_path / "new" / "list.json", b"[]")
    assert (tmp_path / "new" / "list.json").read_bytes() == b"[]"
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError):
        write_whole(tmp_path / "taken", b"[]")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
