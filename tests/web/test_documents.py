import anyio
import pytest

from bernard.store import jobs


def upload(browser, *files, **values):
    return browser.post("/documents", values, files=[("files", file) for file in files])


def test_add_several_and_see_what_became_of_them(ann, bernard):
    page = upload(ann, ("a.txt", b"Some words."), ("b.pdf", b"not a pdf"))
    assert "2 documents added." in page.words
    assert "2 documents of 2 still to be read" in page.words
    assert page.soup.find("app-refresh")
    [own] = [s["aria-labelledby"] for s in page.soup.main.find_all("section")]
    assert own == "collection-1"
    assert page.soup.find("h2", id="collection-1").get_text() == "My documents"
    with bernard.store.read() as c:
        [job] = jobs.listing(c)
    bernard.library.read(job.group)
    page = ann.get("/documents")
    rows = {
        r.a.get_text(): " ".join(r.get_text(" ").split()) for r in page.soup.tbody.find_all("tr")
    }
    assert " Read " in rows["a.txt"]
    assert "Not read" in rows["b.pdf"]
    assert page.soup.find(class_="app-error-line")
    assert page.soup.find("app-refresh") is None


def test_progress_is_told_without_a_page(ann):
    upload(ann, ("a.txt", b"Some words."))
    src = ann.get("/documents").soup.find("app-refresh")["src"]
    told = ann.raw("GET", src, headers={"Accept": "application/json"}).json()
    assert told["open"] == 1
    assert "1 document of 1 still to be read" in told["html"]


def test_nothing_chosen(ann):
    page = ann.post("/documents", files=[("files", ("", b""))], status=422)
    assert page.errors == ["Choose one or more files."]


@pytest.mark.parametrize("name", ["..", ".", "/", "\u202e"])
def test_names_that_are_no_names(ann, name):
    ann.post("/documents", files=[("files", (name, b"x"))], status=422)


def test_name_keeps_its_last_part_only(ann):
    page = upload(ann, ("..\\..\\etc/pass\u202ewd.txt", b"x"))
    assert page.soup.tbody.a.get_text() == "passwd.txt"


def test_file_over_the_limit_is_named(ann):
    page = ann.post("/documents", files=[("files", ("big.txt", b"x" * 1_000_001))], status=413)
    assert page.errors[0].startswith("'big.txt' is 1.0 MB; the most is 1.0 MB.")


def test_upload_over_the_limit_is_stopped_while_it_comes(ann):
    page = ann.post(
        "/documents", files=[("files", (f"{n}.txt", b"x" * 900_000)) for n in range(8)], status=413
    )
    assert page.heading == "That is too large"


