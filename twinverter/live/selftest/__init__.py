"""The wiring self-test: small orders to the living machine, and what its sensors say to them.

`reading` is what is kept of a moment, `told` what the house file says is installed, `steps` the
orders, `clamps`, `strings`, `supply` and `bank` the judges, `findings` all of them over a record,
`course` the test as it goes, `drive` its way beside a runner, and `undoing` what puts the settings
back, after a kill too. The judges see readings alone: never what the plant is made of, nor what
somebody planted in it.
"""
