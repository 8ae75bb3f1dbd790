"""POST /v1/privacy/…: find personal data in a text, mask it, restore it, report on it.

Nothing is sent anywhere and nothing is kept: what `mask` took out goes back to the caller in `kept`, which
`restore` takes again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from bernard.api.gateway.callers import Known
from bernard.api.gateway.types import House
from bernard.errors import FieldInvalid, NotFound
from bernard.privacy import Detector, Policy, verbs
from bernard.privacy.state import State

PREFIX = "/v1/privacy/"


class Looked(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `find`, `mask` and `report`.

    Attributes:
        text: to look through.
        policy: what stays; where it is not given, what the agreements in force say.
        kept: what an earlier `mask` gave, to go on with the same stand-ins.
    """

    text: str
    policy: Policy | None = None
    kept: State | None = None


class Replied(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `restore`.

    Attributes:
        kept: what `mask` gave.
        json: the text is JSON, so originals go in as JSON writes them.
    """

    text: str
    kept: State
    json: bool = False


class Findings(msgspec.Struct, frozen=True):
    """What `find` gives."""

    findings: list[verbs.Found]


async def answer(house: House, known: Known, verb: str, raw: bytes) -> bytes:
    """What the verb gives for a body, as JSON.

    Raises:
        DetectorFailed: the detector failed.
        FieldInvalid: the body is not one that the verb takes.
        NotFound: there is no such verb.
    """
    if verb == "restore":
        replied = _decode(raw, Replied)
        return await _away(_restore, replied)
    act = _VERBS.get(verb)
    if act is None:
        raise NotFound(f"There is nothing at {PREFIX + verb!r:.80}.")
    body = _decode(raw, Looked)
    detector, policy = await asyncio.to_thread(house.looking, known.key.agreement)
    return await _away(act, body, detector, body.policy or policy)


async def _away(act: Callable[..., Any], *given: object) -> bytes:
    """Do it off the event loop: a long text takes its time."""
    return msgspec.json.encode(await asyncio.to_thread(act, *given))


def _find(body: Looked, detector: Detector, policy: Policy) -> Findings:
    return Findings(verbs.find(body.text, detector, policy))


def _mask(body: Looked, detector: Detector, policy: Policy) -> verbs.Masked:
    return verbs.mask(body.text, detector, policy, body.kept)


def _report(body: Looked, detector: Detector, policy: Policy) -> verbs.Report:
    return verbs.report(body.text, detector, policy)


def _restore(body: Replied) -> verbs.Restored:
    return verbs.restore(body.text, body.kept, json=body.json)


_VERBS: dict[str, Callable[[Looked, Detector, Policy], Any]] = {
    "find": _find,
    "mask": _mask,
    "report": _report,
}
VERBS = frozenset({*_VERBS, "restore"})


def _decode(raw: bytes, form: type[Any]) -> Any:
    try:
        return msgspec.json.decode(raw, type=form)
    except msgspec.ValidationError as error:
        raise FieldInvalid(f"The body does not fit: {error}.", "#") from error
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise FieldInvalid(f"The body is not JSON: {error}.", "#") from error
    except RecursionError:
        raise FieldInvalid("The body nests too deep.", "#") from None
