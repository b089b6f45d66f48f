"""Asks an RC522 who it is, in a process of its own, and prints the answer as JSON.

Of its own, because a bus can hang, and because lgpio makes a pipe in its working folder: here
that is a folder that is gone afterwards.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from tempfile import TemporaryDirectory

from hardware.errors import HardwareError
from hardware.rc522 import Wiring
from hardware.rc522.chip import Rc522Chip, open_chip
from hardware.rc522.loader import load
from hardware.rc522.registers import Register


def ask(open_it: Callable[[], Rc522Chip]) -> dict[str, int | str]:
    """The version of a chip that is alive and whose bus is quiet, and whether its RST obeys; or,
    as "fault", what is wrong."""
    try:
        chip = open_it()
        try:
            chip.restart()
            chip.check(doubt=True)
            version = chip.Read_MFRC522(Register.VERSION)
            return {"version": version, "heeds_reset": chip.heeds_reset()}
        finally:
            chip.Close_MFRC522()
    except (HardwareError, OSError) as error:
        return {"fault": str(error)}


def main(bus: int, device: int, reset_pin: int) -> None:
    """Ask the one at /dev/spidev``bus``.``device``."""
    with TemporaryDirectory(prefix="kiosk-doctor-") as folder:
        os.environ["LG_WD"] = folder
        os.chdir(folder)
        wiring = Wiring(bus, device, reset_pin)
        answer = ask(lambda: open_chip(load(), wiring, time.sleep))
        os.chdir("/")
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
