"""The school's rules in one file: imported whole or not at all, versioned, and decided by."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from cabinet import ANA
from conftest import FakeClock, make_rules

from kiosk.core import Core
from kiosk.errors import BadInput, ConfigError, NotRunning
from kiosk.events import EventType
from kiosk.keys import Keys
from kiosk.messages.commands import ImportRoster
from kiosk.messages.forgetting import ErasePerson
from kiosk.offline import Offline
from kiosk.policy.roles import Permission
from kiosk.rights import rights_of
from kiosk.school.school import read_file, read_school, rules_by
from kiosk.store import Store
from kiosk.timetable import Phase
from kiosk.upkeep import Upkeep
from kiosk.verbs import Verbs

KEYS = Keys(b"c" * 32, b"k" * 32)
FILE = """
[[terms]]
name = "Spring"
first = 2026-01-05
last = 2026-03-27
half_term = [2026-02-16, 2026-02-20]

[[week]]
days = ["mon", "tue", "wed", "thu", "fri"]
arrival = "08:00"
locked = "08:45"
release = "12:00"
closed = "16:00"
"""

OWN_ROLE = '[roles.librarian]\nmay = ["lists"]\n'
HASH = "$argon2id$v=19$x"
EXAMPLES = Path(__file__).parent.parent / "examples"


class Rig:
    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.store = Store(folder, kiosk="test", keys=KEYS)
        base = make_rules()
        self.core = Core(self.store, base, self.clock, lambda s, r: rules_by(base, s, r))
        upkeep = Upkeep(self.core, self.clock.monotonic)
        service = Offline(self.core, upkeep, school="A School", is_simulated=True)
        self.verbs = Verbs(service, KEYS)

    def call(self, verb: str, **args: Any) -> dict[str, Any]:
        return self.verbs.call(verb, args)

    def phase_at(self, hour: int) -> Phase:
        self.clock.to(hour)
        return self.core.rules.timetable.phase(self.clock.at)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_rules_hold_from_the_moment_that_they_are_imported(rig: Rig) -> None:
    assert rig.phase_at(13) is Phase.LOCKED
    rig.call("school_import", text=FILE)

    assert rig.phase_at(13) is Phase.RELEASE
    (event,) = rig.core.history.recent
    assert event.type is EventType.RULES_CHANGED
    assert event.data == {"version": 1, "sha256": hashlib.sha256(FILE.encode()).hexdigest()}


def test_they_hold_after_a_restart_too(rig: Rig, tmp_path: Path) -> None:
    rig.call("school_import", text=FILE)
    rig.store.close()
    again = Rig(tmp_path)

    assert again.phase_at(13) is Phase.RELEASE
    assert again.call("school_export") == {"version": 1, "text": FILE}


def test_each_version_is_kept_and_the_last_one_holds(rig: Rig) -> None:
    rig.call("school_import", text=FILE)
    rig.call("school_import", text=FILE.replace("12:00", "15:00"))

    assert rig.phase_at(13) is Phase.LOCKED
    assert rig.call("school_export")["version"] == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[week]\n", "no TOML"),
        (FILE.replace("12:00", "08:10"), "must follow one another"),
        (FILE + "[[terms]]\nname = 'x'\n", "is missing"),
        (FILE + "colour = 'red'\n", "no such key"),
        ("", "week"),
        ("#" + "x" * 600_000, "at most"),
    ],
)
def test_a_file_with_a_fault_changes_nothing(rig: Rig, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        rig.call("school_import", text=text)
    assert (list(rig.core.history.recent), rig.phase_at(13)) == ([], Phase.LOCKED)


def test_what_is_exported_is_what_was_imported_word_for_word(rig: Rig) -> None:
    for file in sorted(EXAMPLES.glob("*.toml")):
        text = file.read_text(encoding="utf-8")
        rig.call("school_import", text=text)
        assert rig.call("school_export")["text"] == text


def test_the_schools_own_role_is_given_and_holds_after_a_restart(rig: Rig, tmp_path: Path) -> None:
    rig.call("school_import", text=FILE + OWN_ROLE)
    rig.call("user_add", name="Lin", password_hash=HASH, roles=["librarian"])
    rig.store.close()
    again = Rig(tmp_path)

    (user,) = again.core.standing.roster.users.values()
    rights = rights_of(again.core.rules, again.core.standing, user.id, again.clock.now())
    assert rights.of_all == {Permission.LISTS}


def test_a_role_that_somebody_has_cannot_be_taken_out_of_the_file(rig: Rig) -> None:
    rig.call("school_import", text=FILE + OWN_ROLE)
    rig.call("user_add", name="Lin", password_hash=HASH, roles=["librarian"])
    with pytest.raises(ConfigError, match=r"roles.librarian is gone, and is the role of Lin"):
        rig.call("school_import", text=FILE)
    assert rig.call("school_export")["version"] == 1


def test_the_schools_reasons_are_those_of_the_command_line(rig: Rig) -> None:
    own = '[reasons]\nopen = ["medical", "cubby_check", { own = "Photo day" }]\n'
    rig.call("school_import", text=FILE + own)
    with pytest.raises(BadInput, match="there are medical, cubby_check, Photo day"):
        rig.call("cubby_open", number=1, reason="leaving_early")
    with pytest.raises(NotRunning):  # nobody opens a door of a kiosk at rest
        rig.call("cubby_open", number=1, reason="photo DAY")


def test_the_screen_says_what_the_school_says(rig: Rig) -> None:
    rig.call("school_import", text=FILE + '[texts]\nclosed = "See you tomorrow"\n')
    assert rig.call("status")["screen"] == "See you tomorrow"


def test_a_role_that_there_is_not_is_given_to_nobody(rig: Rig) -> None:
    with pytest.raises(BadInput, match="no role is called librarian"):
        rig.call("user_add", name="Lin", password_hash=HASH, roles=["librarian"])


def test_the_same_rules_again_are_not_another_version(rig: Rig) -> None:
    rig.call("school_import", text=FILE)
    with pytest.raises(BadInput, match="already"):
        rig.call("school_import", text=FILE)


def test_without_a_file_there_is_none_to_export(rig: Rig) -> None:
    with pytest.raises(BadInput, match="the week in the config holds"):
        rig.call("school_export")


def test_somebody_who_is_not_on_the_roster_is_a_fault(rig: Rig) -> None:
    extra = '[[overrides]]\nperson = "9999"\ndate = 2026-03-02\nclosed = true\n'
    with pytest.raises(ConfigError, match="9999"):
        rig.call("school_import", text=FILE + extra)


def test_rules_that_name_somebody_who_was_erased_hold_after_a_restart(
    rig: Rig, tmp_path: Path
) -> None:
    rig.core.take(ImportRoster("console", (ANA,), 1, 0))
    extra = f'[[overrides]]\nperson = "{ANA.admission}"\ndate = 2026-03-02\nclosed = true\n'
    rig.call("school_import", text=FILE + extra)
    rig.core.take(ErasePerson("console", ANA.id))
    rig.store.close()

    assert Rig(tmp_path).phase_at(13) is Phase.RELEASE


def test_what_was_imported_can_be_read_again() -> None:
    assert read_school(FILE, "a file").terms[0].name == "Spring"


def test_a_file_that_is_no_text_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes(b"# caf\xe9\n")

    with pytest.raises(ConfigError, match="no text in UTF-8"):
        read_file(file)
    with pytest.raises(ConfigError, match="No such file"):
        read_file(tmp_path / "none.toml")
