"""The reference of all grid codes: which fields each one holds, with value, place and origin."""

from twinverter.catalog import gridcodes
from twinverter.catalog.markdown import MADE_BY, table
from twinverter.catalog.profiles import ASSUMED, PROFILES, SOURCES, Figure, Profile
from twinverter.catalog.row import Value

INTRODUCTION = (
    "A grid mode (`grid.grid_mode`, register 182) is a code of the mains. General Standard leaves "
    "every field to the owner. Every other mode holds the fields listed below: they are grey on "
    "the panel and show the code's figures; what was typed in stays stored (and stands in the "
    "registers of the family) and rules again under General Standard. A field that a mode does "
    "not list stays open: ticks of functions that a code leaves off by default, for instance.",
    "A code is written for one nominal voltage and frequency. Voltages are scaled to the chosen "
    "Grid Type, frequencies shifted with the chosen Grid Frequency; *in force* is what stands in "
    "the field at the code's own nominal values. Figures of the law (`settings.law`) are in force "
    "unless the house file has its own.",
    "**No standard was at hand.** An origin `public` names a document that anybody can read and "
    "that prints the figure; `assumed` is general knowledge and unchecked. Nothing here replaces "
    "the code itself or the network operator's word. Choices that the manual does not print have "
    "the register codes of the family where it has one, else ours, from 32 on.",
)


def gridcodes_page() -> str:
    """Return the reference of all grid codes."""
    held = [profile for profile in PROFILES if profile.figures]
    parts = [
        MADE_BY,
        "# Grid codes",
        *INTRODUCTION,
        table(
            (
                "Grid mode",
                "On the panel",
                "Register 182",
                "In the manual",
                "Code",
                "Held",
                "Public",
            ),
            (_choice_cells(profile) for profile in PROFILES),
        ),
        "## Where public figures stand",
        table(("Name", "Document", "Found at"), SOURCES),
    ]
    for profile in held:
        parts.append(f"## {profile.label}")
        parts.append(
            f"`{profile.key}`: {profile.standard}; {profile.nominal_v:g} V, "
            f"{profile.nominal_hz:g} Hz."
        )
        head = ("Field", "In force", "As the code has it", "Where", "Origin")
        parts.append(table(head, (_cells(profile, one) for one in _listed(profile))))
    return "\n\n".join(parts) + "\n"


def _choice_cells(profile: Profile) -> tuple[str, ...]:
    figures = gridcodes.figures(profile.key)
    open_to_all = sum(figure.origin != ASSUMED for figure in figures)
    return (
        f"`{profile.key}`",
        profile.label,
        str(profile.code),
        "yes" if profile.printed else "no",
        profile.standard,
        str(len(figures)),
        str(open_to_all),
    )


def _listed(profile: Profile) -> list[Figure]:
    """Return the figures of a profile in the order of the pages, those of the law last."""
    figures = gridcodes.figures(profile.key)
    order = [*gridcodes.ROWS, *gridcodes.LAW_ROWS]
    return sorted(figures, key=lambda figure: order.index(figure.key))


def _cells(profile: Profile, figure: Figure) -> tuple[str, ...]:
    ruling, unit = gridcodes.ruling(profile, figure)
    return (
        f"`{gridcodes.place(figure.key)}`",
        _written(ruling, unit),
        _written(figure.value, figure.unit),
        figure.clause,
        figure.origin,
    )


def _written(value: Value, unit: str) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{float(value):.5g} {unit}".rstrip()
