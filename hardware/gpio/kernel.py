"""What the kernel does with an output whose process is gone."""

from pathlib import Path

# Drivers of the Pi 5 (RP1) and of every earlier model.
DRIVERS = ("pinctrl_rp1", "pinctrl_bcm2835")
REMEDY = "add dtparam=strict_gpiod to config.txt"


def keeps_outputs(modules: Path = Path("/sys/module")) -> bool | None:
    """Whether outputs stay driven after their process has died; None: the kernel does not tell.

    Raspberry Pi kernels keep them unless told otherwise (raspberrypi/linux #6117). One without the
    switch may be older than it, or have its driver built under another name.
    """
    told = {_switch(modules, driver) for driver in DRIVERS}
    return True if True in told else False if False in told else None


def output_warnings(modules: Path = Path("/sys/module")) -> list[str]:
    """One sentence unless this kernel lets go of outputs whose process has died.

    The guard turns the coils off then, but a machine that does it by itself needs no guard.
    """
    match keeps_outputs(modules):
        case True:
            return [f"The kernel keeps GPIO outputs driven after a crash: {REMEDY}."]
        case None:
            return [
                "The kernel does not tell whether it keeps GPIO outputs driven after a crash:"
                f" {REMEDY}, so that it does not."
            ]
    return []


def _switch(modules: Path, driver: str) -> bool | None:
    try:
        said = (modules / driver / "parameters/persist_gpio_outputs").read_text().strip()
    except (OSError, ValueError):
        return None
    return {"Y": True, "1": True, "N": False, "0": False}.get(said)
