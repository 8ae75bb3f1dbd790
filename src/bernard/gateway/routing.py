"""Which deployments may answer a call, in which order, and how often each is tried.

    routes = Routes(deployments)
    for supplier in routes.candidates(model, operation):     # those that rest come last
        try:
            answer = await routes.send(supplier, operation, dialect, body, stream=True)
        except Error as error:
            if not routes.falls_back(error):                 # another would say the same
                raise

`send` tries one deployment again after a fault that may pass (429, 5xx, a lost connection), waits a
random time that doubles, respects Retry-After, and stops when patience runs out. It returns before
anything is shown to the caller, so nothing is ever said twice. A deployment that keeps failing
rests: it is asked last, and then with one probe at a time. Who reads a stream tells `report` how it
ended. One event loop uses a `Routes`.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

import msgspec

from bernard.errors import (
    Error,
    InputInvalid,
    ModelFailed,
    ModelMissing,
    ModelRejected,
    ModelTimeout,
    PromptTooLong,
    Untranslatable,
)
from bernard.models.suppliers.deployments import Deployments
from bernard.models.suppliers.types import Answer, Operation, Supplier, SupplierFailed
from bernard.wire.types import Body

# What a supplier says when the request itself is wrong; another would say the same.
_CALLERS_FAULT = frozenset({400, 413, 415, 422})


class Policy(msgspec.Struct, frozen=True):
    """How patient the gateway is with a deployment.

    Attributes:
        tries: most times that one call is sent to one deployment.
        first_wait_s: longest wait before the second try; it doubles with each further one.
        patience_s: most seconds of waiting for one deployment, by all tries of a call together. A
            Retry-After beyond it ends the tries.
        failures: within `window_s` and at least as many as successes, after which it rests.
        rest_s: seconds of the first rest; it doubles while probes fail, up to eight times.
    """

    tries: int = 3
    first_wait_s: float = 0.5
    patience_s: float = 10.0
    failures: int = 5
    window_s: float = 30.0
    rest_s: float = 10.0


class Resting(SupplierFailed):
    """The deployment has failed too often just now and is left in peace. Try again in a moment."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class Routes:
    """The deployments by name, and how each has done lately."""

    def __init__(
        self,
        deployments: Deployments,
        policy: Policy = Policy(),  # noqa: B008 (frozen)
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        rand: Callable[[], float] = random.random,
    ) -> None:
        """Take the deployments; clock, sleep and chance can be other ones in tests."""
        self.deployments = deployments
        self._policy = policy
        self._clock = clock
        self._sleep = sleep
        self._random = rand
        self._breakers: dict[str, Breaker] = {}

    def candidates(self, model: str, operation: Operation) -> Sequence[Supplier]:
        """The deployments to try, in order; those that rest come last. '' is the default model.

        Raises:
            ModelMissing: there is none of that name that does this.
        """
        found = self.deployments.find(model, operation)
        if not self._breakers or len(found) == 1:
            return found
        return sorted(found, key=self._rests)

    async def send(
        self, supplier: Supplier, operation: Operation, dialect: str, body: Body, *, stream: bool
    ) -> Answer:
        """The answer of this deployment, after as many tries as the policy allows.

        Raises:
            Resting: it has failed too often; nothing was sent.
            SupplierFailed, SupplierTimeout, Error: of the last try.
        """
        name = supplier.attested.name
        breaker = self._breakers.get(name)
        waited = 0.0
        number = 1
        left = False
        while True:
            if breaker is not None:
                breaker.enter(self._clock(), sent=left)
            try:
                answer = await supplier.send(operation, dialect, body, stream=stream)
            except ModelFailed as error:
                if isinstance(error, SupplierFailed):
                    # Of all tries together: the last may have found nobody where one before did.
                    left = error.sent = left or error.sent
                breaker = self._failed(name, error)
                wait = self._wait(error, number, waited)
                if wait is None:
                    raise
            except BaseException:
                if breaker is not None:
                    breaker.leave()
                raise
            else:
                answer.tries = number
                if breaker is not None:
                    breaker.succeed()
                return answer
            await self._sleep(wait)
            waited += wait
            number += 1

    def falls_back(self, error: Error) -> bool:
        """Whether another deployment might answer where this one failed so."""
        if isinstance(error, PromptTooLong | Untranslatable):
            return True
        if isinstance(error, SupplierFailed):
            return error.upstream_status not in _CALLERS_FAULT
        if isinstance(error, InputInvalid):
            return False
        return isinstance(error, ModelFailed | ModelMissing | ModelRejected)

    def report(self, supplier: Supplier, error: Error | None) -> None:
        """Say how a stream ended that `send` began: with this error, or well."""
        name = supplier.attested.name
        if error is not None:
            self._failed(name, error)
        elif breaker := self._breakers.get(name):
            breaker.succeed()

    def resting(self) -> list[str]:
        """The names of the deployments that rest now."""
        now = self._clock()
        return [name for name, breaker in self._breakers.items() if breaker.rests(now)]

    async def replace(self, deployments: Deployments) -> None:
        """Use these from now on. Calls under way end with the old ones, which are then closed."""
        old, self.deployments = self.deployments, deployments
        self._breakers.clear()
        await old.close()

    async def close(self) -> None:
        """Give back connections."""
        await self.deployments.close()

    def _rests(self, supplier: Supplier) -> bool:
        breaker = self._breakers.get(supplier.attested.name)
        return breaker is not None and breaker.rests(self._clock())

    def _failed(self, name: str, error: Error) -> Breaker | None:
        breaker = self._breakers.get(name)
        if not _is_its_fault(error):
            if breaker is not None:
                breaker.leave()
            return breaker
        if breaker is None:
            breaker = self._breakers[name] = Breaker(self._policy, name)
        if not isinstance(error, Resting):
            breaker.fail(self._clock())
        return breaker

    def _wait(self, error: ModelFailed, number: int, waited: float) -> float | None:
        """Seconds until the next try, None for no more."""
        policy = self._policy
        if not isinstance(error, SupplierFailed) or not error.retry or number >= policy.tries:
            return None
        # Who has waited for a whole time limit has waited enough.
        if isinstance(error, ModelTimeout | Resting):
            return None
        longest: float = policy.first_wait_s * 2 ** (number - 1)
        # Full jitter: many who failed together do not come back together.
        # Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
        wait = self._random() * longest
        if error.retry_after_s is not None:
            wait += error.retry_after_s
        return wait if waited + wait <= policy.patience_s else None


