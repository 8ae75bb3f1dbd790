"""The chat model on this machine survives what can happen to its process."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from bernard.errors import ModelFailed, ModelMissing, ModelRejected, ModelTimeout, PromptTooLong
from bernard.models import llama
from bernard.models.llama import LlamaChat
from bernard.models.llama_process import LlamaOptions
from bernard.models.types import ChatRequest, Message


def ask(text, **options):
    return ChatRequest([Message("user", text)], **options)


def text_of(deltas):
    return "".join(delta.text for delta in deltas)


@pytest.fixture
def open_model(alphabet_gguf):
    models = []

    def make(path=alphabet_gguf, sha256="", **options):
        options = {"threads": 1, "timeout_s": 30, **options}
        digest = sha256 or hashlib.sha256(path.read_bytes()).hexdigest()
        models.append(LlamaChat("alphabet", path, digest, LlamaOptions(**options)))
        return models[-1]

    yield make
    for model in models:
        model.close()


def pid_of(model):
    return model._process._child.pid


def gone(pid):
    """Whether the process has ended; an orphan that nobody has collected yet has."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_it_writes_until_it_ends(open_model):
    model = open_model()
    *_, last = reply = list(model.chat(ask("count 0")))
    assert text_of(reply) == "123456789"
    assert last.stop_reason == "end"


def test_it_stops_at_a_stop_word(open_model):
    assert text_of(open_model().chat(ask("abc", stop=["h"], max_tokens=30))) == "defg"


def test_the_start_of_the_last_prompt_is_not_read_again(open_model):
    model = open_model()
    list(model.chat(ask("a" * 3500, max_tokens=1)))
    start = time.monotonic()
    list(model.chat(ask("a" * 3500 + "b", max_tokens=1)))
    again = time.monotonic() - start
    start = time.monotonic()
    list(model.chat(ask("z" * 3500, max_tokens=1)))
    assert again < time.monotonic() - start


def test_killed_in_the_middle_it_says_so_and_starts_again(open_model):
    model = open_model()
    reply = model.chat(ask("a", max_tokens=3000))
    next(reply)
    os.kill(pid_of(model), signal.SIGKILL)
    with pytest.raises(ModelFailed, match=r"'alphabet' was ended by SIGKILL, perhaps because mem"):
        list(reply)
    assert not model.loaded
    assert text_of(model.chat(ask("count 7"))) == "89"


def test_killed_between_two_questions_it_starts_again(open_model):
    model = open_model()
    list(model.chat(ask("7")))
    first = pid_of(model)
    os.kill(first, signal.SIGKILL)
    model._process._child.wait()
    assert text_of(model.chat(ask("7"))) == "89"
    assert pid_of(model) != first


def test_a_processor_that_lacks_instructions_is_said_plainly(open_model, monkeypatch):
    monkeypatch.setattr(llama, "missing_features", lambda: ("AVX2", "FMA"))
    with pytest.raises(ModelFailed, match="processor has no AVX2 and no FMA"):
        list(open_model().chat(ask("a")))


def test_an_illegal_instruction_is_said_plainly(open_model):
    model = open_model()
    reply = model.chat(ask("a", max_tokens=3000))
    next(reply)
    os.kill(pid_of(model), signal.SIGILL)
    with pytest.raises(ModelFailed, match="instructions this processor does not have"):
        list(reply)


def test_a_stuck_process_is_a_timeout_and_is_replaced(open_model):
    model = open_model(timeout_s=1.0)
    list(model.chat(ask("7")))
    stuck = pid_of(model)
    os.kill(stuck, signal.SIGSTOP)
    with pytest.raises(ModelTimeout, match="within 1 seconds"):
        list(model.chat(ask("7")))
    assert gone(stuck)
    assert text_of(model.chat(ask("7"))) == "89"


def test_questions_wait_their_turn(open_model):
    model = open_model()
    replies = {}

    def one(n):
        replies[n] = text_of(model.chat(ask(str(n), max_tokens=50)))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert replies == {n: "123456789"[n:] for n in range(9)}


def test_a_question_that_waits_too_long_is_told_why(open_model):
    model = open_model(timeout_s=0.5)
    first = model.chat(ask("a", max_tokens=3000))
    next(first)
    with pytest.raises(ModelTimeout, match="busy with other questions"):
        list(model.chat(ask("7")))
    first.close()


