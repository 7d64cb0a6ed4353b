"""The derived files say what the tables say."""

import re

from twinverter.catalog import docs
from twinverter.catalog.alarms import ALARMS
from twinverter.catalog.links import FIRMWARES, LOGGERS, V100_WORDS
from twinverter.catalog.pages import SETTINGS
from twinverter.catalog.reasons import REASONS
from twinverter.catalog.registers import REGISTERS
from twinverter.catalog.selftest_page import selftest_page
from twinverter.catalog.selftests import FAULTS, PARTS, UNTESTED


def test_the_files_in_the_tree_are_fresh():
    assert docs.stale() == []


def test_a_stale_file_is_named_and_written_again(tmp_path, capsys):
    assert docs.main([], tmp_path) == 0
    assert docs.main(["--check"], tmp_path) == 0
    (tmp_path / "docs" / "alarms.md").write_text("old", encoding="utf-8")
    capsys.readouterr()
    assert docs.main(["--check"], tmp_path) == 1
    assert capsys.readouterr().err.startswith("docs/alarms.md: stale")
    assert docs.main([], tmp_path) == 0
    assert docs.main(["--check"], tmp_path) == 0


def test_every_row_of_every_table_is_in_its_page():
    settings, registers = docs.settings_page(), docs.registers_page()
    assert all(f"| `{row.key}`<br>" in settings for row in SETTINGS)
    assert all(f"| `{entry.name}` |" in registers for entry in REGISTERS)
    assert all(f"| `{row.key}` |" in registers for row in (*FIRMWARES, *LOGGERS))
    assert all(f"setting `{key}`" in registers for key in V100_WORDS)
    assert all(f"\n## {row.code}\n" in docs.alarms_page() for row in ALARMS)
    assert all(f"| `{row.key}` |" in docs.reasons_page() for row in REASONS)


def test_the_self_tests_page_has_every_part_every_fault_and_every_excuse_once():
    page = selftest_page()
    for row in PARTS:
        assert page.count(f"\n### {row.title}\n") == 1
    assert [page.count(f"| `{row.id}` |") for row in FAULTS] == [1] * len(FAULTS)
    assert [page.count(f"| `{key}` |") for key in UNTESTED] == [1] * len(UNTESTED)
    # A place for a figure would be taken for a mark of the page's own language.
    assert "{" not in page.replace('{"action": "start"}', "")


def test_every_line_of_a_table_has_the_columns_of_its_head():
    for page in (
        docs.settings_page, docs.registers_page, docs.alarms_page, docs.reasons_page, selftest_page,
    ):  # fmt: skip
        for block in re.findall(r"(?:^\|.*\n)+", page(), flags=re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1, block.splitlines()[0]


def test_settings_and_reasons_name_sections_of_the_manual():
    for line in re.findall(r"^\| `\w+`.*", docs.settings_page() + docs.reasons_page(), flags=re.M):
        assert re.search(r"\| \d+(\.\d+)*(, \d+(\.\d+)*)*( \(family\))? \|$", line), line
