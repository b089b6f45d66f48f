"""Those who are told something without asking: what, when again, and when no more."""

import base64
import hmac
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outgoing_fixtures import Desk, config_telling, courier, outgoing
from webui_fixtures import ANA, NASTY, FakeService, FakeTime, hand_in

from kiosk.errors import BadInput, ConfigError
from kiosk.events import Alert, Event, EventType, Moment
from kiosk.messages.sensed import PartBack, PartLost
from kiosk.outgoing import making
from kiosk.outgoing.courier import BUSY, LONGEST_DELAY_S, Courier, Gathered, Parcel, delay_s
from kiosk.outgoing.making import make_outgoing
from kiosk.outgoing.messages import Told, weigh
from kiosk.outgoing.outgoing import Outgoing, Receiver, round_of
from kiosk.outgoing.signing import load_key, new_key, signed
from webui.api.telling import batch_since

HOOK = {"name": "mis", "url": "https://mis.example/kiosk"}
SITE = {"name": "site", "url": "json://mail.example", "alerts": ["reader_lost", "fire"]}


def parcels(*ids: str) -> Callable[[int], Gathered]:
    """Gathers these, one after another, and then nothing."""

    def gather(after: int) -> Gathered:
        parcel = Parcel(ids[after], ids[after].encode()) if after < len(ids) else None
        return Gathered(parcel, min(after + 1, len(ids)))

    return gather


def rounds(one: Courier, time: FakeTime, seconds: int) -> None:
    for _ in range(seconds):
        one.round()
        time.now += 1


# carrying


def test_each_parcel_is_carried_once_and_in_its_order() -> None:
    desk, time = Desk(), FakeTime()
    one = courier(desk, time, parcels("a", "b", "c"))
    rounds(one, time, 10)
    assert [p.id for p in desk.taken] == ["a", "b", "c"] == desk.tries
    assert (one.progress.sent, one.progress.fault) == (3, "")


def test_what_did_not_arrive_is_tried_again_as_the_same_and_nothing_goes_before_it() -> None:
    desk, time = Desk(wrong="it answered 500"), FakeTime()
    one = courier(desk, time, parcels("a", "b"))
    rounds(one, time, 40)
    assert desk.tries == ["a"] * 4  # at 0, 5, 15 and 35 s
    assert one.progress.fault == "it answered 500"
    desk.wrong = ""
    rounds(one, time, 60)
    assert [p.id for p in desk.taken] == ["a", "b"]
    assert one.progress.fault == ""


def test_after_a_day_it_is_given_up_and_the_next_is_carried() -> None:
    desk, time = Desk(wrong="no answer"), FakeTime()
    one = courier(desk, time, parcels("a", "b"))
    one.round()
    time.now += 86401
    one.round()
    assert (one.progress.lost, one.progress.fault) == (1, "no answer")
    desk.wrong = ""
    one.round()
    assert [p.id for p in desk.taken] == ["b"]


@given(st.integers(1, 10_000))
def test_the_patience_grows_and_is_never_longer_than_an_hour(tries: int) -> None:
    assert 5 <= delay_s(tries) <= delay_s(tries + 1) <= LONGEST_DELAY_S


def test_a_fault_is_logged_when_it_begins_and_when_it_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    desk, time = Desk(wrong="no answer"), FakeTime()
    one = courier(desk, time, parcels("a"))
    rounds(one, time, 100)
    desk.wrong = ""
    rounds(one, time, 100)
    words = [record.message for record in caplog.records]
    assert words == [
        "webhook mis: not told: no answer; it is tried again",
        "webhook mis: told again",
    ]


def test_a_round_that_fails_is_not_the_last(caplog: pytest.LogCaptureFixture) -> None:
    def breaks(after: int) -> Gathered:
        raise ZeroDivisionError

    round_of(courier(Desk(), FakeTime(), breaks))
    assert "a round failed" in caplog.text


def test_whoever_tries_one_that_is_being_told_does_not_wait() -> None:
    answers: list[str] = []
    one = courier(Desk(), FakeTime())
    inner = Receiver("webhook", "mis", "", one, trial=lambda: Parcel("x", b""))
    one._send = lambda parcel: answers.append(inner.try_out())
    assert inner.try_out() == ""
    assert answers == [BUSY]


