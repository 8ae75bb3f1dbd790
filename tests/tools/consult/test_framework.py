"""A framework by a person: each change, what it refuses, clashes, and that nothing is ever lost."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bernard.errors import ConsultationChanged, Error, InputInvalid
from bernard.tools.consult import framework as f
from bernard.tools.consult.types import Decided, Framework, Quote, Span, Theme

START = Framework(
    tuple(
        Theme(id, title, stance=stance)
        for id, title, stance in (
            ("A", "Cost of travel", "against"),
            ("B", "Fares are too high", "against"),
            ("C", "Safety at night", None),
            ("D", "Support for the plan", "for"),
        )
    )
)


def folded(*changes, start=START, by="Ann"):
    return f.fold(start, [f.Edit(n, float(n), by, c) for n, c in enumerate(changes, 1)])


def titles(state):
    return [theme.title for theme in state.framework.themes]


def plain(state):
    """The themes without what counts their changes."""
    return [msgspec.structs.replace(t, version=1) for t in state.framework.themes]


def test_add_gives_an_id_that_no_theme_ever_had():
    state = folded(
        f.Add(f.Part("  New   theme ", "What\u202e it says")),
        f.Discard("n1"),
        f.Add(f.Part("New theme"), parent="A"),
    )
    new = state.themes["n3"]
    assert (new.title, new.parent, new.origin) == ("New theme", "A", "made")
    assert state.known["n1"].fate == "discarded"
    assert state.known["n1"].theme.description == "What it says"
    assert titles(state)[:2] == ["Cost of travel", "New theme"]
    assert state.framework.version == 3


def test_rename_changes_only_what_is_given():
    state = folded(f.Rename("A", title="Travel costs"), f.Rename("A", stance="mixed"))
    theme = state.themes["A"]
    assert (theme.title, theme.stance, theme.version) == ("Travel costs", "mixed", 3)
    assert state.history[0].text == "Ann renamed “Cost of travel” to “Travel costs”"
    assert state.history[1].what == "set the stance of “Travel costs” to mixed"


def test_merge_joins_examples_stance_and_children():
    start = msgspec.structs.replace(
        START,
        themes=(
            *(
                msgspec.structs.replace(t, examples=(Quote(n, 0, 5),))
                for n, t in enumerate(START.themes)
            ),
            Theme("B1", "Fares for children", parent="B"),
        ),
    )
    state = folded(f.Merge("A", ("B", "D"), title="Money"), start=start)
    assert titles(state) == ["Money", "Fares for children", "Safety at night"]
    assert state.themes["B1"].parent == "A"
    assert state.themes["A"].stance == "mixed"
    assert [q.response for q in state.themes["A"].examples] == [0, 1, 3]
    assert state.known["B"].fate == "merged" and state.known["B"].into == ("A",)
    assert "merged “Fares are too high” and “Support for the plan” into “Cost of travel”, now" in (
        state.history[0].what
    )


def test_merge_of_a_child_with_its_parent():
    state = folded(f.Nest("B", "A"), f.Nest("C", "A"), f.Merge("B", ("A",)))
    assert state.themes["B"].parent is None
    assert state.themes["C"].parent == "B"


def test_split_takes_the_place_of_the_theme_and_keeps_the_seeds():
    seeds = (Quote(7, 0, 12),)
    state = folded(
        f.Nest("B", "A"),
        f.Split("A", (f.Part("Bus fares", examples=seeds), f.Part("Train fares"))),
    )
    assert titles(state)[:2] == ["Bus fares", "Train fares"]
    assert state.themes["n2-1"].examples == seeds
    assert state.themes["B"].parent is None
    assert state.known["A"].into == ("n2-1", "n2-2")


def test_discard_and_restore():
    state = folded(f.Nest("B", "A"), f.Discard("A"))
    assert titles(state) == ["Fares are too high", "Safety at night", "Support for the plan"]
    edit, state = f.accept(state, f.Restore("A"), "Bob", 9, seen=2)
    assert edit.number == 3
    assert titles(state)[0] == "Cost of travel"


def test_move_goes_up_and_down_and_to_the_top():
    state = folded(f.Move("D"), f.Move("A", after="C"))
    assert [t.id for t in state.framework.themes] == ["D", "B", "C", "A"]
    state = folded(f.Move("D"), f.Move("A", after="C"), f.Undo(1))
    assert [t.id for t in state.framework.themes] == ["B", "C", "D", "A"]


def test_take_remembers_what_was_taken():
    state = folded(f.Take("K1", f.Part("Parking", examples=(Quote(3, 1, 4),))))
    assert state.taken == {"K1"}
    assert state.themes["n1"].origin == "found"
    assert folded(f.Take("K1", f.Part("Parking")), f.Undo(1)).taken == frozenset()


def test_begin_keeps_the_theme_whose_title_is_known():
    given = (
        f.Given("Safety at NIGHT", "Lighting and staff", id="A"),
        f.Given("Noise", id="Z"),
        f.Given("Noise from bars", id="Z1", parent="Z"),
        f.Given("Fumes", id="B"),
    )
    state = folded(f.Begin(given, "last-year.csv"))
    assert [t.id for t in state.framework.themes] == ["C", "Z", "Z1", "n1-4"]
    assert state.themes["C"].title == "Safety at NIGHT"
    assert state.known["A"].fate == "discarded"
    assert titles(folded(f.Begin(given), f.Undo(1))) == titles(folded())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (f.Add(f.Part("cost  OF travel")), "already a theme called"),
        (f.Add(f.Part(" \u200b ")), "Enter a title"),
        (f.Add(f.Part("x" * 201)), "200 characters or fewer; this one has 201"),
        (f.Add(f.Part("x", "y" * 4001)), "4,000 characters"),
        (f.Add(f.Part("x"), parent="nope"), "no theme 'nope'"),
        (f.Rename("A", title="Cost of travel"), "Nothing would change"),
        (f.Rename("A", title="safety at night"), "already a theme called"),
        (f.Rename("nope", title="x"), "no theme 'nope'"),
        (f.Nest("A", "A"), "under itself"),
        (f.Unnest("A"), "not under another"),
        (f.Merge("A", ("A",)), "at least two"),
        (f.Split("A", (f.Part("one"),)), "2 to 20 themes, not 1"),
        (f.Split("A", (f.Part("one"), f.Part("ONE"))), "already a theme called"),
        (f.Restore("A"), "was not discarded"),
        (f.Undo(7), "no change 7"),
        (f.Reopen(), "open already"),
        (f.Begin(()), "holds no themes"),
        (f.Begin((f.Given("a"), f.Given("A "))), "already a theme called"),
        (f.Begin((f.Given("safety at night"), f.Given("Safety at Night"))), "same title"),
        (f.Begin((f.Given("a", parent="q"),)), "which is not there"),
    ],
)
def test_what_cannot_be_done_is_said_plainly(change, said):
    with pytest.raises(InputInvalid, match=said):
        folded(change)


def test_no_more_than_two_levels():
    with pytest.raises(InputInvalid, match="three levels deep"):
        folded(f.Nest("B", "A"), f.Nest("C", "B"))
    with pytest.raises(InputInvalid, match="three levels deep"):
        folded(f.Nest("B", "A"), f.Nest("A", "C"))


def test_no_more_than_200_themes():
    full = Framework(tuple(Theme(f"T{n}", f"Theme {n}") for n in range(200)))
    with pytest.raises(InputInvalid, match="200 themes and this would make 201"):
        folded(f.Add(f.Part("One more")), start=full)
    with pytest.raises(InputInvalid, match="201"):
        folded(f.Split("T1", (f.Part("a"), f.Part("b"))), start=full)


def test_a_start_that_is_nested_too_deep_is_made_flat():
    deep = Framework(
        (
            Theme("C", "c", parent="B"),
            Theme("A", "a"),
            Theme("B", "b", parent="A"),
            Theme("X", "x", parent="Y"),
            Theme("Y", "y", parent="X"),
            Theme("O", "o", parent="gone"),
        )
    )
    parents = {t.id: t.parent for t in folded(start=deep).framework.themes}
    assert parents == {"A": None, "C": "A", "B": "A", "X": None, "Y": None, "O": None}


def test_undo_needs_what_builds_on_it_undone_first():
    changes = (f.Rename("A", title="One"), f.Rename("A", title="Two"), f.Discard("C"))
    with pytest.raises(InputInvalid, match=r"later Ann renamed “One” to “Two” \(change 2\)"):
        folded(*changes, f.Undo(1))
    state = folded(*changes, f.Undo(2), f.Undo(1))
    assert state.themes["A"].title == "Cost of travel"
    assert [line.undone_by for line in state.history] == [5, 4, 0, 0, 0]
    assert titles(folded(*changes, f.Undo(2), f.Undo(1), f.Undo(5), f.Undo(4)))[0] == "Two"


def test_undo_of_an_undo_does_not_bring_back_what_was_undone_besides():
    changes = (f.Nest("A", "C"), f.Rename("A", title="X"), f.Undo(2), f.Undo(1))
    with pytest.raises(InputInvalid, match="change 4"):
        folded(*changes, f.Undo(3))


def test_undo_is_refused_when_others_need_the_theme():
    with pytest.raises(InputInvalid, match="would be gone"):
        folded(f.Add(f.Part("New")), f.Nest("A", "n1"), f.Undo(1))
    with pytest.raises(InputInvalid, match="taken back already, by change 2"):
        folded(f.Discard("A"), f.Undo(1), f.Undo(1))
    state = folded(f.Discard("A"), f.Rename("B", title="Fares"))
    assert f.can_undo(state, 1) and f.can_undo(state, 2) and not f.can_undo(state, 3)


def test_after_sign_off_only_reopen():
    state = folded(f.Discard("B"), f.SignOff())
    assert state.framework.signed_by == "Ann"
    for change in (f.Discard("A"), f.Undo(1), f.SignOff()):
        with pytest.raises(InputInvalid, match="signed off by Ann"):
            f.accept(state, change, "Bob", 5, seen=2)
    _, state = f.accept(state, f.Reopen("a new letter came"), "Ann", 6, seen=2)
    assert state.framework.signed_by == ""
    assert state.history[-1].text == "Ann reopened the framework: a new letter came"
    with pytest.raises(InputInvalid, match="cannot be taken back"):
        f.accept(state, f.Undo(2), "Ann", 7, seen=3)


def test_who_looked_at_a_theme_as_it_is():
    state = folded(f.Look("A"), f.Look("B"), f.Rename("B", title="Fares"))
    assert [seen.by for seen in state.looked("A")] == ["Ann"]
    assert state.looked("B") == []
    assert state.framework.version == 3
    assert folded(f.Look("A")).framework.version == 0


def accepted(state, change, seen, by="Bob"):
    return f.accept(state, change, by, 99.0, seen)[1]


def test_two_people_at_other_themes_both_get_through():
    state = folded(f.Rename("A", title="Travel"))
    state = accepted(state, f.Rename("C", title="Night safety"), seen=0)
    assert titles(state)[0] == "Travel" and titles(state)[2] == "Night safety"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f.Rename("A", title="Travel"), f.Rename("A", title="Costs")),
        (f.Merge("B", ("A",)), f.Rename("A", title="Costs")),
        (f.Rename("A", title="Travel"), f.Discard("A")),
        (f.Nest("A", "B"), f.Discard("B")),
        (f.Rename("A", title="Travel"), f.SignOff()),
        (f.Discard("C"), f.Begin((f.Given("x"),))),
        (f.Split("A", (f.Part("a"), f.Part("b"))), f.Merge("C", ("A", "B"))),
    ],
)
def test_two_people_at_the_same_theme_are_told_of_each_other(first, second):
    state = folded(first)
    with pytest.raises(ConsultationChanged) as told:
        accepted(state, second, seen=0)
    assert state.history[0].text in str(told.value)
    assert "Your change was not made. It " in str(told.value)
    assert f.clashes(state, second, seen=1) is None


def test_a_parent_that_is_gone_meanwhile_is_said():
    with pytest.raises(
        InputInvalid, match=r"any more: Ann discarded “Fares are too high” \(change"
    ):
        accepted(folded(f.Discard("B")), f.Nest("A", "B"), seen=0)


def test_what_was_done_and_undone_meanwhile_is_no_clash():
    state = folded(f.Rename("A", title="x"), f.Undo(1), f.Look("A"))
    assert accepted(state, f.Rename("A", title="Costs"), seen=0).themes["A"].title == "Costs"


def test_decisions_follow_a_merge_wait_after_a_split_and_rest_after_a_discard():
    def said(**themes):
        return Decided(1, "themes", themes, "Cy", 0.5)

    spans = {"A": Span(0, 4), "B": Span(5, 9)}
    state = folded(f.Merge("A", ("B",)), f.Merge("C", ("A",)))
    assert f.carried(state, [said(**spans)]).holds == (said(C=Span(0, 4)),)
    state = folded(f.Discard("B"))
    assert f.carried(state, [said(**spans)]).holds == (said(A=Span(0, 4)),)
    [alone] = f.carried(state, [said(B=None)]).holds
    assert (alone.outcome, alone.themes) == ("none of these", {})
    assert f.carried(folded(f.Discard("B"), f.Undo(1)), [said(B=None)]).holds == (said(B=None),)
    state = folded(f.Merge("B", ("A",)), f.Split("B", (f.Part("x"), f.Part("y"))))
    kept = f.carried(state, [said(A=None), said(C=None)])
    assert kept.holds == (said(C=None),) and kept.again == (said(A=None),)
    assert f.unjudged(state, said(C=None)) == {"n2-1", "n2-2"}


def test_changes_are_kept_as_json():
    for change in (
        f.Rename("A", description=""),
        f.Split("A", (f.Part("a", examples=(Quote(1, 2, 3),)), f.Part("b", stance="for"))),
        f.Begin((f.Given("x", id="1", parent=None),), "y.csv"),
        f.Undo(3),
    ):
        assert f.from_body(1, 2.0, "Ann", f.to_body(change)).change == change
    assert f.to_body(f.Undo(3)) == '{"kind":"undo","number":3}'


IDS = st.sampled_from(["A", "B", "C", "D", "n1", "n2", "n3", "n3-1", "n3-2", "n4-1"])
WORDS = st.sampled_from(["Fares", "Noise", "Lights", "Trees", "Roads", "Cost of travel"])
PARTS = st.builds(f.Part, WORDS, st.sampled_from(["", "more"]))
CHANGES = st.one_of(
    st.builds(f.Add, PARTS, st.none() | IDS),
    st.builds(f.Take, st.just("K"), PARTS),
    st.builds(f.Rename, IDS, WORDS),
    st.builds(f.Merge, IDS, st.tuples(IDS, IDS)),
    st.builds(f.Split, IDS, st.tuples(PARTS, PARTS)),
    st.builds(f.Nest, IDS, IDS),
    st.builds(f.Unnest, IDS),
    st.builds(f.Discard, IDS),
    st.builds(f.Restore, IDS),
    st.builds(f.Move, IDS, st.none() | IDS),
    st.builds(f.Begin, st.tuples(st.builds(f.Given, WORDS), st.builds(f.Given, WORDS))),
    st.builds(f.Look, IDS),
    st.builds(f.Undo, st.integers(1, 12)),
)


def possible(changes):
    """The state after each of the changes that can be made, in turn."""
    states, edits = [folded()], []
    for change in changes:
        try:
            edit, state = f.accept(states[-1], change, "Ann", 1.0, states[-1].last)
        except Error:
            continue
        edits.append(edit)
        states.append(state)
    return states, edits


@settings(max_examples=150, deadline=None)
@given(st.lists(CHANGES, max_size=14))
def test_any_changes_fold_and_the_last_can_be_taken_back(changes):
    states, edits = possible(changes)
    state = states[-1]
    assert f.fold(START, edits) == state
    used = [t.title.casefold() for t in state.framework.themes]
    assert len(set(used)) == len(used)
    parents = {t.id: t.parent for t in state.framework.themes}
    assert all(p is None or (p in parents and parents[p] is None) for p in parents.values())
    assert {t.id for s in states for t in s.framework.themes} <= set(state.known)
    assert [line.change for line in state.history] == [edit.change for edit in edits]
    if edits and f.can_undo(state, state.last):
        back = accepted(state, f.Undo(state.last), seen=state.last)
        assert plain(back) == plain(states[-2])
        again = accepted(back, f.Undo(back.last), seen=back.last)
        assert plain(again) == plain(state)
