"""What the pages of the LCD that only show say, against the device's own figures."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def figures(screen, row):
    """Return the numbers in a row of a page's table."""
    line = screen.lcd.locator("tr").filter(has=screen.page.get_by_role("rowheader", name=row))
    return [float(text) for text in re.findall(r"-?[\d.]+", line.inner_text().replace("−", "-"))][
        1:
    ]


def counts(screen, line):
    """Expect what was counted today and in all on the page that is open."""
    counted = screen.device.snapshot["energy"][line]
    today_kwh, total_kwh = counted["today_wh"] / 1000.0, counted["total_wh"] / 1000.0
    assert today_kwh > 0.0
    screen.shows(f"Today{today_kwh:.1f} kWh", f"Total{total_kwh:.1f} kWh")


@pytest.fixture
def noon(screen):
    """Sun, a load on every phase, and a home load before the inverter."""
    screen.device.world(sun_w_m2=700, load_l1_w=1000, load_l2_w=300, load_l3_w=1500, home_w=600)
    return screen.run(120)


def test_the_grid_page_shows_outer_and_inner_sensors_and_the_home_load_between_them(noon):
    """CH5.2-DSP-015, CH5.2-MET-016, CH5.2-MET-017, CH5.2-MET-018: CT less LD is the home load."""
    noon.go("grid").shows("Status: Normal", "50.00 Hz")
    flows = noon.device.flows
    for phase in (1, 2, 3):
        volts, outer_w, inner_w, home_w = figures(noon, f"L{phase}")
        assert volts == 230.0 and home_w == 200.0
        assert outer_w == round(flows["grid_w"][phase - 1])
        assert inner_w == pytest.approx(outer_w - home_w, abs=1.0)


def test_the_load_page_shows_each_phase_of_the_backup_output(noon):
    """CH5.2-DSP-011, CH5.2-DSP-012, CH5.2-MON-013, CH5.1-DSP-012."""
    noon.go("load").shows("2800 W")
    counts(noon, "load")
    assert [figures(noon, f"L{phase}") for phase in (1, 2, 3)] == [
        [230.0, 1000.0],
        [230.0, 300.0],
        [230.0, 1500.0],
    ]


def test_the_solar_page_shows_both_trackers(noon):
    """CH5.2-DSP-002, CH5.2-DSP-003, CH5.2-MON-004, CH5.1-DSP-011."""
    noon.go("solar")
    counts(noon, "pv")
    flows = noon.device.flows
    noon.shows(f"{round(flows['pv_w'])} W")
    for tracker in ("1", "2"):
        volts, amperes, watts = figures(noon, f"PV{tracker}")
        assert volts == round(flows[f"pv{tracker}_v"]) and watts == round(flows[f"pv{tracker}_w"])
        assert amperes == pytest.approx(watts / volts, abs=0.06)


def test_the_inverter_page_shows_its_heat_where_the_firmware_of_the_lcd_has_it(noon):
    """CH5.2-DSP-006, CH5.2-DSP-007, CH5.2-DSP-008, CH5.2-DSP-009, CH5.2-DSP-010."""
    noon.go("inverter").shows(f"DC-T{noon.device.flows['sink_c']:.1f} °C", "AC-T")
    noon.device.set(lcd_temps=False)
    expect(noon.lcd.get_by_text("DC-T")).to_be_hidden()
    expect(noon.lcd.get_by_text("AC-T")).to_be_hidden()
    expect(noon.lcd.get_by_text("Losses")).to_be_visible()


def test_up_and_down_step_the_period_of_a_curve(noon):
    """CH5.3-DSP-004, CH5.3-MON-002: days, then months; the present one is the last."""
    noon.go("curve/solar").shows("Solar Power Production: Day", "01/02/2023")
    noon.lcd.focus()
    noon.keys("D").shows("01/02/2023")
    noon.keys("U").shows("01/01/2023", "Nothing was recorded here.")
    noon.keys("D").shows("01/02/2023", "kWh")
    noon.touch("Month").shows("01/2023")
    noon.keys("U").shows("12/2022")
