"""The MCP23017's registers, by its data sheet (Microchip DS20001952), with IOCON.BANK = 0."""

from enum import IntEnum


class Register(IntEnum):
    """Port A's; port B's follows each. Addresses go up by one through a transfer (SEQOP = 0)."""

    IODIR = 0x00
    IPOL = 0x02
    GPINTEN = 0x04
    IOCON = 0x0A
    GPPU = 0x0C
    GPIO = 0x12
    OLAT = 0x14


# Where IOCON is found while BANK is 1. With BANK = 0 that is GPINTENB, which is 0 after a reset.
IOCON_OF_BANK_1 = 0x05

LINES = 16
PORTS = (0, 1)

# IODIR after a reset: every line is an input (table 3-5).
ALL_INPUTS = 0xFFFF

# GPA7 and GPB7. A level that changes there while it is read may disturb SDA, so the data sheet
# has them as outputs alone since revision D (2022); the silicon is the same as before.
OUTPUTS_ONLY = frozenset({7, 15})
