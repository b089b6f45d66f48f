"""The school's rules: what is in force, and another file in its place, tried before it holds."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.errors import BadInput, ConfigError, NotMade
from kiosk.events import Event, EventType, Reason
from kiosk.messages.arrangements import ChangeRules
from kiosk.orders.apart import BUSY
from kiosk.orders.uploads import ListKind, Uploaded
from kiosk.orders.wanted import Format, RehearsalWanted
from kiosk.policy.roles import Permission
from kiosk.policy.words import REASONS
from kiosk.school.changing import check_change, first_file
from kiosk.school.misfits import remarks_on
from kiosk.school.school import Checked, fingerprint, rules_of
from kiosk.school.telling import changes, rules_in_words
from kiosk.school.term_files import MAX_BYTES
from webui.access import actor, may, needs, permissions_held, web_session
from webui.errors import in_a_sentence
from webui.faults import Fault
from webui.office import office
from webui.uploads import takes, text_of, uploaded
from webui.wording import People, printable, reason_words, stamp

pages = Blueprint("rules", __name__)

MOST_BYTES = 120 * 1024  # of the form; a larger file goes in by the command line
REHEARSED = timedelta(days=7)
SHOWN_CHANGES = 5
MEANWHILE = (
    "The rules were changed meanwhile. Nothing was done: look at what holds now, then again."
)
TOO_LONG = (
    "It takes more time or memory than the pages may take: kiosk rehearse --with FILE has no limit."
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was found good, until somebody says yes or no to it. ``replaces``: the version
    that it was held against, 0 for none. ``left``: what of a calendar's dates was left out of it,
    in words, and why."""

    text: str
    replaces: int
    left: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """What tells it from any other."""
        return fingerprint(self.text)


@pages.get("/rules")
@needs(Permission.RULES)
def show() -> str:
    """What is in force."""
    service = office().service
    file = service.school_file()
    found = service.events(types=(EventType.RULES_CHANGED,), limit=SHOWN_CHANGES)
    return render_template(
        "rules.html",
        version=file.version if file else 0,
        changed=[_changed(event) for event in found],
        parts=[part for part in rules_in_words(service.rules, _name_of) if part.lines],
    )


@pages.get("/rules/file")
@needs(Permission.RULES)
def download() -> Response:
    """The file in force, byte for byte; where there is none, one to begin with."""
    name = f"school-{_version()}.toml" if _version() else "school.toml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_in_force(), headers=headers, content_type="application/toml; charset=utf-8")


@pages.get("/rules/change")
@needs(Permission.RULES)
def change() -> str:
    """The file in force, to be changed in place, or replaced by one that is uploaded."""
    kept = _kept() if request.args.get("again") else None
    return _form(kept.text if kept else _in_force())


@pages.post("/rules/change")
@needs(Permission.RULES)
@takes(MOST_BYTES)
def check() -> AnyResponse | tuple[str, int]:
    """Look for faults. A good file is kept for whoever is signed in; nothing is changed yet."""
    text = request.form.get("text", "")
    try:
        text = text_of("file", "text")
        _checked(text)
    except BadInput as fault:
        return _form(text, [Fault("file", f"{fault}.")]), 400
    except ConfigError as wrong:
        return _form(text, _faults(wrong)), 400
    if text == _in_force() and _version():
        return _form(text, [Fault("text", "These are the rules already: nothing differs.")]), 400
    web_session()["rules"] = Kept(text, _version())
    return redirect(url_for("rules.preview"), 303)


@pages.post("/rules/dates")
@needs(Permission.RULES)
@takes(MAX_BYTES)
def dates() -> AnyResponse | tuple[str, int]:
    """Put a calendar's term dates into the file in force; it is then shown as any other is."""
    sent, service, text = uploaded("dates"), office().service, _in_force()
    if isinstance(sent, Fault):
        return _form(text, [sent]), 400
    today = service.rules.timetable.local(service.now().at).date()
    try:
        found = service.read_upload(Uploaded(ListKind.DATES, sent.read(), today, into=text))
        told = json.loads(found)
        _checked(told["text"])
    except (BadInput, NotMade) as fault:
        return _form(text, [Fault("dates", in_a_sentence(fault))]), 400
    except ConfigError as wrong:
        return _form(text, [Fault("dates", fault) for fault in wrong.faults]), 400
    if told["text"] == text:
        return _form(text, [Fault("dates", "These dates hold already: nothing differs.")]), 400
    web_session()["rules"] = Kept(told["text"], _version(), tuple(map(printable, told["left"])))
    return redirect(url_for("rules.preview"), 303)


