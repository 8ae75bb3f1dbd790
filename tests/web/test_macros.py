"""The Jinja macros draw what GOV.UK Frontend's own templates draw: its fixtures are the proof."""

import json
import re
from pathlib import Path

import pytest

from bernard.web.render import environment

ROOT = Path(__file__).parents[2]
COMPONENTS = ROOT / "node_modules/govuk-frontend/dist/govuk/components"
EXPECTED = 657


def fixtures():
    return [
        (json.loads(path.read_text(encoding="utf-8")), path)
        for path in sorted(COMPONENTS.glob("*/fixtures.json"))
    ]


def macro_name(component: str) -> str:
    return "govuk" + "".join(word.capitalize() for word in component.split("-"))


def squash(html: str) -> str:
    # The same two characters, written in two ways.
    html = html.replace("&#34;", "&quot;").replace("&#39;", "'")
    html = re.sub(r"\s+", " ", html)
    return re.sub(r"\s*([<>])\s*", r"\1", html).strip()


def draw(component: str, fixture: dict) -> str:
    name = macro_name(component)
    source = (
        f"{{% from 'govuk_frontend_jinja/components/{component}/macro.html' import {name} %}}"
        f"{{{{ {name}(options) }}}}"
    )
    return environment().from_string(source).render(options=fixture["options"])


@pytest.mark.skipif(not COMPONENTS.is_dir(), reason="GOV.UK Frontend is not here: run `make css`")
def test_macros_equal_upstream_fixtures():
    same, differing = 0, []
    for document, path in fixtures():
        for fixture in document["fixtures"]:
            if squash(draw(document["component"], fixture)) == squash(fixture["html"]):
                same += 1
            else:
                differing.append(f"{path.parent.name}: {fixture['name']}")
    assert differing == []
    assert same == EXPECTED
