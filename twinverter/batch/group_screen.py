"""The units of a group on the terminal, beside the summary of their sum."""

from typing import Any

from rich.console import Console
from rich.table import Table

from twinverter.words import figures


def print_units(console: Console, parallel: dict[str, Any]) -> None:
    """Print a row per unit: what it carried, its sun and battery, and what it told."""
    table = Table(box=None, title="Units in parallel", title_justify="left", pad_edge=False)
    table.add_column("Unit")
    for title in ("Sun", "Out of battery", "Into battery", "Loads", "Dark", "Charge"):
        table.add_column(title, justify="right")
    table.add_column("Told")
    for unit in parallel["units"]:
        phase = f", phase {unit['phase']}" if unit["phase"] else ""
        told = " ".join(f"{code} ({row['count']})" for code, row in unit["alarms"].items())
        table.add_row(
            f"{unit['address']} {unit['role']}{phase}",
            figures.energy(unit["pv_wh"]),
            figures.energy(unit["battery_discharge_wh"]),
            figures.energy(unit["battery_charge_wh"]),
            figures.energy(unit["load_wh"]),
            figures.energy(unit["unserved_wh"]),
            f"{100.0 * unit['soc_end']:.0f} %",
            told or "nothing",
        )
    console.print(table)
    console.print(
        f"[dim]In the dark the units share the load to {100.0 * parallel['unlike']:.2f} % of their"
        " rating.[/]"
    )
