"""What every room may rely on, the same on SQLite and on PostgreSQL."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bernard.errors import InputInvalid, NotFound
from bernard.store import collections, conversations, documents, entries, files, passages, people
from bernard.store.passages import DocumentText, NewPassage

GONE = "f" * 32


class TestPeople:
    def test_an_account_is_found_by_id_and_by_name(self, store, ann, bob):
        with store.read() as c:
            assert people.get(c, ann.id) == people.by_name(c, "ann") == ann
            assert people.everyone(c) == [ann, bob]
            assert people.by_name(c, "eve") is None
            with pytest.raises(NotFound, match=GONE):
                people.get(c, GONE)

    def test_a_name_is_taken_once_and_the_transaction_goes_on(self, store, ann):
        with store.write() as c:
            with pytest.raises(InputInvalid, match="'ann' is taken"):
                people.create(c, "ann", "")
            people.set_password(c, ann.id, "other")
        with store.read() as c:
            found = people.get(c, ann.id)
        assert found.password == "other"

    def test_sessions_run_out(self, store, ann):
        with store.write() as c:
            first = people.add_session(c, "h1", ann.id, "csrf", expires=100.0)
            people.add_session(c, "h2", ann.id, "csrf", expires=200.0)
            assert people.session(c, "h1", 99.0) == first
            assert people.session(c, "h1", 100.0) is None
            people.forget_before(c, 150.0, 0.0)
            assert people.session(c, "h2", 0.0) and not people.session(c, "h1", 0.0)

    def test_sessions_end(self, store, ann):
        with store.write() as c:
            for name in ("h1", "h2", "h3"):
                people.add_session(c, name, ann.id, "csrf", expires=100.0)
            people.remove_session(c, "h1")
            people.remove_sessions(c, ann.id, keep="h2")
            assert [h for h in ("h1", "h2", "h3") if people.session(c, h, 0.0)] == ["h2"]

    def test_a_token_is_its_owners(self, store, ann, bob):
        with store.write() as c:
            new = people.add_token(c, "t1", ann.id, "my script")
            assert people.token(c, "t1") == new
            people.use_token(c, "t1", 5.0)
            assert [t.used for t in people.tokens_of(c, ann.id)] == [5.0]
            assert not people.remove_token(c, "t1", bob.id)
            assert people.remove_token(c, "t1", ann.id)
            assert people.token(c, "t1") is None

    def test_failed_sign_ins_are_counted(self, store):
        with store.write() as c:
            people.add_attempt(c, "ann", "1.2.3.4", 10.0)
            people.add_attempt(c, "bob", "1.2.3.4", 20.0)
            people.add_attempt(c, "x" * 5000, "y" * 5000, 30.0)
            assert people.attempts_since(c, 0.0, name="ann") == 1
            assert people.attempts_since(c, 0.0, address="1.2.3.4") == 2
            assert people.attempts_since(c, 15.0, name="ann", address="1.2.3.4") == 1
            assert people.attempts_since(c, 0.0) == 0
            people.remove_attempts(c, "ann")
            assert people.attempts_since(c, 0.0, name="ann") == 0

    def test_an_account_takes_all_it_owns_with_it(self, store, ann, rules, put):
        with store.write() as c:
            document = put(c, rules, "a.txt")
            people.add_session(c, "h1", ann.id, "csrf", expires=100.0)
            conversation = conversations.create(c, ann.id, "", [rules.id])
            people.remove(c, ann.id)
            with pytest.raises(NotFound):
                documents.get(c, document.id)
            with pytest.raises(NotFound):
                conversations.get(c, conversation.id)
            assert people.session(c, "h1", 0.0) is None


class TestCollections:
    def test_a_collection_is_its_owners(self, store, ann, bob, rules):
        with store.write() as c:
            other = collections.create(c, bob.id, "Rules")
            assert collections.of_owner(c, ann.id) == [rules]
            assert collections.of_owner(c, bob.id) == [other]
            assert collections.by_name(c, ann.id, "Rules") == collections.get(c, rules.id) == rules
            assert collections.by_name(c, ann.id, "rules") is None

    def test_names_are_not_used_twice(self, store, ann, rules):
        with store.write() as c:
            with pytest.raises(InputInvalid, match="'Rules'"):
                collections.create(c, ann.id, "Rules")
            forms = collections.create(c, ann.id, "Forms")
            with pytest.raises(InputInvalid, match="'Rules'"):
                collections.rename(c, forms.id, "Rules")
            collections.rename(c, forms.id, "Letters")
            collections.rename(c, forms.id, "Letters")
            assert collections.get(c, forms.id).name == "Letters"
            with pytest.raises(NotFound):
                collections.rename(c, GONE, "Letters")

    def test_deleting_one_deletes_what_it_holds(self, store, rules, put):
        with store.write() as c:
            document = put(c, rules, "a.txt")
            passages.replace(c, document.id, DocumentText("abc"), [NewPassage(0, 3, "", "", "abc")])
            collections.remove(c, rules.id)
            assert passages.ids_of_collection(c, rules.id) == []
            with pytest.raises(NotFound):
                collections.get(c, rules.id)


class TestDocuments:
    def test_a_document_is_found(self, store, ann, rules, put):
        with store.write() as c:
            new = put(c, rules, "2024/a.txt")
            assert documents.get(c, new.id) == new
            assert documents.by_name(c, rules.id, "2024/a.txt") == new
            assert documents.get_many(c, [new.id, GONE]) == {new.id: new}
            assert documents.owner_of(c, new.id) == ann.id
            assert (new.state, new.notes, new.error) == ("waiting", (), "")
            for missing in (documents.get, documents.owner_of, passages.text_of):
                with pytest.raises(NotFound, match=GONE):
                    missing(c, GONE)

    def test_a_new_original_waits_again_under_the_old_id(self, store, rules, put):
        with store.write() as c:
            old = put(c, rules, "a.txt")
            documents.set_state(c, old.id, "failed", error="Bad.", notes=["Page 3 £"], title="T")
            failed = documents.get(c, old.id)
            new = put(c, rules, "a.txt", sha256="1" * 64)
        assert (failed.state, failed.error, failed.notes) == ("failed", "Bad.", ("Page 3 £",))
        assert failed.title == "T"
        assert (new.id, new.state, new.error, new.notes) == (old.id, "waiting", "", ())

    def test_a_long_list_comes_in_pages(self, store, rules, put):
        with store.write() as c:
            for n in range(7):
                document = put(c, rules, f"{n}.txt")
                documents.set_state(c, document.id, "ready" if n % 2 else "failed")
            first = documents.in_collection(c, rules.id, limit=4)
            rest = documents.in_collection(c, rules.id, after=first[-1].name)
            assert [d.name for d in first + rest] == [f"{n}.txt" for n in range(7)]
            assert len(documents.in_collection(c, rules.id, state="ready")) == 3
            assert documents.counts(c, rules.id) == {"ready": 3, "failed": 4}

    def test_deleting_one_deletes_those_inside_it(self, store, rules, put):
        with store.write() as c:
            outer = put(c, rules, "m.zip", sha256="a" * 64)
            inner = put(c, rules, "m.zip/m.eml", parent=outer, sha256="b" * 64)
            innermost = put(c, rules, "m.zip/m.eml/a.txt", parent=inner, sha256="a" * 64)
            other = put(c, rules, "b.txt")
            assert documents.children(c, outer.id) == [inner]
            assert documents.family(c, outer.id) == [outer.id, inner.id, innermost.id]
            assert documents.remove(c, outer.id) == ["a" * 64, "b" * 64]
            assert documents.in_collection(c, rules.id) == [other]


class TestPassages:
    def test_text_and_places_come_back_as_they_were(self, store, rules, put):
        text = DocumentText(
            "Naïve £5 \U0001f600\n" * 50, ((0, "1"), (9, 'Sheet "A"')), ((0, 5, 1),)
        )
        with store.write() as c:
            document = put(c, rules, "a.txt")
            ids = passages.replace(
                c, document.id, text, [NewPassage(i, i + 5, "1", "A > B", "x") for i in range(3)]
            )
            assert passages.text_of(c, document.id) == text
            found = passages.get_many(c, [*ids, 10**9])
            assert list(found) == ids and found[ids[2]].start == 2
            assert found[ids[0]].collection == rules.id
            assert passages.of_document(c, document.id) == list(found.values())

    def test_ids_come_in_the_order_given_and_never_again(self, store, rules, put):
        many = [NewPassage(i, i + 1, "", "", "x") for i in range(3000)]
        with store.write() as c:
            document = put(c, rules, "a.txt")
            first = passages.replace(c, document.id, DocumentText("x"), many)
            assert [passages.get_many(c, [i])[i].start for i in first[::500]] == [
                *range(0, 3000, 500)
            ]
            second = passages.replace(c, document.id, DocumentText("y"), many[:10])
            assert passages.ids_of(c, [document.id]) == second
            assert min(second) > max(first)
            assert passages.replace(c, document.id, DocumentText("z"), []) == []
            assert passages.ids_of_collection(c, rules.id) == []
            with pytest.raises(NotFound):
                passages.replace(c, GONE, DocumentText(""), [])


class TestFiles:
    def test_bytes_are_kept_once(self, store):
        data = bytes(range(256)) * 1000
        with store.write() as c:
            sha256 = files.put(c, data)
            assert files.put(c, data) == sha256 == hashlib.sha256(data).hexdigest()
        with store.read() as c:
            assert files.get(c, sha256) == data
            assert files.has(c, sha256) and not files.has(c, "0" * 64)
            assert files.kept(c) == [sha256]
            with pytest.raises(NotFound, match="0000"):
                files.get(c, "0" * 64)

    def test_only_what_no_document_has_is_deleted(self, store, rules, put):
        with store.write() as c:
            used, unused = files.put(c, b"used"), files.put(c, b"unused")
            put(c, rules, "a.txt", sha256=used)
        with store.write() as c:
            assert files.remove_unused(c, [used, unused, "0" * 64]) == 1
        with store.read() as c:
            assert files.kept(c) == [used]


class TestEntries:
    def test_two_writers_leave_no_gap(self, store):
        def add(n):
            with store.write() as c:
                entries.lock(c)
                last = entries.last(c)
                number = last.number + 1 if last else 0
                entries.append_many(c, [(number, str(n))])

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(add, range(40)))
        with store.read() as c:
            assert [row.number for row in entries.starting_at(c, 0, 100)] == list(range(40))


class TestConversations:
    @pytest.fixture
    def talk(self, store, ann, rules):
        with store.write() as c:
            return conversations.create(c, ann.id, "Leave", [rules.id])

    def test_a_conversation_is_its_owners(self, store, ann, bob, talk):
        with store.write() as c:
            turn = conversations.add_turn(c, talk.id, "How long?")
            assert conversations.get(c, talk.id) == talk
            assert conversations.of_owner(c, ann.id) == [talk]
            assert conversations.of_owner(c, bob.id) == []
            assert conversations.owner_of_turn(c, turn.id) == ann.id
            assert conversations.turn(c, turn.id) == turn
            conversations.rename(c, talk.id, "Holiday")
            assert conversations.get(c, talk.id).title == "Holiday"
            conversations.remove(c, talk.id)
            for missing in (conversations.get, conversations.turn, conversations.owner_of_turn):
                with pytest.raises(NotFound, match=GONE):
                    missing(c, GONE)
            with pytest.raises(NotFound):
                conversations.add_turn(c, talk.id, "Still there?")

    def test_one_worker_answers_and_it_is_kept(self, store, talk):
        with store.write() as c:
            assert not conversations.any_free(c)
            turn = conversations.add_turn(c, talk.id, "How long?")
            assert conversations.any_free(c)
            mine = conversations.claim(c, "w1", 30.0)
            assert mine and mine.id == turn.id and mine.state == "writing"
            assert conversations.claim(c, "w2", 30.0) is None
            assert not conversations.write_draft(c, turn.id, "w2", "No", 30.0)
            assert conversations.write_draft(c, turn.id, "w1", "Two", 30.0)
            assert not conversations.finish(c, turn.id, "w2", "{}")
            assert conversations.finish(c, turn.id, "w1", '{"answer": "Two weeks"}')
            done = conversations.turn(c, turn.id)
            assert (done.state, done.answer) == ("done", '{"answer": "Two weeks"}')
            assert conversations.claim(c, "w2", 30.0) is None

    def test_questions_of_a_conversation_are_answered_in_order(self, store, talk):
        with store.write() as c:
            first = conversations.add_turn(c, talk.id, "1")
            second = conversations.add_turn(c, talk.id, "2")
            conversations.claim(c, "w1", 30.0)
            assert conversations.claim(c, "w2", 30.0) is None
            assert conversations.fail(c, first.id, "w1", "The model stopped.")
            assert conversations.claim(c, "w2", 30.0).id == second.id
            assert [t.number for t in conversations.turns_of(c, talk.id)] == [0, 1]
            assert conversations.turn(c, first.id).error == "The model stopped."

    def test_a_dead_workers_turn_is_taken_up_but_not_for_ever(self, store, talk):
        with store.write() as c:
            turn = conversations.add_turn(c, talk.id, "1")
            for n in range(conversations.MAX_ATTEMPTS):
                assert conversations.claim(c, f"w{n}", -1.0).attempts == n + 1
            assert conversations.claim(c, "last", -1.0) is None
            assert conversations.turn(c, turn.id).state == "failed"

    def test_a_stopping_worker_hands_its_turn_back(self, store, talk):
        with store.write() as c:
            turn = conversations.add_turn(c, talk.id, "1")
            conversations.claim(c, "w1", 30.0)
            assert conversations.hand_back(c, turn.id, "w1")
            assert conversations.claim(c, "w2", 30.0).attempts == 1

    def test_many_workers_share_the_turns(self, store, ann, rules):
        with store.write() as c:
            for _ in range(20):
                talk = conversations.create(c, ann.id, "", [rules.id])
                conversations.add_turn(c, talk.id, "?")

        def work(worker):
            done = []
            while True:
                with store.write() as c:
                    turn = conversations.claim(c, worker, 30.0)
                if turn is None:
                    return done
                with store.write() as c:
                    assert conversations.finish(c, turn.id, worker, "{}")
                done.append(turn.id)
                time.sleep(0.001)

        with ThreadPoolExecutor(4) as threads:
            done = [turn for turns in threads.map(work, ["a", "b", "c", "d"]) for turn in turns]
        assert len(done) == len(set(done)) == 20

    def test_questions_sent_at_once_get_different_numbers(self, store, talk):
        def ask(n):
            with store.write() as c:
                return conversations.add_turn(c, talk.id, str(n)).number

        with ThreadPoolExecutor(4) as threads:
            assert sorted(threads.map(ask, range(12))) == list(range(12))
