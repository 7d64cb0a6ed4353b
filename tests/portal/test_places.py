"""Lists by the page: nothing is left out or comes twice, whatever comes and goes between two pages."""

import pytest
from sqlalchemy import insert, update
from starlette.exceptions import HTTPException

from tests.portal.gate import QUICK, delivery, gate
from twinverter.portal import accounts, tables, tokens
from twinverter.portal.places import MOST_ROWS, page, place

NAMES = [f"Site {letter}" for letter in "gbfdace"]


@pytest.fixture
def door(tmp_path):
    with gate(tmp_path / "history.duckdb") as opened:
        yield opened


def add_sites(door, names):
    rows = [{"name": name, "made_s": 0.0} for name in names]
    with door.portal.register.begin() as link:
        link.execute(insert(tables.sites), rows)


def read(client, path, key, between=lambda: None, **query):
    """Return the rows of all pages; `between` is called between two of them."""
    found, after = [], None
    while True:
        asked = query if after is None else query | {"after": after}
        told = client.get(path, params=asked).json()
        found += told[key]
        after = told["next"]
        if after is None:
            return found
        between()


# ---- an order and its places ---------------------------------------------------------------------


def test_pages_follow_each_other_through_the_whole_order():
    rows = [(0, "b", 1), (1, "a", 2), (1, "a", 3), (1, "ä 漢", 4)]
    first, after = page(rows, lambda row: row, None, 2)
    assert first == rows[:2]
    assert page(rows, lambda row: row, after, 2) == (rows[2:], None)
    assert page(rows[2:], lambda row: row, after, 2) == (rows[2:], None)
    assert page([], lambda row: row, after, 2) == ([], None)


def test_a_long_name_is_cut_in_its_place_and_capitals_are_small():
    assert place(1, "A" * 1000, 5) == (1, "a" * 60, 5)


# fmt: off
WRONG = [
    "x", "!", "é", "W10", "WzFd", "bnVsbA", "e30", "WzEsMiwzXQ", "W3RydWUsImEiLDFd", "WzEsImEiLFtdXQ",
    "WzEsImEiLCJ4Il0", "////", "W1tb" * 150,
]
# fmt: on


@pytest.mark.parametrize("after", WRONG)
def test_what_is_no_place_is_refused(after):
    with pytest.raises(HTTPException) as refusal:
        page([(1, "a", 1)], lambda row: row, after, 2)
    assert refusal.value.status_code == 422


# ---- the lists -----------------------------------------------------------------------------------


def test_sites_come_by_the_page_with_the_sums_and_counts_of_all(door):
    add_sites(door, NAMES)
    client = door.logged_in("ope")
    found = client.get("/api/v1/sites", params={"limit": 4}).json()
    assert (len(found["sites"]), found["total"]) == (4, 9)
    assert sum(found["counts"].values()) == 9
    names = [one["name"] for one in read(client, "/api/v1/sites", "sites", limit=4)]
    # Two have a device that is silent by now, the others none.
    assert names == ["Ada's", "Other", *sorted(NAMES)]


def test_what_comes_and_goes_between_two_pages_moves_nobody_else(door):
    add_sites(door, NAMES)
    client, turns = door.logged_in("ope"), iter([["Site Aa"], ["Site zz", "Site 0"]])
    sites = read(
        client, "/api/v1/sites", "sites", lambda: add_sites(door, next(turns, [])), limit=4
    )
    names = [one["name"] for one in sites]
    assert names == ["Ada's", "Other", *sorted(NAMES), "Site zz"]


# fmt: off
ASKED = [
    # query                                 sites
    ({"state": "new"},                      ["Site a", "Site b"]),
    ({"search": "SITE B"},                  ["Site b"]),
    ({"search": " other "},                 ["Other"]),
    ({"search": "Silent for"},              ["Ada's", "Other"]),
    ({"search": "Lagos", "state": "new"},   []),
]
# fmt: on


