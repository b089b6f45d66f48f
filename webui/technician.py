"""How the machine is, for whoever mends it; and what they send to whoever helps them."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, render_template

from kiosk.days_in_words import written_time
from kiosk.drafting import Rules
from kiosk.errors import KioskError
from kiosk.outgoing.outgoing import Receiver
from kiosk.policy.roles import Permission
from kiosk.policy.words import alert_words
from kiosk.service import Health, Service
from kiosk.wellbeing import NOT_TOLD, UNSOUND
from kiosk.workshop import Workshop
from webui.access import needs
from webui.office import office
from webui.receivers import receiver_words
from webui.wording import RECORD_FAILS

pages = Blueprint("technician", __name__)

NO_WORKSHOP = "This kiosk cannot examine its machine: ask on the command line, kiosk doctor."
LET_CLOCK = "Let it be synchronised, or confirm the time at the top of this page."
TRY_IT = "Whoever keeps the users can try it: Users, then programs. docs/telling.md says more."
BACK_BY_ITSELF = "Look at its cable and its supply; it comes back by itself."
THE_OTHERS_GO_ON = (
    "Look at this bank's cable and supply; the others go on, and it comes back by itself."
)
WITHOUT_THEM = "The kiosk works without them. Look at their wires; kiosk lights test shows each."
SUPPLY = "Computer’s supply"
STRONGER_SUPPLY = (
    "Take a stronger supply and a short cable; the locks’ 12 V come from a supply of their own."
)
FROM_A_BACKUP = (
    "Copy the data folder before anything else. kiosk verify says where; kiosk repair --from takes "
    "damaged history from a backup. Have the memory card changed."
)
SEE_THE_LOG = "Something keeps the kiosk from checking it: journalctl -u kiosk | grep looked"
SEE_THE_LOCKS = "As long as its locks do not answer, no door of theirs is seen."


@dataclass(frozen=True, slots=True)
class Part:
    """One part: how it is in words, and what to do about it if it is not well."""

    name: str
    is_well: bool
    words: str
    hint: str = ""


@pages.get("/health")
@needs(Permission.ALERTS)
def show() -> str:
    """How every part is, as the running kiosk knows it."""
    return _page(None)


@pages.post("/health/examine")
@needs(Permission.SERVICE)
def examine() -> str:
    """The same, with what the doctor finds. Takes some seconds."""
    try:
        return _page(_workshop().examine())
    except KioskError as fault:
        abort(503, f"The machine could not be examined: {fault}.")


@pages.post("/health/bundle")
@needs(Permission.SERVICE)
def bundle() -> Response:
    """All of it in one file, with nobody in it."""
    try:
        made = _workshop().bundle(office().service)
    except KioskError as fault:
        abort(503, f"The machine could not be examined: {fault}.")
    answer = Response(json.dumps(made, indent=2), content_type="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="kiosk-support.json"'
    return answer


def parts(service: Service) -> list[Part]:
    """Every part of the running kiosk."""
    health, state = service.health(), service.standing().state
    clock = health.clock == "trusted"
    return [
        _part("Card reader", health.reader, health.details.get("reader", ""), BACK_BY_ITSELF),
        *_counted(health),
        *_locks(service),
        _part("Lamp and buzzer", health.lights, health.details.get("lights", ""), WITHOUT_THEM),
        _power(health),
        *(_doors(service, bank) for bank in _banks(service)),
        _record(health.store),
        _history(health, service.rules),
        Part("Clock", clock, health.clock, "" if clock else LET_CLOCK),
        _watch(health.ready, state.seq),
        *(_told(receiver) for receiver in office().outgoing.receivers),
    ]


def _workshop() -> Workshop:
    workshop = office().workshop
    if workshop is None:
        abort(503, NO_WORKSHOP)
    return workshop


def _page(examined: dict[str, Any] | None) -> str:
    service = office().service
    alerts = service.standing().state.alerts.values()
    return render_template(
        "technician.html",
        parts=parts(service),
        alerts=[
            alert_words(raised.alert, raised.cubby, raised.bank or "", raised.detail)
            for raised in sorted(alerts, key=lambda raised: -raised.seq)
            if raised.person is None
        ],
        version=service.health().version,
        examined=examined,
        has_workshop=office().workshop is not None,
    )


def _part(name: str, words: str, detail: str, hint: str) -> Part:
    """``detail``: what is seen of it now, where it is not well; ``hint``: what to do then."""
    if words == "ok":
        return Part(name, True, "works")
    return Part(name, False, f"{words}: {detail}" if detail else words, hint)


def _counted(health: Health) -> list[Part]:
    """What the reader has counted since the start: some answers are always dropped, of cards that
    come or go; where most are, the antenna, a supply or a wire is to be looked at."""
    counts = {words: count for words, count in health.reader_counts.items() if count}
    words = ", ".join(f"{words} {count}" for words, count in counts.items())
    return [Part("Read since the start", True, words)] if words else []


def _power(health: Health) -> Part:
    """Of a computer that does not tell, nothing can be said, which is no fault."""
    if health.power == NOT_TOLD:
        return Part(SUPPLY, True, "this computer does not tell")
    detail = health.details.get("power", "")
    return _part(SUPPLY, health.power, detail, STRONGER_SUPPLY)


def _record(store: str) -> Part:
    if store == "ok":
        return Part("Record", True, "can be written")
    return Part("Record", False, "cannot be written", RECORD_FAILS)


def _history(health: Health, rules: Rules) -> Part:
    at = health.looked_through
    seen = (
        f"looked through on {written_time(rules.timetable.local(datetime.fromisoformat(at)))}"
        if at
        else "not looked through since the start"
    )
    if health.history == UNSOUND:
        return Part("History", False, UNSOUND, FROM_A_BACKUP)
    if health.history != "ok":
        return Part("History", False, seen, SEE_THE_LOG)
    return Part("History", True, f"as it was written; {seen}" if at else f"{seen} yet")


def _banks(service: Service) -> list[str]:
    return sorted({cubby.bank for cubby in service.rules.cubbies.values()})


def _locks(service: Service) -> list[Part]:
    """Each bank; where there are several, the words for all of them name those that fail."""
    banks, details, wrong = _banks(service), service.health().details, _wrong_banks(service)
    return [
        _part(
            f"Locks {bank}" if len(banks) > 1 else "Locks",
            wrong.get(bank, "ok"),
            details.get(f"locks {bank}", ""),
            THE_OTHERS_GO_ON if len(banks) > 1 else BACK_BY_ITSELF,
        )
        for bank in banks
    ]


def _wrong_banks(service: Service) -> dict[str, str]:
    """What is wrong with which banks."""
    banks, words = _banks(service), service.health().locks
    if words == "ok":
        return {}
    if len(banks) == 1:
        return {banks[0]: words}
    return {bank: how for bank, _, how in (part.partition(" ") for part in words.split("; "))}


def _doors(service: Service, bank: str) -> Part:
    theirs = [cubby for cubby in service.rules.cubbies.values() if cubby.bank == bank]
    sensed = sum(cubby.has_sensor for cubby in theirs)
    is_open = service.standing().state.open_doors
    opened = ", ".join(str(cubby.number) for cubby in theirs if cubby.number in is_open)
    if bank in _wrong_banks(service):
        words = (
            f"not certain, while their locks do not answer; open when last seen: {opened or 'none'}"
        )
        return Part(f"Doors {bank}", False, words, SEE_THE_LOCKS)
    words = f"{sensed} of {len(theirs)} have a sensor; open: {opened or 'none'}"
    return Part(f"Doors {bank}", True, words)


def _told(receiver: Receiver) -> Part:
    is_well = not receiver.progress.fault
    name = f"{receiver.kind.capitalize()} {receiver.name}"
    return Part(name, is_well, receiver_words(receiver), "" if is_well else TRY_IT)


def _watch(is_ready: bool, seq: int) -> Part:
    if is_ready:
        words = f"every part makes progress; {seq} events on record"
        return Part("Watchdog and guard", True, words)
    words = "a part makes no progress, or the kiosk is starting: the watchdog is not fed"
    return Part("Watchdog and guard", False, words, "If it stays so: journalctl -u kiosk -n 50")
