"""The PIN pad: on the screen for the staff card that waits for its PIN, and for nobody else."""

import re

import pytest
from pad_fixtures import ERIN, PIN, WRONG, asking, tap
from screen_fixtures import Tablet
from test_webui_acts import do
from webui_fixtures import ANA, ORIGIN, FakeService, site_of

from kiosk.acts import Sign
from kiosk.events import EventType, Reason

OWN = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def service() -> FakeService:
    return asking()


@pytest.fixture
def screen(service: FakeService) -> Tablet:
    return Tablet(site_of(service).app, "127.0.0.1")


def mark_of(screen: Tablet) -> str:
    found = re.search(r'data-pad="([0-9a-f]+)"', screen.now().text)
    return found[1] if found else ""


def send(screen: Tablet, pad: str, pin: str, headers: dict[str, str] = ORIGIN):
    data = {"pad": pad, "pin": pin}
    return screen.client.post("/screen/pin", data=data, headers=headers, environ_base=OWN)


def test_it_is_there_from_the_staff_card_on_until_the_pin_is_right(
    service: FakeService, screen: Tablet
) -> None:
    assert mark_of(screen) == ""
    tap(service, ERIN)
    assert service.shown.sign is Sign.ENTER_PIN
    assert send(screen, mark_of(screen), PIN).status_code == 204
    assert (service.shown.sign, mark_of(screen)) == (Sign.NEXT_CARD, "")
    tap(service, ANA)
    opened = [event for event in service.record if event.type is EventType.OVERRIDDEN]
    assert [(event.reason, event.granted) for event in opened] == [(Reason.AT_KIOSK, True)]


def test_a_wrong_one_leaves_it_there_and_says_so(service: FakeService, screen: Tablet) -> None:
    tap(service, ERIN)
    pad = mark_of(screen)
    send(screen, pad, WRONG)
    assert (service.shown.sign, mark_of(screen)) == (Sign.WRONG_PIN, pad)
    assert service.record[-1].type is EventType.PIN_REFUSED


def test_after_five_wrong_ones_it_is_gone_and_the_right_one_does_nothing(
    service: FakeService, screen: Tablet
) -> None:
    tap(service, ERIN)
    pad = mark_of(screen)
    for _ in range(5):
        send(screen, pad, WRONG)
    assert (service.shown.sign, mark_of(screen)) == (Sign.ASK_OFFICE, "")
    send(screen, pad, PIN)
    assert service.shown.sign is Sign.ASK_OFFICE
    assert not service.standing().roster.people[ERIN.id].has_pin


@pytest.mark.parametrize("pad", ["", "0" * 32, "x"])
def test_a_pin_for_no_pad_of_ours_is_not_even_looked_at(
    service: FakeService, screen: Tablet, pad: str
) -> None:
    tap(service, ERIN)
    before = len(service.record)
    assert send(screen, pad, PIN).status_code == 204
    assert len(service.record) == before
    assert service.shown.sign is Sign.ENTER_PIN


def test_an_earlier_pads_pin_is_for_no_later_card(service: FakeService, screen: Tablet) -> None:
    tap(service, ERIN)
    pad = mark_of(screen)
    tap(service, ANA)
    service.pass_time(60)
    tap(service, ERIN)
    assert mark_of(screen) not in ("", pad)
    send(screen, pad, PIN)
    assert service.shown.sign is Sign.ENTER_PIN


def test_who_may_not_look_at_the_screen_types_no_pin(service: FakeService, screen: Tablet) -> None:
    tap(service, ERIN)
    pad = mark_of(screen)
    data = {"pad": pad, "pin": PIN}
    elsewhere = {"REMOTE_ADDR": "192.168.1.50"}
    answer = screen.client.post("/screen/pin", data=data, headers=ORIGIN, environ_base=elsewhere)
    assert answer.status_code == 403
    foreign = {"Origin": "http://elsewhere.example"}
    assert send(screen, pad, PIN, foreign).status_code == 400
    assert service.shown.sign is Sign.ENTER_PIN


def test_it_tells_nobody_whose_card_it_was(service: FakeService, screen: Tablet) -> None:
    tap(service, ERIN)
    body = screen.now().text
    for said in (ERIN.id, ERIN.forename, ERIN.surname, "u-erin", PIN):
        assert said not in body


@pytest.mark.parametrize("pin", ["", "4821 ", "48210000000000", "4821\n"])
def test_what_only_begins_like_the_pin_is_wrong(
    service: FakeService, screen: Tablet, pin: str
) -> None:
    tap(service, ERIN)
    send(screen, mark_of(screen), pin)
    assert service.shown.sign is Sign.WRONG_PIN


def test_where_no_pin_is_asked_for_nothing_is_changed() -> None:
    service = FakeService()
    screen = Tablet(site_of(service).app, "127.0.0.1")
    assert mark_of(screen) == ""
    assert send(screen, "", PIN).status_code == 204
    assert service.record == []


# who has one, on the pages


def test_a_pin_is_set_on_the_page_of_a_member_of_staff_and_shown_nowhere(
    service: FakeService,
) -> None:
    here = site_of(service)
    here.sign_in()
    assert "<dt>PIN</dt><dd>set</dd>" in here.get(f"/people/{ERIN.id}").text
    assert "/acts/pin/" not in here.get(f"/people/{ANA.id}").text
    page = here.get(f"/acts/pin/{ERIN.id}").text
    assert page.count('type="password"') == 2
    for wrong, why in (
        ({"pin": "12", "again": "12"}, "4 to 8 digits"),
        ({"pin": "1234", "again": "1234"}, "first that somebody would try"),
        ({"pin": "9017", "again": "9018"}, "not the same"),
    ):
        sent = do(here, "pin", ERIN.id, **wrong)
        assert (sent.status_code, why in sent.text) == (400, True)
        assert f'value="{wrong["pin"]}"' not in sent.text
    do(here, "pin", ERIN.id, pin="9017", again="9017")
    assert service.record[-1].type is EventType.PIN_SET
    do(here, "no-pin", ERIN.id)
    assert "their card opens no cubby" in here.get(f"/people/{ERIN.id}").text
