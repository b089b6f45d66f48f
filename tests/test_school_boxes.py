"""Class boxes in the school file: what it names is made so, all or nothing, and no more."""

from pathlib import Path

import pytest
from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk, types
from conftest import FakeClock, make_rules
from hypothesis import given
from hypothesis import strategies as st
from storytelling import School
from test_school import FILE, Rig

from kiosk.custody import fold
from kiosk.errors import ConfigError
from kiosk.events import CONSOLE, EventType, Reason
from kiosk.messages.arrangements import ChangeRules
from kiosk.messages.commands import ImportRoster
from kiosk.messages.cubbies import AssignBox, AssignCubby, UnassignCubby
from kiosk.policy.roles import Roles
from kiosk.school.school import check_school, rules_by, rules_of
from kiosk.school.telling import rules_in_words

T = EventType


class FiledKiosk(SmallKiosk):
    """A small kiosk that follows the boxes of its school file, as the core does."""

    def takes(self, **boxes: int) -> Reason | None:
        """A file that names these takes force; or why it does not."""
        before = self.standing
        named = {form.removeprefix("f"): cubby for form, cubby in boxes.items()}
        self.take(ChangeRules(CONSOLE, str(named), "", Roles(), boxes=named))
        assert self.outcome is not None
        if not self.outcome.granted:
            assert self.standing == before
            return self.outcome.reason
        text = FILE + "".join(
            f'[[boxes]]\nform = "{form}"\ncubby = {cubby}\n' for form, cubby in named.items()
        )
        self.rules = rules_of(self.rules, check_school(text, "it"))
        return None

    @property
    def boxes(self) -> dict[str, int]:
        return dict(self.standing.state.cabinet.boxes)


@pytest.fixture
def kiosk() -> FiledKiosk:
    """Ana is in 7A, Ben in 7B."""
    return FiledKiosk(make_rules(), FakeClock())


def test_what_the_file_names_is_made_so_in_the_same_act(kiosk: FiledKiosk) -> None:
    assert kiosk.takes(f7A=4) is None
    changed, assigned = kiosk.events[-2:]
    assert types([changed, assigned]) == [T.RULES_CHANGED, T.CUBBY_ASSIGNED]
    assert (assigned.cubby, assigned.data, assigned.cause) == (4, {"form": "7A"}, changed.seq)
    assert assigned.actor == "user:console"
    assert kiosk.tap(ANAS_CARD).reason is Reason.HANDED_IN
    assert fold(kiosk.events) == kiosk.standing.state


def test_what_is_so_already_is_not_made_again_also_while_it_is_in_use(kiosk: FiledKiosk) -> None:
    kiosk.takes(f7A=4)
    kiosk.tap(ANAS_CARD)
    assert kiosk.takes(f7A=4, f7B=5) is None
    assert kiosk.boxes == {"7A": 4, "7B": 5}
    assert types(kiosk.events[-2:]) == [T.RULES_CHANGED, T.CUBBY_ASSIGNED]


def test_what_it_names_no_more_is_for_anybody_again_but_not_what_was_made_by_hand(
    kiosk: FiledKiosk,
) -> None:
    kiosk.take(AssignBox("office", 6, "7B"))
    assert kiosk.takes(f7A=4) is None
    assert kiosk.takes() is None
    assert kiosk.boxes == {"7B": 6}


def test_two_forms_may_change_their_boxes_with_each_other(kiosk: FiledKiosk) -> None:
    kiosk.takes(f7A=4, f7B=5)
    assert kiosk.takes(f7A=5, f7B=4) is None
    assert kiosk.boxes == {"7A": 5, "7B": 4}
    assert fold(kiosk.events) == kiosk.standing.state


def test_the_file_wins_over_what_was_done_by_hand_to_a_form_that_it_names(
    kiosk: FiledKiosk,
) -> None:
    kiosk.takes(f7A=4)
    kiosk.take(UnassignCubby("office", 4))
    kiosk.take(AssignBox("office", 6, "7A"))
    assert kiosk.takes(f7A=4) is None
    assert kiosk.boxes == {"7A": 4}


def test_a_box_that_is_in_use_keeps_the_file_from_taking_force(kiosk: FiledKiosk) -> None:
    kiosk.takes(f7A=4)
    kiosk.tap(ANAS_CARD)
    assert kiosk.takes(f7A=5) is Reason.STILL_KEPT
    assert kiosk.takes() is Reason.STILL_KEPT


