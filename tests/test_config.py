"""The config file: what is taken, and how every fault is told."""

import pickle
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kiosk.bootstrap import check_wiring, make_rules
from kiosk.config import Config, load_config, make_config
from kiosk.config_in_words import explain_config
from kiosk.errors import ConfigError
from kiosk.fittings import BoardBank, ExpanderBank, GpioBank
from kiosk.outgoing.sections import OF_THE_MACHINE, MessageSection, WebhookSection

LISTS = {"webhooks", "messages"}
EXAMPLE = Path(__file__).parent.parent / "config.example.toml"


def example() -> dict[str, Any]:
    return tomllib.loads(EXAMPLE.read_text())


def faults_of(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        make_config(raw, "a file")
    return caught.value.faults


def test_the_example_loads_and_its_pins_are_usable() -> None:
    config = load_config(EXAMPLE)

    check_wiring(config, "the example")
    assert len(make_rules(config).cubbies) == 6
    assert not config.is_simulated


def test_the_example_names_every_key() -> None:
    raw = example()
    raw["school"]["week"] = raw["school"]["week"][0]
    (bank,) = raw["locks"].pop("banks")

    def keys(model: Any) -> set[str]:
        return set(model.model_fields)

    assert raw.keys() == keys(Config)
    for name, field in Config.model_fields.items():
        assert raw[name].keys() == keys(field.annotation) - {"banks", *LISTS}, name
    own_times = {"pulse_s", "ceiling_s", "rest_s", "cubbies"}
    assert bank.keys() == keys(GpioBank) - own_times


def every_bank() -> dict[str, Any]:
    """The example with the banks that stand there behind a #, and cubbies for them."""
    lines = EXAMPLE.read_text().splitlines()
    text = "\n".join(ln[1:] if ln[:1] == "#" and ln[1:2] != " " else ln for ln in lines)
    raw = tomllib.loads(text)
    raw["cabinet"]["cubbies"] = 24
    return raw


def test_the_examples_other_banks_load_too_and_name_every_key() -> None:
    raw = every_bank()
    config = make_config(raw, "the example")
    check_wiring(config, "the example")

    _, board, expander = raw["locks"]["banks"]
    assert board.keys() == set(BoardBank.model_fields) - {"channels"}
    usual = {"pulse_s", "ceiling_s", "rest_s", "cubbies", "simulated", "sensors"}
    polarity = {"active_high", "closed_is_low"}
    assert expander.keys() == set(ExpanderBank.model_fields) - usual - polarity
    assert {n: c.bank for n, c in make_rules(config).cubbies.items() if n in (6, 7, 22, 24)} == {
        6: "main",
        7: "right",
        22: "right",
        24: "expander",
    }


def test_the_examples_receivers_load_too_and_name_every_key() -> None:
    tell = every_bank()["tell"]
    config = make_config(every_bank(), "the example").tell

    assert tell["webhooks"][0].keys() == set(WebhookSection.model_fields)
    assert tell["messages"][0].keys() == set(MessageSection.model_fields)
    assert config.messages[0].alerts == OF_THE_MACHINE
    assert config.webhooks[0] == WebhookSection(name="mis", url=config.webhooks[0].url)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "http://mis.school.example/x"}, "or with allow_plain_http = true to a private"),
        ({"url": "http://10.0.0.5/x"}, "or with allow_plain_http = true to a private"),
        ({"url": "http://8.8.8.8/x", "allow_plain_http": True}, "else write https"),
        ({"url": "http://mis.local/x", "allow_plain_http": True}, "else write https"),
        ({"url": "ftp://mis.school.example"}, "must be an address such as"),
        ({"url": "https:///x"}, "must be an address such as"),
        ({"url": "https://mis.example/a b"}, "must be an address such as"),
        ({"url": "https://mis.example/\r\nX: y"}, "must be an address such as"),
        ({"url": "https://mis.example:99999/"}, "no address of a page"),
        ({"url": "https://user:word@mis.example/"}, "no user, no password"),
        ({"events": ["everything"]}, "Input should be"),
        ({"name": "The MIS"}, "should match pattern"),
    ],
)
def test_events_are_sent_only_where_they_may_go(change: dict[str, Any], words: str) -> None:
    raw = every_bank()
    raw["tell"]["webhooks"][0] |= change
    (fault,) = faults_of(raw)
    assert words in fault


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://localhost/", "http://[::1]:8/x"])
def test_on_this_machine_itself_nothing_has_to_be_encrypted(url: str) -> None:
    raw = every_bank()
    raw["tell"]["webhooks"][0]["url"] = url
    assert make_config(raw, "it").tell.webhooks[0].url == url


