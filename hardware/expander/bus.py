"""The I2C bus as drivers want it, and where it comes from."""

import importlib
from typing import Protocol

from hardware.errors import BackendUnavailable


class I2cBus(Protocol):
    """What a driver needs of ``smbus2.SMBus``. Each call is one transfer, or an OSError.

    A bus object is for one chip alone: the address belongs to the open file (Linux, i2c-dev), so
    two chips on one object could get each other's writes when a signal comes in between.
    """

    def read_byte_data(self, i2c_addr: int, register: int, /) -> int:
        """One register."""

    def write_byte_data(self, i2c_addr: int, register: int, value: int, /) -> None:
        """Set one register."""

    def read_i2c_block_data(self, i2c_addr: int, register: int, length: int, /) -> list[int]:
        """Registers in a row, up to 32, in one transfer."""

    def write_i2c_block_data(self, i2c_addr: int, register: int, data: list[int], /) -> None:
        """Set registers in a row, in one transfer."""

    def close(self) -> None:
        """Let go of the device file."""


def open_i2c(number: int) -> I2cBus:
    """A bus object of its own on /dev/i2c-``number``, closed by whoever asked for it.

    Raises:
        BackendUnavailable: there is no smbus2, or no such bus, or it may not be opened.
    """
    try:
        smbus2 = importlib.import_module("smbus2")
    except ImportError as error:
        raise BackendUnavailable(
            "An expander needs the smbus2 library: install it with 'apt install python3-smbus2'."
        ) from error
    try:
        bus: I2cBus = smbus2.SMBus(number)
    except OSError as error:
        raise BackendUnavailable(
            f"The I2C bus {number} cannot be opened ({error}): it takes dtparam=i2c_arm=on in"
            " config.txt, and a user in the group i2c."
        ) from error
    return bus
