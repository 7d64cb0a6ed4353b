"""Every page of the portal in a browser: drawn whole, within its width, for a desk and a phone."""

import re
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from tools.portal_demo import END_S, LIFE
from twinverter.monitor.delivery import MEDIA_TYPE, Delivery, Moment, packed

PAGES = (
    "",
    "map",
    "people/tokens",
    "people/sites",
    "people/audit",
    "site/3",
    "device/inverter-001/now",
    "device/inverter-001/curves",
    "device/inverter-001/curves?period=month&date=2026-06-01&with=2026-05-01",
    "device/inverter-001/curves?period=year&date=2026-06-01",
    "device/inverter-001/curves?period=total",
    "device/inverter-001/balance",
    "device/inverter-001/outages",
    "device/inverter-001/outages?period=year&date=2026-06-01",
    "device/inverter-001/alarms",
    "device/inverter-001/settings",
    "device/inverter-001/pages",
    "device/inverter-001/export",
)
TODAY = "2026-06-17"
SITES = re.compile(r"/api/v1/sites(\?|$)")


@pytest.mark.parametrize("who", ["desk", "phone"])
def test_every_page_is_drawn_whole(request, who):
    visitor = request.getfixturevalue(who).go()
    for page in PAGES:
        visitor.go(page)
        assert visitor.faults() == [], page
        assert not visitor.page.locator(".sorry").count(), page
        assert visitor.page.locator("h1").count() == 1, page


def test_the_list_has_alarms_first_and_filters_and_searches(desk):
    desk.go()
    rows = desk.page.locator(".site-list a.site:visible")
    expect(rows).to_have_count(9)
    looks = [row.get_attribute("class").split()[-1] for row in rows.all()]
    order = ["f", "w", "out", "ok"]
    assert looks == sorted(looks, key=order.index)
    desk.page.get_by_role("button", name=re.compile("^Silent")).click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("– –")
    desk.page.get_by_role("button", name=re.compile("^All")).click()
    desk.page.get_by_role("searchbox").fill("kano")
    expect(rows).to_have_count(1)
    desk.page.get_by_role("searchbox").fill("nowhere")
    desk.sees("No site fits")


def test_what_stands_is_told_with_advice_and_its_diagnosis_opens_in_place(desk):
    desk.go("device/inverter-003")
    alarms = desk.page.locator(".al.w")
    expect(alarms).to_contain_text("DERATE Power derating")
    expect(alarms).to_contain_text("What to do:")
    desk.go("device/inverter-003/alarms")
    line = desk.page.locator(".a-row", has_text="DERATE")
    line.click()
    expect(line).to_have_attribute("aria-expanded", "true")
    expect(desk.page.locator(".g-cause").first).to_be_visible()
    expect(desk.page.locator(".e-chart").first).to_be_visible()
    line.click()
    expect(desk.page.locator(".g-cause").first).to_be_hidden()


def test_the_curve_and_the_balance_of_a_month_say_the_same(desk):
    """What the sun gave is one figure, whoever tells it."""
    desk.go(f"device/inverter-001/curves?period=month&date={TODAY}")
    sun = desk.page.locator(".k-reading b").first.inner_text()
    desk.go(f"device/inverter-001/balance?period=month&date={TODAY}")
    expect(desk.page.locator(".b-list dd").first).to_have_text(sun)
    desk.go("device/inverter-001/now")
    row = desk.page.locator("tr", has_text="Solar").first
    assert row.locator("td").nth(1).inner_text().replace("kWh", "").strip() == sun.split()[0]


def test_the_balance_closes_and_says_what_is_not_explained(desk):
    desk.go(f"device/inverter-001/balance?period=month&date={TODAY}")
    came, went = (one.inner_text() for one in desk.page.locator(".b-side h3 span").all())
    assert came == went
    desk.sees("not explained")


def test_another_period_is_kept_in_the_address_and_survives_a_reload(desk):
    desk.go("device/inverter-001/curves").press("Month", "button")
    expect(desk.page.locator(".period .now")).to_have_text("June 2026")
    desk.press("Earlier", "button")
    expect(desk.page.locator(".period .now")).to_have_text("May 2026")
    desk.press("Compare", "button")
    expect(desk.page.locator("rect.k-ghost").first).to_be_visible()
    desk.page.reload()
    desk.arrived()
    expect(desk.page.locator(".period .now")).to_have_text("May 2026")
    assert "period=month" in desk.page.url


def test_the_pages_of_the_panel_are_read_at_another_time(desk):
    desk.go("device/inverter-001/pages")
    desk.sees("the newest figures")
    slider = desk.page.get_by_role("slider", name="Time of day")
    slider.fill("7200")
    desk.sees("as they were sampled")
    expect(desk.page.locator(".sheets .card").first).to_contain_text("PV input 1 power")
    row = desk.page.locator("tr", has_text="PV input 1 power").first
    expect(row.locator("td")).to_have_text("0W")


