"""What the daemon shows the pupils, and when it rings for the screens that wait."""

from dataclasses import replace
from pathlib import Path

import pytest
from cabinet import add_users
from test_daemon import Rig

from kiosk.acts import Addressee, Show, Sign
from kiosk.messages.cubbies import GiveAllClear, RaiseFire
from kiosk.messages.sensed import Card, PartBack, PartLost, Presented, Tick
from kiosk.model import User
from kiosk.policy.addressing import ScreenRules
from kiosk.policy.signals import Profile

LONG_S = 3600.0


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def rings(rig: Rig) -> int:
    return rig.daemon.bell.rings


def tap(rig: Rig) -> None:
    rig.clock.advance(4)
    rig.daemon._handle(Presented((Card("cccc"),)))


def test_a_tap_rings_once_and_once_more_when_its_sign_is_over(rig: Rig) -> None:
    tap(rig)
    assert (rings(rig), rig.daemon.screen()) == (1, Show(Sign.ASK_OFFICE))
    rig.daemon._handle(Tick())
    assert rings(rig) == 1
    rig.clock.advance(7)
    rig.daemon._handle(Tick())
    rig.daemon._handle(Tick())
    assert (rings(rig), rig.daemon.screen()) == (2, Show(Sign.READY))


def test_the_same_answer_for_the_next_pupil_rings_again(rig: Rig) -> None:
    tap(rig)
    tap(rig)
    assert rings(rig) == 2


def test_a_reminder_that_is_repeated_rings_once(rig: Rig) -> None:
    for _ in range(5):
        rig.daemon._do(Show(Sign.SHUT_DOOR, 1, is_reminder=True))
        rig.daemon.showing.announce()
    assert rings(rig) == 1


def test_what_changes_without_a_tap_rings_too(rig: Rig) -> None:
    add_users(rig.core, User("ab", "Nora", "$argon2id$", ("headteacher",)))
    rig.handle(RaiseFire("console"))
    assert (rings(rig), rig.daemon.screen()) == (1, Show(Sign.LEAVE))
    rig.handle(GiveAllClear("ab"))
    rig.daemon._handle(PartLost("reader"))
    assert (rings(rig), rig.daemon.screen()) == (3, Show(Sign.BROKEN))
    rig.daemon._handle(PartBack("reader"))
    assert (rings(rig), rig.daemon.screen()) == (4, Show(Sign.READY))


def test_the_end_of_the_day_rings(rig: Rig) -> None:
    rig.clock.to(17)
    rig.daemon._handle(Tick())
    assert (rings(rig), rig.daemon.screen()) == (1, Show(Sign.CLOSED))


def test_a_kiosk_that_makes_no_progress_does_not_invite_anybody(rig: Rig) -> None:
    for part in ("main", "reader"):
        rig.daemon._progress.beat("main")
        rig.daemon._progress.beat("reader")
        rig.clock.advance(6)
        rig.daemon._progress.beat("reader" if part == "main" else "main")
        assert rig.daemon.screen() == Show(Sign.BROKEN)


def test_a_lamp_that_hangs_breaks_nothing_for_the_pupils(rig: Rig) -> None:
    rig.daemon._progress.beat("lights")
    rig.clock.advance(6)
    assert rig.daemon.screen() == Show(Sign.READY)


def test_a_sign_that_cannot_be_told_ends_no_tap(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rig.daemon, "phase", lambda: 1 / 0)
    rig.daemon._handle(Tick())
    assert "what the pupils are shown cannot be told" in caplog.text
    tap(rig)
    assert (rings(rig), rig.daemon.screen()) == (1, Show(Sign.ASK_OFFICE))


def test_whoever_waits_is_let_go_when_the_kiosk_stops(rig: Rig) -> None:
    rig.daemon._end([])
    assert rig.daemon.bell.wait(rings(rig), LONG_S) == rings(rig)


def test_a_calm_kiosk_says_so_with_every_sign(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.given.profile = Profile.LOW_SENSORY
    daemon = type(rig.daemon)(rig.given)
    calm = Addressee(is_low_sensory=True)
    assert daemon.screen() == Show(Sign.READY, to=calm)
    daemon._do(Show(Sign.TAKE, 1, to=Addressee("pl")))
    assert daemon.screen() == Show(Sign.TAKE, 1, to=replace(calm, language="pl"))


def test_whoever_taps_while_the_disk_is_slow_is_told_to_wait_until_there_is_an_answer(
    rig: Rig,
) -> None:
    tapped = Presented((Card("cccc"),))
    rig.daemon._do(Show(Sign.PUT_IN, 1))
    rig.daemon.post(tapped)
    rig.clock.advance(0.2)
    assert rig.daemon.showing.lit() == rig.daemon.screen() == Show(Sign.PUT_IN, 1)
    rung = rings(rig)
    rig.clock.advance(0.2)
    assert rig.daemon.showing.lit() == rig.daemon.screen() == Show(Sign.WAIT)
    rig.daemon.showing.lit()
    assert rings(rig) == rung + 1  # though the main loop has not had a round

    rig.daemon._handle(tapped)
    assert (rig.daemon.screen(), rings(rig)) == (Show(Sign.ASK_OFFICE), rung + 2)


def test_of_two_who_tapped_the_second_waits_on_when_the_first_is_answered(rig: Rig) -> None:
    tapped = Presented((Card("cccc"),))
    rig.daemon.post(tapped)
    rig.clock.advance(0.2)
    rig.daemon.post(tapped)
    rig.clock.advance(0.2)
    rig.daemon._handle(tapped)
    assert rig.daemon.screen() == Show(Sign.ASK_OFFICE)
    rig.clock.advance(0.2)
    assert rig.daemon.screen() == Show(Sign.WAIT)


def test_whoever_tapped_at_a_kiosk_that_is_stuck_does_not_wait_for_ever(rig: Rig) -> None:
    rig.daemon._progress.beat("main")
    rig.daemon.post(Presented((Card("cccc"),)))
    rig.clock.advance(6)
    assert rig.daemon.screen() == Show(Sign.BROKEN)


def test_done_stays_as_long_as_the_school_says(rig: Rig) -> None:
    rig.core.rules = replace(rig.core.rules, screen=ScreenRules(done_s=10))
    rig.daemon._do(Show(Sign.DONE, 1))
    rig.clock.advance(9.9)
    assert rig.daemon.screen() == Show(Sign.DONE, 1)
    rig.clock.advance(0.2)
    assert rig.daemon.screen() == Show(Sign.READY)
