"""The sample consultation is what its words make, and nobody repeats another but in a campaign."""

from bernard.samples import consultation_build as build
from bernard.tools.consult.campaigns import find_campaigns


def test_a_build_gives_what_is_committed():
    for name, data in build.build().items():
        assert (build.HERE / name).read_bytes() == data


def test_its_campaigns_and_no_others_are_found():
    said = [one.said["reasons"] for one in build.responses()]
    found = {c.members for c in find_campaigns([one.text for one in said])}
    letters = {one.campaign for one in said if one.campaign}
    assert found == {
        tuple(n for n, one in enumerate(said) if one.campaign == letter) for letter in letters
    }