@pages.get("/rules/check")
@needs(Permission.RULES)
def preview() -> AnyResponse | str | tuple[str, int]:
    """What would change, and what it would have done to the taps of the last seven days."""
    kept = _kept()
    if kept is None:
        return redirect(url_for("rules.change"), 303)
    try:
        checked = _checked(kept.text)
    except ConfigError as wrong:  # the people have changed since
        return _form(kept.text, _faults(wrong)), 409
    return _preview(kept, checked)


@pages.post("/rules/check")
@needs(Permission.RULES)
def confirm() -> AnyResponse | tuple[str, int]:
    """Decide by exactly the file that was shown, if the rules are still those it was held against.
    A form that is sent twice acts once."""
    kept = _kept()
    if kept is None or request.form.get("sha256") != kept.sha256:
        abort(409, "Another file was checked meanwhile, or none. Nothing was done: check it again.")
    if _version() == kept.replaces + 1 and _in_force() == kept.text:
        return _done()
    if _version() != kept.replaces:
        abort(409, MEANWHILE)
    try:
        checked = _checked(kept.text)
    except ConfigError as wrong:
        return _form(kept.text, _faults(wrong)), 409
    command = ChangeRules(
        actor(), kept.text, kept.sha256, checked.roles, kept.replaces, checked.boxes
    )
    outcome = office().service.submit(command)
    if outcome.granted:
        return _done()
    is_late = outcome.reason is Reason.OUT_OF_DATE
    why = reason_words(outcome.reason) or "it was refused"
    abort(409, MEANWHILE if is_late else f"Nothing was done: {why}.")


def _preview(kept: Kept, checked: Checked) -> str:
    service = office().service
    before = rules_in_words(service.rules, _name_of)
    after = rules_in_words(rules_of(service.rules, checked), _name_of)
    rehearsal, trouble = _rehearsed(kept.text)
    return render_template(
        "rules_check.html",
        kept=kept,
        is_old=kept.replaces != _version(),
        changes=changes(before, after),
        remarks=remarks_on(checked, service.standing().roster),
        rehearsal=rehearsal,
        trouble=trouble,
    )


def _done() -> AnyResponse:
    web_session()["said"] = f"Version {_version()} of the rules holds from now on."
    return redirect(url_for("rules.show"), 303)


def _kept() -> Kept | None:
    kept = web_session().get("rules")
    return kept if isinstance(kept, Kept) else None


def _version() -> int:
    file = office().service.school_file()
    return file.version if file else 0


def _in_force() -> str:
    service = office().service
    file = service.school_file()
    return file.text if file else first_file(service.rules)


def _checked(text: str) -> Checked:
    """Raises ConfigError."""
    service = office().service
    return check_change(text, "the file", service.rules, service.standing())


def _faults(wrong: ConfigError) -> list[Fault]:
    return [Fault("text", fault) for fault in wrong.faults]


def _name_of(person: str) -> str:
    known = office().service.standing().roster.people.get(person)
    if not may(Permission.SEE_NAMES):
        return "One person"
    return printable(f"{known.name}, {known.form}") if known else "Somebody no longer known"


def _changed(event: Event) -> tuple[int, str, str]:
    """A change: its version, when it was made, and by whom. Whoever may make one is told."""
    service = office().service
    people = People(service.standing().roster, sees_names=True)
    return event.data["version"], stamp(service.rules, event.now), people.actor(event.actor)


def _rehearsed(text: str) -> tuple[dict[str, Any] | None, str]:
    """What the order tells; or why it could not be made: the file can be taken all the same."""
    service = office().service
    wanted = RehearsalWanted(text, service.now().at - REHEARSED, permissions_held())
    try:
        told = json.loads(service.make(wanted, Format.TABLE))
    except NotMade as fault:
        return None, BUSY if str(fault) == BUSY else TOO_LONG
    rows = [
        (one["form"] or "no form", _answer(one["before"]), _answer(one["after"]), one["count"])
        for one in told["differences"]
    ]
    counted = sum(one["count"] for one in told["differences"]) + told["few"]
    return {**told, "rows": rows, "differing": counted}, ""


def _answer(told: dict[str, Any]) -> str:
    how = "granted" if told["granted"] else "refused"
    return f"{how}: {REASONS[Reason(told['reason'])]}"


def _form(text: str, faults: list[Fault] | None = None) -> str:
    return render_template("rules_change.html", text=text, faults=faults or [], version=_version())
