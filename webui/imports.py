"""A list of people taken in: sent, looked at, confirmed; the same as ``kiosk roster import``."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hardware.profiles import PROFILES, BadNumber, spell
from kiosk.errors import BadInput, KioskError, NotMade
from kiosk.orders.uploads import ListKind, Uploaded
from kiosk.policy.roles import Permission
from kiosk.roster import Diff, diff_json
from kiosk.roster import Fault as RowFault
from kiosk.roster.reading import unnamed_words
from kiosk.roster.sources import MAX_BYTES
from kiosk.rostering import CHANGED, Listed, RosterDesk, Terms
from webui.access import actor, may, needs, web_session
from webui.errors import in_a_sentence
from webui.faults import Fault
from webui.office import office
from webui.pending import Waiting
from webui.previews import Part, counted, flaws_of, parts_of
from webui.uploads import takes, uploaded
from webui.wording import printable

pages = Blueprint("imports", __name__)

SHOWN = 20  # people of each kind at first sight
A_PAGE = 200
FLAWS = 200
NO_DESK = "This kiosk takes lists in on the command line alone: kiosk roster import."
GONE = "The list is no longer here: send it again."
LEAVE_OUT = "Some rows are faulty: mend the file, or leave them out."
EXAMPLE = bytes.fromhex("946EBD28")
CONFIRMATIONS = {
    "many_leavers": "Yes, so many have left",
    "lost_zeros": "Yes, these are other people",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What a list would change now. ``told``: the difference in JSON, None where there is none to
    be told; ``faults`` of rows, ``faulty`` rows; ``refusal``: why it cannot be taken in at all."""

    parts: Sequence[Part]
    told: dict[str, Any] | None
    faults: Sequence[RowFault]
    faults_in_all: int
    faulty: int
    refusal: str = ""

    @property
    def changes(self) -> bool:
        """Whether anything would change."""
        return any(part.count for part in self.parts)

    @property
    def to_confirm(self) -> dict[str, str]:
        """What has to be confirmed, in words, by its name."""
        return self.told["stops"] if self.told else {}


@pages.get("/people/import")
@needs(Permission.ROSTER)
def show() -> str:
    """The form."""
    _desk()
    return _form()


@pages.post("/people/import")
@needs(Permission.ROSTER)
@takes(MAX_BYTES)
def read() -> Response | tuple[str, int]:
    """Read a file, apart from the kiosk; nothing is changed."""
    _desk()
    sent, profile = uploaded(), request.form.get("profile", "hex")
    if isinstance(sent, Fault):
        return _form([sent]), 400
    if profile not in PROFILES:
        return _form([Fault("profile", "Choose how the file spells card numbers.")]), 400
    legal = bool(request.form.get("legal"))
    asked = {"profile": profile, "full": bool(request.form.get("full"))}
    service = office().service
    today = service.rules.timetable.local(service.now().at).date()
    try:
        file = Uploaded(ListKind.ROSTER, sent.read(), today, profile, legal)
        found = service.read_upload(file)
    except (BadInput, NotMade) as fault:
        return _form([Fault("file", in_a_sentence(fault))]), 400
    name = printable(request.files["file"].filename or "")[:100]
    token = office().pending.put(web_session().id, name, found, asked)
    return redirect(url_for("imports.preview", token=token), 303)


@pages.get("/people/import/<token>")
@needs(Permission.ROSTER)
def preview(token: str) -> str:
    """What it would change; of one kind all of it, page by page."""
    return _preview(token, _waiting(token))


@pages.post("/people/import/<token>")
@needs(Permission.ROSTER)
def go_on(token: str) -> Response | str | tuple[str, int]:
    """Check once more; then take in exactly what was looked at, once however often it is sent."""
    if "discard" in request.form:
        office().pending.drop(token, web_session().id)
        return redirect(url_for("imports.show"), 303)
    waiting, answers = _waiting(token), frozenset(request.form)
    look = _look(waiting)
    is_other = look.told is not None and request.form.get("expects") != look.told["fingerprint"]
    if look.changes and is_other:
        changed = Fault("preview", in_a_sentence(BadInput(f"nothing was imported: {CHANGED}")))
        return _preview(token, waiting, [changed]), 409
    faults = _unconfirmed(look, answers)
    if faults or "change" in answers:
        return _preview(token, waiting, faults, answers), 400 if faults else 200
    if "confirmed" not in answers:
        return _check(token, waiting, look, answers)
    return _taken_in(token, waiting, answers)


def _taken_in(token: str, waiting: Waiting, answers: frozenset[str]) -> Response | tuple[str, int]:
    request_token = request.form.get("request", "")
    if not office().once.is_first(request_token):
        return redirect(way_on(), 303)
    given = {name: name in answers for name in (*CONFIRMATIONS, "skip_faulty")}
    terms = Terms(**given, expects=request.form["expects"])
    try:
        diff = _desk().take_in(
            actor(),
            _listed(waiting, waiting.found()),
            terms,
            sees_names=may(Permission.SEE_NAMES),
        )
    except BadInput as fault:
        office().once.forget(request_token)
        faults = [Fault("preview", in_a_sentence(fault))]
        return _preview(token, waiting, faults), 409
    except KioskError:
        office().once.forget(request_token)  # it did not happen, and may be sent again
        raise
    office().pending.drop(token, web_session().id)
    web_session()["said"] = f"The list is imported: {_done(diff)}."
    return redirect(way_on(), 303)


