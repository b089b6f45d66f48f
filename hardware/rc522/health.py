"""What an MFRC522's registers say about its health, in words for whoever mends it. Pure.

Every fault has a sentence of its own, which says what was seen and what to look at first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hardware.rc522 import registers
from hardware.rc522.registers import Register
from hardware.rc522.wiring import Wiring

# 0x91, 0x92: NXP 1.0 and 2.0; 0x90: 0.0; 0x88: FM17522; 0x12, 0x18, 0xB2, 0x82: other clones.
KNOWN_VERSIONS = frozenset({0x90, 0x91, 0x92, 0x88, 0x12, 0x18, 0xB2, 0x82})

_SUPPLY = "Check its 3.3 V supply: the pulse of a lock must not pull it down."
_CABLE = "Shorten its cable and keep it away from the wires of the locks."


@dataclass(frozen=True, slots=True)
class Setting:
    """What a register holds once the chip is set up, in the bits that ``counts`` marks.

    ``name`` is the data sheet's, ``at_reset`` its value after any reset (9.2).
    """

    register: Register
    name: str
    value: int
    at_reset: int
    counts: int = 0xFF

    def is_kept(self, read: int) -> bool:
        """Whether that reading is what was set."""
        return (read ^ self.value) & self.counts == 0

    def is_reset(self, read: int) -> bool:
        """Whether that reading is what a reset leaves."""
        return (read ^ self.at_reset) & self.counts == 0


def settings(reload: int) -> tuple[Setting, ...]:
    """All that must survive in a working chip whose timer was set to ``reload``, 0-255.

    Reserved bits do not count: clones read them as they like. The cipher is on the list because
    a chip whose cipher comes on answers every register and understands no card.
    """
    return (
        Setting(Register.TX_CONTROL, "TxControlReg", registers.FIELD_ON, 0x80, counts=0x8B),
        Setting(Register.TX_ASK, "TxASKReg", registers.FORCE_100_ASK, 0x00, counts=0x40),
        Setting(Register.MODE, "ModeReg", 0x3D, 0x3F, counts=0x03),
        Setting(Register.T_MODE, "TModeReg", 0x8D, 0x00, counts=0x9F),
        Setting(Register.T_PRESCALER, "TPrescalerReg", 0x3E, 0x00),
        Setting(Register.T_RELOAD_H, "TReloadReg (high)", 0x00, 0x00),
        Setting(Register.T_RELOAD_L, "TReloadReg (low)", reload, 0x00),
        Setting(Register.COLL, "CollReg", 0x00, 0x80, counts=0x80),
        Setting(Register.STATUS2, "Status2Reg", 0x00, 0x00, counts=registers.CRYPTO1_ON),
    )


def no_such_chip(versions: Sequence[int], wiring: Wiring) -> str:
    """Why none of these readings of VersionReg, all different from any known, is a chip's."""
    seen = sorted(set(versions))
    if seen == [0x00]:
        return (
            "The card reader does not answer: every byte reads 00 (MISO is low). Check its cable,"
            f" its 3.3 V supply, and that RST is wired to GPIO {wiring.reset_pin}."
        )
    if seen == [0xFF]:
        return (
            "The card reader does not answer: every byte reads FF (MISO is high). Check the wires"
            f" of MISO and ground, and that SDA is wired to the chip select of {wiring.path}."
        )
    if len(seen) > 1:
        read = ", ".join(f"{version:02X}" for version in versions)
        return f"The card reader's bus is disturbed: its version reads {read}. {_CABLE}"
    return (
        f"What answers on {wiring.path} is no MFRC522: its version reads {seen[0]:02X}. Check that"
        " SCK, MOSI and MISO sit firmly and in their places, and that nothing else is wired there."
    )


def disturbed(wrong: int, reads: int) -> str:
    """Of ``reads`` readings of one register, ``wrong`` differed from the rest."""
    return f"The card reader's bus is disturbed: {wrong} of {reads} bytes were wrong. {_CABLE}"


def lost(readings: Mapping[Setting, int]) -> str:
    """What befell a chip that answers, and where each of ``readings`` is not what was set."""
    if len(readings) > 2 and all(setting.is_reset(read) for setting, read in readings.items()):
        field = "on still" if _has_field(readings) else "off"
        return (
            "The card reader has restarted by itself: its settings are lost, its field is"
            f" {field}. {_SUPPLY} Check that RST sits firmly."
        )
    seen = ", ".join(
        f"{setting.name} reads {read:02X} and not {setting.value:02X}"
        for setting, read in readings.items()
    )
    what = "its settings" if _has_field(readings) else "its field"
    return f"The card reader has lost {what}: {seen}. {_SUPPLY}"


def _has_field(readings: Mapping[Setting, int]) -> bool:
    control = [read for s, read in readings.items() if s.register is Register.TX_CONTROL]
    return all(read & registers.ANTENNA_ON == registers.ANTENNA_ON for read in control)


def hangs() -> str:
    """A chip that answers, is set up as it should be, and ends no exchange."""
    return (
        "The card reader hangs: it answers, but no exchange ends. A reset should help; if this"
        f" comes again, replace the reader. {_SUPPLY}"
    )