def test_an_export_leads_to_the_rows_that_were_chosen(desk):
    desk.go("device/inverter-001/export")
    desk.page.get_by_label("Rows").select_option("month")
    with desk.page.expect_download() as coming:
        desk.press("Take it away")
    text = coming.value.path().read_text()
    assert text.count("\n") == 4
    assert "solar_wh" in text.splitlines()[0]


def test_a_device_that_is_gone_and_a_page_that_never_was_are_told_in_words(desk):
    desk.go()
    desk.page.evaluate("() => { location.hash = '#/device/nobody'; }")
    desk.sees("There is no such device.")
    desk.page.evaluate("() => { location.hash = '#/site/4711'; }")
    desk.sees("There is no such site")


def deliver(address, solar_w, codes):
    """Let the ninth inverter report, a minute after its last word."""
    figures = {"pv1_power": solar_w, "pv2_power": 4.0, "battery_soc": 41.0}
    moment = Moment(END_S + 60.0, figures, codes, state="on_grid")
    delivery = Delivery("inverter-009", LIFE, moment=moment, every_s=3600.0)
    headers = {"Content-Type": MEDIA_TYPE}
    asked = Request(f"{address}api/v1/deliver", packed(delivery), headers, method="POST")
    with urlopen(asked) as reply:
        assert reply.status == 200


def test_a_delivery_reaches_the_page_of_its_device_by_the_stream(desk):
    desk.go("device/inverter-009")
    desk.page.wait_for_timeout(300)
    deliver(desk.address, 1226.0, {})
    expect(desk.page.locator(".flowrow dd").first).to_have_text("1.23kW")
    expect(desk.page.locator(".flowrow")).to_contain_text("Battery 41 %")


def test_a_fault_that_rises_moves_its_site_to_the_top_and_back_when_it_is_over(desk):
    desk.go()
    row = desk.page.locator("a.site", has_text="Nwosu shop")
    expect(row).to_have_class(re.compile(r"\bok\b"))
    desk.page.wait_for_timeout(300)
    deliver(desk.address, 996.0, {"F64": END_S})
    expect(row).to_have_class(re.compile(r"\bf\b"))
    expect(row).to_contain_text("F64 Heatsink_HighTemp_Fault")
    deliver(desk.address, 1996.0, {})
    expect(row).to_have_class(re.compile(r"\bok\b"))
    expect(row.locator(".n1")).to_have_text("Solar now 2.00kW")


def test_without_a_stream_the_portal_is_asked_every_ten_seconds(desk):
    desk.page.route_web_socket(re.compile("/stream"), lambda stream: stream.close())
    desk.go()
    with desk.page.expect_response(SITES, timeout=15_000):
        pass


def test_a_portal_that_is_away_is_told_and_asked_again(desk):
    answers = desk.page.context
    asked = []

    def once(route):
        asked.append(route)
        if len(asked) == 1:
            route.abort()
        else:
            route.fallback()

    answers.route(SITES, once)
    desk.page.goto(desk.address)
    expect(desk.page.get_by_role("alert")).to_contain_text("No contact with the portal.")
    expect(desk.page.locator("a.site").first).to_be_visible()
    assert len(asked) == 2


def test_who_is_silent_shows_no_figure_but_the_last_one_in_words(desk):
    desk.go("device/inverter-006")
    expect(desk.page.locator(".stamp.gone")).to_contain_text("No contact since")
    expect(desk.page.locator(".flowrow dd").first).to_have_text("– –")
    expect(desk.page.locator(".flowrow p").first).to_have_text(re.compile(r"^last \d"))


def test_of_thousands_of_sites_two_hundred_are_drawn_and_more_when_asked_for(desk):
    def many(route):
        found = route.fetch(url=desk.address + "api/v1/sites").json()
        first = found["sites"][0]
        asked = parse_qs(urlsplit(route.request.url).query)
        begin, limit = int(asked.get("after", ["0"])[0]), int(asked["limit"][0])
        words = asked.get("search", [""])[0]
        fit = [
            first | {"id": number, "name": f"House {number}"}
            for number in range(450)
            if words in f"House {number}"
        ]
        further = str(begin + limit) if begin + limit < len(fit) else None
        found |= {"total": len(fit), "next": further, "sites": fit[begin : begin + limit]}
        found["counts"]["fine"] = 450
        route.fulfill(json=found)

    desk.page.route(SITES, many)
    desk.go()
    rows = desk.page.locator(".site-list a.site")
    expect(rows).to_have_count(200)
    desk.page.get_by_role("searchbox").fill("House 449")
    expect(rows).to_have_count(1)
    desk.page.get_by_role("searchbox").fill("")
    desk.press("Show more: 250 are left", "button")
    expect(rows).to_have_count(400)
    assert "House 200" in desk.focused
