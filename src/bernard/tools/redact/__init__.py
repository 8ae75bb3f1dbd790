"""Take personal data out of a document, so that it is gone and not only covered.

`redact` does it in one go; `desk` lets a person look at each page first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bernard.privacy import Detector
from bernard.privacy.documents import Limits, OpenDocument, Page
from bernard.tools.redact.cuts import boxes_of, counted, cuts_of, in_words, notes_of, values_gone
from bernard.tools.redact.find import also, propose
from bernard.tools.redact.types import Proposal, Redacted

__all__ = ["Proposal", "Redacted", "boxes_of", "in_words", "listed", "make", "redact"]

Progress = Callable[[int, int], None]


def redact(
    name: str,
    data: bytes,
    detector: Detector,
    *,
    more: Iterable[str] = (),
    limits: Limits | None = None,
    ocr: bool = True,
    on_progress: Progress = lambda done, total: None,
) -> Redacted:
    """The document without all that is found in it.

    Args:
        name: what people call it, for messages.
        detector: finds what goes; a policy is a detector of its own (`Guided`).
        more: words that go too, wherever they stand.
        ocr: read words in pictures where something that can is there; pictures that are not
            read are blacked out whole.

    Raises:
        DocumentUnreadable: it is damaged, locked, of a kind that cannot be redacted, or the new
            file did not come out clean.
        DocumentTooLarge: it is over a limit.
        DetectorFailed: personal data could not be looked for.
    """
    with OpenDocument(name, data, limits, ocr) as document:
        pages, proposals = listed(document, detector, more, on_progress)
        return make(document, pages, proposals, on_progress)


def listed(
    document: OpenDocument,
    detector: Detector,
    more: Iterable[str] = (),
    on_progress: Progress = lambda done, total: None,
) -> tuple[list[Page], list[Proposal]]:
    """The pages of an open document, and all that would go."""
    pages = []
    for number in range(document.pages):
        pages.append(document.page(number))
        on_progress(number + 1, 2 * document.pages)
    proposals = propose(pages, detector)
    for words in more:
        proposals += also(pages, words, proposals)
    return pages, proposals


def make(
    document: OpenDocument,
    pages: Iterable[Page],
    proposals: list[Proposal],
    on_progress: Progress = lambda done, total: None,
) -> Redacted:
    """The new file, without what was decided to go."""
    pages = list(pages)
    for number in range(document.pages):
        document.cut(number, cuts_of(proposals, number))
        on_progress(document.pages + number + 1, 2 * document.pages)
    texts = [page.text for page in pages]
    data = document.finish(values_gone(proposals, texts))
    return Redacted(
        data,
        document.kind,
        document.pages,
        counted(proposals, taken=True),
        counted(proposals, taken=False),
        (*document.notes, *notes_of(pages)),
    )
