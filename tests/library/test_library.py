"""Documents go in whole or not at all, are not read twice, and are gone when deleted."""

import io
import json
import zipfile

import pytest

from bernard.accounts.unlocked import unlocked
from bernard.agreements import default_path
from bernard.assembly import open_bernard
from bernard.config import from_text
from bernard.errors import DocumentTooLarge, InputInvalid, NotFound
from bernard.library import intake
from bernard.library.catalogue import Library
from bernard.models.scripted import ScriptedEmbedder
from bernard.store import documents, files, passages


@pytest.fixture
def bernard(tmp_path):
    settings = {"home": str(tmp_path / "home"), "embedding_model": "none", "max_members": "5"}
    with open_bernard(from_text(settings)) as bernard:
        yield bernard


@pytest.fixture
def collection(bernard):
    return bernard.library.collection(unlocked(bernard.store, "tester").id, "c").id


def put(bernard, collection, named):
    group = intake.new_group(collection)
    bernard.library.add(collection, named.items(), group)
    bernard.library.read(group)
    with bernard.store.read() as c:
        return {d.name: d for d in documents.in_collection(c, collection)}


def zipped(named):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in named.items():
            archive.writestr(name, data)
    return packed.getvalue()


def found(bernard, collection, query):
    return [hit.name for hit in bernard.library.search(query, [collection])]


def test_a_document_is_found_by_its_words_at_its_place(bernard, collection):
    put(
        bernard,
        collection,
        {"a.txt": b"Leave is 28 days.\n\nSick pay is another matter.", "b.txt": b"x"},
    )
    [hit, *_] = bernard.library.search("sick pay", [collection])
    text = bernard.library.text(hit.document).text
    assert text[hit.start : hit.end] == hit.text
    assert "Sick pay" in hit.text


def test_a_bad_file_is_named_and_the_rest_go_on(bernard, collection):
    read = put(bernard, collection, {"bad.pdf": b"%PDF-1.7 nothing", "good.txt": b"words"})
    assert read["good.txt"].state == "ready"
    assert read["bad.pdf"].state == "failed"
    assert "'bad.pdf'" in read["bad.pdf"].error


def test_a_broken_agreement_fails_what_it_stops_and_leaves_nothing_waiting(tmp_path, gateway_over):
    agreement = tmp_path / "agreement.yaml"
    agreement.write_bytes(default_path().read_bytes())
    with open_bernard(from_text({"home": str(tmp_path), "agreement": str(agreement)})) as bernard:
        gateway = gateway_over(bernard.store, None, ScriptedEmbedder(), agreement)
        library = Library(bernard.store, gateway, bernard.settings)
        where = library.collection(unlocked(bernard.store, "tester").id, "c").id
        group = intake.new_group(where)
        library.add(where, [("a.txt", b"words"), ("b.txt", b"more words")], group)
        agreement.write_text("status: [")
        library.read(group)
        library.close()
        with bernard.store.read() as c:
            found = documents.in_collection(c, where)
    assert [d.state for d in found] == ["failed", "failed"]
    assert all("agreement.yaml cannot be used" in d.error for d in found)


def test_the_same_bytes_are_not_read_twice(bernard, collection):
    first = put(bernard, collection, {"a.txt": b"words"})["a.txt"]
    [again] = bernard.library.add(collection, [("a.txt", b"words")])
    assert again == first


def test_new_bytes_replace_the_old_passages(bernard, collection):
    put(bernard, collection, {"a.txt": b"The zebra sleeps."})
    put(bernard, collection, {"a.txt": b"The giraffe wakes."})
    assert found(bernard, collection, "zebra") == []
    assert found(bernard, collection, "giraffe") == ["a.txt"]


def test_what_was_good_and_is_now_bad_is_no_longer_found(bernard, collection):
    put(bernard, collection, {"a.pdf": b"The zebra sleeps."})
    put(bernard, collection, {"a.pdf": b"%PDF-1.7 nothing"})
    assert found(bernard, collection, "zebra") == []


def test_files_inside_a_file_become_documents_and_leave_with_it(bernard, collection):
    read = put(bernard, collection, {"a.zip": zipped({"in/one.txt": b"zebra", "two.txt": b"yak"})})
    assert sorted(read) == ["a.zip", "a.zip/in/one.txt", "a.zip/two.txt"]
    assert {d.state for d in read.values()} == {"ready"}
    read = put(bernard, collection, {"a.zip": zipped({"two.txt": b"yak"})})
    assert sorted(read) == ["a.zip", "a.zip/two.txt"]
    assert found(bernard, collection, "zebra") == []
    bernard.library.remove(read["a.zip"].id)
    assert found(bernard, collection, "yak") == []


