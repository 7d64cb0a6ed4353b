"""The virtual laboratory: measures what the machine promises, beside formulas and other models.

Grid support: `support` says in the standard's own words what is set, `rows` and `cases` what is
done to the machine. `machine` does it to the law of ours, `whole` to the whole inverter,
`expected` to the closed forms of `formula`, `reference` to EPRI's OpenDER where that is
installed; `judge` tells them apart and `conformance` puts it together. `histories` draws voltages
and frequencies at random, `speed` counts steps.
`islanding` leaves a balanced load on a mains that is cut.
"""
