"""What a ZIP holds: a spreadsheet, a question with its responses, one file, or letters."""

from __future__ import annotations

import msgspec

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert.archive import Archive
from bernard.library.convert.limits import Limits
from bernard.library.convert.names import safe_name, unique
from bernard.library.types import Attachment
from bernard.tools.consult.types import Fault

QUESTION, RESPONSES = "question.txt", "responses.jsonl"
_LITTER = ("__MACOSX/", "Thumbs.db", "desktop.ini", ".DS_Store")
_OFFICE = ("[Content_Types].xml", "mimetype", "xl/workbook.xml", "xl/workbook.bin")
_TABLES = (
    ".csv",
    ".tsv",
    ".tab",
    ".xlsx",
    ".xlsm",
    ".xls",
    ".xlsb",
    ".ods",
    ".json",
    ".jsonl",
    ".ndjson",
)
_WORDING = msgspec.json.Decoder(dict[str, object])


def is_bundle(data: bytes, limits: Limits) -> bool:
    """Whether it is a ZIP of files, and not a spreadsheet or document, which are ZIPs too."""
    if not data.startswith(b"PK"):
        return False
    archive = Archive(data, limits)
    return not any(name in archive for name in _OFFICE)


def files_in(data: bytes, limits: Limits, faults: list[Fault]) -> list[Attachment]:
    """The files of a ZIP; one that is locked or damaged is a fault, and the rest go on."""
    archive, found, names = Archive(data, limits), [], dict[str, int]()
    for member in archive.files():
        if member.filename.startswith(_LITTER) or member.filename.endswith(_LITTER):
            continue
        try:
            found.append(
                Attachment(unique(safe_name(member.filename), names), archive.read(member))
            )
        except DocumentTooLarge:
            raise
        except DocumentUnreadable as error:
            faults.append(
                Fault(safe_name(member.filename), f"It was left out; the archive {error}")
            )
    return found


def question_in(files: list[Attachment]) -> tuple[Attachment, str] | None:
    """The responses to a question and its wording, where the ZIP is the folder of a question.

    Raises:
        DocumentUnreadable: it holds several questions.
    """
    by_name = {file.name.rpartition("/")[2]: file for file in files}
    if RESPONSES not in by_name:
        return None
    questions = sum(file.name.rpartition("/")[2] == RESPONSES for file in files)
    if questions > 1:
        raise DocumentUnreadable(f"holds {questions} questions. Send their folders one at a time.")
    wording = ""
    if QUESTION in by_name:
        wording = by_name[QUESTION].data.decode("utf-8", "replace").strip()
    elif "question.json" in by_name:
        wording = _wording(by_name["question.json"].data)
    return by_name[RESPONSES], wording


def one_table(files: list[Attachment]) -> Attachment | None:
    """The one file of a ZIP, where it is a table and not a letter.

    Raises:
        DocumentUnreadable: it holds several tables and nothing else.
    """
    tables = [file for file in files if file.name.lower().endswith(_TABLES)]
    if len(tables) > 1 and len(tables) == len(files):
        raise DocumentUnreadable(
            f"holds {len(tables)} tables of responses. Send them one at a time."
        )
    return tables[0] if len(files) == 1 and tables else None


def _wording(data: bytes) -> str:
    try:
        return str(_WORDING.decode(data).get("question_text", ""))
    except msgspec.DecodeError:
        return ""