def test_so_does_a_cubby_that_somebody_uses_or_has_or_that_there_is_not(kiosk: FiledKiosk) -> None:
    cubby = kiosk.hand_in(BENS_CARD)
    kiosk.take(AssignCubby("office", 5, ANA.id))
    kiosk.take(AssignBox("office", 6, "7B"))
    assert kiosk.takes(f7A=cubby) is Reason.CUBBY_TAKEN
    assert kiosk.takes(f7A=5) is Reason.CUBBY_RESERVED
    assert kiosk.takes(f7A=6) is Reason.CUBBY_RESERVED
    assert kiosk.takes(f7A=7) is Reason.NO_SUCH_CUBBY
    assert kiosk.boxes == {"7B": 6}


NAMED = st.dictionaries(st.sampled_from(("f7A", "f7B", "f8C")), st.integers(1, 6), max_size=3)


@given(st.lists(NAMED, min_size=1, max_size=4))
def test_whatever_files_follow_each_other_the_boxes_are_those_of_the_last(
    files: list[dict[str, int]],
) -> None:
    kiosk = FiledKiosk(make_rules(), FakeClock())
    for named in files:
        if len(set(named.values())) == len(named):
            assert kiosk.takes(**named) is None
            assert kiosk.boxes == {form.removeprefix("f"): c for form, c in named.items()}


# as a file


BOXES = '[[boxes]]\nform = "7A"\ncubby = 4\n'


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    rig.core.take(ImportRoster(CONSOLE, (ANA, BEN), 2, 0))
    return rig


def boxes_of(rig: Rig) -> dict[str, int]:
    return dict(rig.core.standing.state.cabinet.boxes)


def test_an_imported_file_makes_them_and_a_restart_knows(rig: Rig, tmp_path: Path) -> None:
    rig.call("school_import", text=FILE + BOXES)
    assert boxes_of(rig) == {"7A": 4}
    rig.store.close()
    again = Rig(tmp_path)
    assert boxes_of(again) == {"7A": 4}
    again.call("school_import", text=FILE)
    assert boxes_of(again) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOXES.replace("4", "9"), "Line 16: boxes 1, cubby: there is no cubby 9"),
        (BOXES.replace("7A", "7Z"), 'Line 15: boxes 1, form: nobody is in form "7Z"'),
        (BOXES + BOXES.replace("4", "5"), "form 7A stands there more than once"),
        (BOXES + BOXES.replace("7A", "7B"), "cubby 4 stands there twice"),
        (BOXES.replace("= 4", '= "4"'), "boxes 1, cubby: "),
        (BOXES.replace("= 4", "= 0"), "boxes 1, cubby: "),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_nothing_changes(
    rig: Rig, text: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=words.replace(".", r"\.")):
        rig.call("school_import", text=FILE + text)
    assert (boxes_of(rig), rig.core.standing.state.rules_version) == ({}, 0)


def test_what_keeps_it_from_taking_force_is_said_when_it_is_checked(rig: Rig) -> None:
    rig.call("cubby_own", number=4, admission=ANA.admission)
    with pytest.raises(ConfigError, match="Line 16: boxes 1, cubby: cubby 4 is somebody's own"):
        rig.call("school_check", text=FILE + BOXES)


def test_before_there_is_a_roster_the_form_is_not_compared(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    (remark,) = rig.call("school_import", text=FILE + BOXES)["remarks"]
    assert remark.startswith("forms 7A: nobody on the roster has a form yet")
    assert boxes_of(rig) == {"7A": 4}


def test_it_is_told_in_words(rig: Rig) -> None:
    rig.call("school_import", text=FILE + BOXES)
    parts = {part.heading: part.lines for part in rules_in_words(rig.core.rules, str)}
    assert parts["Class boxes that the file names"] == ("Form 7A: cubby 4",)


def test_the_rules_of_a_version_on_record_have_them_too(rig: Rig) -> None:
    rig.call("school_import", text=FILE + BOXES)
    assert rig.core.school is not None
    rules = rules_by(make_rules(), rig.core.school, rig.core.standing.roster)
    assert rules.class_boxes == {"7A": 4}


def test_a_class_hands_in_by_its_file_and_its_roster_alone(school: School) -> None:
    school.console("school_import", text=FILE + BOXES)
    assert school.tap("Ana") == "Done"
    assert (school.where("Ana"), school.open_doors) == ("cubby 4", set())
    school.tap("Hugo")  # of 7A, by the roster
    assert school.open_doors == {4}
