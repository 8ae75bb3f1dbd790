"""Open the database: SQLite beside the documents by default, PostgreSQL by the `database` setting."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, OperationalError

from bernard.config import Settings
from bernard.errors import InputInvalid, SettingInvalid, StoreUnavailable
from bernard.store.faults import FAULTS, explain, is_fault, unkeepable
from bernard.store.revision import bring_up_to_date
from bernard.store.sql import run

Dialect = Literal["sqlite", "postgresql"]
BUSY_TIMEOUT_S = 30.0
CACHE_KB = 16_384


class Store:
    """The open database. One for a process; any thread may use it."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        """Take an engine made by `open_store`."""
        self.engine = engine
        self.home = settings.home
        self.lease_s = settings.lease_s
        self.dialect: Dialect = "sqlite" if engine.dialect.name == "sqlite" else "postgresql"
        self._writers = threading.Lock()
        self._writer: int | None = None

    @property
    def place(self) -> str:
        """The database's address as it may be shown: without its password."""
        return _place(self.engine.url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the database and cannot change it."""
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        if self.dialect == "sqlite":
            options = {"begin": "BEGIN"}
        with self._transaction(**options) as connection:
            yield connection

    @contextmanager
    def write(self, durable: bool = False) -> Iterator[Connection]:
        """A connection whose changes are kept together at the end, or not at all.

        On SQLite one writes at a time, and the lock is taken at the start.

        Args:
            durable: on the disk before this returns, so that they outlast a power cut. Without it
                SQLite's changes outlast a killed program; PostgreSQL is always durable.

        Raises:
            StoreUnavailable: the disk is full, the database locked, read-only or out of reach.
            InputInvalid: a text holds what neither database keeps, or is too long for its column.
        """
        with self._turn(), self._transaction(begin="BEGIN IMMEDIATE", durable=durable) as c:
            yield c
            c.commit()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, **options: Any) -> Iterator[Connection]:
        try:
            with self.engine.connect().execution_options(**options) as connection:
                connection.begin()
                yield connection
        except (DataError, UnicodeEncodeError) as error:
            raise InputInvalid(unkeepable(error)) from error
        except FAULTS as error:
            if is_fault(error):
                raise StoreUnavailable(explain(error, self.place)) from error
            raise

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Threads queue here, where the next is woken at once; in SQLite's own queue it polls."""
        if self.dialect != "sqlite":
            yield
            return
        me = threading.get_ident()
        assert self._writer != me, "write() inside write() would wait for itself"
        if not self._writers.acquire(timeout=BUSY_TIMEOUT_S):
            raise StoreUnavailable(
                f"The database {self.place} was busy for {BUSY_TIMEOUT_S:.0f} seconds. Try again."
            )
        self._writer = me
        try:
            yield
        finally:
            self._writer = None
            self._writers.release()


def open_store(settings: Settings, *, cache_kb: int = CACHE_KB) -> Store:
    """The database that the settings name, made or brought up to date where needed.

    Args:
        cache_kb: memory that each connection to SQLite may keep pages in. Search needs much; the
            gateway, which only adds to the log's end, needs little.

    Raises:
        StoreUnavailable: it cannot be opened, is damaged, or is newer than this program.
        SettingInvalid: the `database` setting is no PostgreSQL address.
    """
    url = _url(settings)
    engine = _sqlite(url, cache_kb) if url.drivername == "sqlite" else _postgresql(url)
    store = Store(engine.execution_options(files=settings.home / "files"), settings)
    try:
        bring_up_to_date(store.read, store.write, store.place)
    except BaseException:
        store.close()
        raise
    return store


def _url(settings: Settings) -> URL:
    if not settings.database:
        return URL.create("sqlite", database=str(settings.home / "bernard.db"))
    try:
        url = make_url(settings.database)
    except (ArgumentError, ValueError) as error:
        # The text may hold a password, so it is not shown.
        raise SettingInvalid(
            "BERNARD_DATABASE is not an address. Write it as postgresql://user@host/name."
        ) from error
    if url.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise SettingInvalid(
            f"BERNARD_DATABASE starts with {url.drivername!r}. Only postgresql://user@host/name "
            "is known; leave it empty for SQLite."
        )
    return url.set(drivername="postgresql+psycopg")


def _place(url: URL) -> str:
    if url.drivername == "sqlite":
        return str(url.database)
    return f"postgresql://{url.host or url.query.get('host', 'localhost')}/{url.database or ''}"


def _postgresql(url: URL) -> Engine:
    waiting = f"-c lock_timeout={BUSY_TIMEOUT_S:.0f}s"
    options = " ".join(filter(None, [str(url.query.get("options", "")), waiting]))
    try:
        return create_engine(
            url,
            pool_pre_ping=True,
            # A server allows some hundred connections by default, and there may be several of us.
            pool_size=8,
            max_overflow=8,
            connect_args={"connect_timeout": 10, "options": options},
        )
    except ModuleNotFoundError as error:
        raise SettingInvalid(
            "BERNARD_DATABASE names a PostgreSQL server, and what talks to one is not installed. "
            "Run: pip install --require-hashes -r requirements-postgresql.lock"
        ) from error


def _sqlite(url: URL, cache_kb: int) -> Engine:
    path = Path(str(url.database))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # For this account alone, also where it was given a folder that others may read.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        _use_write_ahead_log(path)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(explain(error, str(path))) from error
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=30,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
    )
    event.listen(engine, "connect", partial(_prepare, cache_kb))
    event.listen(engine, "begin", _begin)
    return engine


def _use_write_ahead_log(path: Path) -> None:
    """SQLite keeps this mode in the file. While two set it at once it does not wait, so we do."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)
    try:
        while True:
            try:
                if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                    connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
                if not busy or time.monotonic() > deadline:
                    raise
            time.sleep(0.02)
    finally:
        connection.close()


def _prepare(cache_kb: int, connection: sqlite3.Connection, record: Any) -> None:
    # Python's driver begins transactions late and by itself; `_begin` does it instead.
    connection.isolation_level = None
    for pragma in (
        "foreign_keys = ON",
        "synchronous = NORMAL",
        "temp_store = MEMORY",
        # Deleted text is written over where that costs nothing, and not only marked as free.
        "secure_delete = FAST",
        f"cache_size = -{cache_kb}",
        "journal_size_limit = 67108864",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    begin = options.get("begin", "BEGIN")
    # Neither can be changed once the transaction has begun. Where nothing changes nothing is set:
    # that would make SQLite prepare every statement anew.
    reads = begin == "BEGIN"
    wanted = {
        "query_only": int(reads),
        "synchronous": 2 if options.get("durable") else 1,
        "busy_timeout": int(BUSY_TIMEOUT_S * 1000) if reads else 0,
    }
    for pragma, value in wanted.items():
        if connection.info.get(pragma) != value:
            run(connection, f"PRAGMA {pragma} = {value}")
            connection.info[pragma] = value
    if reads:
        run(connection, begin)
    else:
        _wait_for_turn(connection, begin)


def _wait_for_turn(connection: Connection, begin: str) -> None:
    """Begin to write as soon as no other process does.

    SQLite itself asks again after 1, 2, 5, 10, 15 milliseconds and so on up to 100: where two
    processes write all the time, one of them would seldom meet the moment in between.
    """
    deadline, pause_s = time.monotonic() + BUSY_TIMEOUT_S, 0.0003
    while True:
        try:
            run(connection, begin)
            return
        except OperationalError as error:
            code = getattr(error.orig, "sqlite_errorcode", 0)
            if code & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.2, 0.002)
