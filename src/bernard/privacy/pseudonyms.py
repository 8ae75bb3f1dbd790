"""Stand-ins for personal data: put them in before a call, and the originals back after."""

from __future__ import annotations

from collections.abc import Sequence

from bernard.errors import DetectorFailed, Error
from bernard.privacy.book import Book
from bernard.privacy.policy import Policy
from bernard.privacy.restorer import Restorer
from bernard.privacy.state import State
from bernard.privacy.types import Detector, Finding

_PLAIN = Policy()


class Pseudonyms:
    """The stand-ins of one call or case: the same value, and the same person, has one throughout.

    A stand-in is typed and numbered, `⟦EMAIL-1⟧`, in the order in which values are met, so a client
    that sends a conversation again with one more message has the same stand-ins for what it sent
    before. In the natural style a person has an invented name. The mapping is personal data itself:
    it lives in memory for as long as the call does, or where `state` is kept.
    """

    __slots__ = ("_book", "_detector", "_policy", "_seed", "_sent")

    def __init__(
        self,
        detector: Detector,
        *,
        seed: bytes = b"",
        policy: Policy = _PLAIN,
        state: State | None = None,
    ) -> None:
        """Start with no stand-ins, or where another left off.

        Args:
            detector: says what must have one.
            seed: a secret of the conversation, the case or the body. With one, a stand-in comes from
                the value, so that it stays when earlier messages are dropped, and two processes give
                the same one.
            policy: the style of stand-ins, and what they may keep of their originals.
            state: of another.
        """
        self._detector = detector
        self._seed = seed[:64]
        self._policy = policy
        self._book = Book(self._seed, policy, state) if state is not None else None
        # Texts in which nothing was found, until there is a stand-in that they might hold.
        self._sent: list[str] = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing was replaced yet."""
        return self._book is None or self._book.is_empty

    @property
    def taken_out(self) -> dict[str, int]:
        """How many different values of each kind were replaced."""
        return self._book.taken_out if self._book else {}

    @property
    def stand_ins(self) -> dict[str, str]:
        """Which original is behind which stand-in. It is personal data."""
        return dict(self._book.originals.by_stand_in) if self._book else {}

    @property
    def unrestored(self) -> dict[str, int]:
        """Marks in replies that look like a stand-in and are none of ours; they stay as they are."""
        return dict(self._book.originals.strangers) if self._book else {}

    def state(self) -> State:
        """All that another needs to go on from here. It is personal data."""
        return self._book.state() if self._book else State()

    def mask(self, text: str) -> str:
        """The text with each finding replaced by its stand-in; itself, where there is none.

        A value that was found in one text is replaced in later ones too, also where nothing beside
        it says what it is.

        Raises:
            DetectorFailed: it is not known what the text holds, so it must not be sent.
        """
        found = self._found(text)
        if not found and self._book is None:
            self._sent.append(text)
            return text
        return self._opened().mask(text, found)

    def restore(self, text: str, *, json: bool = False) -> str:
        """The text with each stand-in replaced by its original.

        Args:
            text: what a model wrote; it may have changed a stand-in's case, brackets or hyphens.
            json: the text is JSON, so an original goes in as JSON writes it in a string.
        """
        return self._book.originals.restore(text, json=json) if self._book else text

    def restorer(self, *, json: bool = False) -> Restorer:
        """Restores a text that comes in pieces."""
        return Restorer(self._opened().originals, json=json)

    def _opened(self) -> Book:
        if self._book is None:
            self._book = Book(self._seed, self._policy, None)
        if self._sent:
            for text in self._sent:
                self._book.keep_free(text)
            self._sent.clear()
        return self._book

    def _found(self, text: str) -> Sequence[Finding]:
        try:
            return self._detector.find(text)
        except Error:
            raise
        except Exception as error:
            # Whatever went wrong, what the text holds is not known: the name of the fault is all
            # that may be shown, because its message may quote the text.
            raise DetectorFailed(
                f"Personal data could not be looked for ({type(error).__name__}), so nothing was "
                "sent. Try again."
            ) from error
