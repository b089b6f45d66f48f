"""The pupils' screen without a browser: what is sent, when, and what nobody can tell from it."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from screen_fixtures import Tablet, allow, revoke
from webui_fixtures import ANA, BEN, FakeHands, Site, hand_in, shown, site, uid_of

from kiosk.acts import Addressee, Show, Sign
from kiosk.messages.arrangements import PlaceHold
from kiosk.messages.commands import BlockCard
from kiosk.policy.addressing import Names, ScreenRules
from kiosk.state.arrangements import HoldKind
from webui import screen

LONG_S = 3600.0  # nothing here waits so long: whoever waits is woken, or the test fails
ASK = Show(Sign.ASK_OFFICE)


@pytest.fixture
def pages() -> Site:
    return site()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits."""
    monkeypatch.setattr(screen, "WAIT_S", 0)


@pytest.fixture
def for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gives up waiting."""
    monkeypatch.setattr(screen, "WAIT_S", LONG_S)


def display(pages: Site) -> Tablet:
    return Tablet(pages.app, "127.0.0.1")


# what is sent


def test_the_page_has_the_sign_in_it_already(pages: Site) -> None:
    pages.service.show(Show(Sign.PUT_IN, 7))
    text = display(pages).get("/screen").text
    assert '<div class="pupil-screen pupil-blue" data-sign="put_in" lang="en">' in text
    assert "<span>Put phone in.</span>" in text


def test_the_page_brings_its_pictures_and_what_it_shows_without_the_kiosk(pages: Site) -> None:
    text = display(pages).get("/screen").text
    assert 'id="picture-spanner"' in text
    lost = text.partition('<template id="lost">')[2].partition("</template>")[0]
    assert ('data-sign="lost"' in lost, "Ask the office" in lost) == (True, True)


def test_the_page_is_in_the_schools_language_and_each_sign_in_its_own(pages: Site) -> None:
    pages.service.rules = replace(pages.service.rules, screen=ScreenRules(language="cy"))
    pages.service.show(Show(Sign.TAKE, 7, to=Addressee("ar")))
    text = display(pages).get("/screen").text
    assert '<html lang="cy">' in text
    assert '<p class="pupil-words" dir="rtl"><span>خذ هاتفك.</span>' in text
    assert "Gofynnwch i&#39;r swyddfa" in text


def test_a_name_is_escaped(pages: Site) -> None:
    pages.service.show(Show(Sign.TAKE, 7, to=Addressee(name="<b>x</b>")))
    assert "&lt;b&gt;x&lt;/b&gt;" in display(pages).now().text


def test_no_name_is_sent_unless_the_school_chose_it(pages: Site) -> None:
    FakeHands(pages.service).tap(uid_of(ANA))
    assert "Ana" not in shown(display(pages).get("/screen").text)
    pages.service.rules = replace(pages.service.rules, screen=ScreenRules(Names.FIRST_NAME))
    FakeHands(pages.service).tap(uid_of(BEN))
    assert '<p class="pupil-name" dir="auto">Ben</p>' in display(pages).now().text


def test_a_simulated_kiosk_says_so_on_the_screen() -> None:
    assert "Simulated: no real doors." in display(site(simulated=True)).get("/screen").text
    assert "Simulated" not in display(site()).get("/screen").text


@pytest.mark.parametrize("sign", Sign)
def test_an_answer_is_small_enough_to_need_no_patience(pages: Site, sign: Sign) -> None:
    pages.service.show(Show(sign, 7, "15:10"))
    assert len(display(pages).now().data) < 4096


# when it is sent


def test_what_the_page_has_not_seen_is_told_at_once(pages: Site, for_ever: None) -> None:
    answer = display(pages).now('"something else"')
    assert (answer.status_code, 'data-sign="ready"' in answer.text) == (200, True)


def test_what_it_has_seen_is_told_again_only_as_nothing_new(pages: Site, at_once: None) -> None:
    mark = display(pages).now().headers["ETag"]
    answer = display(pages).now(mark)
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", mark)


def test_the_page_knows_the_mark_of_the_sign_it_came_with(pages: Site, at_once: None) -> None:
    text = display(pages).get("/screen").text
    mark = re.search('data-mark="([^"]+)"', text)
    assert mark is not None
    assert display(pages).now(mark[1].replace("&#34;", '"')).status_code == 304


def test_whoever_waits_is_answered_when_somebody_taps(pages: Site, for_ever: None) -> None:
    mark = display(pages).now().headers["ETag"]
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(lambda: display(pages).now(mark).text)
        FakeHands(pages.service).tap(uid_of(ANA))
        assert 'data-sign="put_in"' in waiting.result(30)


def test_a_tap_between_two_questions_is_not_missed(pages: Site, for_ever: None) -> None:
    mark = display(pages).now().headers["ETag"]
    FakeHands(pages.service).tap(uid_of(ANA))
    assert 'data-sign="put_in"' in display(pages).now(mark).text


def test_the_same_sign_for_the_next_pupil_is_news(pages: Site, for_ever: None) -> None:
    pages.service.show(ASK)
    first = display(pages).now()
    pages.service.show(ASK)
    second = display(pages).now(first.headers["ETag"])
    assert (second.status_code, second.data) == (200, first.data)
    assert second.headers["ETag"] != first.headers["ETag"]


def test_what_changed_without_a_ring_is_told_when_the_waiting_ends(
    pages: Site, at_once: None
) -> None:
    mark = display(pages).now().headers["ETag"]
    pages.service.shown = Show(Sign.BROKEN)
    assert 'data-sign="broken"' in display(pages).now(mark).text


def test_nobody_waits_for_a_kiosk_that_stops(pages: Site, for_ever: None) -> None:
    mark = display(pages).now().headers["ETag"]
    pages.service.bell.end()
    assert display(pages).now(mark).status_code == 304


def test_a_screen_revoked_while_it_waits_is_told_so(pages: Site, for_ever: None) -> None:
    tablet = Tablet(pages.app)
    tablet.enter(allow(pages.service))
    mark = tablet.now().headers["ETag"]
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(lambda: tablet.now(mark).status_code)
        revoke(pages.service)
        pages.service.show(ASK)
        assert waiting.result(30) == 403


def test_a_screen_revoked_before_it_looks_is_shown_nothing_that_came_after(
    pages: Site, for_ever: None, mocker
) -> None:
    tablet = Tablet(pages.app)
    tablet.enter(allow(pages.service))
    mark = tablet.now().headers["ETag"]

    def look():
        revoke(pages.service)
        pages.service.show(ASK)
        return sight()

    sight = screen.sight
    looked = mocker.patch("webui.screen.sight", side_effect=look)
    assert tablet.now(mark).status_code == 403
    looked.assert_called_once_with()


def test_a_page_without_a_seat_is_answered_at_once_and_asked_for_patience(
    pages: Site, for_ever: None
) -> None:
    seats = pages.app.extensions["office"].seats
    mark = display(pages).now().headers["ETag"]
    with seats.seat(""), seats.seat(""):
        answer = display(pages).now(mark)
    assert (answer.status_code, answer.headers["Retry-After"]) == (304, "1")
    assert "Retry-After" not in display(pages).now().headers


def test_screens_that_wait_never_hold_up_a_tap(pages: Site, for_ever: None) -> None:
    tablets = [Tablet(pages.app) for _ in range(6)]
    for n, tablet in enumerate(tablets):
        tablet.enter(allow(pages.service, f"Screen {n}"))
    mark = tablets[0].now().headers["ETag"]
    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(lambda tablet=tablet: tablet.now(mark)) for tablet in tablets]
        hand_in(pages.service, ANA)  # in this thread, which waits for none of them
        texts = [answer.result(30).text for answer in waiting]
    assert threading.active_count() < 20
    assert all("data-sign" in text for text in texts)


# what nobody can tell


def refusal(is_held: bool, kind: HoldKind) -> tuple[bytes, dict[str, str]]:
    """What a screen is told when a pupil taps to collect, held or with a card that is blocked."""
    pages = site()
    service = pages.service
    hand_in(service, ANA)
    service.pass_time(7 * 3600)
    (deposit,) = service.standing().state.deposits
    card = next(c.key for c in service.standing().roster.credentials.values() if c.person == ANA.id)
    act = PlaceHold("u-dsl", deposit, kind) if is_held else BlockCard("u-admin", card)
    assert service.submit(act).granted
    mark = display(pages).now().headers["ETag"]
    FakeHands(service).tap(uid_of(ANA))
    answer = display(pages).now(mark)
    headers = {name: value for name, value in answer.headers.items() if name != "Date"}
    return answer.data, headers


@pytest.mark.parametrize("kind", [HoldKind.OFFICE, HoldKind.SAFEGUARDING, HoldKind.POLICE])
def test_a_hold_and_any_other_refusal_are_the_same_to_the_byte(kind: HoldKind) -> None:
    assert refusal(True, kind) == refusal(False, kind)


def test_an_unknown_card_is_answered_with_the_same_bytes_as_a_held_one() -> None:
    pages = site()
    FakeHands(pages.service).tap(bytes.fromhex("04FFFFFFFFFFFF"))
    assert display(pages).now().data == refusal(True, HoldKind.SAFEGUARDING)[0]


def test_a_refusal_leaves_by_the_same_ring_whatever_its_reason() -> None:
    rings = []
    for is_held in (True, False):
        pages = site()
        hand_in(pages.service, ANA)
        pages.service.pass_time(7 * 3600)
        (deposit,) = pages.service.standing().state.deposits
        if is_held:
            pages.service.submit(PlaceHold("u-dsl", deposit, HoldKind.POLICE))
            FakeHands(pages.service).tap(uid_of(ANA))
        else:
            FakeHands(pages.service).tap(bytes.fromhex("04FFFFFFFFFFFF"))
        rings.append(pages.service.bell.rings)
    assert rings[0] == rings[1]
