"""A database is opened once it fits the program, or refused with what to do."""

import hashlib
import os
import resource
import shutil
import socket
import sqlite3
import tempfile
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text

from bernard.config import Settings
from bernard.errors import InputInvalid, SettingInvalid, StoreUnavailable
from bernard.store import database, entries, files, migrations, people, revision, usage
from bernard.store.database import open_store
from bernard.store.tables import metadata


def alone(name, _type, *_):
    """Only our tables: the index has some of its own."""
    return name in metadata.tables or _type != "table"


class TestMigrations:
    def test_the_newest_revision_is_the_one_that_opening_looks_for(self):
        scripts = ScriptDirectory.from_config(migrations._config())
        assert scripts.get_current_head() == revision.HEAD

    def test_migrated_tables_are_those_of_the_program(self, store):
        with store.read() as c:
            context = MigrationContext.configure(
                c, opts={"include_name": alone, "compare_server_default": False}
            )
            wanted = [d for d in compare_metadata(context, metadata) if not _is_of_index(d)]
        assert wanted == []

    def test_many_processes_open_a_new_database_at_once(self, new_settings, start):
        code = """
            sys.stdin.readline()
            store = open_store(settings)
            with store.read() as c:
                print(c.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())
        """
        processes = [start(new_settings, code) for _ in range(4)]
        time.sleep(1.5)
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [p.communicate(timeout=60)[0].strip() for p in processes] == [revision.HEAD] * 4

    def test_a_database_of_a_newer_program_is_refused(self, settings, store):
        with store.write() as c:
            c.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(StoreUnavailable, match=r"newer Bernard.*'9999'"):
            open_store(settings)

    def test_a_database_that_fits_opens_quickly(self, settings, store):
        begun = time.perf_counter()
        open_store(settings).close()
        assert time.perf_counter() - begun < 0.5

    def test_a_migration_that_fails_leaves_nothing(self, new_settings, monkeypatch):
        def fail(connection):
            metadata.create_all(connection)
            raise ZeroDivisionError

        monkeypatch.setattr(migrations, "upgrade", fail)
        with pytest.raises(ZeroDivisionError):
            open_store(new_settings)
        monkeypatch.undo()
        store = open_store(new_settings)
        with store.read() as c:
            assert inspect(c).has_table("accounts")
        store.close()


class TestReading:
    def test_a_reader_sees_one_state_and_changes_nothing(self, store, ann):
        with store.read() as c:
            before = people.everyone(c)
            with store.write() as other:
                people.create(other, "bob", "")
            assert people.everyone(c) == before == [ann]
            with pytest.raises(Exception, match=r"read-?only"):
                people.remove(c, ann.id)

    def test_writing_inside_writing_is_a_mistake(self, sqlite_store):
        with pytest.raises(AssertionError), sqlite_store.write(), sqlite_store.write():
            pass
        with sqlite_store.write() as c:
            people.create(c, "ann", "")


class TestBadText:
    def test_half_of_a_pair(self, store):
        with pytest.raises(InputInvalid, match="half of a pair"), store.write() as c:
            people.create(c, "a\ud800", "")

    @pytest.mark.parametrize("name", ["a\0b", "a" * 101])
    def test_what_postgresql_does_not_keep(self, postgres_url, tmp_path, name):
        store = open_store(Settings(home=tmp_path, database=postgres_url))
        with pytest.raises(InputInvalid, match=r"character zero|too long"), store.write() as c:
            people.create(c, name, "")
        store.close()


class TestBadAddresses:
    @pytest.mark.parametrize("address", ["mysql://u:hunter2@h/d", "not an address", "hunter2"])
    def test_only_postgresql_is_known(self, tmp_path, address):
        with pytest.raises(SettingInvalid, match="postgresql://user@host/name") as caught:
            open_store(Settings(home=tmp_path, database=address))
        assert "hunter2" not in str(caught.value)

    def test_nobody_there(self, tmp_path):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        address = f"postgresql://ann:hunter2@127.0.0.1:{port}/rules"
        with pytest.raises(StoreUnavailable, match="cannot be reached at postgresql") as caught:
            open_store(Settings(home=tmp_path, database=address))
        assert "hunter2" not in str(caught.value)

    def test_no_such_database(self, tmp_path, postgres_url):
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            open_store(Settings(home=tmp_path, database=postgres_url.replace("test_", "none_")))

    def test_a_lost_connection_is_made_again(self, tmp_path, postgres_url):
        store = open_store(Settings(home=tmp_path, database=postgres_url))
        end = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with pytest.raises(StoreUnavailable, match="cannot be reached"), store.write() as c:
            people.create(c, "ann", "")
            with store.write() as other:
                other.execute(end)
            people.create(c, "bob", "")
        with store.read() as c:
            assert people.everyone(c) == []
        store.close()


