"""Chapters 10 and 13: what is on every contact, and how other machines reach it. Manual 10."""

from twinverter.book.document import Chapter, Paragraph, Section, Table, some
from twinverter.catalog.registers import REGISTERS
from twinverter.catalog.row import Value
from twinverter.catalog.sockets import SOCKETS, Socket
from twinverter.catalog.terminals import BLOCKS, PLUGS
from twinverter.handbook.subject import Subject

NUMBERING = (
    "Looked at from the front with the latch below, the contacts of an RJ45 socket are counted "
    "from left to right, 1 to 8 (after the family's drawing; the manual's is lost)."
)


def contacts(subject: Subject) -> Chapter:
    """Return the first appendix: terminals and sockets."""
    rows = tuple((row.name, f"{row.callout}", ", ".join(row.terminals), row.held) for row in BLOCKS)
    blocks = Table(("Block", "Callout", "Terminals", "Held by"), rows, (16.0, 12.0, 42.0, 30.0))
    sockets = tuple(
        Section(f"10.{place}", socket.name, some(*_socket(socket)))
        for place, socket in enumerate((*SOCKETS, *PLUGS), start=2)
    )
    return Chapter(
        "10",
        "Appendix I: terminals and contacts",
        (Section("10.1", "Power terminals", some(blocks, Paragraph(NUMBERING))), *sockets),
    )


def _socket(socket: Socket) -> tuple[Table, Paragraph]:
    rows = tuple((one.number or "-", one.signal or "-", one.meaning) for one in socket.contacts)
    if len({row[1:] for row in rows}) == 1 and len(rows) > 1:
        rows = ((f"{rows[0][0]} to {rows[-1][0]}", *rows[0][1:]),)
    caption = f"Callout {socket.callout}, {socket.shape}."
    table = Table(("Contact", "Signal", "For"), rows, (14.0, 26.0, 60.0), caption)
    return table, Paragraph(socket.note)


def registers(subject: Subject) -> Chapter:
    """Return where registers are told, and by what address this unit answers."""
    values = subject.values
    numbers: list[Value] = [unit.address for unit in subject.units]
    numbers = numbers or [values["parallel_address"]]
    addresses = f"address {', '.join(map(str, numbers))}"
    rows = (
        ("Modbus RTU", f"{addresses}; {values['modbus_baud']} Bd, 8N1"),
        ("data logger", f"number {subject.installation.site.link.logger_serial}"),
        ("registers", f"{len(REGISTERS)} entries; `docs/registers.md` lists every one"),
    )
    return Chapter(
        "13",
        "Registers",
        (
            Section(
                "13",
                "",
                some(
                    Paragraph(
                        "Other devices read and set this inverter by registers of its family. Each "
                        "setting of chapter 5 has its word there."
                    ),
                    Table(("Way", "Here"), rows, (30.0, 70.0)),
                ),
            ),
        ),
    )
