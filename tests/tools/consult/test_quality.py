"""What a check sample says about a mapping: sizes, draws, figures, and how often their intervals hold the truth."""

import hashlib
import random
from dataclasses import replace

import numpy as np
import pytest

from bernard.errors import InputInvalid
from bernard.tools.consult.quality import Estimate, assess, draw, plan, sample
from bernard.tools.consult.quality.alpha import alpha, masi
from bernard.tools.consult.quality.estimates import Design, f1, ratio
from bernard.tools.consult.quality.plan import margin_of, sample_size
from bernard.tools.consult.types import (
    Analysed,
    Assigned,
    Campaign,
    Column,
    Consultation,
    Decided,
    Found,
    Framework,
    Mapped,
    Response,
    Theme,
)
from bernard.tools.consult.wilson import wilson

COLUMN = Column("Why?", "open")
THEMES = ("cost", "noise", "jobs", "trees")
REGIONS = ("North", "South", "East")


def mapped(number, themes, sure=0.9, doubt=0.1):
    given = tuple(Assigned(theme, sure, 0, 3) for theme in sorted(themes))
    return Mapped(number, "themes" if themes else "none of these", given, doubt)


def decided(number, themes, by="ann", at=1.0, blind=True):
    outcome = "themes" if themes else "none of these"
    return Decided(number, outcome, dict.fromkeys(sorted(themes)), by, at, blind)


class World:
    """Responses whose themes are known, and a machine that finds most of them."""

    def __init__(self, size=2000, seed=1, found=0.85, made_up=0.03):
        chance = random.Random(seed)
        often = dict(zip(THEMES, (0.5, 0.25, 0.15, 0.02), strict=True))
        self.truth = [{t for t in THEMES if chance.random() < often[t]} for _ in range(size)]
        self.said = [
            {t for t in THEMES if chance.random() < (found if t in truth else made_up)}
            for truth in self.truth
        ]
        responses = tuple(
            Response(n, f"r{n}", n + 2, {"Why?": ("abc",), "Region": (REGIONS[n % 3],)})
            for n in range(size)
        )
        columns = (COLUMN, Column("Region", "demographic", options=REGIONS))
        self.consultation = Consultation("a.csv", "ab" * 32, columns, responses)
        self.analysed = Analysed(
            COLUMN,
            ["abc"] * size,
            [()] * size,
            (),
            Found(),
            Framework(tuple(Theme(theme, theme.title()) for theme in THEMES)),
            [mapped(n, said) for n, said in enumerate(self.said)],
        )

    def read(self, numbers, by="ann"):
        return [decided(n, self.truth[n], by) for n in numbers]

    def assess(self, decided, **more):
        return assess(replace(self.analysed, decided=tuple(decided)), self.consultation, **more)


@pytest.fixture(scope="module")
def world():
    return World()


# Figures that others have published.


def test_krippendorffs_own_examples():
    rows = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = [[value for value in unit if value is not None] for unit in zip(*rows, strict=True)]
    assert alpha(units).value == pytest.approx(0.743, abs=5e-4)
    assert alpha(units, lambda a, b: (a - b) ** 2).value == pytest.approx(0.849, abs=5e-4)
    pairs = zip([0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0], strict=True)
    assert alpha(list(pairs)).value == pytest.approx(0.095, abs=5e-4)


def test_wilsons_interval_as_newcombe_tabulates_it():
    for right, n, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        assert wilson(right / n, n) == pytest.approx((low, high), abs=6e-5)


def test_sample_sizes_as_in_the_textbooks():
    assert sample_size(10**9, 0.05, 0.5) == 385
    assert sample_size(10_000, 0.05, 0.5) == 370
    assert sample_size(1000, 0.05, 0.5) == 278
    assert sample_size(100, 0.05, 0.5) == 80
    assert sample_size(0, 0.05) == 0
    assert margin_of(10_000, 370, 0.5) == pytest.approx(0.05, abs=1e-4)
    assert margin_of(10, 10) == 0


def test_distance_between_sets():
    a, b, c = frozenset("a"), frozenset("ab"), frozenset("bc")
    assert masi(a, a) == masi(frozenset(), frozenset()) == 0
    assert masi(a, b) == pytest.approx(1 - 1 / 2 * 2 / 3)
    assert masi(b, c) == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert masi(a, c) == masi(a, frozenset()) == 1


# Intervals hold the truth about as often as they say. Measured with more rounds: docs/explanation.


def simple(n, size):
    return Design(np.full(n, size / n), np.zeros(n, dtype=np.int64), np.array([1 - n / size]))


@pytest.mark.parametrize(("n", "size"), [(40, 400), (100, 10_000), (300, 400)])
def test_intervals_of_a_mean_cover(n, size):
    chance = np.random.default_rng(n)
    values = chance.choice([1, 2 / 3, 0.5, 0], size, p=[0.6, 0.1, 0.1, 0.2])
    covered = 0
    for _ in range(1000):
        drawn = chance.choice(size, n, replace=False)
        found = ratio(values[drawn], np.ones(n), simple(n, size))
        covered += found.low <= values.mean() <= found.high
    assert 930 <= covered <= 975


