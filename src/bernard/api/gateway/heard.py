"""What the headers of a request say to the gateway."""

from __future__ import annotations

from bernard.api.gateway.types import Header
from bernard.errors import FieldInvalid
from bernard.gateway.cases import check_name


class Heard:
    """The headers that count.

    Attributes:
        secret: the key, empty where there is none.
        length: the Content-Length, empty where there is none.
        trace: W3C trace context of the caller.
        case: that the call belongs to, empty where it names none.
        declared: headers of ours, None where there are none.
    """

    __slots__ = ("case", "declared", "length", "secret", "trace")

    def __init__(self, headers: list[Header]) -> None:
        """Read them.

        Raises:
            FieldInvalid: the body is said to be compressed, or a case is named wrongly.
        """
        self.secret = self.length = self.trace = b""
        self.declared: dict[bytes, bytes] | None = None
        self.case = ""
        for name, value in headers:
            if name == b"authorization":
                self.secret = value[7:] if value[:7].lower() == b"bearer " else value
            elif name == b"content-length":
                self.length = value
            elif name == b"x-api-key":
                self.secret = self.secret or value
            elif name == b"x-bernard-case":
                self._name_case(value)
            elif name[:10] == b"x-bernard-":
                self._declare(name, value)
            elif name == b"traceparent":
                self.trace = value
            elif name == b"content-encoding" and value != b"identity":
                raise FieldInvalid("The body is compressed. Send it as it is.", "#")

    def _declare(self, name: bytes, value: bytes) -> None:
        """Headers of one name are one list, as HTTP has it."""
        declared = self.declared = self.declared or {}
        declared[name] = declared[name] + b"," + value if name in declared else value

    def _name_case(self, value: bytes) -> None:
        """Unlike what is declared, it is no word of a vocabulary, and kept nowhere."""
        if self.case:
            raise FieldInvalid("X-Bernard-Case: Name one case, once.", "#/X-Bernard-Case")
        try:
            self.case = value.decode().strip()
        except UnicodeDecodeError as error:
            raise FieldInvalid("X-Bernard-Case: It is not UTF-8.", "#/X-Bernard-Case") from error
        check_name(self.case)
