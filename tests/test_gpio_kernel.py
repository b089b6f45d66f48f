"""What the kernel does with outputs whose process is gone."""

from pathlib import Path

import pytest

from hardware.gpio.kernel import output_warnings


def switch(modules: Path, driver: str, value: str) -> None:
    parameters = modules / driver / "parameters"
    parameters.mkdir(parents=True)
    (parameters / "persist_gpio_outputs").write_text(value)


@pytest.mark.parametrize("driver", ["pinctrl_rp1", "pinctrl_bcm2835"])
def test_a_kernel_that_keeps_outputs_driven_is_warned_of(tmp_path: Path, driver: str) -> None:
    switch(tmp_path, driver, "Y\n")
    (warning,) = output_warnings(tmp_path)
    assert driver in warning
    assert "dtparam=strict_gpiod" in warning


@pytest.mark.parametrize("value", ["N\n", ""])
def test_a_kernel_that_lets_go_is_not(tmp_path: Path, value: str) -> None:
    switch(tmp_path, "pinctrl_rp1", value)
    assert output_warnings(tmp_path) == []


def test_a_kernel_without_the_switch_is_not(tmp_path: Path) -> None:
    assert output_warnings(tmp_path) == []
