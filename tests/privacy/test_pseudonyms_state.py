"""A mapping kept for a case: taken up again, and two of them brought together."""

import pytest

from bernard.errors import InputInvalid
from bernard.privacy import Guided, Policy, Pseudonyms, State, StructuredDetector, merge
from bernard.privacy.state import decode, encode

NAMES = ["Amara Okafor", "Chidi Okafor", "Okafor", "Rhys Evans", "Priya Patel"]
DETECTOR = Guided(StructuredDetector(), Policy(deny=dict.fromkeys(NAMES, "PERSON")))
SEED = b"a secret of the case"
TEXTS = [
    "Mrs Amara Okafor of 12 High Street, Leeds LS1 4AB, born 14/03/1975",
    "Okafor's number is 07700 900123; AMARA OKAFOR wrote from jo@example.org",
    "Chidi Okafor and Okafor",
]


def opened(style="placeholder", state=None, seed=SEED):
    return Pseudonyms(DETECTOR, seed=seed, policy=Policy(style=style), state=state)


def again(pseudonyms):
    return decode(encode(pseudonyms.state()))


@pytest.mark.parametrize("style", ["placeholder", "natural"])
@pytest.mark.parametrize("seed", [b"", SEED])
def test_another_goes_on_where_one_left_off(style, seed):
    first = opened(style, seed=seed)
    masked = [first.mask(text) for text in TEXTS]
    second = opened(style, again(first), seed)
    assert [second.restore(text) for text in masked] == TEXTS
    assert [second.mask(text) for text in TEXTS] == masked
    assert second.taken_out == first.taken_out
    new = second.mask("Priya Patel, sam@example.org")
    assert second.restore(new) == "Priya Patel, sam@example.org"
    assert not set(second.stand_ins) - set(first.stand_ins) & set(first.stand_ins)


def test_nothing_makes_an_empty_state():
    assert opened().state() == State()
    assert opened(state=State()).mask("nothing here") == "nothing here"
    with pytest.raises(InputInvalid, match="no mapping"):
        decode(b"[1]")


@pytest.mark.parametrize("style", ["placeholder", "natural"])
def test_two_processes_give_one_stand_in_to_one_value(style):
    first, second = opened(style), opened(style)
    first.mask(TEXTS[2])
    for text in ("Amara Okafor", "07700 900123", "jo@example.org", "12 High Street, Leeds LS1 4AB"):
        assert first.mask(text) == second.mask(text)


@pytest.mark.parametrize("style", ["placeholder", "natural"])
def test_two_states_become_one(style):
    base = opened(style)
    base.mask("Rhys Evans")
    left, right = opened(style, again(base)), opened(style, again(base))
    sent = [left.mask(TEXTS[0]), left.mask("AB123456C")]
    told = [right.mask(TEXTS[1]), right.mask(TEXTS[2]), right.mask("AB123456C")]
    for state in (merge(left.state(), right.state()), merge(right.state(), left.state())):
        both = opened(style, decode(encode(state)))
        assert [both.restore(text) for text in sent] == [TEXTS[0], "AB123456C"]
        assert [both.restore(text) for text in told] == [TEXTS[1], TEXTS[2], "AB123456C"]
        assert both.mask("Rhys Evans") == base.mask("Rhys Evans")
        for text in TEXTS:
            assert both.restore(both.mask(text)) == text


def test_a_state_merged_with_itself_is_itself():
    first = opened()
    for text in TEXTS:
        first.mask(text)
    state = first.state()
    assert merge(state, state) == state


def test_what_two_gave_to_different_values_is_restored_to_neither():
    left, right = opened(seed=b""), opened(seed=b"")
    left.mask("Amara Okafor, jo@example.org")
    right.mask("Rhys Evans, sam@example.org")
    both = opened(state=merge(left.state(), right.state()), seed=b"")
    assert both.restore("⟦PERSON-1⟧ ⟦EMAIL-1⟧") == "⟦PERSON-1⟧ ⟦EMAIL-1⟧"
    assert both.unrestored == {"⟦PERSON-1⟧": 1, "⟦EMAIL-1⟧": 1}
    masked = both.mask("Amara Okafor and Rhys Evans, jo@example.org")
    assert masked == "⟦PERSON-2⟧ and ⟦PERSON-3⟧, ⟦EMAIL-2⟧"
    assert both.restore(masked) == "Amara Okafor and Rhys Evans, jo@example.org"
