"""The styles are ours: compiled from the source beside them, without what belongs to gov.uk."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import bernard.look
import bernard.register
import bernard.web
from bernard.web.security import POLICY

ROOT = Path(__file__).parents[2]
LOOK, WEB, REGISTER = (
    Path(m.__file__).parent for m in (bernard.look, bernard.web, bernard.register)
)
CSS = LOOK / "static/bernard.css"
SASS = ROOT / "node_modules/.bin/sass"


@pytest.mark.skipif(
    not (SASS.exists() and shutil.which("node")), reason="Sass is not here: run `make css`"
)
def test_compiled_styles_are_up_to_date():
    source = LOOK / "styles/bernard.scss"
    options = [
        "--no-source-map",
        "--style=compressed",
        "--no-charset",
        f"--load-path={ROOT / 'node_modules'}",
    ]
    done = subprocess.run(
        [SASS, *options, source], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == CSS.read_text(encoding="utf-8").strip(), "run `make css`"
    assert done.stderr == ""


@pytest.mark.parametrize("words", ["GDS Transport", "@font-face", "crest", "crown-", "url("])
def test_styles_hold_nothing_that_belongs_to_govuk(words):
    assert words not in CSS.read_text(encoding="utf-8")


def test_styles_hold_no_govuk_blue():
    css = CSS.read_text(encoding="utf-8").casefold()
    assert re.findall(r"#1d70b8|#1a65a6", css) == []


def test_package_holds_no_govuk_assets():
    files = [path for room in (LOOK, WEB, REGISTER) for path in room.rglob("*")]
    names = [path.name.casefold() for path in files if path.is_file()]
    endings = (".woff", ".woff2", ".ttf", ".otf", ".ico")
    assert [name for name in names if name.endswith(endings)] == []
    assert [n for n in names if re.search("crown|crest|govuk-icon|opengraph|transport", n)] == []


def test_styles_say_whose_work_they_build_on():
    assert "MIT License" in (LOOK / "static/bernard.css.LICENSE.txt").read_text(encoding="utf-8")
    assert CSS.read_text(encoding="utf-8").startswith("/*! Made from GOV.UK Frontend 6.3.0")


def test_lock_file_holds_no_address():
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    npmrc = (ROOT / ".npmrc").read_text(encoding="utf-8")
    assert npmrc.strip() == "omit-lockfile-registry-resolved=true"


def test_templates_hold_no_inline_script_or_style():
    for path in [p for room in (LOOK, WEB, REGISTER) for p in room.glob("templates/**/*.html")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", text), path
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text)), path


def test_policy_allows_nothing_from_elsewhere():
    for part in POLICY.split("; "):
        assert part.split()[1:] in (["'none'"], ["'self'"]), part
