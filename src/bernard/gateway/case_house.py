"""The house's key, as the store and the key file know it: made, found to fit, rotated."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import Connection

from bernard.errors import CaseKeyInvalid
from bernard.gateway import case_keys
from bernard.gateway.case_keys import KeyFile
from bernard.store import cases as rows
from bernard.store import entries
from bernard.store.cases import House
from bernard.store.database import Store

_log = logging.getLogger(__name__)


class HouseKeys:
    """The key file that belongs to a store."""

    def __init__(self, store: Store, path: Path) -> None:
        """Keep the key of this store's cases in this file."""
        self._store = store
        self.path = path
        self.file: KeyFile | None = None

    def fitting(self, c: Connection) -> tuple[KeyFile, House]:
        """The keys, made at the first use, and which of them wraps new cases.

        Raises:
            CaseKeyInvalid: the file is missing or is another one.
        """
        house = rows.house(c)
        file = self.file
        if file is None or house is None or not _fits(file, house):
            file = case_keys.read(self.path)
        if file is None:
            if house is not None:
                raise CaseKeyInvalid(
                    f"The key file of cases, {str(self.path)!r}, is missing, so nothing was sent. "
                    "Put it back; without it, `bernard privacy cases destroy --all` begins anew."
                )
            file = case_keys.make(self.path)
        if house is None:
            house = House(file.newest, file.sign)
        elif not _fits(file, house):
            raise CaseKeyInvalid(
                f"The key file of cases, {str(self.path)!r}, is not the one that the cases in "
                f"{self._store.place} are encrypted with, so nothing was sent. Put that one back."
            )
        if self.file is None and case_keys.may_be_read_by_others(self.path):
            _log.warning("The key file of cases can be read by others: chmod 600 %s", self.path)
        self.file = file
        return file, house

    def unwrap(self, file: KeyFile, id: str, house: str, wrapped: bytes) -> bytes:
        """The key of a case.

        Raises:
            CaseKeyInvalid: the file lacks the key that wraps it.
            CaseDamaged: it was changed, or belongs to another case.
        """
        if house not in file.keys:
            raise CaseKeyInvalid(
                f"The key file of cases, {str(self.path)!r}, lacks the key {house!r}, so nothing was "
                "sent. It was rotated elsewhere: copy it here again."
            )
        return file.unwrap(house, id, wrapped)

    def row_id(self, whose: str, name: str) -> str:
        """The id of a case's row.

        Raises:
            CaseKeyInvalid: the file is missing or is another one.
        """
        with self._store.read() as c:
            return self.fitting(c)[0].row_id(whose, name)

    def rotate(self) -> int:
        """Wrap every case with a new key of the house, and forget the old; gives how many.

        Killed at any point, it can be begun again: the file holds every key that is needed.

        Raises:
            CaseKeyInvalid: the key file is missing, is another one, or cannot be written.
            CaseDamaged: what wraps a case was changed. Destroy that case first.
        """
        with self._store.write(durable=True) as c:
            entries.lock(c)
            file, house = self.fitting(c)
            file = file.with_only(*{house.key, *(wrapped[1] for wrapped in rows.keys(c))}).rotated()
            case_keys.replace(self.path, file)
            new = House(file.newest, file.sign)
            wrapped = [
                (id, new.key, file.wrap(new.key, id, self.unwrap(file, id, old, sealed)))
                for id, old, sealed in rows.keys(c)
            ]
            rows.rewrap(c, wrapped)
            rows.set_house(c, new)
            rows.set_to_wipe(c, True)
        case_keys.replace(self.path, file.with_only(new.key))
        self.file = None
        return len(wrapped)


def _fits(file: KeyFile, house: House) -> bool:
    return file.sign == house.sign and house.key in file.keys
