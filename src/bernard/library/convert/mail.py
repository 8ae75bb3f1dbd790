"""Emails: who, to whom, when and what about, then the best body; attachments as files."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage

from bernard.errors import DocumentTooLarge, DocumentUnreadable
from bernard.library.convert import html
from bernard.library.convert.decode import decode
from bernard.library.convert.draft import Draft, one_line
from bernard.library.convert.limits import Limits

HEADERS = ("From", "To", "Cc", "Date", "Subject")
MAX_HEADER = 2000
MAX_PARTS = 1000


def read(data: bytes, draft: Draft, limits: Limits) -> None:
    """Read an EML into the draft."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
    except RecursionError as error:
        raise _too_deep() from error
    assert isinstance(message, EmailMessage)
    if not message.keys():
        raise DocumentUnreadable("has no headers (From, Subject, Date), so it is not an email.")
    headers = [(name, _header(message, name)) for name in HEADERS]
    read_parts(headers, draft)
    body = _body(message)
    if body is not None:
        _put_body(body, draft)
    for part in _attached(message, body):
        _attach(part, draft)


def read_parts(headers: list[tuple[str, str]], draft: Draft) -> None:
    """Put the headers of a message into the draft, as a block of lines; the subject is its title."""
    lines = [
        f"{name}: {shown}" for name, value in headers if (shown := one_line(value, MAX_HEADER))
    ]
    draft.paragraph("\n".join(lines))
    draft.title = dict(headers).get("Subject", "")


def _too_deep() -> DocumentTooLarge:
    return DocumentTooLarge("holds emails inside emails too deeply to be read.")


def _header(message: EmailMessage, name: str) -> str:
    """The header decoded, or as it stands where it is broken."""
    try:
        value = message.get(name, "")
        return str(value)
    except Exception:  # the header parser fails in many ways on what spam and attacks hold
        raw = next((v for k, v in message.raw_items() if k.lower() == name.lower()), "")
        return str(raw)


def _body(message: EmailMessage) -> EmailMessage | None:
    """The plain text, else the HTML; the first text found where the structure is broken."""
    try:
        found = message.get_body(preferencelist=("plain", "html"))
    except (AttributeError, KeyError, MessageError, RecursionError):
        found = None
    if found is not None:
        assert isinstance(found, EmailMessage)
        return found
    texts = (p for p in _parts(message) if p.get_content_maintype() == "text")
    return next((p for p in texts if not p.get_filename()), None)


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Leaves and attached emails, in order, with a stack of its own."""
    stack, seen = [message], 0
    while stack:
        part = stack.pop()
        seen += 1
        if seen > MAX_PARTS:
            raise DocumentTooLarge(f"has more than {MAX_PARTS:,} parts.")
        if part.is_multipart() and (part is message or part.get_content_maintype() == "multipart"):
            inner = part.get_payload()
            stack.extend(reversed([p for p in inner if isinstance(p, EmailMessage)]))
        else:
            yield part


def _put_body(body: EmailMessage, draft: Draft) -> None:
    text = _text(body)
    if body.get_content_subtype() == "html":
        title = draft.title
        html.read_text(text, draft)
        draft.title = title
    else:
        draft.paragraph(text)


def _text(part: EmailMessage) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return str(part.get_payload())
    return decode(data, part.get_content_charset() or "")[0]


def _attached(message: EmailMessage, body: EmailMessage | None) -> Iterator[EmailMessage]:
    for part in _parts(message):
        if part is body or part is message:
            continue
        named = bool(part.get_filename()) or part.get_content_disposition() == "attachment"
        if named or part.get_content_type() == "message/rfc822":
            yield part


def _attach(part: EmailMessage, draft: Draft) -> None:
    """A file, or an email whole. Pictures inside the text (logos) are left out."""
    if part.get("Content-ID") and part.get_content_maintype() == "image":
        return
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        message = inner[0] if isinstance(inner, list) and inner else None
        if isinstance(message, EmailMessage):
            subject = one_line(_header(message, "Subject"), 80) or "message"
            draft.attach(f"{subject.replace('/', '-')}.eml", _bytes(message))
        return
    data = part.get_payload(decode=True)
    name = part.get_filename() or f"attachment.{part.get_content_subtype()}"
    if isinstance(data, bytes):
        draft.attach(name, data)
    else:
        draft.note(f"The attachment {one_line(name)!r} is damaged and was left out.")


def _bytes(message: EmailMessage) -> bytes:
    try:
        return message.as_bytes(policy=email.policy.compat32)
    except RecursionError as error:
        raise _too_deep() from error
    except (MessageError, LookupError, ValueError, AttributeError, TypeError):
        return message.as_string(policy=email.policy.compat32).encode("utf-8", "replace")
