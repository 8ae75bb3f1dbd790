"""What verifies receipts and logs without Bernard: a page for a browser, and a script beside it.

The page is one file that makes no connection; `verify_log.py` needs nothing but Python.

Its parts lie beside this file. Nothing is compiled: `page` puts them into the HTML as they are, with
a content security policy that names the hash of each, so that nothing else runs in it.
"""

from __future__ import annotations

import base64
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = ("bytes.js", "ed25519.js", "verify.js", "form.js")
STYLE = "page.css"


def page() -> str:
    """The page, to be served or saved under any name; it needs no other file."""
    style = f"\n{_read(STYLE)}"
    scripts = [f"\n{_read(name)}" for name in SCRIPTS]
    html = _read("page.html").replace("{style}", style)
    html = html.replace("{scripts}", "\n".join(f"<script>{text}</script>" for text in scripts))
    return html.replace("{policy}", _policy(style, scripts))


def files() -> dict[str, bytes]:
    """The page as `index.html` and, for readers without JavaScript, the script that does the same."""
    script = (HERE / "verify_log.py").read_bytes()
    return {"index.html": page().encode(), "verify_log.py": script}


def _policy(style: str, scripts: list[str]) -> str:
    """What the page may do: run these scripts, wear this style, and nothing else."""
    runs = " ".join(_hash(text) for text in scripts)
    return (
        f"default-src 'none'; script-src {runs}; style-src {_hash(style)}; "
        "connect-src 'none'; form-action 'none'; base-uri 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
