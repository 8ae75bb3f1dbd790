"""Names of people in ids, in names of letters, and in remarks that quote them."""

import pytest

from bernard.tools.consult.naming import WITHHELD, names_somebody, without_names
from bernard.tools.consult.types import Fault


@pytest.mark.parametrize(
    "id", ["12", "0", "-3", "R0012", "ANON-ABCD-1", "letter 2.pdf", "arg_23_b", "row-7", "=1+1", ""]
)
def test_ids_that_name_nobody_stay(id):
    assert not names_somebody(id)


@pytest.mark.parametrize(
    "id",
    ["Harriet Jones", "Siobhan O'Leary", "jo@example.com-row-9", "Letter of Harriet Jones.docx",
     "harriet-jones.pdf", "Émile Zola"],
)  # fmt: skip
def test_ids_that_may_be_a_name_are_seen(id):
    assert names_somebody(id)


def test_remarks_quote_no_name_and_keep_their_place():
    faults = without_names(
        [
            Fault("row 4", "Its id 'jo@example.com' stands on an earlier row; it was given 'R-4'."),
            Fault("Harriet Jones.pdf", "It was left out: 'Harriet Jones.pdf' is damaged."),
            Fault("row 1", "It stands above the headings and was left out: 'For Harriet Jones'."),
            Fault('row 3, column "Age Group"', "It is blank."),
        ]
    )
    assert [fault.where for fault in faults] == [
        "row 4", WITHHELD, "row 1", 'row 3, column "Age Group"',
    ]  # fmt: skip
    said = " ".join(fault.what for fault in faults)
    assert "jo@" not in said and "Harriet" not in said and "'R-4'" in said
