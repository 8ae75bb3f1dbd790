import pytest
from sqlalchemy import insert, select, text

from bernard.store.tables import accounts

ROW = {"id": "a", "name": "ann", "password": "", "is_admin": False, "created": 1.0}


class TestTransactions:
    def test_a_write_is_kept(self, store):
        with store.write() as c:
            c.execute(insert(accounts).values(ROW))
        with store.read() as c:
            assert c.execute(select(accounts.c.name)).scalars().all() == ["ann"]

    def test_a_failed_write_leaves_nothing(self, store):
        with pytest.raises(ZeroDivisionError), store.write() as c:
            c.execute(insert(accounts).values(ROW))
            raise ZeroDivisionError
        with store.read() as c:
            assert c.execute(select(accounts)).all() == []

    def test_a_durable_write_is_kept(self, store):
        with store.write(durable=True) as c:
            c.execute(insert(accounts).values(ROW))
        with store.write() as c:
            assert c.execute(text("SELECT count(*) FROM accounts")).scalar() == 1
