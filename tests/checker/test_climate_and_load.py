"""Where the checker takes its cold, its heat and the load's peak from."""

import pytest

from twinverter.checker import check_house
from twinverter.checker.installation import Installation

WEATHER = "time,ghi,air\n" + "".join(
    f"2023-01-{day:02d} {hour:02d}:00,{600 if 6 < hour < 18 else 0},{air}\n"
    for day, air in ((1, 4.0), (2, -7.5), (3, 31.0))
    for hour in range(24)
)


@pytest.fixture
def plain(base):
    house = base["plain"]
    for key in ("record_low_c", "record_high_c", "load_peak_w"):
        del house["site"]["wiring"][key]
    return house


def cold_voltage(house):
    return next(one for one in check_house(house) if one.check.id == "pv-cold-voltage")


def test_without_any_word_about_the_air_the_cold_voltage_is_not_told(plain, loaded):
    """CH3.5.1-WIR-001: no climate, no verdict."""
    climate = Installation.of(loaded(plain)).climate
    assert (climate.cold, climate.hot) == (None, None)
    assert cold_voltage(loaded(plain)).severity == "not told"


def test_a_string_too_long_at_25_degrees_is_dangerous_whatever_the_climate(plain, loaded):
    plain["site"]["pv"][0] |= {"module": "LONGi LR4-72HPH-450M", "modules_in_series": 17}
    assert cold_voltage(loaded(plain)).severity == "danger"


def test_a_weather_file_gives_its_coldest_and_warmest_row(plain, loaded, tmp_path):
    file = tmp_path / "weather.csv"
    file.write_text(WEATHER, encoding="utf-8")
    plain["world"]["weather"] = {"file": str(file), "time": "time", "ghi": "ghi", "air": "air"}
    zone = {"timezone": "UTC", "longitude": 0.0, "latitude": 40.0}
    plain["site"] |= zone
    climate = Installation.of(loaded(plain)).climate
    assert (climate.cold.air_c, climate.hot.air_c) == (-7.5, 31.0)
    assert climate.cold.observed and "weather.csv" in climate.cold.origin


def test_a_modelled_month_is_guessed_with_a_margin(plain, loaded):
    """10 degC less half of a range of 8, less 10 K; and 30 + 4 + 5."""
    months = [10.0, *[20.0] * 10, 30.0]
    plain["world"]["weather"] = {"air_c": months, "air_day_range_c": 8.0}
    climate = Installation.of(loaded(plain)).climate
    assert (climate.cold.air_c, climate.hot.air_c) == (-4.0, 39.0)
    assert not climate.cold.observed


def test_a_guessed_cold_is_never_more_than_doubtful(plain, loaded):
    plain["world"]["weather"] = {"air_c": -20.0}
    plain["site"]["pv"][0] |= {"module": "LONGi LR4-72HPH-450M", "modules_in_series": 14}
    one = cold_voltage(loaded(plain))
    assert (one.severity, one.advice[:4]) == ("doubtful", "Tell")


def test_a_told_record_comes_before_the_weather(plain, loaded):
    plain["world"]["weather"] = {"air_c": -20.0}
    plain["site"]["wiring"]["record_low_c"] = 3.0
    assert Installation.of(loaded(plain)).climate.cold.air_c == 3.0


def test_steady_appliances_add_up_and_of_the_occasional_only_the_largest_counts(plain, loaded):
    """L1 in the evening: 100 + 200 + 2000 (the iron waits); in the morning 100 + 2000 + 300."""
    plain["world"]["load"] = {
        "appliances": [
            {"name": "fridge", "phase": 1, "power_w": 100.0, "duty": 0.4},
            {"name": "lights", "phase": 1, "power_w": 200.0, "hours": ["19:00-23:00"]},
            {"name": "kettle", "phase": 1, "power_w": 2000.0, "uses_per_day": 3.0},
            {"name": "iron", "phase": 1, "power_w": 1000.0, "uses_per_day": 1.0},
            {"name": "night", "phase": 2, "power_w": 700.0, "hours": ["22:00-02:00"]},
            {"name": "heater", "phase": "all", "power_w": 900.0, "hours": ["06:00-08:00"]},
        ]
    }
    peak = Installation.of(loaded(plain)).peak
    assert peak.phases_w == pytest.approx((2400.0, 700.0, 300.0))
    # 06:00 has 100 + 2000 + 900 = 3000 in all, 22:00 has 100 + 200 + 2000 + 700 = 3000 too.
    assert peak.total_w == pytest.approx(3000.0)


def test_a_meter_gives_the_highest_row_of_a_phase_and_of_the_sum(plain, loaded, tmp_path):
    file = tmp_path / "meter.csv"
    rows = "time,a,b\n" + "".join(
        f"2023-01-01 {hour:02d}:00,{a},{b}\n"
        for hour, (a, b) in enumerate([(100, 50), (900, 50), (100, 800)] * 8)
    )
    file.write_text(rows, encoding="utf-8")
    plain["world"]["load"] = {"file": str(file), "time": "time", "l1": "a", "l2": "b"}
    peak = Installation.of(loaded(plain)).peak
    assert peak.phases_w == (900.0, 800.0, 0.0)
    assert peak.total_w == 950.0


def test_without_a_load_nothing_is_known_of_it(plain, loaded):
    assert not Installation.of(loaded(plain)).peak.known
