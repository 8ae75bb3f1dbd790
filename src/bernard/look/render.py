"""Templates to HTML: everything from people, documents and models is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    Undefined,
    UndefinedError,
    select_autoescape,
)
from jinja2.utils import missing

from bernard.look import words
from bernard.text.clean import clean

# The style sheet and the icon, which every site serves or takes along.
STATIC = Path(__file__).parent / "static"


class MacroUndefined(Undefined):
    """Empty where a macro's option is left out; an error where a template misspells a name.

    The GOV.UK Frontend macros rely on options that are not there; our own templates must not.
    """

    def __str__(self) -> str:
        return "" if self._is_option else self._complain()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return MacroUndefined(name=name, obj={}) if self._is_option else self._complain()

    @property
    def _is_option(self) -> bool:
        return isinstance(self._undefined_obj, (Mapping, Undefined, str, list))

    def _complain(self) -> Any:
        owner = (
            "" if self._undefined_obj is missing else f" of {type(self._undefined_obj).__name__}"
        )
        raise UndefinedError(
            f"A template uses {self._undefined_name!r}{owner}, which is not there."
        )


def open_environment(package: str) -> Environment:
    """The templates of a package, and under them those that all pages share.

    The GOV.UK Frontend macros are under `govuk_frontend_jinja/`.
    """
    env = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader(package, "templates"),
                PackageLoader("bernard.look", "templates"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=MacroUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        when=words.when,
        size=words.size,
        plural=words.plural,
        clip=words.clip,
        plain=clean,
    )
    return env