@pytest.mark.parametrize("query, names", ASKED)
def test_sites_are_found_by_state_and_by_words_of_their_line(door, query, names):
    add_sites(door, ["Site a", "Site b"])
    with door.portal.register.begin() as link:
        link.execute(update(tables.devices).values(heard_s=0.0))
    found = door.logged_in("ope").get("/api/v1/sites", params=query).json()
    assert [one["name"] for one in found["sites"]] == names
    assert found["total"] == len(names)


def test_a_site_shows_its_first_devices_and_lists_all_of_them(door, monkeypatch):
    monkeypatch.setattr("twinverter.portal.site_lines.MOST_SHOWN", 2)
    for name in "dacb":
        door.portal.inbox.take(delivery(name), door.site)
    with door.portal.register.begin() as link:
        link.execute(update(tables.devices).values(title=tables.devices.c.name))
    client = door.logged_in("rea")
    site = client.get(f"/api/v1/sites/{door.site}").json()
    assert (site["device_count"], site["role"]) == (5, "reader")
    assert [one["name"] for one in site["devices"]] == ["a", "b"]
    listed = read(client, f"/api/v1/sites/{door.site}/devices", "devices", limit=2)
    assert [one["name"] for one in listed] == ["a", "b", "c", "d", "home"]
    # Each counted a Wh in each of ten minutes, half an hour ago by its clock: all of them in sum.
    assert site["sums"]["solar_today_wh"] == sum(one["solar_today_wh"] for one in listed) == 50.0


def test_people_members_and_tokens_come_by_the_page(door):
    client = door.logged_in("ope")
    with door.portal.register.begin() as link:
        for number in range(3):
            tokens.made(link, "device", f"label {number}", 0.0, site_id=door.site)
    everybody = client.get("/api/v1/users").json()
    ids = [one["id"] for one in client.get("/api/v1/tokens").json()]
    members = client.get(f"/api/v1/sites/{door.site}/members").json()
    assert len(everybody) == 6 and len(members) == 3 and len(ids) == 4

    def rest(path, **query):
        return client.get(path, params=query).json()

    assert rest("/api/v1/users", limit=2, after=everybody[1]["name"]) == everybody[2:4]
    assert rest(f"/api/v1/sites/{door.site}/members", after=members[0]["name"]) == members[1:]
    assert [one["id"] for one in rest("/api/v1/tokens", limit=2, before=ids[1])] == ids[2:4]


def test_who_one_is_names_so_many_sites_and_whether_one_installs(door):
    add_sites(door, [f"Site {number}" for number in range(200)])
    told = door.logged_in("ope").get("/api/v1/me").json()
    assert (len(told["sites"]), told["installs"]) == (100, True)
    assert door.logged_in("ins").get("/api/v1/me").json()["installs"]
    assert not door.logged_in("own").get("/api/v1/me").json()["installs"]


def test_every_list_that_grows_says_in_the_schema_how_much_of_it_is_a_page(door):
    schema = door.logged_in("ope").get("/openapi.json").json()["paths"]
    for path in (
        "/sites", "/sites/{id}/devices", "/sites/{id}/members", "/users", "/tokens", "/audit",
        "/devices/{name}/alarms", "/devices/{name}/changes",
    ):  # fmt: skip
        told = {one["name"]: one["schema"] for one in schema[f"/api/v1{path}"]["get"]["parameters"]}
        assert told["limit"]["maximum"] == MOST_ROWS, path
        assert told["limit"]["default"] == 100, path
        assert told.keys() & {"after", "before"}, path


def test_more_people_than_a_page_holds_are_cut(door):
    with door.portal.register.begin() as link:
        for number in range(110):
            accounts.added(link, f"person {number:03}", QUICK.hash("x"), 0.0)
    client = door.logged_in("ope")
    assert len(client.get("/api/v1/users").json()) == 100
    assert len(client.get("/api/v1/users?limit=500").json()) == 116
    assert client.get("/api/v1/users?limit=501").status_code == 422
