"""ZIP archives: each file inside is a document of its own."""

from __future__ import annotations

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.archive import Archive
from bernard.library.convert.draft import Draft, one_line
from bernard.library.convert.limits import Limits

# What file managers put into archives, which nobody means to send.
_LITTER = ("__MACOSX/", "Thumbs.db", "desktop.ini", ".DS_Store")


def read(data: bytes, draft: Draft, limits: Limits) -> None:
    """Take the files out of a ZIP; one that is locked or damaged is named and the rest go on."""
    archive = Archive(data, limits)
    for member in archive.files():
        if member.filename.startswith(_LITTER) or member.filename.endswith(_LITTER):
            continue
        try:
            inside = archive.read(member)
        except DocumentTooLarge:
            raise
        except DocumentUnreadable:
            why = "locked with a password" if archive.is_locked(member) else "damaged"
            draft.note(f"{one_line(member.filename)!r} is {why} and was left out.")
            continue
        draft.attach(member.filename, inside)
