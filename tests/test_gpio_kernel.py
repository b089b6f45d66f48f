"""What the kernel does with outputs whose process is gone."""

from pathlib import Path

import pytest

from hardware.gpio.kernel import keeps_outputs, output_warnings


def switch(modules: Path, driver: str, value: str) -> None:
    parameters = modules / driver / "parameters"
    parameters.mkdir(parents=True)
    (parameters / "persist_gpio_outputs").write_text(value)


@pytest.mark.parametrize("driver", ["pinctrl_rp1", "pinctrl_bcm2835"])
@pytest.mark.parametrize("value", ["Y\n", "1"])
def test_a_kernel_that_keeps_outputs_driven_is_warned_of(
    tmp_path: Path, driver: str, value: str
) -> None:
    switch(tmp_path, driver, value)
    (warning,) = output_warnings(tmp_path)
    assert "dtparam=strict_gpiod" in warning
    assert "does not tell" not in warning


@pytest.mark.parametrize("value", ["N\n", "0"])
def test_a_kernel_that_lets_go_is_not(tmp_path: Path, value: str) -> None:
    switch(tmp_path, "pinctrl_rp1", value)
    assert output_warnings(tmp_path) == []


def test_one_driver_of_two_that_keeps_them_is_enough(tmp_path: Path) -> None:
    switch(tmp_path, "pinctrl_rp1", "N")
    switch(tmp_path, "pinctrl_bcm2835", "Y")
    assert keeps_outputs(tmp_path) is True


@pytest.mark.parametrize("value", [None, "", "perhaps"])
def test_a_kernel_that_does_not_tell_is_warned_of_as_such(
    tmp_path: Path, value: str | None
) -> None:
    if value is not None:
        switch(tmp_path, "pinctrl_rp1", value)
    (warning,) = output_warnings(tmp_path)
    assert "does not tell" in warning
    assert "dtparam=strict_gpiod" in warning
