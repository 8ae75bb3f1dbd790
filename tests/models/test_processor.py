import platform

import pytest

from bernard.models.processor import missing_features, threads


@pytest.mark.skipif(platform.machine() != "x86_64", reason="these are x86 instructions")
def test_a_processor_that_lacks_instructions_is_found_out(tmp_path):
    old = tmp_path / "cpuinfo"
    old.write_text("processor\t: 0\nflags\t\t: fpu sse4_2 avx\n")
    assert missing_features(old) == ("AVX2", "FMA")
    old.write_text("flags : avx2 fma")
    assert missing_features(old) == ()
    assert missing_features(tmp_path / "none") == ()


def test_threads_follow_the_setting_then_the_container(tmp_path):
    quota = tmp_path / "cpu.max"
    quota.write_text("100000 100000\n")
    assert threads(3, quota) == 3
    assert threads(0, quota) == 1
    quota.write_text("max 100000\n")
    assert threads(0, quota) >= 1
