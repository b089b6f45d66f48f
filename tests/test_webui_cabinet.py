"""The cabinet's page: the live grid, the alerts, the clock."""

import re
from dataclasses import replace
from urllib.parse import quote_plus

import pytest
from webui_fixtures import ANA, BEN, CAT, NASTY, hand_in, shown, site, site_of, uid_of

from kiosk.events import CONSOLE, Alert, EventType, Reason
from kiosk.messages.commands import StateCustody
from kiosk.messages.record import Restored
from kiosk.model import Cubby
from kiosk.policy.words import alert_words
from kiosk.view import cubby_views
from webui.cabinet import Cell, laid_out, state_words
from webui.live import OLDEST_S, RECENT_S


@pytest.fixture
def desk():
    signed_in = site()
    signed_in.sign_in()
    return signed_in


def words(desk, number):
    views = cubby_views(desk.service.rules, desk.service.standing())
    return state_words(views[number - 1])


def test_a_cell_tells_number_word_name_and_since(desk):
    hand_in(desk.service, ANA)
    text = desk.get("/cabinet/grid").text
    cell = text[text.index('id="cubby-1"') : text.index("</a>", text.index('id="cubby-1"'))]
    for part in ("state-in", ">1<", ">In<", "Ana Silva", "since 08:40", "<svg", "/cubbies/1"):
        assert part in cell


def test_the_counts_stand_on_top(desk):
    hand_in(desk.service, ANA)
    desk.hands.open(5)
    assert "<strong>1 of 12 in</strong>, 1 fault. 08:40" in desk.get("/").text


def test_phase_and_its_end_are_told(desk):
    assert "phase: <strong>Arrival</strong> until 09:00." in desk.get("/").text


def test_each_state_has_its_word(desk):
    hand_in(desk.service, ANA)
    desk.hands.tap(uid_of(BEN))
    assert [words(desk, n) for n in (1, 2, 3)] == ["In", "Open", "Free"]
    desk.service.pass_time(31)
    desk.hands.open(5)
    desk.override(1)
    desk.hands.close(1)
    assert [words(desk, n) for n in (1, 2, 5)] == ["Not certain", "Left open", "Was forced"]


def test_a_door_that_does_not_open_is_stuck(desk):
    desk.service.jammed.update(desk.service.rules.cubbies)
    desk.hands.tap(uid_of(ANA))
    assert words(desk, 1) == "Opening"
    desk.service.pass_time(6)
    desk.service.pass_time(6)
    assert words(desk, 1) == "Stuck"


def test_what_no_sensor_saw_is_called_unconfirmed(desk):
    rules = desk.service.rules
    blind = {n: replace(cubby, has_sensor=False) for n, cubby in rules.cubbies.items()}
    desk.service.rules = replace(rules, cubbies=blind)
    desk.service.jammed.update(blind)
    desk.hands.tap(uid_of(ANA))
    desk.service.pass_time(11)
    assert words(desk, 1) == "In, unconfirmed"


