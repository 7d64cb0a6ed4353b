"""What a handbook is written about: a house, how it is checked, and its drawings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from twinverter.book.document import Note, Table
from twinverter.catalog.checks import DANGER, FINE, UNTOLD
from twinverter.catalog.settings import full_values
from twinverter.checker.check import Finding, check_house
from twinverter.checker.installation import Installation
from twinverter.drawings.plan import Group
from twinverter.drawings.sheets import Sheet, sheets
from twinverter.scenario.group import Unit
from twinverter.scenario.house import House, Value

HEAD = ("Looked at", "Limit", "This house")
SHARES = (28.0, 40.0, 32.0)


@dataclass(frozen=True)
class Subject:
    """Everything that a chapter may tell of."""

    house: House
    installation: Installation
    findings: tuple[Finding, ...]
    drawings: tuple[Sheet, ...]

    @classmethod
    def of(cls, house: House) -> "Subject":
        """Return a loaded house as a book sees it."""
        return cls(
            house,
            Installation.of(house),
            tuple(check_house(house)),
            sheets(house, _drawn_group(house)),
        )

    @property
    def units(self) -> tuple[Unit, ...]:
        """Return the units of a group, none of a house with one."""
        return () if self.house.group is None else self.house.group.units

    @property
    def values(self) -> Mapping[str, Value]:
        """Return the stored settings, those of the master in a group."""
        group = self.house.group
        return self.house.values if group is None else full_values(group.master.typed)

    @property
    def dangers(self) -> tuple[Finding, ...]:
        """Return what must be put right before anything is switched on."""
        return tuple(one for one in self.findings if one.severity == DANGER)

    def of_parts(self, *parts: str) -> tuple[Finding, ...]:
        """Return the findings of some parts of the check, the gravest first."""
        return tuple(one for one in self.findings if one.check.part in parts)


def _drawn_group(house: House) -> Group | None:
    """Return the units of a house as its drawings want them."""
    if house.group is None:
        return None
    phases = tuple(unit.phase for unit in house.group.units if unit.phase is not None)
    return Group(len(house.group.units), phases, house.group.shared)


def fault_notes(findings: Iterable[Finding]) -> tuple[Note, ...]:
    """Return a note for each fault: what it is, what was found, and what to do."""
    return tuple(
        Note(
            one.severity,
            (f"Found: {one.found}. Limit: {one.check.limit} ({one.check.source}).", one.advice),
            f"{one.check.title.capitalize()}.",
        )
        for one in findings
        if one.is_fault
    )


def checked_table(findings: Iterable[Finding], caption: str = "") -> Table:
    """Return a table of what was looked at, by what limit, and what stands in the house."""
    rows = tuple(
        (one.check.title, f"{one.check.limit} ({one.check.source})", _found(one))
        for one in findings
    )
    return Table(HEAD, rows, SHARES, caption)


def _found(one: Finding) -> str:
    if one.severity == UNTOLD:
        return UNTOLD
    return one.found if one.severity == FINE else f"{one.severity.upper()}: {one.found}"