def test_a_private_address_is_told_unencrypted_by_a_marked_choice_and_check_says_so() -> None:
    raw = every_bank()
    raw["tell"]["webhooks"][0] |= {"url": "http://10.0.0.5/x", "allow_plain_http": True}
    assert "to 10.0.0.5, UNENCRYPTED" in explain_config(make_config(raw, "it"))


def test_what_a_need_would_follow_from_is_never_sent() -> None:
    raw = every_bank()
    raw["tell"]["messages"][0]["alerts"] = ["fire", "review_due", "note_waiting"]
    (fault,) = faults_of(raw)
    assert "note_waiting, review_due: never sent" in fault


def test_no_address_of_a_message_is_in_what_check_prints() -> None:
    told = explain_config(make_config(every_bank(), "it"))
    assert ("site-team" in told, "password" in told, "mailto" in told) == (True, False, False)


def test_two_receivers_have_two_names() -> None:
    raw = every_bank()
    raw["tell"]["webhooks"] *= 2
    (fault,) = faults_of(raw)
    assert "more than once: mis" in fault


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
        'school.week 1, arrival: write a time as "08:20"',
        "cabinet.cubbies: Input should be greater than or equal to 1",
        "reader.backend: is missing",
    ]


def test_in_a_file_each_fault_has_its_line_a_banks_too_from_the_top_down(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    text = EXAMPLE.read_text(encoding="utf-8")
    for right, wrong in (("columns =", "colums ="), ('name = "main"', 'name = "Main Hall"')):
        assert text.count(f"\n{right}") == 1
        text = text.replace(f"\n{right}", f"\n{wrong}")
    file.write_text(text.replace("ceiling_s = 1.0", "ceiling_s = -1.0", 1), encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        load_config(file)

    lines = file.read_text(encoding="utf-8").splitlines()
    wrong = ["colums", "ceiling_s", 'name = "Main Hall"']
    on = [next(n for n, line in enumerate(lines, 1) if line.startswith(key)) for key in wrong]
    assert [fault.split(":")[0] for fault in refused.value.faults] == [f"Line {n}" for n in on]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"[kiosk]\nid = front\n", 'Line 2: front stands without quotes: write "front"'),
        (b"pulse_s = 0.25\nid = front\n", 'Line 2: front stands without quotes: write "front"'),
        (b"host = 10.0.0.12\n", 'Line 1: 10.0.0.12 stands without quotes: write "10.0.0.12"'),
        (b"arrival = 8:20\n", 'Line 1: 8:20 is no time: write one as "08:20", in quotes'),
        (b"rest_s = 3.75.1\n", "Line 1: this is no TOML: "),
        ("id = “front”\n".encode(), 'Line 1: “ is a curly quote: write a straight one, "'),
        (b"[kiosk\n", "Line 1: this is no TOML: "),
        (b"\x80\x81", "this is no text in UTF-8"),
    ],
)
def test_a_file_that_is_no_toml_is_told_with_its_line(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    (file := tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        load_config(file)
    (told,) = refused.value.faults
    assert told.startswith(fault)


@pytest.mark.parametrize(
    ("section", "key", "value", "words"),
    [
        ("school", "zone", "Europe/Londno", "no time zone"),
        ("locks", "pulse_s", 1.5, "must not be above ceiling_s"),
        ("locks", "rest_s", 9, "would come too late for whoever waits: at most 8 s"),
        ("cabinet", "cubbies", 7, "no bank of locks has cubby 7"),
        ("cabinet", "cubbies", 5, "cubby 6, beyond the cabinet"),
        ("lights", "lamp", [5, 6], "red, green and blue"),
        ("web", "host", "0.0.0.0", "trusted_hosts must list"),
        ("web", "trusted_hosts", ["https://kiosk.local"], "is no name or address of a host"),
        ("web", "trusted_hosts", ["kiosk.local:8080"], "without a port"),
        ("web", "certificate", "school.crt", "go together"),
        ("reader", "backend", "magic", "rc522"),
        ("reader", "profile", "roman", "no such profile; there are hex"),
        ("reader", "backend", "keyboard", "/dev/input/by-id"),
        ("reader", "backend", "rdm6300", "/dev/serial/by-id"),
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

    assert faults_of(raw) == ['school.week 1, locked: write a time as "08:20"']


def test_a_week_out_of_order_or_with_a_day_twice_is_refused() -> None:
    raw = example()
    raw["school"]["week"][1]["days"] = ["thu"]
    assert faults_of(raw) == ["school: stands in the week more than once: thu"]
    raw["school"]["week"][1]["locked"] = "08:00"
    assert "must follow one another" in faults_of(raw)[0]


ON_THE_NETWORK = {"host": "0.0.0.0", "trusted_hosts": ["Kiosk.local", "10.0.0.5"]}
SCHOOLS = {"certificate": "school.crt", "certificate_key": "school.key"}


@pytest.mark.parametrize(
    ("web", "is_encrypted", "words"),
    [
        ({}, False, "unencrypted, for this machine alone"),
        (SCHOOLS, True, "with the certificate school.crt"),
        (ON_THE_NETWORK, True, "a certificate made on this device"),
        (ON_THE_NETWORK | SCHOOLS, True, "with the certificate school.crt"),
        (ON_THE_NETWORK | {"allow_plain_http": True}, False, "UNENCRYPTED"),
    ],
)
def test_what_leaves_the_machine_is_encrypted_but_by_a_marked_choice(
    web: dict[str, Any], is_encrypted: bool, words: str
) -> None:
    raw = example()
    raw["web"] |= web

    config = make_config(raw, "a file")

    assert config.web.uses_tls == is_encrypted
    assert words in explain_config(config)


def test_an_open_address_needs_the_names_it_goes_by() -> None:
    raw = example()
    raw["web"] |= {"host": "0.0.0.0", "allow_plain_http": True}
    assert "trusted_hosts" in faults_of(raw)[0]


def test_a_certificate_for_plain_http_is_a_contradiction() -> None:
    raw = example()
    raw["web"] |= SCHOOLS | {"allow_plain_http": True}
    assert "contradict each other" in faults_of(raw)[0]


def test_a_pin_that_the_reader_needs_is_refused_for_a_lock() -> None:
    raw = example()
    raw["locks"]["banks"][0]["pins"]["1"]["lock"] = 8

    with pytest.raises(ConfigError, match="8"):
        check_wiring(make_config(raw, "a file"), "a file")


BOARD = {"name": "right", "backend": "kerong", "port": "/dev/ttyUSB0", "cubbies": "7-8"}


@pytest.mark.parametrize(
    ("bank", "words"),
    [
        ({**BOARD, "cubbies": "8-7"}, 'the first and the last cubby, as "7-22"'),
        ({**BOARD, "cubbies": "6-8"}, "wired more than once: cubby 6"),
        ({**BOARD, "channels": {"7": 1}}, "either cubbies"),
        ({**BOARD, "cubbies": ""}, "either cubbies"),
        ({**BOARD, "port": ""}, "port is missing"),
        ({**BOARD, "backend": "winnsen"}, "'kerong'"),
        ({**BOARD, "name": "Left One"}, "name"),
        ({**BOARD, "pulse_s": 1.5}, "bank right: pulse_s must not be above ceiling_s"),
        (
            {"name": "b", "backend": "gpio", "pins": {"7": {"lock": 4}}, "pulse_s": 0.7},
            "bank b: ceiling_s must be 0.5 above pulse_s",
        ),
        ({"name": "b", "backend": "gpio", "cubbies": "7-8"}, "pins are missing"),
        ({"name": "b", "backend": "gpio"}, "pins is missing"),
        (
            {"name": "b", "backend": "mcp23017", "pins": {"7": {"lock": 0}}, "cubbies": "7-8"},
            "take cubbies away",
        ),
        (
            {
                "name": "b",
                "backend": "gpio",
                "sensors": False,
                "pins": {"7": {"lock": 4, "door": 5}},
            },
            "take one of them away",
        ),
    ],
)
def test_a_bank_that_makes_no_sense_is_refused(bank: dict[str, Any], words: str) -> None:
    raw = example()
    raw["cabinet"]["cubbies"] = 8
    raw["locks"]["banks"].append(bank)

    assert words in " ".join(faults_of(raw))


def test_a_simulated_bank_needs_no_pins() -> None:
    raw = example()
    raw["locks"]["banks"] = [
        {"name": "a", "backend": "gpio", "simulated": True, "cubbies": "1-6", "sensors": False}
    ]
    config = make_config(raw, "a file")
    check_wiring(config, "a file")

    assert config.is_simulated
    assert not any(cubby.has_sensor for cubby in make_rules(config).cubbies.values())
    assert "SIMULATED" in explain_config(config)


def test_a_file_that_is_not_there_or_no_toml_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file: name yours with --config"):
        load_config(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[kiosk\n")
    with pytest.raises(ConfigError, match="no TOML"):
        load_config(broken)


def test_paths_count_from_the_files_folder(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(EXAMPLE.read_text().replace("/var/lib/kiosk", "data"))

    file.write_text(file.read_text().replace('certificate = ""', 'certificate = "a.crt"'))
    file.write_text(file.read_text().replace('certificate_key = ""', 'certificate_key = "/a.key"'))

    web = load_config(file).web
    assert (web.certificate, web.certificate_key) == (tmp_path / "a.crt", Path("/a.key"))
    assert load_config(file).kiosk.data == tmp_path / "data"
    assert load_config(file, data=Path("/elsewhere")).kiosk.data == Path("/elsewhere")


def simulated_expander(cubbies: int, **more: Any) -> dict[str, Any]:
    raw = example()
    raw["cabinet"]["cubbies"] = cubbies
    bank = {"name": "chip", "backend": "mcp23017", "simulated": True, "cubbies": f"1-{cubbies}"}
    raw["locks"]["banks"] = [bank | more]
    return raw


@pytest.mark.parametrize(("most", "sensors"), [(6, True), (16, False)])
def test_a_simulated_expander_makes_up_lines_that_the_chip_has(most: int, sensors: bool) -> None:
    check_wiring(make_config(simulated_expander(most, sensors=sensors), "a file"), "a file")

    (fault,) = faults_of(simulated_expander(most + 1, sensors=sensors))
    assert fault.startswith(f"bank chip: an MCP23017 has room for {most} cubbies with")


def test_whether_a_part_is_simulated_is_said_by_true_or_false_alone() -> None:
    assert faults_of(simulated_expander(2, simulated="yes")) == [
        "bank chip: simulated: Input should be a valid boolean"
    ]


def test_a_fault_deep_in_the_only_bank_does_not_make_the_list_an_empty_one() -> None:
    raw = example()
    raw["locks"]["banks"][0]["pins"]["1"]["lock"] = -1

    assert faults_of(raw) == ["bank main: pins.1.lock: Input should be greater than or equal to 0"]


def test_cubbies_without_locks_are_told_beside_the_faults_of_other_sections() -> None:
    raw = example()
    raw["cabinet"]["cubbies"] = 7
    raw["web"]["port"] = -1

    assert [fault.split(":")[0] for fault in faults_of(raw)] == [
        "web.port",
        "no bank of locks has cubby 7",
    ]


def test_what_is_simulated_is_said_part_by_part_and_that_its_wiring_is_not_compared() -> None:
    raw = example()
    raw["locks"]["banks"][0]["simulated"] = True
    raw["lights"] |= {"buzzer": 13, "simulated": True}

    told = explain_config(make_config(raw, "a file"))

    assert "Reader: rc522. " in told
    assert "Bank main: gpio, SIMULATED, cubbies 1 to 6" in told
    assert "Its wiring is not compared with this machine's while it is simulated." in told
    assert "Lights: buzzer, SIMULATED." in told


def test_a_config_knows_which_file_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.toml").write_text(EXAMPLE.read_text())
    monkeypatch.chdir(tmp_path)
    config = load_config(Path("mine.toml"))
    assert config.where == str(tmp_path / "mine.toml")
    assert pickle.loads(pickle.dumps(config)).where == config.where