def test_intervals_of_a_themes_f1_cover():
    chance = np.random.default_rng(8)
    people = chance.random(5000) < 0.2
    machine = np.where(people, chance.random(5000) < 0.8, chance.random(5000) < 0.04)
    both, either = (people & machine).astype(float), (people | machine).astype(float)
    truth = 2 * both.sum() / (people.sum() + machine.sum())
    covered = 0
    for _ in range(1000):
        drawn = chance.choice(5000, 250, replace=False)
        found = f1(both[drawn], either[drawn], simple(250, 5000))
        covered += found.low <= truth <= found.high
    assert 930 <= covered <= 985


def test_intervals_of_a_corrected_share_cover(world):
    inside = 0
    truth = sum("jobs" in themes for themes in world.truth) / len(world.truth)
    for seed in range(60):
        numbers = random.Random(seed).sample(range(2000), 200)
        share = world.assess(world.read(numbers)).themes[2].share
        inside += share.low <= truth <= share.high
    assert inside >= 54


# Drawing.


def test_anybody_can_draw_the_sample_again(world):
    numbers = sample(world.analysed, world.consultation, 100)
    key = f"{world.consultation.sha256}\nWhy?\n"
    rank = {n: hashlib.sha256(f"{key}{n}".encode()).hexdigest() for n in range(2000)}
    assert numbers == sorted(rank, key=rank.get)[:100]
    assert sample(world.analysed, world.consultation, 150)[:100] == numbers
    assert len(sample(world.analysed, world.consultation, 9999)) == 2000


def test_blank_responses_are_not_drawn(world):
    texts = ["abc" if n % 2 else "  " for n in range(2000)]
    drawn = sample(replace(world.analysed, texts=texts), world.consultation, 5000)
    assert len(drawn) == 1000
    assert all(n % 2 for n in drawn)
    assert plan(replace(world.analysed, texts=texts)).population == 1000


@pytest.mark.parametrize("stratify", ["theme", "group", "doubt"])
def test_a_stratified_sample_sees_small_parts_and_stays_unbiased(world, stratify):
    group = "Region" if stratify == "group" else None
    drawn = draw(world.analysed, world.consultation, 300, stratify=stratify, group=group)
    assert len(set(drawn.numbers)) == 300
    assert sum(stratum.size for stratum in drawn.strata) == 2000
    trees = sum("trees" in world.said[n] for n in drawn.numbers)
    assert trees > 20 or stratify != "theme"
    found = world.assess(world.read(drawn.numbers), drawn=drawn)
    whole = world.assess(world.read(range(2000))).f1
    assert whole.low == whole.value == whole.high
    assert found.f1.low <= whole.value <= found.f1.high
    assert (
        drawn.numbers[:100]
        == draw(world.analysed, world.consultation, 100, stratify=stratify, group=group).numbers
    )


def test_a_large_campaign_is_read_once_and_counts_whole(world):
    campaign = Campaign("C1", tuple(range(800)), 5, (), ((),) * 800)
    analysed = replace(world.analysed, campaigns=(campaign,))
    drawn = draw(analysed, world.consultation, 100, once=True)
    assert [n for n in drawn.numbers if n < 800] == [5]
    assert drawn.strata[0].certain
    wrong = [decided(5, {"trees", "noise", "jobs"} - world.said[5] or {"trees"})]
    read = [one for one in world.read(drawn.numbers) if one.response != 5] + wrong
    found = assess(replace(analysed, decided=tuple(read)), world.consultation, drawn=drawn)
    assert found.f1.value < 0.62
    assert found.f1.margin < 0.09


def test_a_column_that_is_not_there(world):
    with pytest.raises(InputInvalid, match="no column 'Regoin'"):
        draw(world.analysed, world.consultation, 10, stratify="group", group="Regoin")
    with pytest.raises(InputInvalid, match="no column 'Regoin'"):
        world.assess([], group="Regoin")


# Assessing.


def test_before_anything_is_checked(world):
    found = world.assess([])
    assert found.f1 is None
    assert found.agreement is None
    assert found.calibration is None
    assert found.attention == ()
    assert found.statement.startswith("Nothing is checked yet. Read 219 of the 2,000 responses")
    assert [theme.f1 for theme in found.themes] == [None] * 4


