"""`twinverter accounts site` and `device`: places of a portal, and what reports without a token."""

import time
from typing import Annotated

import typer

from twinverter.cli.accounts import accounts, changing, checked, site_number
from twinverter.cli.frame import FINE, InputError
from twinverter.cli.history import DATABASE, Database


@accounts.command(epilog="Example: [bold]twinverter accounts site 'Okafor clinic' --place Ikeja[/]")
def site(
    name: Annotated[str, typer.Argument(help="What people call it.", metavar="NAME")],
    place: Annotated[str, typer.Option(help="Where it is.", metavar="TEXT")] = "",
    timezone: Annotated[
        str, typer.Option(help="Its time zone, as Africa/Lagos.", metavar="ZONE")
    ] = "",
    database: Database = DATABASE,
) -> int:
    """Add a site; its number is printed."""
    from zoneinfo import available_timezones

    from twinverter.portal import fields, tables

    title, where = checked("NAME", fields.Name, name), checked("--place", fields.Line, place)
    if timezone and timezone not in available_timezones():
        raise InputError(f"--timezone {timezone}: there is no such time zone (as Africa/Lagos)")
    with changing(database, "accounts site", title) as link:
        query = tables.sites.insert().values(
            name=title, place=where, timezone=timezone, made_s=time.time()
        )
        number = link.execute(query.returning(tables.sites.c.id)).scalar_one()
    print(number)
    return FINE


@accounts.command(epilog="Example: [bold]twinverter accounts device 1 logger-2712345678[/]")
def device(
    site: Annotated[str, typer.Argument(help="A site's number, or its name.", metavar="SITE")],
    name: Annotated[
        str, typer.Argument(help="logger-SERIAL, or mqtt-NAME for a broker's.", metavar="DEVICE")
    ],
    database: Database = DATABASE,
) -> int:
    """Name a device on a site: nothing is taken of a logger or a broker's device before."""
    from twinverter.monitor.delivery import check_device
    from twinverter.monitor.history import HistoryError
    from twinverter.portal.naming import named_device
    from twinverter.portal.register import Conflict

    try:
        check_device(name)
        with changing(database, "accounts device", name, site) as link:
            named_device(link, site_number(link, site), name)
    except Conflict:
        raise InputError(f"DEVICE {name}: there is one of that name already") from None
    except HistoryError as error:
        raise InputError(str(error)) from None
    print(f"{name} may report.")
    return FINE
