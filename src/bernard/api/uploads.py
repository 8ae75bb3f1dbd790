"""What is sent, read as it comes in and stopped at the limit; files are spooled to disk."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from bernard.errors import DocumentTooLarge, FieldInvalid, InputInvalid, StoreUnavailable

MOST_FILES = 100
# Room for the names and lines around the files themselves.
AROUND_FILES_BYTES = 1_000_000


@dataclass(frozen=True)
class Upload:
    """Files that were sent, and the fields beside them."""

    files: tuple[UploadFile, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()

    def text(self, name: str) -> str:
        """The field's value.

        Raises:
            FieldInvalid: it was not sent.
        """
        for key, value in self.fields:
            if key == name:
                return value
        raise FieldInvalid(f"The form has no field {name!r}.", f"#/{name}")


@asynccontextmanager
async def read_upload(request: Request, most_bytes: float) -> AsyncIterator[Upload]:
    """The multipart form that this request sends; its files are deleted at the end.

    Raises:
        DocumentTooLarge: it is larger than `most_bytes`.
        InputInvalid: it is no such form, or broke off.
        StoreUnavailable: the disk has no room for it.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind != "multipart/form-data":
        raise InputInvalid(f"Send the files as multipart/form-data, not as {kind!r}.")
    body = limited(request, most_bytes + AROUND_FILES_BYTES)
    parser = MultiPartParser(request.headers, body, max_files=MOST_FILES, max_fields=20)
    try:
        items = (await parser.parse()).multi_items()
    except (MultiPartException, KeyError) as error:
        raise InputInvalid(f"The upload could not be read: {error}.") from error
    except OSError as error:
        raise StoreUnavailable(
            f"There is no room for what was sent ({error.strerror}), so nothing was kept. Free some "
            "disk space and try again."
        ) from error
    files = tuple(value for _, value in items if isinstance(value, UploadFile))
    try:
        yield Upload(files, tuple((key, value) for key, value in items if isinstance(value, str)))
    finally:
        for file in files:
            await file.close()


async def limited(request: Request, most_bytes: float) -> AsyncGenerator[bytes, None]:
    """The body as it comes in.

    Raises:
        DocumentTooLarge: it is larger than `most_bytes`, by what it says or by what comes.
        InputInvalid: it broke off.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most_bytes:
        raise _too_large(most_bytes)
    seen = 0
    try:
        async for chunk in request.stream():
            seen += len(chunk)
            if seen > most_bytes:
                raise _too_large(most_bytes)
            yield chunk
    except ClientDisconnect as error:
        raise InputInvalid("What was sent broke off before its end. Send it again.") from error


def _too_large(most_bytes: float) -> DocumentTooLarge:
    return DocumentTooLarge(
        f"What was sent is larger than {most_bytes / 1e6:,.0f} MB, the most taken at once. "
        "Send fewer files, or raise BERNARD_MAX_FILE_MB."
    )
