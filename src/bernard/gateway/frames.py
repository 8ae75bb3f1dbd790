"""A stream that is ended in good order also where nobody began to read it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable


class Frames(AsyncIterator[bytes]):
    """The frames of one answer. A generator that never began has no end that would run."""

    __slots__ = ("_abandon", "_begun", "_frames")

    def __init__(
        self, frames: AsyncGenerator[bytes, None], abandon: Callable[[], Awaitable[None]]
    ) -> None:
        """Take the frames, and what to do where they are closed before the first was asked for."""
        self._frames = frames
        self._abandon = abandon
        self._begun = False

    def __aiter__(self) -> AsyncGenerator[bytes, None]:
        """The frames themselves, so that each costs no more than it must."""
        self._begun = True
        return self._frames

    async def __anext__(self) -> bytes:
        """The next frame."""
        self._begun = True
        return await self._frames.__anext__()

    async def aclose(self) -> None:
        """Stop the model."""
        if not self._begun:
            self._begun = True
            await self._abandon()
        await self._frames.aclose()
