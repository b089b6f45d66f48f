"""What the kernel does with an output whose process is gone."""

from pathlib import Path

# Drivers of the Pi 5 (RP1) and of every earlier model.
DRIVERS = ("pinctrl_rp1", "pinctrl_bcm2835")


def output_warnings(modules: Path = Path("/sys/module")) -> list[str]:
    """One sentence if this kernel keeps outputs driven after their process has died.

    Raspberry Pi kernels do so unless told otherwise (raspberrypi/linux #6117). The guard turns
    the coils off then, but a machine that does it by itself needs no guard.
    """
    return [_warning(driver) for driver in DRIVERS if _is_on(modules, driver)]


def _is_on(modules: Path, driver: str) -> bool:
    try:
        return (modules / driver / "parameters/persist_gpio_outputs").read_text().strip() in {
            "Y",
            "1",
        }
    except OSError:
        return False  # another kernel, or none that has the switch: outputs are let go


def _warning(driver: str) -> str:
    return (
        f"The kernel keeps GPIO outputs driven after a crash ({driver}.persist_gpio_outputs):"
        " add dtparam=strict_gpiod to config.txt."
    )