def test_what_a_stopped_reply_left_is_not_in_the_next(open_model):
    model = open_model()
    for _ in range(5):
        reply = model.chat(ask("a", max_tokens=3000))
        next(reply)
        reply.close()
    assert text_of(model.chat(ask("7"))) == "89"


def test_a_reply_that_is_dropped_frees_the_model(open_model):
    model = open_model(timeout_s=5)
    next(model.chat(ask("a", max_tokens=3000)))
    assert text_of(model.chat(ask("7"))) == "89"


def test_its_memory_is_given_back_when_idle(open_model, wait_until):
    model = open_model(idle_s=0.1)
    list(model.chat(ask("7")))
    pid = pid_of(model)
    wait_until(lambda: not model.loaded)
    wait_until(lambda: gone(pid))
    assert text_of(model.chat(ask("7"))) == "89"


def test_a_text_too_long_is_refused_with_both_lengths(open_model):
    model = open_model(context=512)
    with pytest.raises(PromptTooLong, match=r"[67]\d\d tokens long, and it reads 512"):
        list(model.chat(ask("a" * 700)))
    assert text_of(model.chat(ask("7"))) == "89"


def test_a_schema_that_makes_no_sense_is_refused(open_model):
    model = open_model()
    with pytest.raises(ModelFailed, match="refused the request"):
        list(model.chat(ask("a", schema={"type": "nonsense"})))
    assert text_of(model.chat(ask("7"))) == "89"


def test_a_file_that_changed_is_not_loaded(open_model, alphabet_gguf):
    with pytest.raises(ModelRejected, match="0000 was expected"):
        list(open_model(sha256="0" * 64).chat(ask("a")))


def test_a_file_that_is_no_model_is_not_loaded(open_model, tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"\x80\x04 a pickle")
    with pytest.raises(ModelRejected, match="not a GGUF file"):
        list(open_model(path).chat(ask("a")))


def test_a_cut_file_is_not_loaded(open_model, alphabet_gguf, tmp_path):
    path = tmp_path / "model.gguf"
    # Past the header's own check: the last tensor begins but does not end.
    path.write_bytes(alphabet_gguf.read_bytes()[:-4096])
    model = open_model(path)
    with pytest.raises(ModelRejected, match=r"cannot load 'alphabet'.* It said: "):
        list(model.chat(ask("a")))
    with pytest.raises(ModelRejected, match="cannot load"):
        list(model.chat(ask("a")))


def test_a_file_that_is_gone_is_said(open_model, tmp_path):
    with pytest.raises(ModelMissing, match=r"gone\.gguf"):
        list(open_model(tmp_path / "gone.gguf", sha256="0" * 64).chat(ask("a")))


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="reads /proc")
def test_the_process_ends_with_the_one_that_started_it(alphabet_gguf, wait_until):
    code = (
        "import sys, pathlib, hashlib\n"
        "from bernard.models.llama import LlamaChat\n"
        "from bernard.models.types import ChatRequest, Message\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "model = LlamaChat('a', path, hashlib.sha256(path.read_bytes()).hexdigest())\n"
        "reply = model.chat(ChatRequest([Message('user', 'a')], max_tokens=3000))\n"
        "next(reply)\n"
        "print(model._process._child.pid, model._process._folder.name, flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, str(alphabet_gguf)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        pid, folder = parent.stdout.readline().split()
        assert not gone(int(pid))
        assert os.path.isdir(folder)
        parent.kill()
        parent.wait()
    wait_until(lambda: gone(int(pid)))
    wait_until(lambda: not os.path.isdir(folder))


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="reads /proc")
def test_it_listens_on_no_port(open_model):
    model = open_model()
    list(model.chat(ask("7")))
    inodes = {
        os.readlink(f"/proc/{pid_of(model)}/fd/{fd}")
        for fd in os.listdir(f"/proc/{pid_of(model)}/fd")
    }
    with open("/proc/net/tcp") as table:
        listening = {f"socket:[{line.split()[9]}]" for line in table if line.split()[3] == "0A"}
    assert not inodes & listening
    assert os.stat(model._process._folder.name).st_mode & 0o077 == 0
