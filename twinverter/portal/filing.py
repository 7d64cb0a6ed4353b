"""What a delivery leaves in the register: journals, the newest moment, and the device's own row.

Lines of a journal that stand there already are left, except that a diagnosis which has grown takes
the place of the earlier one: a delivery that comes again changes nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, case, func, insert, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from twinverter.catalog.errors import shown
from twinverter.monitor.delivery import Acknowledged, Alarm, Delivery
from twinverter.monitor.history import HistoryError, Receipt
from twinverter.portal.tables import KEEPS, alarms, changes, devices, sites

# So many alarms wait for the end of their diagnosis; that of older ones stays as it is.
MOST_UNTOLD = 20
NOTHING = Receipt(0, 0, 0)


class NotYours(HistoryError):  # noqa: N818
    """A device that reports to another site than that of its token."""


class Place(NamedTuple):
    """Where a device stands: the numbers of its row and of its site."""

    device_id: int
    site_id: int
    is_new: bool = False


def places(connection: Connection, names: Sequence[str]) -> dict[str, Place]:
    """Return where the devices stand that are known."""
    query = select(devices.c.name, devices.c.id, devices.c.site_id)
    found = connection.execute(query.where(devices.c.name.in_(names)))
    return {row.name: Place(row.id, row.site_id) for row in found}


def settled(
    connection: Connection, wanted: Sequence[tuple[Delivery, int | None]], now_s: float
) -> dict[str, Place]:
    """Return the places of devices, new ones on their token's site, else on one of their own.

    A device whose token's site is gone has none.
    """
    known = places(connection, [delivery.device for delivery, _ in wanted])
    asked = {site_id for _, site_id in wanted if site_id is not None}
    there = set(connection.execute(select(sites.c.id).where(sites.c.id.in_(asked))).scalars())
    # In the order of names, so that two portals do not wait for each other in a circle.
    for delivery, site_id in sorted(wanted, key=lambda one: one[0].device):
        if delivery.device in known or (site_id is not None and site_id not in there):
            continue
        own_id = _own_site(connection, delivery, now_s) if site_id is None else site_id
        made = connection.execute(insert(devices).values(name=delivery.device, site_id=own_id))
        known[delivery.device] = Place(_key(made), own_id, is_new=True)
    return known


def _own_site(connection: Connection, delivery: Delivery, now_s: float) -> int:
    about = delivery.about
    made = connection.execute(
        insert(sites).values(
            name=about.name if about and about.name else delivery.device,
            place=about.place if about else "",
            latitude_deg=about.latitude_deg if about else None,
            longitude_deg=about.longitude_deg if about else None,
            timezone=about.timezone if about else "",
            made_s=now_s,
        )
    )
    return _key(made)


def _key(made: Any) -> int:
    return int(made.inserted_primary_key[0])


def check_place(delivery: Delivery, place: Place | None, site_id: int | None) -> None:
    """Raise NotYours where a device has no place, or stands on another site than its token."""
    if place is None:
        raise NotYours(f"device {shown(delivery.device)}: the site of its token is gone")
    if site_id is not None and place.site_id != site_id:
        raise NotYours(
            f"device {shown(delivery.device)}: stands on another site of this portal;"
            " report under another name (--device NAME), or with a token of that site"
        )


class Filed(NamedTuple):
    """A delivery on its way into the register, with what became of its samples."""

    delivery: Delivery
    place: Place
    receipt: Receipt = NOTHING


def file(connection: Connection, parts: Sequence[Filed], now_s: float) -> list[Acknowledged]:
    """Put what devices told into the register and return what each is told."""
    ids = [part.place.device_id for part in parts]
    query = select(
        devices.c.id, devices.c.life, devices.c.alarms_seq, devices.c.changes_seq, devices.c.untold
    )
    # In the order of their ids, so that two portals do not wait for each other in a circle.
    query = query.where(devices.c.id.in_(ids)).order_by(devices.c.id).with_for_update()
    rows = {row.id: row for row in connection.execute(query)}
    _file_alarms(connection, parts)
    _file_changes(connection, parts)
    told, updates = [], []
    for part in parts:
        # A device that was taken away meanwhile is new again next time.
        row = rows.get(part.place.device_id)
        if row is None:
            raise HistoryError(f"device {shown(part.delivery.device)}: was taken away just now")
        reply = _acknowledged(connection, part, row)
        told.append(reply)
        updates.append(_update(part, reply, now_s))
    connection.execute(UPDATE, updates)
    return told


# fmt: off
UPDATE = (
    update(devices)
    .where(devices.c.id == bindparam("its_id"))
    .values(
        life=bindparam("new_life"),
        alarms_seq=bindparam("new_alarms_seq"),
        changes_seq=bindparam("new_changes_seq"),
        untold=bindparam("new_untold", type_=KEEPS),
        heard_s=bindparam("new_heard_s"),
        every_s=bindparam("new_every_s"),
        about=func.coalesce(bindparam("new_about", type_=KEEPS), devices.c.about),
        moment=func.coalesce(bindparam("new_moment", type_=KEEPS), devices.c.moment),
        settings=func.coalesce(bindparam("new_settings", type_=KEEPS), devices.c.settings),
        settings_s=case(
            (bindparam("has_settings") == true(), bindparam("new_heard_s")),
            else_=devices.c.settings_s,
        ),
    )
)
# fmt: on


def _update(part: Filed, reply: Acknowledged, now_s: float) -> dict[str, Any]:
    delivery = part.delivery
    return {
        "its_id": part.place.device_id,
        "new_life": delivery.life,
        "new_alarms_seq": reply.alarms_seq,
        "new_changes_seq": reply.changes_seq,
        "new_untold": list(reply.untold),
        "new_heard_s": now_s,
        "new_every_s": delivery.every_s,
        "new_about": plain(delivery.about),
        "new_moment": plain(delivery.moment),
        "new_settings": None if delivery.settings is None else dict(delivery.settings),
        "has_settings": delivery.settings is not None,
    }


def plain(part: Any) -> dict[str, Any] | None:
    """Return a part of a delivery as plain data."""
    if part is None:
        return None
    return {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in part._asdict().items()
    }


def _acknowledged(connection: Connection, part: Filed, row: Any) -> Acknowledged:
    """Return what a device is told; the journals are filed already."""
    delivery = part.delivery
    if delivery.life == row.life:
        alarms_seq = max([row.alarms_seq, *(line.seq for line in delivery.alarms)])
        changes_seq = max([row.changes_seq, *(line.seq for line in delivery.changes)])
        untold = set(row.untold)
    else:
        alarms_seq = _last(connection, alarms, part)
        changes_seq = _last(connection, changes, part)
        untold = set()
    untold -= {line.seq for line in delivery.alarms}
    untold |= {line.seq for line in delivery.alarms if is_open(line)}
    kept = tuple(sorted(untold)[-MOST_UNTOLD:])
    return Acknowledged(*part.receipt, alarms_seq, changes_seq, kept)


def is_open(line: Alarm) -> bool:
    """Return whether the diagnosis of an alarm will still grow."""
    return line.raised and line.told is not None and line.told.get("complete") is False


def _last(connection: Connection, journal: Any, part: Filed) -> int:
    """Return the last line of a life in a journal, 0 for none."""
    query = select(func.max(journal.c.seq)).where(
        journal.c.device_id == part.place.device_id, journal.c.life == part.delivery.life
    )
    return int(connection.execute(query).scalar() or 0)


def _file_alarms(connection: Connection, parts: Sequence[Filed]) -> None:
    rows = [{**_line(part), **line._asdict()} for part in parts for line in part.delivery.alarms]
    if rows:
        adding = _adding(connection, alarms)
        adding = adding.on_conflict_do_update(
            index_elements=list(alarms.primary_key),
            set_={"told": adding.excluded.told},
            where=adding.excluded.told.is_not(None),
        )
        connection.execute(adding, rows)


def _file_changes(connection: Connection, parts: Sequence[Filed]) -> None:
    rows = [{**_line(part), **line._asdict()} for part in parts for line in part.delivery.changes]
    if rows:
        connection.execute(_adding(connection, changes).on_conflict_do_nothing(), rows)


def _line(part: Filed) -> dict[str, Any]:
    return {"device_id": part.place.device_id, "life": part.delivery.life}


def _adding(connection: Connection, journal: Any) -> Any:
    """Return the statement that adds lines; each database has its own word for what stands."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(journal)