def test_upload_without_a_length_is_stopped_too(ann):
    token = ann.csrf()
    sent = []

    def body():
        yield (
            b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + token.encode() + b"\r\n"
            b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        )
        for n in range(100):
            sent.append(n)
            yield b"x" * 1_000_000

    answer = ann.raw(
        "POST",
        "/documents",
        content=body(),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 413


def test_broken_upload_is_explained(ann):
    answer = ann.raw(
        "POST",
        "/documents",
        content=b"--x\r\nnonsense",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code in (403, 422)


def test_upload_that_finds_no_room_is_explained(ann, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    page = ann.post("/documents", files=[("files", ("a.txt", b"x" * 1_500_000))], status=503)
    assert "There is no room for what was sent" in page.words
    assert "nothing was kept" in page.words


def test_form_that_breaks_off_is_no_fault_of_ours(ann, site):
    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        pass

    cookie = f"bernard_session={ann.client.cookies['bernard_session']}"
    headers = {
        "host": "localhost:8000",
        "cookie": cookie,
        "content-type": "application/x-www-form-urlencoded",
    }
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/collections",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    anyio.run(site, scope, receive, send)


def test_number_that_is_none_of_ours_is_passed_over(ann):
    assert "added" not in ann.get("/documents?added=" + "9" * 5000).words


def test_script_is_told_in_json(ann):
    data = {"csrf": ann.csrf()}
    headers = {"Accept": "application/json"}
    files = {"files": ("a.txt", b"words")}
    assert ann.raw("POST", "/documents", data=data, files=files, headers=headers).status_code == 201
    files = {"files": ("big.txt", b"x" * 1_000_001)}
    answer = ann.raw("POST", "/documents", data=data, files=files, headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("'big.txt' is")


def test_collections_are_made_chosen_and_deleted(ann, put):
    put(ann, "a.txt", b"words")
    page = ann.post("/collections", {"name": " Policies  2026 "})
    options = {o.get_text(): o["value"] for o in page.soup.find_all("option")}
    assert list(options) == ["My documents", "Policies 2026"]
    upload(ann, ("p.txt", b"words"), collection=options["Policies 2026"])
    page = ann.get(f"/collections/{options['Policies 2026']}")
    assert page.heading == "Policies 2026" and "p.txt" in page.words
    page = ann.get(f"/collections/{options['Policies 2026']}/delete")
    assert "1 document" in page.words
    page = ann.post(f"/collections/{options['Policies 2026']}/delete")
    assert "p.txt" not in page.words and "a.txt" in page.words


@pytest.mark.parametrize("name", ["", "x" * 201, "My documents"])
def test_collection_names_that_will_not_do(ann, put, name):
    put(ann, "a.txt", b"words")
    assert ann.post("/collections", {"name": name}, status=422).errors


def test_document_is_deleted_after_a_question(ann, put):
    document = put(ann, "a.txt", b"Some unusual zebra words.")
    assert ann.get("/search?q=zebra").soup.find("ol", class_="app-rows")
    assert ann.get(f"/documents/{document.id}/delete").heading == "Delete “a.txt”?"
    ann.post(f"/documents/{document.id}/delete")
    ann.get(f"/documents/{document.id}", status=404)
    assert "Nothing found" in ann.get("/search?q=zebra").words


def test_original_is_downloaded_never_shown(ann, put):
    document = put(ann, "näme.html", b"<script>alert(1)</script><p>words</p>")
    answer = ann.raw("GET", f"/documents/{document.id}/file")
    assert answer.content.startswith(b"<script>")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''n%C3%A4me.html"


def test_document_opens_at_the_words(ann, put):
    document = put(ann, "a.txt", b"First line.\n\nThe zebra crosses here.\n\nLast line.")
    text = ann.get(f"/documents/{document.id}")
    assert "The zebra crosses here." in text.words and not text.soup.find("mark")
    body = text.soup.find(class_="app-text").get_text()
    start = body.index("The zebra")
    page = ann.get(f"/documents/{document.id}?start={start}&end={start + 9}")
    assert page.soup.find("mark", id="quote").get_text() == "The zebra"
    assert page.soup.find("a", href="#quote")


@pytest.mark.parametrize(
    "place", ["start=5&end=2", "start=0&end=99999", "start=a&end=b", "start=-1&end=3"]
)
def test_place_that_is_not_there(ann, put, place):
    document = put(ann, "a.txt", b"Some words.")
    page = ann.get(f"/documents/{document.id}?{place}")
    assert page.soup.find("mark") is None
    assert "the document has changed since" in page.words


def test_long_document_is_shown_in_parts(ann, put):
    lines = "\n".join(f"Line {n} of a long document." for n in range(12_000))
    document = put(ann, "long.txt", lines.encode())
    page = ann.get(f"/documents/{document.id}")
    assert len(page.text) < 400_000
    later = page.soup.find("a", string="Later part")["href"]
    page = ann.get(later)
    assert page.soup.find("a", string="Earlier part")
    place = lines.index("Line 11000 of")
    page = ann.get(f"/documents/{document.id}?start={place}&end={place + 10}")
    assert page.soup.find("mark").get_text() == "Line 11000"


def test_search_shows_snippets_with_the_words_marked(ann, put, permits):
    put(ann, *permits)
    page = ann.get("/search?q=mooring+permits")
    first = page.soup.find("ol", class_="app-rows").li
    assert {m.get_text().casefold() for m in first.find_all("mark")} & {
        "permit",
        "permits",
        "mooring",
    }
    opened = ann.get(first.a["href"].partition("#")[0])
    assert opened.soup.find("mark", id="quote")


def test_search_for_nothing(ann):
    assert "found" not in ann.get("/search").words
    assert "Nothing found" in ann.get("/search?q=zebra").words
