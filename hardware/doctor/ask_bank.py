"""Asks a lock board or an expander how it is, in a process of its own, and prints the answer as
JSON. Of its own, because a bus can hang. Nothing is pulsed, and nothing is set.
"""

import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from hardware.boards import SerialBus, open_serial_bus
from hardware.boards.board import Board
from hardware.boards.dialects import dialect_of, name_of
from hardware.errors import BackendUnavailable, HardwareError
from hardware.expander.bus import I2cBus, open_i2c
from hardware.expander.registers import Register
from hardware.settings import BankSettings, BoardWiring, ExpanderWiring


def question(bank: BankSettings) -> str | None:
    """What this module is to be told of a bank, as its argument; None of one on the header."""
    match bank.wiring:
        case ExpanderWiring() as wiring:
            return json.dumps({"bus": wiring.bus, "address": wiring.address})
        case BoardWiring() as wiring:
            return json.dumps(
                {
                    "protocol": wiring.protocol,
                    "port": wiring.port,
                    "address": wiring.address,
                    "channels": sorted(wiring.channels.items()),
                    "closed_bit": wiring.closed_bit,
                    "sensors": wiring.sensors,
                    "pulse_s": bank.limits.pulse_s,
                }
            )
    return None


def ask_board(wiring: BoardWiring, pulse_s: float, bus: SerialBus) -> dict[str, Any]:
    """How many doors a board tells of; or, as "fault", what is wrong."""
    board = Board(name_of(wiring), bus, dialect_of(wiring, pulse_s))
    try:
        if not wiring.sensors:
            board.prove(min(wiring.channels.values()))
            return {"words": "it answers"}
        bits = board.feedback(wiring.channels.values())
    except HardwareError as fault:
        return {"fault": str(fault)}
    shut = sum(bit is wiring.closed_bit for bit in bits.values())
    words = f"it answers: {shut} of {len(bits)} doors are shut"
    return {"words": words, "doors": len(bits), "open": len(bits) - shut}


def ask_expander(address: int, bus: I2cBus) -> dict[str, str]:
    """Whether a chip answers at that address; or, as "fault", what is wrong."""
    try:
        bus.read_i2c_block_data(address, Register.IODIR, 2)
    except OSError as error:
        return {"fault": f"nothing answers at {address:#04x}: {error}"}
    return {"words": f"a chip answers at {address:#04x}"}


def ask(told: Mapping[str, Any]) -> dict[str, Any]:
    """Ask the bank that ``question`` told of."""
    try:
        if "bus" in told:
            return ask_expander(told["address"], open_i2c(told["bus"]))
        wiring = BoardWiring(
            told["protocol"],
            told["port"],
            told["address"],
            dict(told["channels"]),
            told["closed_bit"],
            told["sensors"],
        )
        bus = open_serial_bus(
            wiring.port, wiring.protocol, sleep=time.sleep, monotonic=time.monotonic
        )
        return ask_board(wiring, told["pulse_s"], bus)
    except BackendUnavailable as error:
        return {"fault": str(error)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(ask(json.loads(sys.argv[1]))) + "\n")