class Breaker:
    """How one deployment has done lately, and whether it rests."""

    __slots__ = (
        "_failed",
        "_name",
        "_policy",
        "_probing",
        "_rest_s",
        "_since",
        "_succeeded",
        "_until",
    )

    def __init__(self, policy: Policy, name: str = "") -> None:
        """Begin with nothing counted of the deployment of this name."""
        self._name = name
        self._policy = policy
        self._since = 0.0
        self._failed = self._succeeded = 0
        self._until = 0.0
        self._rest_s = policy.rest_s
        self._probing = False

    def rests(self, now: float) -> bool:
        """Whether it is not to be asked now, unless nobody else can be."""
        return bool(self._until) and (now < self._until or self._probing)

    def enter(self, now: float, *, sent: bool = False) -> None:
        """Ask to send; after a rest one call at a time may.

        Args:
            sent: an earlier try of the same call may have left.

        Raises:
            Resting: not now.
        """
        if not self._until:
            return
        if self.rests(now):
            wait_s = max(1.0, round(self._until - now, 1))
            raise Resting(
                f"The model {self._name!r} has failed too often just now and is left in peace. "
                f"Try again in {wait_s:.0f} seconds.",
                sent=sent,
                retry=True,
                retry_after_s=wait_s,
            )
        self._probing = True

    def leave(self) -> None:
        """A call ended that says nothing about how the deployment does."""
        self._probing = False

    def succeed(self) -> None:
        """A call ended well."""
        if self._until:
            self._until, self._probing = 0.0, False
            self._failed = self._succeeded = 0
            self._rest_s = self._policy.rest_s
        elif self._failed:
            self._succeeded += 1

    def fail(self, now: float) -> None:
        """A call failed."""
        policy = self._policy
        if self._until:
            if self._probing:
                self._probing = False
                self._rest_s = min(2 * self._rest_s, 8 * policy.rest_s)
                self._until = now + self._rest_s
            return
        if now - self._since > policy.window_s:
            self._since, self._failed, self._succeeded = now, 0, 0
        self._failed += 1
        if self._failed >= policy.failures and self._failed >= self._succeeded:
            self._until = now + self._rest_s


def _is_its_fault(error: Error) -> bool:
    """Whether the error speaks against the deployment, not against the request."""
    if isinstance(error, PromptTooLong):
        return False
    if isinstance(error, SupplierFailed):
        return error.upstream_status not in _CALLERS_FAULT
    return isinstance(error, ModelFailed)
