"""Sites and devices over the API: what needs somebody first, sums, a device's page, its journals."""

import time

import pytest

from tests.portal.gate import NOON_S, gate
from twinverter.catalog.settings import default_values
from twinverter.monitor.batch import Sample, batch
from twinverter.monitor.columns import SUMS
from twinverter.monitor.delivery import About, Alarm, Change, Delivery, Moment
from twinverter.monitor.levels import DAY_S
from twinverter.portal.asked import DeviceRow
from twinverter.portal.moments import flows, headline, state_of, worst

FIGURES = {
    "pv1_power": 1000.0,
    "pv2_power": 500.0,
    "load_power_total": 800.0,
    "grid_power_total": -300.0,
    "battery_power": -400.0,
    "battery_soc": 50.0,
    "battery_voltage": 50.0,
    "battery_corrected_capacity": 200.0,
}
DAY_START_S = NOON_S - NOON_S % DAY_S


@pytest.fixture
def door(tmp_path):
    with gate(tmp_path / "history.duckdb") as opened:
        yield opened


def told(door, device="home", site=None, codes=None, figures=FIGURES, **parts):
    """Deliver a moment of a device, with what else a test tells."""
    moment = Moment(NOON_S + 1200.0, figures, codes or {}, None, "on_grid", {"load": "Sun feeds."})
    one = Delivery(device, "life", moment=moment, **parts)
    return door.portal.inbox.take(one, door.site if site is None else site)


def listed(door, name="ope"):
    return door.logged_in(name).get("/api/v1/sites").json()


# ---- how a device is -----------------------------------------------------------------------------


def row(heard_s=1000.0, every_s=10.0, codes=(), moment=True):
    """Return a device's row, heard at a time, with codes standing."""
    told = {"clock_s": 0.0, "codes": dict.fromkeys(codes, 0.0), "figures": {}, "lamps": None,
            "state": "on_grid", "reasons": {"load": "Because."}}  # fmt: skip
    return DeviceRow(1, "home", 1, "", "a", None, heard_s, every_s, told if moment else None,
                     None, None)  # fmt: skip


# fmt: off
STATES = [
    # device                             at        state       headline
    (row(heard_s=None, moment=False),    1000.0,   "new",      "Has not reported yet"),
    (row(moment=False),                  1000.0,   "new",      "Has not reported yet"),
    (row(),                              1060.0,   "fine",     "On grid"),
    (row(),                              1061.0,   "silent",   "Silent for 1\u00a0min 1\u00a0s"),
    (row(every_s=300.0),                 1900.0,   "fine",     "On grid"),
    (row(every_s=300.0),                 1901.0,   "silent",   "Silent for 15\u00a0min 1\u00a0s"),
    (row(codes=["W02"]),                 1000.0,   "warning",  "W02 Inner fan"),
    (row(codes=["W02", "F20"]),          1000.0,   "fault",    "F20 DC over-current, hardware"),
    (row(codes=["F20"]),                 2000.0,   "silent",   "Silent for 16\u00a0min 40\u00a0s"),
    (row(codes=["F99"]),                 1000.0,   "fault",    "F99 F99"),
]
# fmt: on


@pytest.mark.parametrize("device, now_s, state, text", STATES)
def test_a_device_is_as_it_was_heard_last(device, now_s, state, text):
    assert state_of(device, now_s) == state
    assert headline(device, state, now_s)[0] == text


# fmt: off
WORST = [
    (["fine", "silent", "fault"],  "fault"),
    (["fine", "warning", "silent"], "warning"),
    (["fine", "new"],              "new"),
    (["fine"],                     "fine"),
    ([],                           "new"),
]
# fmt: on


@pytest.mark.parametrize("states, state", WORST)
def test_a_site_is_as_its_worst_device(states, state):
    assert worst(states) == state


def test_flows_are_those_that_are_told():
    found = flows({"figures": FIGURES})
    assert (found.solar_w, found.load_w, found.grid_w, found.battery_w) == (1500, 800, -300, -400)
    # Half of 200 Ah at 50 V.
    assert (found.soc, found.stored_wh) == (0.5, 5000.0)
    assert all(value is None for _, value in flows(None))


# ---- the list ------------------------------------------------------------------------------------


