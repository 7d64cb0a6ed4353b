"""Sites and devices as lines of a list: how they are, what they do, and their sums.

How a site is follows from its devices, so all of them are looked at for each list; what only a line
shows is made for the lines of its page.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel

from twinverter.portal.asked import DeviceRow, SiteRow
from twinverter.portal.moments import STATES, State, flows, headline, state_of, worst
from twinverter.portal.places import Place, place
from twinverter.portal.sparks import Sparks

# A site in a list shows so many of its devices, those that need somebody first.
MOST_SHOWN = 20
UNHEARD: tuple[State, ...] = ("silent", "new")


class DeviceLine(BaseModel):
    """A device in a list; powers in W, positive feeds the loads, `spark` a quarter hour each."""

    name: str
    title: str
    state: State
    headline: str
    detail: str
    heard_at_s: float | None
    clock_s: float | None
    solar_w: float | None
    load_w: float | None
    grid_w: float | None
    battery_w: float | None
    soc: float | None
    stored_wh: float | None
    solar_today_wh: float | None
    spark: list[float | None]


class Sums(BaseModel):
    """What all devices that are heard do together; energy of today counts of all."""

    solar_w: float = 0.0
    load_w: float = 0.0
    grid_w: float = 0.0
    stored_wh: float = 0.0
    solar_today_wh: float = 0.0


class SiteLine(BaseModel):
    """A site in a list, with its first devices; its state is that of its worst of all."""

    id: int
    name: str
    place: str
    latitude_deg: float | None
    longitude_deg: float | None
    timezone: str
    note: str
    state: State
    device_count: int
    sums: Sums
    devices: list[DeviceLine]


class Days(NamedTuple):
    """Of devices by name: solar energy of the day so far, and its curve."""

    solar_wh: Mapping[str, float | None]
    solar_w: Mapping[str, list[float | None]]


class Known(NamedTuple):
    """A device and how it is now."""

    row: DeviceRow
    state: State

    @property
    def place(self) -> Place:
        """Return its place in the list of its site."""
        return place(STATES.index(self.state), title_of(self.row), self.row.name)


class Site(NamedTuple):
    """A site, how it is, and its devices in their order."""

    row: SiteRow
    state: State
    devices: list[Known]

    @property
    def shown(self) -> list[Known]:
        """Return the devices that its line shows."""
        return self.devices[:MOST_SHOWN]

    @property
    def place(self) -> Place:
        """Return its place in the list of all sites."""
        return place(STATES.index(self.state), self.row.name, self.row.id)


def known_sites(
    places: Sequence[SiteRow], devices: Sequence[DeviceRow], now_s: float
) -> list[Site]:
    """Return sites with their devices, what needs somebody first."""
    own: dict[int, list[Known]] = defaultdict(list)
    for device in devices:
        own[device.site_id].append(Known(device, state_of(device, now_s)))
    found = []
    for row in places:
        listed = sorted(own[row.id], key=lambda one: one.place)
        found.append(Site(row, worst([one.state for one in listed]), listed))
    return sorted(found, key=lambda site: site.place)


def holds(site: Site, words: str, now_s: float) -> bool:
    """Return whether a search finds a site: by its name and place, its devices, or how they are."""
    told = [site.row.name, site.row.place]
    for row, state in site.devices:
        told += [row.name, title_of(row), headline(row, state, now_s)[0]]
    return words.casefold() in "\n".join(told).casefold()


def title_of(row: DeviceRow) -> str:
    """Return what a device is called: as somebody named it here, as it names itself, its name."""
    return row.title or (row.about or {}).get("name") or row.name


def days_of(sparks: Sparks, devices: Sequence[Known], shown: Sequence[Known]) -> Days:
    """Return the energies of devices, and the curves of those that are shown."""
    return Days(sparks.today_wh(clocks(devices)), sparks.of(clocks(shown)))


def clocks(devices: Sequence[Known]) -> dict[str, float]:
    """Return the clocks of devices by name, of those that told one."""
    return {row.name: row.moment["clock_s"] for row, _ in devices if row.moment}


def site_line(site: Site, days: Days, now_s: float) -> SiteLine:
    """Return the line of a site."""
    parts = site.row._asdict()
    del parts["made_s"]
    return SiteLine(
        state=site.state,
        device_count=len(site.devices),
        sums=sums_of(site.devices, days),
        devices=[device_line(one, days, now_s) for one in site.shown],
        **parts,
    )


def device_line(one: Known, days: Days, now_s: float) -> DeviceLine:
    """Return the line of a device."""
    row, state = one
    text, detail = headline(row, state, now_s)
    return DeviceLine(
        name=row.name,
        title=title_of(row),
        state=state,
        headline=text,
        detail=detail,
        heard_at_s=row.heard_s,
        clock_s=row.moment["clock_s"] if row.moment else None,
        solar_today_wh=days.solar_wh.get(row.name),
        spark=days.solar_w.get(row.name, []),
        **flows(row.moment).model_dump(exclude={"generator_w"}),
    )


def sums_of(devices: Sequence[Known], days: Days) -> Sums:
    """Return the sums of devices."""
    told = [flows(row.moment) for row, state in devices if state not in UNHEARD]
    return Sums(
        solar_w=sum(flow.solar_w or 0.0 for flow in told),
        load_w=sum(flow.load_w or 0.0 for flow in told),
        grid_w=sum(flow.grid_w or 0.0 for flow in told),
        stored_wh=sum(flow.stored_wh or 0.0 for flow in told),
        solar_today_wh=sum(days.solar_wh.get(row.name) or 0.0 for row, _ in devices),
    )