def test_stopping_does_not_wait_for_somebody_elses_server() -> None:
    begun, let_go = threading.Event(), threading.Event()
    one = courier(Desk(), FakeTime(), parcels("a"))
    one._send = lambda parcel: (begun.set(), let_go.wait())
    told = Outgoing([Receiver("webhook", "mis", "", one)], pause_s=0)
    serving = threading.Thread(target=told.serve)
    serving.start()
    assert begun.wait(10)
    told.stop()
    serving.join(10)
    assert not serving.is_alive()
    let_go.set()


def test_stopped_before_it_serves_it_does_not_serve() -> None:
    told = Outgoing()
    told.stop()
    told.serve()


def test_a_receiver_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(BadInput, match='no webhook "nis"; there are: mis, old'):
        outgoing(Desk()).receiver("webhook", "nis")


# what programs are told


@pytest.fixture
def service() -> FakeService:
    kiosk = FakeService()
    hand_in(kiosk, NASTY)
    return kiosk


def hook_of(folder: Path, service: FakeService, monkeypatch: pytest.MonkeyPatch, **more: object):
    """The one webhook of a kiosk, and what is posted."""
    posted: list[tuple[str, dict[str, str], bytes]] = []
    monkeypatch.setattr(
        making, "post", lambda url, head, body, **_: posted.append((url, head, body))
    )
    config = config_telling(folder, webhooks=[{**HOOK, **more}])
    config.kiosk.key_dir.mkdir(exist_ok=True)
    new_key(config.kiosk.key_dir, "mis")
    (receiver,) = make_outgoing(config, service, batch_since, FakeTime()).receivers
    return receiver, posted


