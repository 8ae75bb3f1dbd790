"""What the docs promise holds: everything is documented, links lead somewhere, nothing is stale."""

import dataclasses
import io
import re
import sys
import tomllib
from contextlib import redirect_stdout
from importlib import util
from pathlib import Path

import pytest
from cogapp import Cog

from bernard.config import PREFIX, Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")


@pytest.fixture(scope="module")
def generate():
    spec = util.spec_from_file_location("generate", DOCS / "generate.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _text(page):
    return (DOCS / page).read_text(encoding="utf-8")


def _name(path):
    return path.relative_to(ROOT).as_posix()


def _outside_code(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)


def _anchors(page):
    """The anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", _outside_code(page.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_generated_parts_are_up_to_date(page, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    output = io.StringIO()
    with redirect_stdout(output):
        status = Cog().main(["cog", "-I", str(DOCS), "--check", str(page)])
    assert status == 0, f"run `make fix`: {output.getvalue()}"


def test_every_room_is_described():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    page = _text("explanation/the-rooms.md")
    for room in " | ".join(layers).split(" | "):
        if room != "__main__":
            assert re.search(rf"`{room}(/|\.py)`", page), room


def test_every_setting_is_documented():
    page = _text("reference/settings.md")
    for field in dataclasses.fields(Settings):
        assert f"`{PREFIX}{field.name.upper()}`" in page
        assert field.metadata["doc"].endswith("."), field.name


def test_every_error_is_documented(generate):
    page = _text("reference/errors.md")
    for error in generate.every_error():
        assert f"`{error.__name__}`" in page
        assert (error.__doc__ or "").strip().endswith("."), error


def test_every_command_is_documented(generate):
    from bernard.cli.program import bernard

    page = _text("reference/commands.md")
    for path, command in generate.every_command(bernard, "bernard"):
        assert f"## `{path}`" in page
        assert command.help, f"`{path}` has no help"
        example = re.search(r"Example: (\w+=\S+ )*bernard", command.help)
        assert example, f"the help of `{path}` has no example"


def test_every_command_that_prints_json_lists_its_keys(generate):
    from bernard.cli.program import bernard

    for path, command in generate.every_command(bernard, "bernard"):
        if any("--json" in parameter.opts for parameter in command.params):
            assert re.search(r"JSON.*keys", command.help), path


def test_every_direct_dependency_is_documented(generate):
    page = _text("reference/dependencies.md")
    listed = re.findall(r"^\| ([\w.-]+) \| .*\| .*\| .*\| .* \|$", page, re.M)
    assert set(listed) - {"Package"} == set(generate.direct_dependencies())
    for name in generate.direct_dependencies():
        (row,) = re.findall(rf"^\| {re.escape(name)} \|.*$", page, re.M)
        assert len([cell for cell in row.strip("|").split("|") if cell.strip()]) == 5


PERMISSIVE = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "PSF-2.0",
    "PostgreSQL",
    "Zlib",
}


def test_every_installed_licence_is_permissive_or_explained(generate):
    explained = _text("reference/dependencies.md").split("not simply permissive", 1)[1]
    for name in sorted(generate.locked()):
        words = set(re.split(r" AND | OR |, ", generate.licence(name))) - {"dependency licenses"}
        assert words <= PERMISSIVE or f"`{name}`" in explained, (name, words)


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "CHANGELOG.md", *PAGES], ids=_name)
def test_links_lead_somewhere(page):
    text = _outside_code(page.read_text(encoding="utf-8"))
    for target in LINK.findall(text) + IMAGE.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{_name(page)} links to {target}, which is not there"
        if anchor and found.suffix == ".md":
            assert anchor in _anchors(found), f"{_name(page)}: {target} names no heading there"


def test_every_page_can_be_reached_from_the_index():
    seen, waiting = set(), [DOCS / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        links = LINK.findall(_outside_code(page.read_text(encoding="utf-8")))
        paths = [(page.parent / link.partition("#")[0]).resolve() for link in links]
        waiting += [path for path in paths if path in PAGES]
    assert set(PAGES) <= seen


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_a_page_starts_with_its_only_title(page):
    lines = _outside_code(page.read_text(encoding="utf-8")).splitlines()
    assert lines[0].startswith("# ")
    assert sum(line.startswith("# ") for line in lines) == 1


def test_the_changelog_is_kept():
    """The form of Keep a Changelog 1.1.0, and one short line a change."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.startswith("# Changelog\n")
    versions = re.findall(r"^## (.+)$", text, re.M)
    assert versions[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", v) for v in versions[1:])
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.+)$", text, re.M)) <= kinds
    for change in re.findall(r"^- (.+(?:\n  .+)*)", text, re.M):
        assert len(change.split()) < 25, change