def test_an_unchanged_grid_is_not_sent_again(desk):
    first = desk.get("/cabinet/grid")
    again = desk.get("/cabinet/grid", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "no-store"


def test_a_changed_grid_is_sent_whole(desk):
    first = desk.get("/cabinet/grid")
    hand_in(desk.service, ANA)
    desk.time.now += 2 * OLDEST_S
    again = desk.get("/cabinet/grid", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, "Ana Silva" in again.text) == (200, True)


def test_a_page_that_asks_again_is_shown_what_was_drawn_a_moment_ago(desk):
    first = desk.get("/cabinet/grid")
    hand_in(desk.service, ANA)
    desk.time.now += RECENT_S / 2
    assert desk.get("/cabinet/grid").headers["ETag"] == first.headers["ETag"]
    assert "Ana Silva" in desk.get("/").text  # a page that is opened shows what is so now


def test_of_a_page_that_is_due_the_next_is_drawn_while_the_last_is_shown(desk, monkeypatch):
    first, grids, ahead = desk.get("/cabinet/grid"), desk.app.extensions["office"].grids, []
    monkeypatch.setattr(grids._ahead, "submit", ahead.append)
    hand_in(desk.service, ANA)
    desk.time.now += (RECENT_S + OLDEST_S) / 2
    assert desk.get("/cabinet/grid").headers["ETag"] == first.headers["ETag"]
    (draw,) = ahead
    draw()
    assert "Ana Silva" in desk.get("/cabinet/grid").text


def test_the_page_knows_the_mark_of_the_grid_it_shows(desk):
    mark = desk.get("/cabinet/grid").headers["ETag"].replace('"', "&#34;")
    assert f"data-etag='{mark}'" in desk.get("/").text


def test_the_grid_is_the_same_for_the_same_minute(desk):
    first = desk.get("/cabinet/grid").headers["ETag"]
    desk.service.pass_time(5)
    assert desk.get("/cabinet/grid").headers["ETag"] == first
    desk.service.pass_time(60)
    desk.time.now += 2 * OLDEST_S
    assert desk.get("/cabinet/grid").headers["ETag"] != first


def test_two_roles_are_never_given_each_others_grid(desk):
    hand_in(desk.service, ANA)
    assert "Ana Silva" in desk.get("/cabinet/grid").text
    desk.post("/sign-out")
    desk.sign_in("technician")
    assert "Ana Silva" not in desk.get("/cabinet/grid").text


def test_a_name_that_is_markup_is_only_a_name(desk):
    hand_in(desk.service, NASTY)
    for path in ("/", "/cubbies/1", "/record", "/openings/2"):
        text = desk.get(path).text
        assert "&lt;img src=x onerror=alert(1)&gt;" in text
        assert "<img" not in text
        assert "\u202e" not in text
        assert "{{7*7}}" in text


def test_the_cells_stand_as_in_the_cabinet_with_its_gaps():
    rules = site().service.rules
    places = {1: Cubby(1, 0, 0), 2: Cubby(2, 0, 2), 3: Cubby(3, 2, 1)}
    service = site().service
    views = cubby_views(replace(rules, cubbies=places), service.standing())
    cells = [Cell(number=view.number) for view in views]
    numbers = [cell.number for cell in laid_out(cells, views)]
    assert numbers == [1, 0, 2, 0, 3, 0]


def test_cubbies_without_places_stand_in_the_order_of_their_numbers():
    service = site().service
    places = {n: Cubby(n) for n in (3, 1, 2)}
    views = cubby_views(replace(service.rules, cubbies=places), service.standing())
    cells = [Cell(number=view.number) for view in views]
    assert [cell.number for cell in laid_out(cells, views)] == [1, 2, 3]


def test_an_alert_is_shown_and_can_be_acknowledged(desk):
    desk.hands.open(5)
    seq = desk.service.standing().state.alerts[Alert.FORCED, 5].seq
    assert alert_words(Alert.FORCED, 5) in desk.get("/").text
    answer = desk.post(f"/alerts/{seq}/acknowledge")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "seen by reception" in desk.get("/").text
    assert desk.service.record[-1].type is EventType.ALERT_ACKNOWLEDGED


def test_an_alert_seen_twice_is_seen_once(desk):
    desk.hands.open(5)
    seq = desk.service.standing().state.alerts[Alert.FORCED, 5].seq
    statuses = [desk.post(f"/alerts/{seq}/acknowledge").status_code for _ in range(2)]
    types = [event.type for event in desk.service.record]
    assert (statuses, types.count(EventType.ALERT_ACKNOWLEDGED)) == ([303, 303], 1)


def test_an_alert_that_is_over_cannot_be_acknowledged(desk):
    answer = desk.post("/alerts/77/acknowledge")
    assert (answer.status_code, "That alert is over." in answer.text) == (409, True)


def test_a_clock_that_is_not_trusted_is_asked_about_and_can_be_confirmed(desk):
    desk.service.moment = replace(desk.service.moment, trusted=False, boot="boot-2")
    text = desk.get("/").text
    assert "It believes that it is Monday 23 November 2026, 08:40." in text
    assert desk.post("/clock/confirm").status_code == 303
    assert "clock is not trusted" not in desk.get("/").text


def test_a_trusted_clock_is_not_asked_about(desk):
    assert "That is the right time" not in desk.get("/").text


def test_a_failing_record_is_said_on_every_page(desk):
    desk.service.state_of_parts = replace(desk.service.state_of_parts, store="/var: disk full")
    for path in ("/", "/record", "/cubbies/1"):
        text = desk.get(path).text
        said = text.count("The record cannot be written: nothing can be handed in")
        assert (said, "/var" in text) == (1, False)


def test_without_scripts_the_page_can_be_reloaded(desk):
    assert '<a href="">Reload it</a>' in desk.get("/").text


def test_what_is_wrong_with_the_kiosk_is_told_live(desk):
    before = desk.get("/cabinet/grid")
    parts = replace(desk.service.state_of_parts, ready=False, reader="makes no progress")
    desk.service.state_of_parts = parts
    desk.time.now += 2 * OLDEST_S
    after = desk.get("/cabinet/grid", **{"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, "Card reader: makes no progress." in after.text) == (200, True)
    assert "troubles" not in before.text


def lose(desk, person):
    """A pupil's cubby is found empty; the number of the deposit."""
    hand_in(desk.service, person)
    deposit = desk.service.standing().state.deposit_of(person.id)
    desk.service.take(StateCustody("u-reception", deposit.id, Reason.EMPTY))
    return deposit.id


def test_a_device_that_nobody_can_find_is_listed_above_the_cubbies(desk):
    assert "Devices nobody can find" not in desk.get("/").text
    deposit = lose(desk, ANA)
    desk.time.now += 2 * OLDEST_S
    text = desk.get("/cabinet/grid").text
    listed = text[text.index("Devices nobody can find") : text.index("cubbies-title")]
    for part in ("Ana Silva", "handed in 08:40", f'href="/deposits/{deposit}"'):
        assert part in listed


def test_who_may_not_see_names_finds_the_list_without_them(desk):
    deposit = lose(desk, ANA)
    desk.post("/sign-out")
    desk.sign_in("technician")
    text = desk.get("/").text
    assert (f'href="/deposits/{deposit}"' in text, "Silva" in text) == (True, False)


def counted(page, words):
    found = re.search(rf"{words}(?:</a>)?</dt><dd>(\d+)</dd>", page.text)
    return found and int(found[1])


def test_who_is_missing_out_and_held_is_counted_on_top(desk):
    before = counted(desk.get("/"), "Not seen yet")
    hand_in(desk.service, ANA)
    assert counted(desk.get("/"), "Not seen yet") == before - 1
    assert (counted(desk.get("/"), "Out with pupils"), counted(desk.get("/"), "Held")) == (0, 0)


def test_a_technician_is_told_of_no_pupil_in_any_count():
    technician = site()
    technician.sign_in("technician")
    page = technician.get("/?form=7A")
    assert [counted(page, words) for words in ("Not seen yet", "Out with pupils", "Held")] == [
        None
    ] * 3
    assert 'name="form"' not in page.text
    assert "7A" not in shown(page.text)


def test_one_form_alone_has_names_and_its_own_count(desk):
    hand_in(desk.service, ANA)
    hand_in(desk.service, CAT)
    grid = f"/cabinet/grid?form={quote_plus(ANA.form)}"
    page = desk.get(f"/?form={ANA.form}").text
    assert f"{ANA.form}: 1 in" in page
    assert (ANA.name in page, CAT.name in page, grid in page) == (True, False, True)
    assert CAT.name not in desk.get(grid).text


def test_a_form_that_there_is_not_is_all_of_them(desk):
    hand_in(desk.service, ANA)
    assert ANA.name in desk.get("/?form=nowhere").text


def test_who_may_not_confirm_the_clock_is_told_who_may_and_how_else():
    desk = site()
    desk.sign_in("admin")
    desk.service.moment = replace(desk.service.moment, trusted=False, boot="boot-2")
    text = desk.get("/").text
    assert "reception, teacher, pastoral, headteacher, dsl or technician" in text
    assert "kiosk clock confirm" in text


def test_what_is_not_certain_leads_to_the_walk_or_names_who_may_go_it():
    desk = site()
    desk.service.take(Restored(CONSOLE, {"file": "copy", "through": 0}, ()))
    desk.sign_in()
    text = desk.get("/").text
    assert "12 cubbies are not certain" in text
    assert '<a href="/reconcile">Count the cabinet against the record</a>' in text
    desk = site_of(desk.service)
    desk.sign_in("admin")
    text = desk.get("/").text
    assert "(reception, teacher, pastoral, headteacher or dsl)" in text
    assert "/reconcile" not in text
    assert "says what is there: reception, teacher" in desk.get("/cubbies/1").text
