"""A house file may change any figure of the law that no menu holds."""

from importlib.resources import files

import pytest

from twinverter.scenario.error import HouseError
from twinverter.scenario.house import BUILT_IN, load_house

SITE = (files("twinverter.scenario") / "houses" / BUILT_IN).read_text(encoding="utf-8")


def with_law(tmp_path, line):
    file = tmp_path / "house.toml"
    file.write_text(f"{SITE}\n[settings.law]\n{line}\n")
    return file


def test_a_figure_of_the_law_is_the_house_files(tmp_path):
    house = load_house(with_law(tmp_path, "grid_open_s = 0.2"))
    assert (house.settings.law.grid.open_s, house.settings.law.grid.dip_s) == (0.2, 0.004)
    assert house.with_settings({"max_charge_a": 50}).settings.law.grid.open_s == 0.2


@pytest.mark.parametrize(
    "line, says",
    [
        (
            "grid_opn_s = 0.2",
            "settings.law.grid_opn_s: is no figure of the law; did you mean grid_open_s?",
        ),
        ('grid_open_s = "long"', "settings.law.grid_open_s = 'long': is no finite number"),
        ("grid_open_s = inf", "settings.law.grid_open_s = inf: is no finite number"),
    ],
)
def test_a_wrong_one_is_refused_in_one_line(tmp_path, line, says):
    with pytest.raises(HouseError) as refused:
        load_house(with_law(tmp_path, line))
    assert says in str(refused.value) and "\n" not in str(refused.value)
