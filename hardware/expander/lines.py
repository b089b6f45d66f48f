"""Which lines of an expander can be used for what: a pure check, for ``hardware.wiring``."""

from collections.abc import Iterator

from hardware.expander.registers import OUTPUTS_ONLY
from hardware.settings import ExpanderWiring


def input_faults(wiring: ExpanderWiring) -> Iterator[str]:
    """Every door switch on a line that is none for inputs, one sentence each."""
    for cubby, pins in sorted(wiring.pins.items()):
        if pins.door in OUTPUTS_ONLY:
            yield (
                f"line {pins.door} (door of cubby {cubby}) cannot read a door: on an MCP23017"
                " lines 7 and 15 are for locks alone"
            )
