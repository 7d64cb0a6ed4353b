"""Dates, lengths of time and flows in words, as the page's own modules say them."""

import pytest

JUNE_17 = 1_781_654_400  # midnight that begins 17 June 2026
HOUR = 3600
MODULE = (
    "([name, what, given]) => import(`/static/js/${name}.js`).then((all) => all[what](...given))"
)


@pytest.fixture(scope="module")
def say(browser, house):
    """A page that answers for its modules."""
    page = browser.new_page()
    page.goto(house)
    yield lambda name, what, *given: page.evaluate(MODULE, [name, what, list(given)])
    page.close()


# fmt: off
@pytest.mark.parametrize("name, what, given, words", [
    ("clock", "lasting",     [40],                                            "40 s"),
    ("clock", "lasting",     [59.6],                                          "60 s"),
    ("clock", "lasting",     [2100],                                          "35 min"),
    ("clock", "lasting",     [2 * HOUR],                                      "2 h"),
    ("clock", "lasting",     [3 * HOUR + 1200],                               "3 h 20 min"),
    ("clock", "lasting",     [52 * HOUR],                                     "2 d 4 h"),
    ("clock", "when",        [JUNE_17 + 5 * HOUR, JUNE_17 + 13 * HOUR],       "05:00"),
    ("clock", "when",        [JUNE_17 - 5 * HOUR, JUNE_17 + 13 * HOUR],       "16 June, 19:00"),
    ("clock", "when",        [JUNE_17 - 8760 * HOUR, JUNE_17],                "17 June 2025, 00:00"),
    ("clock", "span",        [JUNE_17 - 5 * HOUR, JUNE_17 - HOUR, JUNE_17],   "16 June, 19:00 to 23:00"),
    ("clock", "span",        [JUNE_17 - HOUR, JUNE_17 + HOUR, JUNE_17],       "16 June, 23:00 to 01:00"),
    ("clock", "stepped",     ["2026-03-01", "day", -1],                       "2026-02-28"),
    ("clock", "stepped",     ["2026-01-31", "month", 1],                      "2026-02-01"),
    ("clock", "stepped",     ["2026-01-31", "month", -1],                     "2025-12-01"),
    ("clock", "stepped",     ["2026-05-10", "year", -1],                      "2025-05-01"),
    ("clock", "stepped",     ["2026-05-10", "total", 1],                      None),
    ("clock", "periodWords", ["2026-06-17", "day"],                           "17 June 2026"),
    ("clock", "periodWords", ["2026-06-17", "month"],                         "June 2026"),
    ("clock", "periodWords", ["2026-06-17", "total"],                         "All time"),
    ("clock", "longStamp",   ["2026-06-17 13:35"],                            "Wednesday 17 June, 13:35"),
    ("clock", "longStamp",   [""],                                            ""),
    ("clock", "ago",         [1000, 1004],                                    "4 s ago"),
    ("clock", "ago",         [1000, 1000 + 600],                              "10 min ago"),
    ("flows", "way",         [200, "buying", "selling", "at rest"],           "buying"),
    ("flows", "way",         [-200, "buying", "selling", "at rest"],          "selling"),
    ("flows", "way",         [4, "buying", "selling", "at rest"],             "at rest"),
    ("flows", "gridWords",   [{"grid_voltage_a": 0, "grid_power_total": 0}],  "not there"),
    ("flows", "solarWords",  [{"pv1_voltage": 571, "pv2_voltage": 0}],        "1 string, 571\u00a0V"),
    ("flows", "solarWords",  [{}],                                            "no sun on the strings"),
    ("flows", "loadWords",   [{"load_power_a": 1, "load_power_b": 2}],        ""),
    ("flows", "loadWords",   [{"load_power_a": 100, "load_power_b": 2000, "load_power_c": 3}], "most on L2, 2.00\u00a0kW"),
])
# fmt: on
def test_what_is_said(say, name, what, given, words):
    assert say(name, what, *given) == words


def test_a_moment_without_a_figure_is_not_taken_for_none(say):
    flows = say("flows", "flowsOf", {"figures": {"pv1_power": 1200.0}})
    assert flows["solar_w"] == 1200.0
    assert flows["battery_w"] is None
    assert flows["soc"] is None
