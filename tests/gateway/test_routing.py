"""Which deployments are asked, in which order, how often, and when one is left in peace."""

import asyncio

import pytest

from bernard.errors import ModelMissing, PromptTooLong, Refused, Untranslatable
from bernard.gateway.routing import Breaker, Policy, Resting, Routes
from bernard.models.suppliers.deployments import Deployments
from bernard.models.suppliers.failures import failure
from bernard.models.suppliers.types import Answer, Attested, SupplierFailed, SupplierTimeout


class Scripted:
    """A supplier that answers or fails as the script says; for ever as its last word."""

    def __init__(self, name, *script, operations=("chat",)):
        self.attested = Attested(name, "them", name, ("GB",), operations)
        self.script = list(script)
        self.sent = 0
        self.closed = False

    def dialect(self, operation, wanted):
        return wanted

    async def send(self, operation, dialect, body, *, stream):
        self.sent += 1
        word = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(word, BaseException):
            raise word
        return Answer({"said": word})

    async def close(self):
        self.closed = True


class Time:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 100.0
        self.slept = []

    def clock(self):
        return self.now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def routes(*suppliers, aliases=None, policy=None, time=None, chance=0.5):
    time = time or Time()
    made = Deployments(suppliers, aliases, {"chat": suppliers[0].attested.name})
    return Routes(made, policy or Policy(), time.clock, time.sleep, lambda: chance)


def send(route, supplier):
    return asyncio.run(route.send(supplier, "chat", "openai-chat", {}, stream=False))


def busy(**more):
    return SupplierFailed("busy", retry=True, upstream_status=503, **more)


def test_a_name_an_alias_and_the_default():
    a, b = Scripted("a", "x"), Scripted("b", "x", operations=("chat", "embed"))
    route = routes(a, b, aliases={"best": ("b", "a")})
    assert route.candidates("a", "chat") == (a,)
    assert route.candidates("best", "chat") == (b, a)
    assert route.candidates("best", "embed") == (b,)
    assert route.candidates("", "chat") == (a,)
    for model, operation, words in (
        ("c", "chat", "There is no model 'c'"),
        ("a", "embed", "does not do this"),
        ("", "embed", "no model for this"),
    ):
        with pytest.raises(ModelMissing, match=words):
            route.candidates(model, operation)


def test_what_may_pass_is_tried_again_after_a_random_wait_that_doubles():
    time = Time()
    supplier = Scripted("a", busy(), busy(), "well")
    answer = send(routes(supplier, time=time), supplier)
    assert answer.body == {"said": "well"}
    assert answer.tries == 3
    assert time.slept == [0.25, 0.5]


def test_retry_after_is_waited_for():
    time = Time()
    supplier = Scripted("a", busy(retry_after_s=3.0), "well")
    send(routes(supplier, time=time, chance=0), supplier)
    assert time.slept == [3.0]


def test_nobody_waits_longer_than_patience():
    time = Time()
    supplier = Scripted("a", busy(retry_after_s=60.0), "well")
    with pytest.raises(SupplierFailed):
        send(routes(supplier, time=time), supplier)
    assert time.slept == []
    assert supplier.sent == 1


@pytest.mark.parametrize(
    "error",
    [
        SupplierTimeout("slow", retry=True),
        SupplierFailed("used up", upstream_status=429, kind="insufficient_quota"),
        failure("host", 400, "invalid_request_error", "no"),
        failure("host", 401, "", ""),
    ],
)
def test_what_does_not_pass_is_not_tried_again(error):
    supplier = Scripted("a", error)
    with pytest.raises(SupplierFailed):
        send(routes(supplier), supplier)
    assert supplier.sent == 1


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (busy(), True),
        (SupplierTimeout("slow"), True),
        (failure("host", 401, "", ""), True),
        (failure("host", 404, "", ""), True),
        (failure("host", 429, "insufficient_quota", ""), True),
        (failure("host", 400, "", "temperature is wrong"), False),
        (failure("host", 422, "", "extra field"), False),
        (failure("host", 400, "context_length_exceeded", ""), True),
        (PromptTooLong(), True),
        (Untranslatable(), True),
        (ModelMissing(), True),
        (Refused(), False),
    ],
)
def test_who_falls_back(error, expected):
    assert routes(Scripted("a", "x")).falls_back(error) is expected


def test_one_that_keeps_failing_rests_and_is_probed():
    time = Time()
    policy = Policy(tries=1, failures=3, rest_s=10)
    a, b = Scripted("a", busy()), Scripted("b", "well")
    route = routes(a, b, aliases={"best": ("a", "b")}, policy=policy, time=time)
    for _ in range(3):
        assert route.candidates("best", "chat")[0] is a
        with pytest.raises(SupplierFailed):
            send(route, a)
    assert route.resting() == ["a"]
    assert list(route.candidates("best", "chat")) == [b, a]
    with pytest.raises(Resting) as caught:
        send(route, a)
    assert not caught.value.sent
    assert caught.value.retry_after_s == 10
    assert a.sent == 3
    time.now += 11
    assert route.candidates("best", "chat")[0] is a
    with pytest.raises(SupplierFailed, match="busy"):
        send(route, a)
    time.now += 11
    assert route.resting() == ["a"]
    time.now += 10
    a.script = ["well"]
    send(route, a)
    assert route.resting() == []
    assert a.sent == 5


def test_only_one_probe_at_a_time():
    breaker = Breaker(Policy(failures=1, rest_s=10))
    breaker.fail(0)
    breaker.enter(11)
    with pytest.raises(Resting):
        breaker.enter(11)
    breaker.leave()
    breaker.enter(11)
    breaker.succeed()
    breaker.enter(11)
    breaker.enter(11)


def test_a_few_faults_among_many_answers_are_no_reason_to_rest():
    breaker = Breaker(Policy(failures=3))
    breaker.fail(100)
    for _ in range(100):
        breaker.succeed()
    for _ in range(10):
        breaker.fail(101)
    assert not breaker.rests(101)


def test_faults_of_the_caller_do_not_count():
    a = Scripted("a", failure("host", 400, "", "no"))
    route = routes(a, policy=Policy(failures=1))
    for _ in range(5):
        with pytest.raises(SupplierFailed):
            send(route, a)
    assert route.resting() == []


def test_a_cancelled_probe_lets_the_next_one_in():
    time = Time()
    a = Scripted("a", busy(), asyncio.CancelledError(), "well")
    route = routes(a, policy=Policy(tries=1, failures=1, rest_s=1), time=time)
    with pytest.raises(SupplierFailed):
        send(route, a)
    time.now += 2
    with pytest.raises(asyncio.CancelledError):
        send(route, a)
    assert send(route, a).body == {"said": "well"}


def test_a_stream_that_broke_off_counts():
    a = Scripted("a", "well")
    route = routes(a, policy=Policy(failures=2))
    route.report(a, busy())
    route.report(a, busy())
    assert route.resting() == ["a"]
    route.report(a, None)
    assert route.resting() == []


def test_a_new_register_takes_over_and_the_old_is_closed():
    old, new = Scripted("a", "x"), Scripted("b", "x")
    route = routes(old)
    asyncio.run(route.replace(Deployments([new])))
    assert old.closed
    assert not new.closed
    assert route.candidates("b", "chat") == (new,)
