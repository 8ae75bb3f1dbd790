"""How much of one file is read, and with what."""

from __future__ import annotations

from dataclasses import dataclass

from bernard.config import Settings

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """The bounds on reading one file.

    Attributes:
        max_bytes: of the file, and of what it unpacks to.
        max_text: characters of text taken from it.
        max_nesting: how many files inside one another are read.
        timeout_s: for one document, and for each page of it that is a scan.
        ocr_timeout_s: for a document of scans altogether.
        ocr_jobs: scanned pages of one document read at the same time.
        tesseract: path of the Tesseract program; empty reads no scans.
    """

    max_bytes: int = 200 * MEGABYTE
    max_pages: int = 5000
    max_text: int = 50 * MEGABYTE
    max_nesting: int = 3
    max_members: int = 5000
    timeout_s: float = 120.0
    memory_mb: int = 1536
    ocr: bool = True
    ocr_timeout_s: float = 3600.0
    ocr_jobs: int = 1
    tesseract: str = ""

    @classmethod
    def from_settings(cls, settings: Settings, tesseract: str = "", ocr_jobs: int = 1) -> Limits:
        """The limits that these settings name."""
        return cls(
            max_bytes=int(settings.max_file_mb * MEGABYTE),
            max_pages=settings.max_pages,
            max_text=int(settings.max_text_mb * MEGABYTE),
            max_nesting=settings.max_nesting,
            max_members=settings.max_members,
            timeout_s=settings.convert_timeout_s,
            memory_mb=settings.convert_memory_mb,
            ocr=settings.ocr,
            ocr_timeout_s=settings.ocr_timeout_s,
            ocr_jobs=ocr_jobs,
            tesseract=tesseract,
        )
