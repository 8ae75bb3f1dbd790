"""What a form sent: its fields, and its files spooled to disk as they come in."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from bernard.errors import DocumentTooLarge, InputInvalid, StoreUnavailable
from bernard.look.words import size

FIELDS_BYTES = 256_000
FIELDS = 1000
# A browser that is cut off while it sends shows no page that says why, so as much again is read
# and thrown away.
DRAINED = 2


@dataclass(frozen=True)
class Form:
    """The fields and files of a form that was sent."""

    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[UploadFile, ...] = field(default=())

    def text(self, name: str) -> str:
        """The field's first value, empty where it was not sent."""
        return next((value for key, value in self.fields if key == name), "")

    def texts(self, name: str) -> list[str]:
        """All of the field's values."""
        return [value for key, value in self.fields if key == name]


@asynccontextmanager
async def read_form(
    request: Request,
    most_bytes: float = FIELDS_BYTES,
    most_files: float = 0,
    most_fields: float = FIELDS,
) -> AsyncIterator[Form]:
    """The form this request sent; its files are deleted at the end.

    Raises:
        DocumentTooLarge: it is larger than `most_bytes`, seen before or while it is read.
        InputInvalid: it is not a form, or broke off.
        StoreUnavailable: the disk has no room for its files.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    body = _limited(request, most_bytes)
    if kind == "multipart/form-data" and most_files:
        form = await _read_parts(request, body, most_files)
    elif kind == "application/x-www-form-urlencoded":
        form = Form(_parse(b"".join([chunk async for chunk in body]), int(most_fields)))
    else:
        raise InputInvalid(f"A form was expected, not {kind!r}.")
    try:
        yield form
    finally:
        for file in form.files:
            await file.close()


async def _limited(request: Request, most_bytes: float) -> AsyncGenerator[bytes, None]:
    declared = request.headers.get("content-length", "")
    too_large = declared.isdecimal() and int(declared) > most_bytes
    seen = 0
    try:
        async for chunk in request.stream():
            seen += len(chunk)
            too_large = too_large or seen > most_bytes
            if not too_large:
                yield chunk
            elif seen > DRAINED * most_bytes:
                break
    except ClientDisconnect as error:
        raise InputInvalid("What was sent broke off before its end. Send it again.") from error
    if too_large:
        raise _too_large(most_bytes)


async def _read_parts(
    request: Request, body: AsyncGenerator[bytes, None], most_files: float
) -> Form:
    parser = MultiPartParser(request.headers, body, max_files=most_files, max_fields=100)
    try:
        data = await parser.parse()
    except (MultiPartException, KeyError) as error:
        raise InputInvalid(f"The upload could not be read: {error}.") from error
    except OSError as error:
        raise StoreUnavailable(
            f"There is no room for what was sent ({error.strerror}), so nothing was kept. Free some "
            "disk space and try again."
        ) from error
    items = data.multi_items()
    for _, value in items:
        # A form that is sent without a file sends an empty one, which nobody would close.
        if isinstance(value, UploadFile) and not value.filename:
            value.file.close()
    return Form(
        tuple((name, value) for name, value in items if isinstance(value, str)),
        tuple(v for _, v in items if isinstance(v, UploadFile) and v.filename),
    )


def _parse(body: bytes, most: int) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(
            parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=most, errors="strict")
        )
    except ValueError as error:
        raise InputInvalid("The form could not be read: it is not UTF-8 text.") from error


def _too_large(most_bytes: float) -> DocumentTooLarge:
    return DocumentTooLarge(
        f"What was sent is larger than {size(most_bytes)}, the most this site takes at once. "
        "Send fewer files, or split the large one."
    )