def test_events_are_sent_as_the_api_tells_them_from_the_start_on(
    tmp_path: Path, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver, posted = hook_of(tmp_path, service, monkeypatch)
    receiver.courier.round()
    assert posted == []  # what was before is asked for, not sent
    before = len(service.record)
    hand_in(service, ANA)
    receiver.courier.round()
    ((url, _, body),) = posted
    told = json.loads(body)
    assert url == HOOK["url"]
    assert [e["seq"] for e in told["events"]] == list(range(before + 1, len(service.record) + 1))
    assert (told["next"], told["more"]) == (len(service.record), False)


@pytest.mark.parametrize("names", [False, True])
def test_names_are_in_it_only_where_the_config_says_so(
    tmp_path: Path, service: FakeService, monkeypatch: pytest.MonkeyPatch, names: bool
) -> None:
    receiver, posted = hook_of(tmp_path, service, monkeypatch, names=names)
    hand_in(service, ANA)
    receiver.courier.round()
    body = posted[0][2].decode()
    assert (("Silva" in body), ("p-ana" in body)) == (names, names)


def test_only_the_types_that_were_asked_for_are_sent(
    tmp_path: Path, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver, posted = hook_of(tmp_path, service, monkeypatch, events=["alert_raised"])
    hand_in(service, ANA)
    receiver.courier.round()
    assert posted == []
    service.take(PartLost("reader"))
    receiver.courier.round()
    assert [e["type"] for e in json.loads(posted[0][2])["events"]] == ["alert_raised"]


def test_a_trial_is_signed_and_has_no_event_in_it(
    tmp_path: Path, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver, posted = hook_of(tmp_path, service, monkeypatch)
    assert receiver.try_out() == ""
    assert json.loads(posted[0][2])["events"] == []
    assert posted[0][1]["webhook-signature"].startswith("v1,")


def test_without_its_key_a_webhook_is_not_told_and_says_what_to_type(
    tmp_path: Path, service: FakeService
) -> None:
    config = config_telling(tmp_path, webhooks=[HOOK], messages=[SITE])
    hook, site = make_outgoing(config, service, batch_since, FakeTime()).receivers
    assert (hook.courier, "`kiosk key webhook mis`" in hook.progress.fault) == (None, True)
    assert site.courier is not None


# how they know that it is true


def test_a_request_is_signed_over_its_id_its_time_and_its_body() -> None:
    headers = signed(b"key", "msg_1", 1_700_000_000, b'{"a": 1}')
    seal = hmac.new(b"key", b'msg_1.1700000000.{"a": 1}', "sha256").digest()
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1700000000",
        "webhook-signature": "v1," + base64.b64encode(seal).decode(),
    }


def test_a_known_signature_of_the_specification_is_made() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    headers = signed(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_key_is_private_and_told_once(tmp_path: Path) -> None:
    text = new_key(tmp_path, "mis")
    file = tmp_path / "webhook-mis.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert base64.b64decode(text.removeprefix("whsec_")) == load_key(tmp_path, "mis")
    assert new_key(tmp_path, "mis") != text
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


@pytest.mark.parametrize(
    ("mode", "content", "words"),
    [
        (0o644, "whsec_AAAA", "can be read by others"),
        (0o600, "whsec_%%%", "is damaged"),
    ],
)
def test_a_key_that_cannot_be_trusted_is_refused(
    tmp_path: Path, mode: int, content: str, words: str
) -> None:
    file = tmp_path / "webhook-mis.key"
    file.write_text(content)
    file.chmod(mode)
    with pytest.raises(ConfigError, match=words):
        load_key(tmp_path, "mis")


# what people are told


def alert(kind: Alert, cubby: int | None = None, **data: str) -> Event:
    now = Moment(FakeService().moment.at, 0.0, boot="b")
    data = {"alert": kind, **data}
    return Event(EventType.ALERT_RAISED, 1, now, cubby=cubby, data=data)


def test_an_alert_is_told_in_its_words_and_without_details() -> None:
    event = alert(Alert.NOT_OPENED, 3, detail="Ana Silva")
    _, words = weigh(Told(), event, {Alert.NOT_OPENED}, 10, 0.0)
    assert words == ("Cubby 3 did not open after two pulses: try the key, then look at its latch.")


def test_an_alert_that_nobody_asked_for_is_not_told() -> None:
    assert weigh(Told(), alert(Alert.FIRE), {Alert.NOT_OPENED}, 10, 0.0)[1] == ""


def test_an_alert_that_comes_and_goes_is_told_once_an_hour() -> None:
    told, event, words = Told(), alert(Alert.READER_LOST), []
    for minute in range(0, 121, 10):
        told, said = weigh(told, event, {Alert.READER_LOST}, 10, minute * 60.0)
        words += [minute] if said else []
    assert words == [0, 60, 120]


@given(st.lists(st.tuples(st.integers(1, 40), st.floats(0, 600)), max_size=80))
def test_never_more_than_the_limit_in_any_hour(times: list[tuple[int, float]]) -> None:
    told, now, sent = Told(), 0.0, []
    for cubby, later in times:
        now += later
        told, words = weigh(told, alert(Alert.FORCED, cubby), {Alert.FORCED}, 3, now)
        sent += [now] if words else []
    assert all(len([s for s in sent if at <= s < at + 3600]) <= 3 for at in sent)
    assert bool(sent) == bool(times)


def test_what_was_kept_back_is_counted_in_the_next() -> None:
    told, words = Told(), ""
    for cubby in (1, 2, 3):
        told, words = weigh(told, alert(Alert.FORCED, cubby), {Alert.FORCED}, 1, 0.0)
    assert words == ""
    told, words = weigh(told, alert(Alert.FORCED, 4), {Alert.FORCED}, 1, 3601.0)
    assert words.endswith("2 more were not sent: at most 1 are in an hour.")
    assert told.kept_back == 0


def test_somebody_is_sent_the_alerts_of_a_round_in_one_message(
    tmp_path: Path, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, str, str]] = []
    monkeypatch.setattr(making.apprised, "notify", lambda *asked: sent.append(asked))
    config = config_telling(tmp_path, messages=[SITE])
    (receiver,) = make_outgoing(config, service, batch_since, FakeTime()).receivers
    receiver.courier.round()
    for _ in range(3):
        service.take(PartLost("reader"))
        service.take(PartBack("reader"))
    receiver.courier.round()
    receiver.courier.round()
    ((url, title, words),) = sent
    assert (url, "phone kiosk" in title) == (SITE["url"], True)
    assert words == "The card reader does not answer: check its cable."
