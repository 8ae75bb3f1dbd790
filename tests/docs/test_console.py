"""Every console block of the README and of the docs does what the page says."""

import re
import shlex
import shutil
import textwrap
from pathlib import Path

import click
import pytest

from bernard.config import Settings
from bernard.models.registry import chosen

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NOT_RUN = {"needs-network", "needs-weights", "needs-postgresql", "serves"}


def _matches(printed, expected):
    """Whether this was printed, where `...` stands for anything and spaces at line ends for none."""
    wanted = "\n".join(line.rstrip() for line in expected.strip().splitlines())
    seen = "\n".join(line.rstrip() for line in printed.strip().splitlines())
    return re.fullmatch(".*".join(map(re.escape, wanted.split("..."))), seen, re.S) is not None


def _with_blocks():
    return [page for page in PAGES if "```console" in page.read_text(encoding="utf-8")]


@pytest.mark.skipif(
    not chosen(Settings(), "embedding"),
    reason="the embedding model is not built: run `make setup`",
)
@pytest.mark.parametrize("page", _with_blocks(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page(page, reader, steps_of):
    ran = []
    skipped = []
    for step in steps_of(page):
        unknown = set(step.needs) - NOT_RUN - {"with-server"}
        assert not unknown, f"{page.name}:{step.line}: {unknown} is no known need"
        if NOT_RUN.intersection(step.needs):
            skipped.append(step.needs[0])
            continue
        if "with-server" in step.needs and not shutil.which("curl"):
            pytest.skip("curl is not installed")
        printed = reader.run(step)
        ran.append(step)
        assert _matches(printed, step.printed), (
            f"{page.relative_to(ROOT)}:{step.line}: `{step.command}` should print\n"
            f"{textwrap.indent(step.printed, '    ')}\nand printed\n{textwrap.indent(printed, '    ')}"
        )
    if skipped and not ran:
        pytest.skip(f"every block {', '.join(sorted(set(skipped)))}")


@pytest.mark.parametrize("page", _with_blocks(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_that_are_not_run_exist(page, steps_of):
    from bernard.cli.program import bernard

    for step in steps_of(page):
        words = shlex.split(step.command.replace("\\\n", " "))
        if words[0] == "bernard":
            command = bernard
            for word in words[1:]:
                if not isinstance(command, click.Group) or word.startswith("-"):
                    break
                command = command.get_command(click.Context(command), word)
                assert command, f"{page.name}:{step.line}: {step.command}"


def test_dots_stand_for_anything():
    assert _matches(
        "The log holds: 12 entries, head ab12.\n", "The log holds: ... entries, head ...."
    )
    assert _matches("a\n\nb  \n", "a\n\nb\n")
    assert not _matches("a\nb\nc\n", "a\nc\n")
    assert not _matches("ab\n", "a\n")