def way_on() -> str:
    """Where to go when it is done."""
    return url_for("people.find" if may(Permission.SEE_NAMES) else "imports.show")


def _desk() -> RosterDesk:
    desk = office().desk
    if desk is None:
        abort(503, NO_DESK)
    return desk


def _waiting(token: str) -> Waiting:
    _desk()
    waiting = office().pending.get(token, web_session().id)
    if waiting is None or "profile" not in waiting.asked:
        abort(409, GONE)
    return waiting


def _listed(waiting: Waiting, found: dict[str, Any]) -> Listed:
    asked = waiting.asked
    return Listed(
        found["rows"], found["fields"], found["mentioned"], asked["profile"], asked["full"]
    )


def _look(waiting: Waiting) -> Look:
    """What the list would change; worked out anew once people or devices are others."""
    standing, sees_names = office().service.standing(), may(Permission.SEE_NAMES)
    of = (standing.roster, standing.state.of_person, sees_names)
    if waiting.memo is None or any(a is not b for a, b in zip(waiting.memo[0], of, strict=True)):
        waiting.memo = (of, _looked(waiting, sees_names))
    look: Look = waiting.memo[1]
    return look


def _looked(waiting: Waiting, sees_names: bool) -> Look:
    found = waiting.found()
    faults = [RowFault(**fault) for fault in found["faults"]]
    in_all, faulty = found["faults_in_all"], found["faulty"]
    refusal = unnamed_words(found["unnamed"]) if waiting.asked["full"] else ""
    if not found["rows"] or refusal:
        return Look((), None, faults, in_all, faulty, refusal)
    diff = _desk().diff(_listed(waiting, found), sees_names=sees_names)
    told = diff_json(diff)
    told["notes"] = [*found["notes"], *told["notes"]]
    faults += diff.faults
    in_all, faulty = in_all + len(diff.faults), faulty + len(diff.faults)
    return Look(parts_of(told, sees_names=sees_names), told, faults, in_all, faulty)


def _unconfirmed(look: Look, answers: frozenset[str]) -> list[Fault]:
    """What has to be ticked first."""
    if look.told is None or not look.changes:
        return [Fault("preview", "There is nothing in this list that can be imported.")]
    faults = [Fault(name, words) for name, words in look.to_confirm.items() if name not in answers]
    if look.faults and "skip_faulty" not in answers:
        faults.append(Fault("skip_faulty", LEAVE_OUT))
    return faults


def _form(faults: Sequence[Fault] = ()) -> str:
    desk = office().desk
    return render_template(
        "import.html",
        faults=list(faults),
        profiles=[(name, _spelled(name)) for name in PROFILES],
        chosen=request.form.get("profile", "hex"),
        can_undo=desk is not None and desk.can_undo,
        most_mib=MAX_BYTES >> 20,
        asked=request.form,
    )


def _spelled(profile: str) -> str:
    """How that profile spells one card, for who compares it with their list."""
    try:
        return f"{spell(profile, EXAMPLE)} ({profile})"
    except BadNumber:
        return profile


def _preview(
    token: str,
    waiting: Waiting,
    faults: Sequence[Fault] = (),
    answers: frozenset[str] = frozenset(),
) -> str:
    look = _look(waiting)
    chosen = next((part for part in look.parts if part.key == request.args.get("show")), None)
    first = _first(chosen)
    return render_template(
        "import_preview.html",
        token=token,
        name=waiting.name,
        look=look,
        flaws=flaws_of(look.faults)[:FLAWS],
        chosen=chosen,
        first=first,
        shown=SHOWN,
        a_page=A_PAGE,
        confirmations=CONFIRMATIONS,
        faults=list(faults),
        answers=answers,
        is_full=waiting.asked["full"],
        counted=counted,
    )


def _first(chosen: Part | None) -> int:
    """The place of the first line that is asked for."""
    asked = request.args.get("from", "0")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0
    return min(number, max(0, len(chosen.lines) - 1)) // A_PAGE * A_PAGE if chosen else 0


def _check(token: str, waiting: Waiting, look: Look, answers: frozenset[str]) -> str:
    confirmed = [name for name in (*CONFIRMATIONS, "skip_faulty") if name in answers]
    return render_template(
        "import_check.html",
        token=token,
        name=waiting.name,
        look=look,
        confirmed=confirmed,
        confirmations=CONFIRMATIONS,
        is_full=waiting.asked["full"],
        request_token=secrets.token_urlsafe(16),
        counted=counted,
    )


def _done(diff: Diff) -> str:
    cards = counted(len(diff.cards), "card", "cards")
    return f"{len(diff.added)} new, {len(diff.changed)} changed, {len(diff.left)} left, {cards}"
