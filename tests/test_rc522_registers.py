"""Our names for the chip's registers against the package's."""

import pytest
from reader_fixtures import Bench

from hardware.rc522.registers import Command, Register

PACKAGE_NAMES = {
    "COMMAND": "CommandReg",
    "COM_IRQ": "CommIrqReg",
    "DIV_IRQ": "DivIrqReg",
    "ERROR": "ErrorReg",
    "STATUS2": "Status2Reg",
    "FIFO_DATA": "FIFODataReg",
    "FIFO_LEVEL": "FIFOLevelReg",
    "CONTROL": "ControlReg",
    "BIT_FRAMING": "BitFramingReg",
    "COLL": "CollReg",
    "MODE": "ModeReg",
    "TX_CONTROL": "TxControlReg",
    "TX_ASK": "TxAutoReg",
    "CRC_RESULT_H": "CRCResultRegM",
    "CRC_RESULT_L": "CRCResultRegL",
    "T_MODE": "TModeReg",
    "T_PRESCALER": "TPrescalerReg",
    "T_RELOAD_H": "TReloadRegH",
    "T_RELOAD_L": "TReloadRegL",
    "VERSION": "VersionReg",
    "IDLE": "PCD_IDLE",
    "CALC_CRC": "PCD_CALCCRC",
    "TRANSCEIVE": "PCD_TRANSCEIVE",
    "AUTHENTICATE": "PCD_AUTHENT",
    "SOFT_RESET": "PCD_RESETPHASE",
}


@pytest.mark.parametrize("ours", [*Register, *Command], ids=lambda ours: ours.name)
def test_an_address_is_the_packages(ours: Register | Command):
    assert getattr(Bench.new().library().chip_class, PACKAGE_NAMES[ours.name]) == ours
