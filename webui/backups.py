"""Backups: one made and taken along, and one looked into. Putting one back is for the machine's own
command line: docs/adr/0002-one-owner.md."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Any

from flask import Blueprint, Response, abort, render_template, request

from kiosk.backups import Backups, Made
from kiosk.errors import BadInput, KioskError
from kiosk.messages.record import BackupMade
from kiosk.policy.roles import Permission
from kiosk.service import carry_out
from webui.access import actor, needs
from webui.faults import Fault
from webui.office import office
from webui.previews import counted
from webui.uploads import NO_BACKUPS, takes, uploaded
from webui.wording import local_day, local_time, printable

pages = Blueprint("backups", __name__)

MOST = 2 << 30  # bytes; ten years of a large school
A_READ = 64 * 1024


@pages.get("/backups")
@needs(Permission.USERS)
def show() -> str:
    """What can be done here, and how a backup is put back."""
    return _page()


@pages.post("/backups/make")
@needs(Permission.USERS)
def make() -> Response:
    """A sealed copy of the record, on record with its anchor, and sent."""
    try:
        made = _backups().make()
    except KioskError as fault:
        abort(503, f"No backup was made: {fault}.")
    try:
        seq, seal = made.anchor
        carry_out(office().service, BackupMade(actor(), seq, seal, made.sha256))
    except BaseException:
        made.file.close()
        raise
    return _sent(made)


@pages.post("/backups/check")
@needs(Permission.USERS)
@takes(MOST, on_disk=True)
def check() -> tuple[str, int]:
    """What is in a backup that somebody has, and whether it is sound. Nothing of it is kept."""
    sent = uploaded()
    if isinstance(sent, Fault):
        return _page([sent]), 400
    name = printable(request.files["file"].filename or "")[:100]
    try:
        found = _backups().check(sent)
    except BadInput as fault:
        return _page([Fault("file", f"It cannot be put back here: {fault}.")], name), 400
    except KioskError as fault:
        abort(503, f"The backup could not be looked into: {fault}.")
    return _page((), name, found), 200


def _backups() -> Backups:
    backups = office().backups
    if backups is None:
        abort(503, NO_BACKUPS)
    return backups


def _page(faults: Sequence[Fault] = (), name: str = "", found: dict[str, Any] | None = None) -> str:
    return render_template(
        "backups.html",
        faults=list(faults),
        name=name,
        found=found,
        made_at=_moment(found["made_at"]) if found else "",
        since=_since(found) if found else "",
        has_backups=office().backups is not None,
        most_gib=MOST >> 30,
    )


def _moment(text: str) -> str:
    """A moment in UTC as the school's wall had it."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return "not known"
    rules = office().service.rules
    return f"{local_day(rules, at)}, {local_time(rules, at)}"


def _since(found: dict[str, Any]) -> str:
    """What would be lost by putting it back."""
    missing = office().service.standing().state.seq - int(found["anchor"][0])
    if missing <= 0:
        return "The record here has nothing that is not in it."
    return f"What happened since is not in it: {counted(missing, 'event', 'events')} of this kiosk."


def _sent(made: Made) -> Response:
    service = office().service
    local = service.rules.timetable.local(service.now().at)
    answer = Response(_read(made.file), content_type="application/octet-stream")
    answer.call_on_close(made.file.close)
    answer.content_length = made.size
    name = f"kiosk-{local:%Y-%m-%d-%H%M}.backup"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while some := file.read(A_READ):
        yield some