class TestBadDisks:
    def test_a_full_disk_and_then_a_freed_one(self, sqlite_store):
        pages = []

        def limit(connection, record, proxy):
            connection.execute(f"PRAGMA max_page_count = {pages[-1]}")

        with sqlite_store.read() as c:
            pages.append(c.exec_driver_sql("PRAGMA page_count").scalar() + 2)
        event.listen(sqlite_store.engine, "checkout", limit)
        with pytest.raises(StoreUnavailable, match="no room left"), sqlite_store.write() as c:
            for n in range(20):
                people.create(c, f"{n}" * 5_000, "")
        with sqlite_store.read() as c:
            assert people.everyone(c) == []
        pages.append(10**9)
        with sqlite_store.write() as c:
            people.create(c, "ann", "")

    def test_a_limit_on_the_size_of_files(self, tmp_path):
        def write_much():
            resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
            store = open_store(Settings(home=tmp_path))
            with store.write() as c:
                for n in range(20):
                    people.create(c, f"{n}" * 50_000, "")

        open_store(Settings(home=tmp_path)).close()
        assert "a limit on the size of files was met" in in_child(write_much)
        store = open_store(Settings(home=tmp_path))
        with store.read() as c:
            assert people.everyone(c) == []
        store.close()

    def test_a_limit_on_the_size_of_originals(self, tmp_path):
        def put_large():
            resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
            with open_store(Settings(home=tmp_path)).write() as c:
                files.put(c, bytes(1_000_000))

        open_store(Settings(home=tmp_path)).close()
        assert in_child(put_large).startswith("There is no room left in ")
        assert list((tmp_path / "files").glob("*/*")) == []

    def test_a_folder_that_may_not_be_written(self, public_folder):
        public_folder.chmod(0o555)
        said = in_child(lambda: open_store(Settings(home=public_folder / "new")), powerless=True)
        assert said.startswith(f"The database {public_folder}/new/bernard.db cannot be opened.")
        assert "BERNARD_HOME" in said

    def test_a_database_that_may_not_be_written(self, public_folder):
        def write():
            with open_store(Settings(home=public_folder)).write() as c:
                people.create(c, "bob", "")

        open_store(Settings(home=public_folder)).close()
        public_folder.chmod(0o555)
        said = in_child(write, powerless=True)
        assert "cannot be opened" in said or "cannot be written" in said
        assert "BERNARD_HOME" in said

    def test_another_program_holds_the_database(self, tmp_path, monkeypatch):
        monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.2)
        store = open_store(Settings(home=tmp_path))
        other = sqlite3.connect(tmp_path / "bernard.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="Another program has held"), store.write():
            pass
        with store.read() as c:
            assert people.everyone(c) == []
        other.execute("ROLLBACK")
        other.close()
        with store.write() as c:
            people.create(c, "ann", "")
        store.close()

    @pytest.mark.parametrize("damage", ["text", "zeros", "cut", "middle"])
    def test_a_damaged_database(self, tmp_path, damage):
        store = open_store(Settings(home=tmp_path))
        with store.write() as c:
            for n in range(300):
                people.create(c, f"{n}" * 200, "")
        store.close()
        path = tmp_path / "bernard.db"
        whole = path.read_bytes()
        path.write_bytes(
            {
                "text": b"Dear Sir or Madam, " * 1000,
                "zeros": bytes(4096) + whole[4096:],
                "cut": whole[: len(whole) // 2],
                "middle": whole[:8192] + os.urandom(len(whole) - 8192),
            }[damage]
        )
        with pytest.raises(StoreUnavailable, match=r"damaged.*bernard restore"):
            store = open_store(Settings(home=tmp_path))
            try:
                with store.read() as c:
                    people.everyone(c)
            finally:
                store.close()

    def test_others_on_the_machine_may_not_read_it(self, public_folder):
        store = open_store(Settings(home=public_folder))
        with store.write() as c:
            files.put(c, b"x")
        modes = {p.name: p.stat().st_mode & 0o077 for p in public_folder.iterdir()}
        assert modes and not any(modes.values())
        store.close()

    def test_an_original_that_is_gone_or_cannot_be_read(self, sqlite_store):
        with sqlite_store.write() as c:
            sha256 = files.put(c, b"x")
            path = sqlite_store.home / "files" / sha256[:2] / sha256
            path.unlink()
            path.mkdir()
            with pytest.raises(StoreUnavailable, match="cannot be read"):
                files.get(c, sha256)


def _is_of_index(difference):
    kind = difference[0] if isinstance(difference, tuple) else difference[0][0]
    table = getattr(difference[1], "name", "") if kind in ("remove_table",) else ""
    index = getattr(getattr(difference[1], "table", None), "name", "") if "index" in kind else ""
    return bool(table and table not in metadata.tables) or bool(
        index and index not in metadata.tables
    )


@pytest.fixture
def public_folder():
    """A folder that other accounts may enter; pytest's own they may not."""
    folder = Path(tempfile.mkdtemp(prefix="bernard-public-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def in_child(call, powerless=False):
    """What a process of its own, perhaps of an account without rights, says when it does this."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        said = "nothing"
        try:
            if powerless and os.getuid() == 0:
                os.setuid(65534)
            call()
        except BaseException as error:
            said = f"{error}"
        os.write(theirs, said.encode())
        os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as answer:
        said = answer.read().decode()
    os.waitpid(child, 0)
    return said


class TestFromTheFirstRevision:
    """What the first revision made, before there were keys and while hashes had an index."""

    OLD = (
        "DROP TABLE key_secrets",
        "DROP TABLE keys",
        "DROP TABLE counters",
        "DROP TABLE usage",
        "ALTER TABLE entries RENAME TO later",
        "CREATE TABLE entries (number BIGINT NOT NULL, body TEXT NOT NULL, "
        "previous VARCHAR(64) NOT NULL, hash VARCHAR(64) NOT NULL, "
        "CONSTRAINT pk_first PRIMARY KEY (number), CONSTRAINT uq_entries_hash UNIQUE (hash))",
        "DROP TABLE later",
        "UPDATE alembic_version SET version_num = '0001'",
    )

    def test_the_log_stays_and_the_new_tables_come(self, settings, store):
        with store.write() as c:
            for statement in self.OLD:
                number = "INTEGER" if store.dialect == "sqlite" else "BIGINT"
                c.exec_driver_sql(statement.replace("BIGINT", number))
            bodies = self.chain(c)
        opened = open_store(settings)
        with opened.read() as c:
            assert [tuple(row) for row in entries.starting_at(c, 0, 9)] == bodies
            assert {column["name"] for column in inspect(c).get_columns("entries")} == {
                "number",
                "body",
            }
            assert inspect(c).get_unique_constraints("entries") == []
            assert {"usage", "counters", "keys", "key_secrets"} <= set(inspect(c).get_table_names())
            assert usage.read(c, ["key:k"], ["total"]) == (0, [])
        opened.close()

    def test_a_chain_that_was_changed_is_not_taken_over(self, settings, store):
        with store.write() as c:
            for statement in self.OLD:
                number = "INTEGER" if store.dialect == "sqlite" else "BIGINT"
                c.exec_driver_sql(statement.replace("BIGINT", number))
            self.chain(c)
            c.exec_driver_sql("UPDATE entries SET body = '{}' WHERE number = 1")
        with pytest.raises(StoreUnavailable, match="changed at entry 1 "):
            open_store(settings)

    @staticmethod
    def chain(c):
        """Three entries, each with the hash of the one before it, as there were at first."""
        bodies, head = [(n, f'{{"at":{n}}}') for n in range(3)], "0" * 64
        for number, body in bodies:
            hash = hashlib.sha256(f"{head}\n{body}".encode()).hexdigest()
            row = f"{number}, '{body}', '{head}', '{hash}'"
            # A colon would be the name of a value; these are ours.
            c.exec_driver_sql(f"INSERT INTO entries VALUES ({row})")
            head = hash
        return bodies