def test_what_needs_somebody_stands_first_and_sums_are_of_those_heard(door):
    told(door, "home", about=About("My home"))
    told(door, "other", door.other_site, {"F20": NOON_S}, {"pv1_power": 100.0})
    found = listed(door)
    assert [(one["name"], one["state"]) for one in found["sites"]] == [
        ("Other", "fault"), ("Ada's", "fine"),
    ]  # fmt: skip
    assert found["counts"] == {"fault": 1, "warning": 0, "silent": 0, "new": 0, "fine": 1}
    assert found["sums"]["solar_w"] == 1600.0
    assert found["sums"]["stored_wh"] == 5000.0
    home = found["sites"][1]["devices"][0]
    assert (home["title"], home["headline"], home["detail"]) == ("My home", "On grid", "Sun feeds.")
    assert home["clock_s"] == NOON_S + 1200.0
    # The gate's ten minutes of 1 Wh begin at 12:01, in quarter hours: 60 W in the first one.
    assert home["solar_today_wh"] == 10.0
    assert home["spark"] == [None] * 48 + [60.0]
    assert found["clock"] == "2026-10-05 12:20"


def test_a_reader_sees_its_own_site_alone(door):
    found = listed(door, "rea")
    assert [one["name"] for one in found["sites"]] == ["Ada's"]
    assert listed(door, "new") == {
        "clock": "",
        "sums": dict.fromkeys(found["sums"], 0.0),
        "counts": dict.fromkeys(found["counts"], 0),
        "total": 0,
        "next": None,
        "sites": [],
    }


def test_a_site_is_made_and_changed_and_its_place_taken_away(door):
    ope = door.logged_in("ope")
    made = ope.post("/api/v1/sites", json={"name": "Farm", "latitude_deg": 6.5})
    assert made.status_code == 201
    number = made.json()["id"]
    reply = ope.patch(f"/api/v1/sites/{number}", json={"note": "<b>", "latitude_deg": None})
    assert reply.json() == {"ok": True}
    farm = next(one for one in listed(door)["sites"] if one["id"] == number)
    assert (farm["name"], farm["note"], farm["latitude_deg"]) == ("Farm", "<b>", None)
    assert farm["state"] == "new"
    for body in ({"latitude_deg": 91}, {"name": ""}, {"name": "a\nb"}, {"colour": "red"}):
        assert ope.patch(f"/api/v1/sites/{number}", json=body).status_code == 422
    assert door.logged_in("rea").patch(f"/api/v1/sites/{door.site}", json={}).status_code == 403


# ---- one device ----------------------------------------------------------------------------------


def get(door, path, name="rea"):
    return door.logged_in(name).get(f"/api/v1/devices/{path}")


def test_a_device_is_told_with_what_it_counted_and_what_was_changed(door):
    settings = default_values() | {"max_charge_a": 33, "clock_minute": 59, "unknown": 1}
    told(door, codes={"F20": NOON_S}, settings=settings, about=About("My home", serial="S1"))
    found = get(door, "home").json()
    assert (found["title"], found["site"]["name"], found["state"]) == ("My home", "Ada's", "fault")
    assert found["about"]["serial"] == "S1"
    assert [(one["key"], one["value"]) for one in found["differing"]] == [
        ("battery.max_charge_a", 33)
    ]
    assert found["moment"]["clock"] == "2026-10-05 12:20:00"
    assert found["moment"]["alarms"][0]["code"] == "F20"
    assert found["moment"]["reasons"] == {"load": "Sun feeds."}
    for span in ("today", "month", "total"):
        assert found["energy"][span] == dict.fromkeys(SUMS, 10.0)
    # One alarm stands; the gate's F13 rose in this month.
    assert found["alarm_counts"] == {"now": 1, "month": 1}


def test_a_device_that_is_not_ones_own_is_not_there(door):
    for path in ("other", "nobody", "a%00b", "other/settings", "other/alarms", "other/figures"):
        assert get(door, path).status_code == 404


def test_a_title_stands_over_what_the_device_calls_itself(door):
    ins = door.logged_in("ins")
    assert ins.patch("/api/v1/devices/home", json={"title": "Roof"}).status_code == 200
    assert get(door, "home").json()["title"] == "Roof"
    moved = ins.patch("/api/v1/devices/home", json={"site_id": door.other_site})
    assert moved.status_code == 404
    ope = door.logged_in("ope")
    assert ope.patch("/api/v1/devices/home", json={"site_id": 99}).status_code == 404
    assert ope.patch("/api/v1/devices/home", json={"site_id": door.other_site}).status_code == 200
    assert get(door, "home").status_code == 404


