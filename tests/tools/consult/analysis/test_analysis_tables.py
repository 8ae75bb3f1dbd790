"""Cross-tables: differences, and small counts that no subtracting brings back."""

import numpy as np
import pytest
from scipy.optimize import linprog

from bernard.errors import InputInvalid
from bernard.tools.consult.analysis import NO_ANSWER, cross_tabulate
from bernard.tools.consult.analysis.holding_back import held_back


def test_a_table_adds_up_and_marks_what_is_more_than_chance(make_analysis):
    said = (
        ("More buses at night, please.", ("night",)),
        ("Bring back the ferry, please.", ("ferry",)),
        ("Bring back the ferry, please.", ("ferry",)),
    )
    # Regions change every third response, as do these: the north alone asks for buses.
    made = make_analysis(180, said=tuple(s for s in said for _ in range(3)))
    table = cross_tabulate(made.questions[0], made.consultation, "Region")
    night = next(row for row in table.rows if row.theme == "night")
    cells = dict(zip([g.name for g in table.groups], night.cells, strict=True))
    assert table.of == 180 and sum(g.of for g in table.groups) == 180
    assert cells["North"].share == 1 and cells["North"].chance is False
    assert cells["South"].difference < 0 and cells["South"].chance is False
    assert cells["North"].difference_low > 0.5
    assert cells[NO_ANSWER].difference is None


def test_groups_may_overlap(analysis):
    table = cross_tabulate(analysis.questions[0], analysis.consultation, "Uses")
    assert table.overlapping and "overlap" in " ".join(table.notes)
    assert table.groups[0].of == 60 and table.groups[1].of == 30


def test_a_difference_that_may_be_chance_is_said_to_be(analysis):
    table = cross_tabulate(analysis.questions[0], analysis.consultation, "Region")
    marked = [cell.chance for row in table.rows for cell in row.cells]
    assert True in marked
    for row in table.rows:
        for cell in row.cells:
            if cell.count is None:
                assert cell == type(cell)()
            else:
                assert cell.count == 0 or cell.count >= 5 or cell.difference is None


@pytest.mark.parametrize("by", ["q1", "Ref", "Nowhere"])
def test_only_answers_to_choose_from_make_groups(analysis, by):
    with pytest.raises(InputInvalid, match=by):
        cross_tabulate(analysis.questions[0], analysis.consultation, by)


def test_nothing_is_held_back_on_request(analysis):
    table = cross_tabulate(analysis.questions[0], analysis.consultation, "Region", smallest=1)
    assert table.held_back == 0
    with pytest.raises(InputInvalid):
        cross_tabulate(analysis.questions[0], analysis.consultation, "Region", smallest=0)


@pytest.mark.parametrize("seed", range(15))
def test_no_sum_brings_back_what_is_held_back(seed):
    """Every small count held back could be any small number, for all that the table tells."""
    random = np.random.default_rng(seed)
    rows, groups, smallest = 5, int(random.integers(2, 6)), 5
    sizes = random.integers(1, 60, groups)
    cells = np.array([random.binomial(sizes, random.uniform(0, 0.5)) for _ in range(rows)])
    parents = (-1, 0, 0, -1, -1)
    cells[0] = np.minimum(sizes, np.maximum(cells[0], cells[1] + cells[2]))
    named = np.array([True] * (groups - 1) + [False])
    held = held_back(cells, sizes, parents, smallest, named)
    assert held.cells[(cells > 0) & (cells < smallest) & named].all()
    assert held.groups[(sizes < smallest) & named].all() and held.cells[:, held.groups].all()
    # What a reader can work out: counts are whole, not negative, rows add up, a part is not more than
    # what holds it, and no more are in a theme than in the group, where its size is shown.
    size = rows * groups
    equal = np.zeros((rows, size))
    for row in range(rows):
        equal[row, row * groups : (row + 1) * groups] = 1
    less, bounds = [], []
    for child, parent in enumerate(parents):
        for group in range(groups if parent >= 0 else 0):
            line = np.zeros(size)
            line[child * groups + group], line[parent * groups + group] = 1, -1
            less.append(line)
    for row in range(rows):
        for group in range(groups):
            known = float(cells[row, group])
            most = None if held.groups[group] else float(sizes[group])
            bounds.append((0, most) if held.cells[row, group] else (known, known))
    for row, group in zip(
        *np.nonzero(held.cells & (cells > 0) & (cells < smallest) & named), strict=True
    ):
        ends = []
        for sign in (1, -1):
            aim = np.zeros(size)
            aim[row * groups + group] = sign
            found = linprog(
                aim, A_ub=np.array(less), b_ub=np.zeros(len(less)), A_eq=equal,
                b_eq=cells.sum(axis=1), bounds=bounds,
            )  # fmt: skip
            ends.append(sign * found.fun)
        total = cells[row].sum()
        # Where a whole row is held back, only its total is left to tell; that stands elsewhere too.
        assert held.cells[row].all() or (
            ends[0] <= 1 + 1e-6 and ends[1] >= min(smallest - 1, total) - 1e-6
        )
