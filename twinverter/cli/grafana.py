"""`twinverter grafana`: views in the portal's database, and what Grafana is provisioned with."""

from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

import typer

from twinverter.cli.frame import FINE, InputError, app

PORT = 5432


@app.command(epilog="Example: [bold]twinverter grafana grafana --db postgresql://me@host/solar[/]")
def grafana(
    folder: Annotated[Path, typer.Argument(help="Folder for the files that Grafana reads.")],
    database: Annotated[
        str,
        typer.Option("--db", help="The portal's postgresql://USER@HOST/NAME.", metavar="URL"),
    ],
    user: Annotated[
        str, typer.Option(help="As whom Grafana asks; it needs rights on the views alone.")
    ] = "grafana",
) -> int:
    """Make the SQL views of a portal and write a provisioned data source and dashboard.

    Grafana takes the password from TWINVERTER_GRAFANA_PASSWORD.
    """
    import psycopg

    from twinverter.monitor.history import HistoryError
    from twinverter.monitor.opened import POSTGRES, open_history, told_place
    from twinverter.portal import grafana as provisioned
    from twinverter.portal import views
    from twinverter.portal.register import Register

    if not database.startswith(POSTGRES):
        raise InputError(f"--db {database}: Grafana asks PostgreSQL alone (postgresql://…)")
    try:
        open_history(database).close()
        Register.opened(database).close()
        views.make(database)
        parts = urlsplit(database)
        host = f"{parts.hostname or 'localhost'}:{parts.port or PORT}"
        paths = provisioned.provision(folder, host, unquote(parts.path.lstrip("/")), user)
    except (psycopg.Error, HistoryError, ValueError) as error:
        raise InputError(f"--db {told_place(database)}: {' '.join(str(error).split())}") from None
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror or error})") from None
    print(
        f"Views stand in the schema {views.SCHEMA}. Let Grafana read them:"
        f"\n  GRANT USAGE ON SCHEMA {views.SCHEMA} TO {user};"
        f"\n  GRANT SELECT ON ALL TABLES IN SCHEMA {views.SCHEMA} TO {user};"
    )
    for path in paths:
        print(path)
    return FINE