def test_settings_are_those_of_the_pages_in_their_words(door):
    told(door, settings={"max_charge_a": 33, "work_mode": "selling_first", "unknown": 1, "beep": 7})
    rows = {one["key"]: one for one in get(door, "home/settings").json()}
    assert list(rows) == ["battery.max_charge_a", "work_mode.work_mode"]
    charge = rows["battery.max_charge_a"]
    assert (charge["value_text"], charge["differs"]) == ("33 A", True)
    assert rows["work_mode.work_mode"]["value_text"] == "Selling First"


# ---- journals ------------------------------------------------------------------------------------


def test_journals_go_on_from_a_clock_and_lose_no_line_of_a_second(door):
    lines = tuple(
        Alarm(
            seq, NOON_S + 100 + seq // 3, "F20", seq % 2 == 1, {"causes": []} if seq == 11 else None
        )
        for seq in range(3, 12)
    )
    told(door, alarms=lines)
    page = get(door, "home/alarms?limit=2").json()
    assert [one["seq"] for one in page] == [11, 10, 9]
    assert [one["has_diagnosis"] for one in page] == [True, False, False]
    assert page[0]["name"] == "DC over-current, hardware"
    rest = get(door, f"home/alarms?before={page[-1]['clock_s']}&limit=500").json()
    assert [one["seq"] for one in rest] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert get(door, "home/alarms/life/11").json() == {"causes": []}
    for missing in ("life/3", "life/99", "other/11", "life/0", "life/x"):
        assert get(door, f"home/alarms/{missing}").status_code in (404, 422)


def test_changes_are_told_in_words_with_the_wire(door):
    told(door, changes=(Change(2, NOON_S, "modbus 10.0.0.9", "battery.max_charge_a", 40, 33),))
    found = get(door, "home/changes").json()[0]
    assert found["wire"] == "modbus"
    assert found["page"] == "Battery Setting, Batt Mode"
    assert (found["before_text"], found["after_text"]) == ("40 A", "33 A")


# fmt: off
QUERIES = ["before=-1", "before=nan", "before=inf", "before=1e12", "limit=0", "limit=501", "limit=x"]
# fmt: on


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_out_of_range_is_refused_in_one_line(door, query):
    reply = get(door, f"home/alarms?{query}")
    assert reply.status_code == 422
    assert reply.json()["error"]["text"].endswith(".")


# ---- figures -------------------------------------------------------------------------------------


def values(reply):
    return {row["key"]: row["value"] for page in reply["pages"] for row in page["rows"]}


def test_figures_stand_on_pages_now_and_at_any_time_before(door):
    told(door)
    now = get(door, "home/figures").json()
    assert (now["level"], values(now)["pv1_power"]) == ("now", 1000.0)
    rows = [
        Sample(9000 + place, DAY_START_S + 60.0 * place, 60.0, {"pv1_power": 10.0 * place},
               [0] * len(SUMS))
        for place in range(3)
    ]  # fmt: skip
    door.portal.inbox.take(Delivery("home", "life", batch("home", rows)), door.site)
    then = get(door, f"home/figures?at={DAY_START_S + 119.0}").json()
    assert (then["level"], then["clock"]) == ("samples", "2026-10-05 00:01:00")
    assert values(then)["pv1_power"] == 10.0
    assert values(then)["pv2_power"] is None
    assert get(door, "home/figures?at=5").status_code == 404


def test_where_samples_were_thrown_away_the_mean_of_the_hour_stands(door, monkeypatch):
    rows = [Sample(9000, DAY_START_S, 60.0, {"pv1_power": 40.0}, [0] * len(SUMS))]
    door.portal.inbox.take(Delivery("home", "life", batch("home", rows)), door.site)
    read = door.portal.history.read

    def without_samples(device, level, *rest, **words):
        found = read(device, level, *rest, **words)
        return found.slice(0, 0) if level == "samples" else found

    monkeypatch.setattr(door.portal.history, "read", without_samples)
    found = get(door, f"home/figures?at={DAY_START_S + 1800.0}").json()
    assert (found["level"], values(found)["pv1_power"]) == ("hour", 40.0)


def test_a_device_of_the_register_alone_is_new_and_empty(door):
    door.portal.inbox.take(Delivery("bare", "life"), door.site)
    found = get(door, "bare").json()
    assert (found["state"], found["moment"], found["energy"]["total"]) == ("new", None, {})
    assert get(door, "bare/settings").json() == get(door, "bare/alarms").json() == []
    assert get(door, "bare/figures").status_code == 404
    assert time.time() - found["heard_at_s"] < 60.0
