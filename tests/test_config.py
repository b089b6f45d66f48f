"""The config file: what is taken, and how every fault is told."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from kiosk.bootstrap import check_pins, make_rules
from kiosk.config import Config, load_config, make_config
from kiosk.errors import ConfigError
from kiosk.explain import explain_config

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"


def example() -> dict[str, Any]:
    return tomllib.loads(EXAMPLE.read_text())


def faults_of(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        make_config(raw, "a file")
    return caught.value.faults


def test_the_example_loads_and_its_pins_are_usable() -> None:
    config = load_config(EXAMPLE)

    check_pins(config, "the example")
    assert len(make_rules(config).cubbies) == 6
    assert not config.is_simulated


def test_the_example_names_every_key() -> None:
    raw = example()
    raw["school"]["week"] = raw["school"]["week"][0]
    raw["locks"]["pins"] = {}

    def keys(model: Any) -> set[str]:
        return set(model.model_fields)

    assert raw.keys() == keys(Config)
    for name, field in Config.model_fields.items():
        assert raw[name].keys() == keys(field.annotation), name


def test_the_examples_values_are_the_defaults_where_there_are_any() -> None:
    config = load_config(EXAMPLE)

    for section in ("kiosk", "times", "web"):
        assert getattr(config, section) == Config.model_fields[section].default, section


def test_all_faults_are_told_at_once() -> None:
    raw = example()
    raw["kiosk"]["colour"] = "red"
    raw["cabinet"]["cubbies"] = 0
    raw["school"]["week"][0]["arrival"] = "25 past 8"
    del raw["reader"]["backend"]

    assert faults_of(raw) == [
        "kiosk.colour: there is no such key; see config.example.toml",
        'school.week.0.arrival: write a time as "08:20"',
        "cabinet.cubbies: Input should be greater than or equal to 1",
        "reader.backend: is missing",
    ]


@pytest.mark.parametrize(
    ("section", "key", "value", "words"),
    [
        ("school", "zone", "Europe/Londno", "no time zone"),
        ("locks", "pulse_s", 1.5, "must not be above ceiling_s"),
        ("cabinet", "cubbies", 7, "no pins for cubby 7"),
        ("cabinet", "cubbies", 5, "cubby 6, beyond the cabinet"),
        ("web", "host", "0.0.0.0", "unencrypted"),
        ("locks", "sensors", False, "take one of them away"),
        ("reader", "backend", "magic", "rc522"),
    ],
)
def test_a_fault_says_what_is_wrong(section: str, key: str, value: object, words: str) -> None:
    raw = example()
    raw[section][key] = value

    (fault,) = faults_of(raw)
    assert words in fault


def test_a_faulty_entry_does_not_make_its_list_an_empty_one() -> None:
    raw = example()
    del raw["school"]["week"][1]
    raw["school"]["week"][0]["locked"] = "8:50"

    assert faults_of(raw) == ['school.week.0.locked: write a time as "08:20"']


def test_a_week_out_of_order_or_with_a_day_twice_is_refused() -> None:
    raw = example()
    raw["school"]["week"][1]["days"] = ["thu"]
    assert faults_of(raw) == ["school: stands in the week more than once: thu"]
    raw["school"]["week"][1]["locked"] = "08:00"
    assert "must follow one another" in faults_of(raw)[0]


def test_an_open_address_needs_a_marked_choice_and_the_names_it_goes_by() -> None:
    raw = example()
    raw["web"] |= {"host": "0.0.0.0", "allow_plain_http": True}
    assert "trusted_hosts" in faults_of(raw)[0]
    raw["web"]["trusted_hosts"] = ["kiosk.local"]

    assert "UNENCRYPTED" in explain_config(make_config(raw, "a file"))


def test_a_pin_that_the_reader_needs_is_refused_for_a_lock() -> None:
    raw = example()
    raw["locks"]["pins"]["1"]["lock"] = 8

    with pytest.raises(ConfigError, match="8"):
        check_pins(make_config(raw, "a file"), "a file")


def test_a_file_that_is_not_there_or_no_toml_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load_config(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[kiosk\n")
    with pytest.raises(ConfigError, match="no TOML"):
        load_config(broken)


def test_paths_count_from_the_files_folder(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(EXAMPLE.read_text().replace("/var/lib/kiosk", "data"))

    assert load_config(file).kiosk.data == tmp_path / "data"
    assert load_config(file, data=Path("/elsewhere")).kiosk.data == Path("/elsewhere")
