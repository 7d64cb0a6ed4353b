"""What Grafana is given: views that tell what the history holds, and panels whose questions run."""

import json
from datetime import UTC, datetime

import psycopg
import pytest

from tests.monitor.conftest import server  # noqa: F401
from tests.monitor.samples import MONDAY_S, minutes
from twinverter.monitor.delivery import Alarm, Change, Delivery, Moment
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history
from twinverter.portal import grafana, views
from twinverter.portal.hub import Hub
from twinverter.portal.inbox import Inbox
from twinverter.portal.register import Register
from twinverter.portal.tables import sites

HOUSE = "O'Hara's house"


@pytest.fixture(scope="module")
def database(request):
    """A portal's database with an hour of a device in Lagos, an hour ahead of UTC, and its views."""
    place = request.getfixturevalue("server").fresh()
    history, register = open_history(place, Plan()), Register.opened(place)
    with register.begin() as connection:
        made = connection.execute(
            sites.insert().values(name=HOUSE, timezone="Africa/Lagos", made_s=0.0)
        )
    site_id = made.inserted_primary_key[0]
    inbox = Inbox(register, history, Hub(), window_s=0.0)
    inbox.take(
        Delivery(
            "home",
            "life",
            minutes(0, 60, solar=1000, battery_soc=50.0),
            alarms=(Alarm(1, MONDAY_S + 60.0, "F35", True),),
            changes=(Change(1, MONDAY_S + 120.0, "panel", "work_mode", "a", "b"),),
            moment=Moment(
                MONDAY_S + 3600.0, {"pv1_power": 900.0, "pv2_power": 100.0}, {"F35": 1.0}
            ),
        ),
        site_id,
    )
    inbox.close()
    history.close()
    views.make(place)
    yield place
    register.close()


def asked(place, query):
    with psycopg.connect(place) as connection:
        cursor = connection.execute(query)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def filled(query):
    """Return a panel's question as Grafana sends it."""
    return (
        query.replace("$__timeFilter(time)", "time BETWEEN '2023-01-01' AND '2023-01-03'")
        .replace("${site:singlequote}", "'O''Hara''s house'")
        .replace("${device:singlequote}", "'home'")
    )


def test_a_sample_has_its_point_of_time_and_its_wall_clock(database):
    rows = asked(database, "SELECT * FROM twinverter.samples ORDER BY time")
    assert len(rows) == 60
    assert rows[0]["clock"] == datetime(2023, 1, 2)
    assert rows[0]["time"] == datetime(2023, 1, 1, 23, tzinfo=UTC)
    assert (rows[0]["site"], rows[0]["device"]) == (HOUSE, "home")
    assert (float(rows[0]["solar_kwh"]), rows[0]["battery_soc"]) == (0.001, 50.0)


@pytest.mark.parametrize("view", ["hours", "days", "months", "years"])
def test_every_level_tells_the_same_energy(view, database):
    (row,) = asked(database, f"SELECT sum(solar_kwh) AS solar_kwh FROM twinverter.{view}")
    assert float(row["solar_kwh"]) == pytest.approx(0.06)


def test_the_newest_moment_and_both_journals_are_there(database):
    (now,) = asked(database, "SELECT * FROM twinverter.now")
    assert (now["pv1_power"], now["alarms"]) == (900.0, "F35")
    (alarm,) = asked(database, "SELECT * FROM twinverter.alarms")
    assert (alarm["code"], alarm["raised"]) == ("F35", True)
    assert alarm["time"] == datetime(2023, 1, 1, 23, 1, tzinfo=UTC)
    (change,) = asked(database, "SELECT * FROM twinverter.changes")
    assert (change["by"], change["key"], change["after"]) == ("panel", "work_mode", "b")


@pytest.mark.parametrize("panel", grafana.PANELS, ids=lambda panel: panel.title)
def test_the_question_of_a_panel_runs_and_finds_something(panel, database):
    rows = asked(database, filled(panel.asks))
    assert rows
    if panel.kind == "timeseries":
        assert {"time", "metric"} < set(rows[0])
    if panel.title == "Solar now":
        assert list(rows[0].values()) == [1000.0]


@pytest.mark.parametrize("name, label, asks", grafana.CHOICES)
def test_there_is_something_to_choose(name, label, asks, database):
    assert [list(row.values()) for row in asked(database, filled(asks))] in ([[HOUSE]], [["home"]])


def test_views_are_made_again_over_those_of_an_earlier_run(database):
    views.make(database)
    assert len(asked(database, "SELECT * FROM twinverter.hours")) == 1


def test_a_site_without_a_time_zone_is_in_utc(database):
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE portal.sites SET timezone = 'Nowhere/None'")
        rows = connection.execute("SELECT min(time) FROM twinverter.samples").fetchall()
        connection.rollback()
    assert rows == [(datetime(2023, 1, 2, tzinfo=UTC),)]


def test_panels_fill_the_page_without_lying_on_each_other():
    placed = [panel["gridPos"] for panel in grafana.dashboard()["panels"]]
    taken = [
        (x, y)
        for place in placed
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < grafana.WIDE


def test_what_is_written_for_grafana_holds_no_password(tmp_path):
    paths = grafana.provision(tmp_path, "localhost:5432", "solar", "reader")
    texts = [json.loads(path.read_text()) for path in paths]
    assert texts[0]["datasources"][0]["uid"] == grafana.SOURCE["uid"]
    assert texts[0]["datasources"][0]["secureJsonData"] == {
        "password": "$TWINVERTER_GRAFANA_PASSWORD"
    }
    assert texts[2]["panels"]
