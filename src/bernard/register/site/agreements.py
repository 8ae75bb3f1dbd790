"""The pages of the agreements: each version in plain English, and what it changed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from bernard.agreements import compare, render
from bernard.agreements.compare import Comparison
from bernard.agreements.page import Facts, Paragraph, Section
from bernard.agreements.page import Page as Rendered
from bernard.agreements.sentences import listed
from bernard.errors import AgreementTooTangled
from bernard.register.site.histories import History, Version, ended
from bernard.register.site.others import beside
from bernard.register.types import Column, Page, Table

INDEX = "agreements/index.html"
# All in one folder, so that `--agreements` takes them to make the register again.
FILES = "agreements/files"
_COLUMNS = (
    Column("agreement", "Agreement"),
    Column("version", "Version", "count"),
    Column("title", "Title"),
    Column("status", "Status"),
    Column("public_body", "Public body"),
    Column("supplier", "Supplier"),
    Column("purposes", "Purposes"),
    Column("starts", "Starts", "date"),
    Column("ends", "Ends", "date"),
    Column("review_by", "Review by", "date"),
    Column("sha256", "SHA-256"),
)


class Shown(msgspec.Struct, frozen=True):
    """A version as the pages show it.

    Attributes:
        tag: one or two words on how it stands.
        path: of its page.
        short: the answers to who, why, what, where, how long, who decides.
        is_newest: whether no other version took its place.
    """

    version: Version
    tag: str
    path: str
    text_path: str
    rendered: Rendered
    short: tuple[tuple[str, tuple[str, ...]], ...]
    is_newest: bool


def pages(
    histories: Sequence[History], as_at: datetime.date, met: Sequence[Page] = ()
) -> Iterator[Page]:
    """The list of all agreements, and a page for each version of each.

    Args:
        met: the pages on who met whom, to be linked to.
    """
    shown = [_shown(history, as_at) for history in histories]
    newest = [_standing(versions) for versions in shown if versions]
    yield Page(
        INDEX,
        "Agreements",
        "agreements.html",
        "agreements",
        {"agreements": newest},
        (_table([one for versions in shown for one in versions]),),
    )
    for versions in shown:
        for one, before in zip(versions, [*versions[1:], None], strict=True):
            data = {
                "one": one,
                "versions": versions,
                "change": before and _change(before, one),
                "signed_file": f"{FILES}/{one.version.agreement.id}-{one.version.name}.yaml",
                "meetings": beside(one.version.agreement, met),
            }
            title = one.version.agreement.title
            yield Page(one.path, title, "agreement.html", "agreements", data)


def texts(histories: Iterable[History]) -> dict[str, bytes]:
    """What is given away of each version, by its path in the site.

    The canonical text, whose SHA-256 is in the log; and where a file was given, its status and
    signatures too, in a file that can be used as the agreement itself.
    """
    found = {}
    for history in histories:
        for version in history.versions:
            found[_path(history, version, "json")] = version.text
            if version.file:
                name = f"{history.id}-{version.name}.yaml"
                found[f"{FILES}/{name}"] = version.file
    return found


class Change(msgspec.Struct, frozen=True):
    """What a version changed; `comparison` is None where it cannot be told exactly."""

    before: Shown
    comparison: Comparison | None


def _change(before: Shown, after: Shown) -> Change:
    try:
        found = compare(before.version.agreement, after.version.agreement)
    except AgreementTooTangled:
        return Change(before, None)
    return Change(before, found)


def _shown(history: History, as_at: datetime.date) -> list[Shown]:
    found: list[Shown] = []
    taken_back = _taken_back(history)
    for version in history.versions:
        is_newest = version not in taken_back and not any(
            one.tag != "Draft" and one.version not in taken_back for one in found
        )
        found.append(_one(history, version, as_at, is_newest))
    return found


def _standing(versions: Sequence[Shown]) -> Shown:
    """The version that stands for them all: what is in force, before a draft of what may be."""
    return next((one for one in versions if one.tag not in ("Draft", "Replaced")), versions[0])


def _taken_back(history: History) -> list[Version]:
    """Versions in whose place the log has an earlier one come into force again."""
    newest = max((version.in_force_from for version in history.versions), default=-1)
    return [one for one in history.versions if -1 < one.in_force_from < newest]


def _one(history: History, version: Version, as_at: datetime.date, is_newest: bool) -> Shown:
    rendered = render(version.agreement, as_at, version.unsaid or ())
    if not version.file:
        rendered = _from_log(rendered, version, as_at)
    tag = version.stopped() or rendered.tag
    if not is_newest and tag != "Draft":
        tag = "Replaced"
    if tag != rendered.tag:
        rendered = msgspec.structs.replace(rendered, tag=tag, notice=_NOTICES[tag])
    return Shown(
        version,
        tag,
        _path(history, version, "html"),
        _path(history, version, "json"),
        rendered,
        _short(rendered),
        is_newest,
    )


_NOTICES = {
    "Replaced": "Another version took the place of this one. Nothing may be sent under it.",
    "Suspended": "This agreement is suspended. Nothing may be sent under it.",
    "Withdrawn": "This agreement is no longer used. Nothing may be sent under it.",
    "Ended": "This agreement has ended. Nothing may be sent under it.",
    "In force": "What stands here is what the gateway allows, and nothing else.",
}


def _from_log(rendered: Rendered, version: Version, as_at: datetime.date) -> Rendered:
    """The log holds what was agreed, but not the signatures, nor all that the file says."""
    said = (
        "The gateway takes an agreement into force only after it has checked the signatures that "
        "it needs. The signatures stand in the agreement's file, not in the log that this page is "
        "made from."
    )
    sections = tuple(
        Section(one.id, one.heading, (Paragraph(said),)) if one.id == "signatures" else one
        for one in rendered.sections
        if one.id != "unsaid"
    )
    tag = "Ended" if ended(version.agreement, as_at) else "In force"
    return msgspec.structs.replace(rendered, sections=sections, tag=tag, notice=_NOTICES[tag])


def _short(rendered: Rendered) -> tuple[tuple[str, tuple[str, ...]], ...]:
    [short] = [one for one in rendered.sections if one.id == "short"]
    [facts] = [part for part in short.parts if isinstance(part, Facts)]
    return facts.pairs


def _path(history: History, version: Version, ending: str) -> str:
    # An id is a name of small letters and digits, so it is safe as a folder's.
    return f"agreements/{history.id}/{version.name}.{ending}"


def _table(shown: Sequence[Shown]) -> Table:
    return Table(
        "agreements",
        "All agreements and their versions",
        "One row for each version of each agreement.",
        _COLUMNS,
        tuple(_row(one) for one in shown),
        note="The SHA-256 is that of the agreement's text, which names it in the log.",
    )


def _row(one: Shown) -> tuple[str | int, ...]:
    a = one.version.agreement
    supplier = a.parties.supplier
    purposes = listed("purposes", dict.fromkeys(word for c in a.clauses for word in c.purposes))
    dates = (a.term.start, a.term.end, a.term.review_by)
    return (
        a.id,
        a.version,
        a.title,
        one.tag,
        a.parties.public_body.name,
        supplier.name if supplier else "",
        purposes,
        *(day.isoformat() if day else "" for day in dates),
        a.sha256,
    )