def test_no_more_files_are_taken_from_inside_than_the_limit(bernard, collection):
    inner = zipped({f"{n}.txt": b"x%d" % n for n in range(4)})
    read = put(bernard, collection, {"a.zip": zipped({"b.zip": inner, "c.zip": inner})})
    assert len(read) <= 6
    assert any("were not read" in note for d in read.values() for note in d.notes)


def test_nesting_ends(bernard, collection):
    data = b"the end"
    for depth in range(6):
        data = zipped({f"{depth}.zip" if depth else "end.txt": data})
    read = put(bernard, collection, {"a.zip": data})
    assert len(read) == 4
    assert any("files deep" in note for d in read.values() for note in d.notes)


def test_each_record_of_a_json_lines_file_is_a_document(bernard, collection):
    lines = [
        json.dumps({"id": str(n), "text": f"Rule {n} is about {w}."})
        for n, w in enumerate(["yaks", "owls"])
    ]
    read = put(bernard, collection, {"rules.jsonl": "\n".join(lines).encode()})
    assert set(read) == {"rules.jsonl", "rules.jsonl/0", "rules.jsonl/1"}
    assert found(bernard, collection, "owls")[0] == "rules.jsonl/1"
    assert bernard.library.text(read["rules.jsonl/1"].id).text == "Rule 1 is about owls."
    read = put(bernard, collection, {"rules.jsonl": lines[0].encode()})
    assert found(bernard, collection, "owls") == []


def test_deleting_deletes_text_passages_and_the_original(bernard, collection):
    document = put(bernard, collection, {"a.txt": b"The zebra sleeps."})["a.txt"]
    bernard.library.remove(document.id)
    with bernard.store.read() as c:
        assert passages.of_document(c, document.id) == []
        assert not files.has(c, document.sha256)
    with pytest.raises(NotFound):
        bernard.library.text(document.id)
    assert found(bernard, collection, "zebra") == []


def test_a_collection_is_deleted_whole(bernard, collection):
    document = put(bernard, collection, {"a.txt": b"The zebra sleeps."})["a.txt"]
    bernard.library.remove_collection(collection)
    with bernard.store.read() as c:
        assert not files.has(c, document.sha256)
    assert found(bernard, collection, "zebra") == []


def test_a_search_sees_only_the_collections_named(bernard, collection):
    other = bernard.library.collection(unlocked(bernard.store, "other").id, "c").id
    put(bernard, other, {"secret.txt": b"The zebra sleeps."})
    assert found(bernard, collection, "zebra") == []


def test_too_large_a_file_takes_none_of_the_batch(bernard, collection, monkeypatch):
    big = b"x" * 201_000_000
    with pytest.raises(DocumentTooLarge, match=r"'big.txt' is over 200 MB"):
        bernard.library.add(collection, [("a.txt", b"a"), ("big.txt", big)])
    with bernard.store.read() as c:
        assert documents.in_collection(c, collection) == []


def test_a_folder_and_its_collection_are_kept_in_step(bernard, collection, tmp_path):
    folder = tmp_path / "policies"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("The zebra sleeps.")
    (folder / "deep" / "b.txt").write_text("The yak eats.")
    (folder / ".hidden").write_text("x")
    (folder / "link.txt").symlink_to("/etc/hostname")
    synced = bernard.library.sync(collection, folder)
    bernard.library.read(synced.group)
    assert (synced.waiting, synced.unchanged, synced.removed) == (2, 0, 0)
    assert found(bernard, collection, "yak") == ["deep/b.txt"]
    (folder / "a.txt").unlink()
    synced = bernard.library.sync(collection, folder)
    assert (synced.waiting, synced.unchanged, synced.removed) == (0, 1, 1)
    assert found(bernard, collection, "zebra") == []


def test_a_folder_that_is_not_there(bernard, collection, tmp_path):
    with pytest.raises(InputInvalid, match="no file or folder"):
        bernard.library.sync(collection, tmp_path / "nowhere")


def test_an_unreadable_file_is_listed_and_the_rest_go_on(bernard, collection, tmp_path):
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "good.txt").write_text("words")
    with open(tmp_path / "p" / "huge.txt", "wb") as sparse:
        sparse.truncate(300_000_000)
    synced = bernard.library.sync(collection, tmp_path / "p")
    assert synced.waiting == 1
    assert "'huge.txt' is over 200 MB" in str(synced.refused[0])