def test_the_whole_of_it(world):
    numbers = sample(world.analysed, world.consultation, 250)
    found = world.assess(world.read(numbers), group="Region")
    whole = world.assess(world.read(range(2000)), group="Region")
    assert found.checked == 250
    assert found.coders == ("ann",)
    assert found.f1.low < whole.f1.value < found.f1.high
    assert found.statement.startswith(
        f"Checked 250 of 2,000: F1 {found.f1.value:.2f}, 95% between "
    )
    for part, all_of_it in zip(found.themes, whole.themes, strict=True):
        assert part.too_few == (part.checked < 10)
        assert part.counted == all_of_it.counted
        if not part.too_few:
            assert part.f1.low <= all_of_it.f1.value <= part.f1.high
            assert part.share.low <= all_of_it.share.value <= part.share.high
    assert {group.value for group in found.groups} == set(REGIONS)
    assert sum(group.checked for group in found.groups) == 250
    (one,) = found.calibration.bins
    assert (one.low, one.high) == (0.9, 1.0)
    assert found.calibration.error == pytest.approx(abs(one.right - 0.9))
    assert found.attention[0].theme == "trees"
    fewer = world.assess(world.read(numbers[:60]))
    assert [theme.too_few for theme in fewer.themes] == [False, False, False, True]
    assert "too few to say" in {one.theme: one.why for one in fewer.attention}["trees"]


def test_exact_figures_of_a_small_check():
    world = World(size=4)
    said = [{"cost"}, {"cost", "noise"}, set(), {"jobs"}]
    analysed = replace(world.analysed, mapped=[mapped(n, t) for n, t in enumerate(said)])
    people = [
        decided(0, {"cost"}),
        decided(1, {"cost"}),
        decided(2, {"jobs"}),
        decided(3, {"jobs"}),
    ]
    found = assess(replace(analysed, decided=tuple(people)), world.consultation)
    assert found.f1.value == pytest.approx((1 + 2 / 3 + 0 + 1) / 4)
    assert (
        found.statement
        == "Checked 4 of 4: F1 0.67, 95% between 0.67 and 0.67. That is all of them."
    )
    cost, noise, jobs, trees = found.themes
    assert (cost.precision.value, cost.recall.value) == (1, 1)
    assert (noise.precision.value, noise.recall) == (0, None)
    assert jobs.f1.value == pytest.approx(2 / 3)
    assert jobs.share == Estimate(0.5, 0.5, 0.5, 4)
    assert (trees.f1, trees.share.value) == (None, 0)


def test_two_readers_are_compared_and_count_half_each():
    world = World(size=60)
    truth = [sorted(themes) for themes in world.truth]
    other = [set(themes) ^ ({"noise"} if n % 4 == 0 else set()) for n, themes in enumerate(truth)]
    first, second = world.read(range(60)), [decided(n, other[n], "bob") for n in range(60)]
    both, ann, bob = (world.assess(part) for part in (first + second, first, second))
    assert both.coders == ("ann", "bob")
    assert both.agreement.responses == 60
    assert both.f1.value == pytest.approx((ann.f1.value + bob.f1.value) / 2)
    assert both.themes[1].alpha.value < 0.6
    assert both.themes[0].alpha.value == 1
    assert both.agreement.alpha.low < both.agreement.alpha.value < 1
    assert both.attention[0].theme == "noise"
    assert "do not agree" in both.attention[0].why


def test_what_cannot_be_compared_is_left_out_and_said():
    world = World(size=50)
    own = [replace_by(m) if m.response < 3 else m for m in world.analysed.mapped]
    read = [
        *world.read(range(10)),
        decided(20, {"gone"}),
        decided(21, {"cost"}, blind=False),
        decided(5, {"trees"}, at=0.5),
    ]
    analysed = replace(world.analysed, mapped=own, decided=tuple(read))
    found = assess(analysed, world.consultation)
    assert found.checked == 7
    assert found.notes[0].startswith("1 checked response is left out: every theme")
    assert found.notes[1].startswith("3 checked responses are left out: the machine's own answer")
    whole = assess(replace(analysed, machine=world.analysed.mapped), world.consultation)
    assert whole.checked == 10


def replace_by(one):
    return Mapped(one.response, one.outcome, one.themes, 0.0, "ann")


def test_nothing_said_by_all_does_not_flatter():
    world = World(size=40)
    silent = [
        Mapped(n, "nothing said") if n < 20 else m for n, m in enumerate(world.analysed.mapped)
    ]
    people = [Decided(n, "nothing said", {}, "ann", 1.0, True) for n in range(20)]
    found = assess(
        replace(world.analysed, mapped=silent, decided=(*people, *world.read(range(20, 40)))),
        world.consultation,
    )
    assert found.f1.n == 20
    assert found.checked == 40
    assert "nothing is said" in found.notes[-1]


def test_a_themes_fault_is_named_with_the_theme_it_is_taken_for():
    world = World(size=200, found=1.0, made_up=0.0)
    said = [
        themes - {"noise"} | {"trees"} if "noise" in themes else themes for themes in world.truth
    ]
    analysed = replace(world.analysed, mapped=[mapped(n, t) for n, t in enumerate(said)])
    found = assess(replace(analysed, decided=tuple(world.read(range(200)))), world.consultation)
    why = {one.theme: one.why for one in found.attention}
    assert "misses it" in why["noise"] and "'Trees'" in why["noise"]
    assert "too often" in why["trees"] and "'Noise'" in why["trees"]
    assert "cost" not in why
