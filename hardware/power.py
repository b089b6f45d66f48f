"""The computer's own supply, as its kernel sees it."""

from pathlib import Path

HWMON = Path("/sys/class/hwmon")
_SENSOR = "rpi_volt"  # of the driver raspberrypi-hwmon, which asks the firmware every two seconds


def under_voltage(hwmon: Path = HWMON) -> bool | None:
    """Whether a Raspberry Pi's supply is too low now (below some 4.63 V); None: nobody tells.

    Whoever may read files may ask; the firmware itself is for those who may tell it everything.
    """
    try:
        for sensor in sorted(hwmon.iterdir()):
            if (sensor / "name").read_text().strip() == _SENSOR:
                told = (sensor / "in0_lcrit_alarm").read_text().strip()
                return {"0": False, "1": True}.get(told)
    except (OSError, ValueError):
        return None
    return None
