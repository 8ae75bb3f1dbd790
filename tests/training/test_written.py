"""The coded consultations that we wrote: every file is well formed and holds what can be learnt from."""

import pytest
from training.consult import written

SMALL = """# a note
Q Should buses be free?
T cost | Cost to the council | Who pays.
T air | Cleaner air
T old | Older people

R cost,?air | It costs too much.
R - | I do not know
R ~ | n/a
R air, old | My nan could go out and there would be less smoke
"""


@pytest.mark.parametrize("path", sorted(written.FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_what_we_wrote(path):
    found = written.read(path)
    assert not written.faults(found)
    assert len(found.texts) >= 60 and not any("|" in text for text in found.texts)


def test_a_question_as_read(tmp_path):
    path = tmp_path / "buses.txt"
    path.write_text(SMALL)
    found = written.read(path)
    assert found.question == "Should buses be free?"
    assert [theme.description for theme in found.themes] == ["Who pays.", "", ""]
    assert [sorted(gold) for gold in found.gold] == [["cost"], [], [], ["air", "old"]]
    assert [sorted(unsure) for unsure in found.undecided] == [["air"], [], [], []]
    assert found.texts[2] == "n/a"


@pytest.mark.parametrize(
    "line",
    ["R nope | text", "R cost,?cost | text", "R cost text", "R cost | ", "hello", "T air | again"],
)
def test_a_line_that_is_wrong_is_named(tmp_path, line):
    path = tmp_path / "buses.txt"
    path.write_text(f"{SMALL}{line}\n")
    with pytest.raises(ValueError, match=r"buses\.txt"):
        written.read(path)


def test_what_is_nearly_the_same_is_a_fault(tmp_path):
    path = tmp_path / "buses.txt"
    path.write_text(
        SMALL
        + "R cost | It costs far too much for us.\nR cost | It costs far too much for all of us.\n"
    )
    assert any("nearly the same" in fault for fault in written.faults(written.read(path)))
