"""Six example houses tuned, beside their defaults, the printed table and what nobody can beat.

    TWINVERTER_DATA=/path/to/data .venv/bin/python tools/planner.py --minutes 2 --rival FOLDER

For each house: cost, fuel and dark hours of the example table that the manual prints (5.7, System
Work Mode 2 in percent), of the factory settings, of the house file, of the tuned settings, of what
`tools/planner_rival.py` found (in FOLDER), and of the perfect-foresight bound, as means over years
that the search did not see; then the share of the gap between factory settings and bound that each
way closes, with its 95 % interval over those years, and the worst unseen year.
"""

import argparse
import json
import time
from pathlib import Path

from twinverter.planner.advice import DEFAULTS, TUNED, Advice, advised
from twinverter.planner.compare import read_ways
from twinverter.planner.telling import headline
from twinverter.planner.unseen import factory
from twinverter.planner.wishes import Wishes
from twinverter.scenario.house import House, load_house

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
HOUSES = (
    "lagos_band_a", "lagos_band_d", "accra", "potsdam_zero_export", "fresno_time_of_use",
    "gqeberha_load_shedding",
)  # fmt: skip
PRINTED = "printed example table"
# What the rival found in the searched years, and with the unseen ones before its eyes.
RIVALS = {"searched": "best by any means", "unseen": "best with the answers known"}
# Manual 5.7, second example screen of System Work Mode 2: start, target; row 1 charges from the
# grid, every row has 5000 W.
ROWS = (
    ("01:00", 80, True), ("05:00", 40, False), ("08:00", 40, False), ("10:00", 80, False),
    ("15:00", 40, False), ("18:00", 35, False),
)  # fmt: skip


def printed(house: House) -> House:
    """Return the house with the table that the manual prints, everything else from the factory."""
    changes: dict[str, object] = {"tou_enable": True}
    for row, (start, target, charge) in enumerate(ROWS, start=1):
        changes |= {
            f"tou{row}_time": start,
            f"tou{row}_power_w": 5000,
            f"tou{row}_batt_pct": target,
            f"tou{row}_grid_charge": charge,
            f"tou{row}_gen_charge": False,
        }
    return factory(house).with_settings(changes)


def worst_dark_h(advice: Advice) -> float:
    """Return by how much tuned settings are darker than factory ones in the worst unseen year."""
    ways = dict(zip(advice.unseen.names, advice.unseen.verdicts, strict=True))
    pairs = zip(ways[TUNED], ways[DEFAULTS], strict=True)
    return max(
        float(tuned.account.unserved_s.sum() - before.account.unserved_s.sum()) / 3600.0
        for tuned, before in pairs
    )


def rivals(house: House, name: str, folder: Path | None) -> dict[str, House]:
    """Return the house under the settings that the rival wrote for it."""
    found = {}
    for way, words in RIVALS.items():
        path = None if folder is None else folder / f"{name}.{way}.toml"
        if path is not None and path.is_file():
            found[words] = read_ways([house.file, path])[1]
    return found


def main() -> None:
    """Print the table of all houses."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("houses", nargs="*", default=HOUSES)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--years", type=int, default=2)
    parser.add_argument("--unseen", type=int, default=4)
    parser.add_argument("--days", type=float)
    parser.add_argument(
        "--dark", type=float, help="wish: at most this share of the factory's dark hours"
    )
    parser.add_argument("--rival", type=Path, help="folder of what planner_rival.py wrote")
    parser.add_argument("--changes", type=int, default=0, help="changes a year, by season")
    parser.add_argument("--settings", type=Path, help="folder for the tuned settings")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    kept = {}
    for name in given.houses:
        began_s = time.monotonic()
        house = load_house(EXAMPLES / f"{name}.toml")
        found = advised(
            house, "money", given.minutes, given.years, given.unseen, given.days,
            wishes=Wishes(dark_share=given.dark),
            also={PRINTED: printed(house)} | rivals(house, name, given.rival),
            changes=given.changes,
        )  # fmt: skip
        if given.settings is not None:
            (given.settings / f"{name}.toml").write_text(found.toml() + "\n", encoding="utf-8")
        print(f"\n{house.name}: {headline(found)}")
        print(f"{'':28}{found.currency:>12}{'fuel, l':>10}{'dark, h':>10}")
        closed = {
            way: found.unseen.closed(DEFAULTS, way) for way in found.unseen.names if way != DEFAULTS
        }
        for line in found.lines:
            print(
                f"{line.name:28}{line.money:12,.0f}{line.fuel_l:10,.0f}{line.dark_h:10,.1f}",
                *(f"   closes {one.value:6.1%} +- {one.spread:.1%}"
                  for way, one in closed.items() if way == line.name),
            )  # fmt: skip
        print(
            f"darker than factory settings in the worst year by {worst_dark_h(found):+.1f} h;"
            f" {found.tried} hands, {time.monotonic() - began_s:.0f} s",
            flush=True,
        )
        kept[name] = {
            "lines": [vars(line) for line in found.lines],
            "closed": {way: vars(one) for way, one in closed.items()},
            "seasons": [season.month for season in found.seasons],
            "worst_dark_h": worst_dark_h(found),
            "changes": [vars(change) for change in found.changes],
        }
    if given.json is not None:
        given.json.write_text(json.dumps(kept, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
