"""`twinverter size`: what more or fewer modules, battery and generator would bring."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from twinverter.cli.frame import FINE, InputError, app, lone_house, progress_bar

if TYPE_CHECKING:
    from twinverter.planner.sizing import Sized

Number = TypeVar("Number", int, float)
MOST_SIZES, LONGEST_YEARS, HIGHEST_PCT = 100, 40, 100.0


@app.command(
    epilog="Example: [bold]twinverter size house.toml --modules 6,9,12 --battery 100,200"
    " --module-price 120 --battery-price 250 --generator-price 200[/]"
)
def size(
    house: Annotated[
        Path | None,
        typer.Argument(help="House file (TOML); the built-in Lagos home without one."),
    ] = None,
    modules: Annotated[
        str | None, typer.Option(help="Modules in series on each PV input.", metavar="N,N")
    ] = None,
    battery: Annotated[
        str | None, typer.Option(help="Capacities of the 48 V bank in Ah.", metavar="AH,AH")
    ] = None,
    generator: Annotated[
        str | None, typer.Option(help="Ratings of the generator in W; 0 is none.", metavar="W,W")
    ] = None,
    module_price: Annotated[float, typer.Option(help="Price of a module.")] = 0.0,
    battery_price: Annotated[float, typer.Option(help="Price of a kWh of battery.")] = 0.0,
    generator_price: Annotated[float, typer.Option(help="Price of a kW of generator.")] = 0.0,
    years: Annotated[int, typer.Option(help="Years that count.", metavar="N")] = 10,
    discount: Annotated[
        float, typer.Option(help="Yearly rate at which money counts less, in %.", metavar="PCT")
    ] = 10.0,
    minutes: Annotated[
        float, typer.Option(help="Minutes of search for the best settings of each size.")
    ] = 0.0,
    days: Annotated[
        float | None, typer.Option(help="Days of a year (else the house's).", metavar="N")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the sizes as JSON.")] = False,
) -> int:
    """Compare sizes of roof, bank and generator: pay-back and net present value."""
    for name, value, low, high in (
        ("years", years, 1, LONGEST_YEARS),
        ("discount", discount, 0.0, HIGHEST_PCT),
        ("minutes", minutes, 0.0, 60.0),
        ("module-price", module_price, 0.0, math.inf),
        ("battery-price", battery_price, 0.0, math.inf),
        ("generator-price", generator_price, 0.0, math.inf),
    ):
        if not low <= value <= high:
            raise InputError(f"--{name} {value:g}: is out of range (allowed: {low:g} to {high:g})")
    from twinverter.planner.sizing import Prices, grid_of, size_of, sized
    from twinverter.scenario.error import HouseError

    with progress_bar() as bar:

        def tell(share: float, words: str) -> None:
            bar(share)
            bar.say(words)

        try:
            here = lone_house(house, "size")
            now = size_of(here)
            sizes = grid_of(
                listed("modules", modules, int, now.modules),
                listed("battery", battery, float, now.battery_ah),
                listed("generator", generator, float, now.generator_w),
            )
            if len(sizes) > MOST_SIZES:
                raise InputError(f"{len(sizes)} sizes are too many (allowed: {MOST_SIZES})")
            prices = Prices(module_price, battery_price, generator_price)
            found = sized(here, sizes, prices, years, discount / 100.0, minutes, days, tell)
        except HouseError as error:
            raise InputError(str(error)) from None
    if as_json:
        print(json.dumps([plain(one) for one in found], indent=2))
    else:
        _print(found, here.world.tariff.currency, years)
    return FINE


def listed(
    option: str, text: str | None, kind: Callable[[str], Number], now: Number
) -> list[Number]:
    """Return the numbers of a list, the present one where none is given."""
    if text is None:
        return [now]
    try:
        found = [kind(part) for part in text.split(",")]
    except ValueError:
        raise InputError(f"--{option} {text}: is no list of numbers, as 6,9,12") from None
    if not all(math.isfinite(value) and value >= 0 for value in found):
        raise InputError(f"--{option} {text}: holds a number below 0")
    return sorted(set(found))


def plain(one: "Sized") -> dict[str, float | None]:
    """Return a size as plain data; a pay-back that never comes is none."""
    return {
        "modules_in_series": one.size.modules,
        "battery_ah": one.size.battery_ah,
        "generator_w": one.size.generator_w,
        "invested": one.invested,
        "cost_per_year": one.per_year,
        "fuel_l_per_year": one.fuel_l,
        "dark_h_per_year": one.dark_h,
        "pay_back_years": one.pay_back if math.isfinite(one.pay_back) else None,
        "net_present_value": one.present_value,
    }


def _print(found: "list[Sized]", currency: str, years: int) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    head = (
        "Modules", "Ah", "Engine, W", "To buy", "A year", "Fuel, l", "Dark, h", "Back in", "Worth",
    )  # fmt: skip
    table = Table(*head, box=box.SIMPLE, pad_edge=False)
    for column in table.columns:
        column.justify, column.no_wrap = "right", True
    for one in found:
        table.add_row(
            f"{one.size.modules}",
            f"{one.size.battery_ah:g}",
            f"{one.size.generator_w:g}" if one.size.generator_w else "-",
            f"{one.invested:,.0f}",
            f"{one.per_year:,.0f}",
            f"{one.fuel_l:,.0f}",
            f"{one.dark_h:,.0f}",
            pay_back_text(one.pay_back),
            f"{one.present_value:+,.0f}",
        )
    console = Console(highlight=False)
    console.print(table)
    console.print(
        f"[dim]Money in {currency}. Worth: net present value over {years} years; it and the years"
        " to pay back are against the cheapest to buy.[/]"
    )


def pay_back_text(years: float) -> str:
    """Return a pay-back in words."""
    if math.isnan(years):
        return "-"
    return "never" if math.isinf(years) else f"{years:.1f} y"
