"""What keys ask for that no agreement gives, and budgets that nothing counts against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bernard.accounts.keys import Key
from bernard.agreements.schema import ANY, Agreement
from bernard.models.suppliers.types import Attested
from bernard.models.types import THIS_MACHINE


def doubts(
    key: Key, agreements: Sequence[Agreement], deployments: Sequence[Attested]
) -> Iterator[tuple[str, str]]:
    """What is likely not meant about a key, each with what to do."""
    ours = [one for one in agreements if key.agreement in ("", one.id)]
    yield from _out_of_reach(key, ours)
    if any(limit.pence is not None for limit in key.limits):
        yield from _without_price(key, deployments)


def _out_of_reach(key: Key, agreements: Sequence[Agreement]) -> Iterator[tuple[str, str]]:
    clauses = [clause for one in agreements for clause in one.clauses]
    if not clauses:
        return
    reached = [clause for clause in clauses if {key.service, ANY} & {*clause.services}]
    if not reached:
        said = f"No clause names the service {key.service!r}, so every call of the key is refused."
        yield said, "Make the key for a service that an agreement names, or name it in a clause."
        return
    for purpose in key.purposes:
        if not any({purpose, ANY} & {*clause.purposes} for clause in reached):
            said = f"No clause for the service {key.service!r} has the purpose {purpose!r}."
            yield said, "Calls for it will be refused."


def _without_price(key: Key, deployments: Sequence[Attested]) -> Iterator[tuple[str, str]]:
    for one in deployments:
        asked = not key.models or one.name in key.models
        if asked and one.places != (THIS_MACHINE,) and one.price.prompt is None:
            said = f"The key has a limit in pence, and nobody has said what {one.name!r} costs."
            yield said, "Give its `price` in the register, or calls to it count as nothing."
