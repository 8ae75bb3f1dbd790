"""What a call costs, against numbers worked out by hand from the published formulas."""

import pytest

from bernard.models.suppliers.energy import footprint
from bernard.models.suppliers.types import Attested, Price
from bernard.wire.types import Usage


def attested(**more):
    return Attested("m", "them", "m", **{"places": ("GB",), **more})


def test_pence_by_the_price():
    model = attested(price=Price(prompt=200.0, completion=800.0, cached=50.0))
    cost = footprint(model, Usage(1_000_000, 500_000, cached_tokens=400_000))
    assert cost.pence == pytest.approx(0.6 * 200 + 0.4 * 50 + 0.5 * 800)
    assert footprint(attested(price=Price(200.0)), Usage(10, 10)).pence == pytest.approx(0.002)
    assert footprint(attested(), Usage(1000, 1000)) == (0, 0, 0)


def test_energy_of_a_small_dense_model():
    # 8 billion parameters: 1.2 * 8 * 2 = 19.2 GB, one GPU.
    gpu_wh = 1.17e-6 * 0.48834 * 8 + 4.05e-5
    seconds = 6.78e-4 * 8 + 3.12e-4 * 64 + 1.94e-2
    server_wh = seconds * 1200 / 3600 / 8 / 64
    energy = 1.2 * (gpu_wh + server_wh)
    made = (5700 / 8 + 164) * 1000 * seconds / (64 * 3 * 365 * 86_400)
    cost = footprint(attested(active_parameters_b=8), Usage(50, 1000))
    assert cost.energy_wh == pytest.approx(1000 * energy, rel=1e-4)
    assert cost.co2e_g == pytest.approx(1000 * (energy * 0.211 + made), rel=1e-4)


def test_a_model_of_experts_needs_gpus_for_all_of_it():
    small = footprint(attested(active_parameters_b=37, total_parameters_b=37), Usage(0, 1000))
    large = footprint(attested(active_parameters_b=37, total_parameters_b=671), Usage(0, 1000))
    # 1.2 * 671 * 2 = 1610 GB: 21 GPUs, so 32; the small one fits into 2.
    assert large.energy_wh == pytest.approx(16 * small.energy_wh)


def test_the_dirtiest_of_several_places_counts():
    def carbon(*places):
        return footprint(attested(places=places, active_parameters_b=8), Usage(0, 1000)).co2e_g

    assert carbon("SE", "PL") == carbon("PL") > carbon("GB") > carbon("SE")
    assert carbon("ZZ") == carbon() > carbon("GB")
    assert carbon("NO") < carbon("SE")


def test_a_model_in_this_process_is_measured_by_its_time():
    here = attested(places=("this-machine",), active_parameters_b=1.5)
    cost = footprint(here, Usage(10, 10), seconds=36)
    assert cost.energy_wh == pytest.approx(0.45)
    assert cost.co2e_g == pytest.approx(0.45 / 1000 * 211)
