"""The unmodified package, loaded against modules of our choosing."""

import importlib.util
import sys
from types import ModuleType

import pytest
from reader_fixtures import FOUR, SEVEN, Bench

from hardware.errors import BackendUnavailable
from hardware.rc522 import loader

NAMES = ["spidev", "RPi", "RPi.GPIO", "mfrc522", "mfrc522.MFRC522", "mfrc522.SimpleMFRC522"]


def modules_now() -> dict[str, ModuleType | None]:
    return {name: sys.modules.get(name) for name in NAMES}


def rpi_with_gpio() -> ModuleType:
    rpi = ModuleType("RPi")
    vars(rpi)["GPIO"] = ModuleType("RPi.GPIO")
    return rpi


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch):
    """Makes an import fail as it does where the module is not installed."""

    def hide(name: str) -> None:
        real = importlib.import_module

        def import_module(wanted: str) -> ModuleType:
            if wanted == name:
                raise ModuleNotFoundError(name=name)
            return real(wanted) if wanted in sys.modules else rpi_with_gpio()

        monkeypatch.setattr(loader.importlib, "import_module", import_module)

    return hide


def test_it_is_the_installed_package_as_it_is():
    package = Bench.new().library().package
    installed = importlib.util.find_spec("mfrc522")
    assert installed is not None
    assert package.__file__ == installed.origin


def test_a_load_leaves_no_trace():
    before = modules_now()
    Bench.new().library()
    assert modules_now() == before


def test_a_load_puts_back_what_was_there(monkeypatch: pytest.MonkeyPatch):
    for name in NAMES:
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    before = modules_now()
    Bench.new().library()
    assert modules_now() == before


def test_a_load_that_fails_puts_back_what_was_there(without, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "spidev", ModuleType("spidev"))
    before = modules_now()
    without("mfrc522")
    with pytest.raises(BackendUnavailable):
        loader.load(ModuleType("spidev"), rpi_with_gpio())
    assert modules_now() == before


def test_two_loads_are_two_classes_on_two_chips():
    ana, ben = Bench.new(FOUR), Bench.new(SEVEN)
    readers = ana.open_reader(), ben.open_reader()
    assert ana.library().chip_class is not ben.library().chip_class
    assert [[card.uid for card in reader.read()] for reader in readers] == [[FOUR], [SEVEN]]


@pytest.mark.parametrize(
    ("missing", "hint"),
    [
        ("spidev", "apt install python3-spidev"),
        ("RPi.GPIO", "apt install python3-rpi-lgpio"),
        ("mfrc522", "pip install --no-deps mfrc522"),
    ],
)
def test_a_missing_part_is_named_with_its_cure(without, monkeypatch, missing: str, hint: str):
    monkeypatch.setitem(sys.modules, "RPi", rpi_with_gpio())
    without(missing)
    with pytest.raises(BackendUnavailable, match=hint):
        loader.load()


def test_a_module_that_runs_only_on_a_pi_says_so(monkeypatch: pytest.MonkeyPatch):
    def refuse(name: str) -> ModuleType:
        raise RuntimeError("This module can only be run on a Raspberry Pi!")

    monkeypatch.setattr(loader.importlib, "import_module", refuse)
    with pytest.raises(BackendUnavailable, match=r"RPi\.GPIO cannot run here: This module can"):
        loader.load(spidev=ModuleType("spidev"))
