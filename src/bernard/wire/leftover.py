"""What is done with the fields of a request that have no place in another dialect."""

from __future__ import annotations

from collections.abc import Iterable

from bernard.errors import Untranslatable
from bernard.wire.types import Body

ANY = None
HARMLESS: dict[str, tuple[object, ...] | None] = {
    "background": (False,),
    "cache_control": ANY,
    "context_management": ANY,
    "diagnostics": ANY,
    "include": ([], ["reasoning.encrypted_content"]),
    "inference_geo": ("global",),
    "labels": ANY,
    "logit_bias": ({},),
    "logprobs": (False,),
    "metadata": ANY,
    "modalities": (["text"],),
    "prompt_cache_key": ANY,
    "prompt_cache_options": ANY,
    "prompt_cache_retention": ANY,
    "safety_identifier": ANY,
    "service_tier": ANY,
    "serviceTier": ANY,
    "speed": ("standard",),
    "store": (False,),
    "stream_options": ANY,
    "top_logprobs": (0,),
    "truncation": ("disabled",),
    "user": ANY,
    "user_profile_id": ANY,
    "verbosity": ("medium",),
}
"""Fields that may be left out for a supplier that has none such: with any value, or with these."""


def carry(extra: Body, into: Body, takes: Iterable[str], dialect: str) -> None:
    """Put the fields of `extra` that the dialect `takes` into a body; leave out the harmless.

    Raises:
        Untranslatable: a field changes what the call means, and the dialect has none such.
    """
    for name, value in extra.items():
        if name in takes:
            into.setdefault(name, value)
        elif not _harmless(name, value):
            raise cannot_say(name, dialect)


def cannot_say(field: str, dialect: str, why: str = "") -> Untranslatable:
    """The error for a field that a dialect has no words for."""
    reason = f" {why}" if why else ""
    return Untranslatable(
        f"The supplier's protocol ({dialect}) cannot say {field!r}.{reason} "
        "Leave it out, or choose another model."
    )


def _harmless(name: str, value: object) -> bool:
    if name not in HARMLESS or value is None:
        return value is None
    allowed = HARMLESS[name]
    return allowed is ANY or any(value == a and type(value) is type(a) for a in allowed)
