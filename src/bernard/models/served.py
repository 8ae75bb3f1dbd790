"""Which models a server that speaks OpenAI's protocol says it has. No text is sent to it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from bernard.errors import ModelFailed
from bernard.models.added import AddedModel
from bernard.models.suppliers.address import read_address
from bernard.models.suppliers.failures import refusal
from bernard.models.suppliers.http import Client
from bernard.models.suppliers.keys import read_key
from bernard.models.suppliers.limits import Limits


class _Entry(msgspec.Struct):
    id: str = ""


class _List(msgspec.Struct):
    data: list[_Entry]


def models_served(model: AddedModel, timeout_s: float, ca_file: Path | None = None) -> list[str]:
    """The names of the models on the server of an added model.

    Raises:
        ModelFailed: it cannot be asked.
    """
    return asyncio.run(_ask(model, Limits(first_byte_s=timeout_s), ca_file))


async def _ask(model: AddedModel, limits: Limits, ca_file: Path | None) -> list[str]:
    host = read_address(model.url).host
    key = read_key(model.key_env, model.key_file)
    if key.fault:
        raise ModelFailed(f"{host} cannot be asked. {key.fault}")
    client = Client(limits, ca_file)
    headers = {"authorization": f"Bearer {key.secret}"} if key.secret else {}
    try:
        response = await client.endpoint("GET", f"{model.url}/models", headers).send()
        if response.status != 200:
            raise await refusal(host, response, key.secret)
        data = await response.read()
    finally:
        await client.close()
    try:
        return [entry.id for entry in msgspec.json.decode(data, type=_List).data]
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ModelFailed(
            f"{host} answered with something that is not OpenAI's protocol. Check the address "
            f"{model.url!r}."
        ) from error
