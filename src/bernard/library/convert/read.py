"""One file to text, in this process. Only a worker in its sandbox should call this."""

from __future__ import annotations

from collections.abc import Callable

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert import (
    bundle,
    delimited,
    docx,
    html,
    images,
    mail,
    markdown,
    msg,
    odf,
    pdf,
    plain,
    pptx,
    records,
    rtf,
    xlsx,
)
from bernard.library.convert.draft import Draft, one_line
from bernard.library.convert.kinds import ENDINGS, NAMES, Kind, ending, kind_of
from bernard.library.convert.limits import MEGABYTE, Limits
from bernard.library.types import Extracted

READERS: dict[Kind, Callable[[bytes, Draft, Limits], None]] = {
    Kind.PDF: pdf.read,
    Kind.PNG: images.read,
    Kind.JPEG: images.read,
    Kind.TIFF: images.read,
    Kind.DOCX: docx.read,
    Kind.XLSX: xlsx.read,
    Kind.PPTX: pptx.read,
    Kind.ODT: odf.read,
    Kind.ODS: odf.read,
    Kind.ODP: odf.read,
    Kind.RTF: rtf.read,
    Kind.MSG: msg.read,
    Kind.EML: mail.read,
    Kind.ZIP: bundle.read,
    Kind.HTML: html.read,
    Kind.MARKDOWN: markdown.read,
    Kind.CSV: delimited.read,
    Kind.TSV: delimited.read,
    Kind.JSON: records.read_json,
    Kind.JSON_LINES: records.read_json_lines,
    Kind.TEXT: plain.read,
}


def read(
    name: str, data: bytes, limits: Limits, still_reading: Callable[[], None] = lambda: None
) -> Extracted:
    """The text of a file and its places.

    Args:
        still_reading: called after each scanned page, which take long.

    Raises:
        DocumentUnreadable: it cannot be read; the message names the file, the reason, what to do.
        DocumentTooLarge: it is over a limit.
    """
    shown = one_line(name, 200)
    try:
        return _read(name, data, Draft(limits, still_reading))
    except DocumentUnreadable as error:
        raise type(error)(f"{shown!r} {error}") from error
    except RecursionError as error:
        raise DocumentTooLarge(f"{shown!r} is nested too deeply to be read.") from error
    except MemoryError as error:
        raise DocumentTooLarge(f"{shown!r} {needs_memory(limits)}") from error
    except Exception as error:  # a reader met what its format does not allow: the file is at fault
        raise DocumentUnreadable(
            f"{shown!r} is damaged in a way that stops it being read ({type(error).__name__}). "
            "Open it in the program that made it and save it again."
        ) from error


def _read(name: str, data: bytes, draft: Draft) -> Extracted:
    limits = draft.limits
    if len(data) > limits.max_bytes:
        raise too_many_bytes(limits)
    kind = kind_of(name, data, limits)
    READERS[kind](data, draft, limits)
    named = ENDINGS.get(ending(name))
    if named not in (None, kind, Kind.TEXT) and _differ(named, kind):
        draft.note(f"The name ends in .{ending(name)}, but the file is {NAMES[kind]}.")
    found = draft.finish(kind.value)
    if not (found.text or found.records or found.attachments):
        draft.note("No text was found in it.")
    if not found.title:
        draft.title = next((found.text[h.start : h.end] for h in found.headings[:1]), "")
    return draft.finish(kind.value)


def _differ(named: Kind | None, kind: Kind) -> bool:
    """JSON and JSON Lines, and a picture under another picture's name, are not worth a note."""
    alike = ({Kind.JSON, Kind.JSON_LINES}, {Kind.PNG, Kind.JPEG, Kind.TIFF}, {Kind.CSV, Kind.TSV})
    return not any(named in pair and kind in pair for pair in alike)


def too_many_bytes(limits: Limits) -> DocumentTooLarge:
    """The error for a file that is larger than files may be."""
    return DocumentTooLarge(
        f"is larger than {limits.max_bytes / MEGABYTE:,.0f} MB. Split it, "
        "or raise BERNARD_MAX_FILE_MB."
    )


def needs_memory(limits: Limits) -> str:
    """What to say of a file that took all the memory it may have."""
    return (
        f"needs more than {limits.memory_mb:,} MB of memory to read. Split it, "
        "or raise BERNARD_CONVERT_MEMORY_MB."
    )
