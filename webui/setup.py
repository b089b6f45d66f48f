"""The first run: a code from the machine itself lets the first administrator in, or a backup back.

Only while nobody can sign in who may add users; at any other time there is no such page. A backup
is put back only where nobody at all is on record, and by the next start, as ADR 2 says.
"""

import math
import secrets
from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.backups import Backups
from kiosk.errors import BadInput, KioskError
from kiosk.events import CONSOLE
from kiosk.messages.commands import SaveUser
from kiosk.model import User
from kiosk.passwords import hash_password
from kiosk.policy.roles import Permission
from kiosk.rights import is_blank
from kiosk.setup_codes import VALID_S, SetupCodes
from webui.access import public, web_session
from webui.account import new_password_faults
from webui.auth import later_words, let_in, recall, record_sign_in
from webui.backups import MOST
from webui.faults import Fault
from webui.office import office
from webui.uploads import takes, uploaded
from webui.users import name_faults, user_name
from webui.wording import printable, reason_words

pages = Blueprint("setup", __name__)

ACCOUNT = "setup"  # what wrong codes are counted under, beside where they come from
LONGEST_CODE = 100  # characters that are looked at
WRONG = "That is not the code, or its time is over. Print another one: kiosk setup-code"
ADMIN = "admin"

Page = str | tuple[str, int] | tuple[str, int, dict[str, str]]


@pages.get("/setup")
@public
def begin() -> str:
    """The form for the code; the one for the administrator once the code was right."""
    _codes()
    return _administrator() if _is_let_on() else _code()


@pages.post("/setup/code")
@public
def code() -> Page | Response:
    """Look at the code. Wrong ones are counted and recorded as wrong passwords are."""
    codes, source, here = _codes(), request.remote_addr or "", office()
    recall()
    began = here.monotonic()
    wait = here.throttle.begin(ACCOUNT, source, began)
    if wait > 0:
        return _code(later_words(wait)), 429, {"Retry-After": str(math.ceil(wait))}
    if not codes.use(request.form.get("code", "")[:LONGEST_CODE]):
        record_sign_in(None, granted=False)
        return _code(WRONG), 401
    here.throttle.succeeded(ACCOUNT, source, began)
    here.sessions.renew(web_session())
    web_session()["setup"] = began + VALID_S
    return redirect(url_for("setup.begin"), 303)


@pages.post("/setup/administrator")
@public
def add() -> Page | Response:
    """Add them and sign them in. The code was one of the machine's, so it is the machine's act."""
    _codes()
    if not _is_let_on():
        return redirect(url_for("setup.begin"), 303)
    name, new = user_name(request.form.get("name", "")), request.form.get("new", "")
    user = User(secrets.token_hex(8), name, "", (_role(),))
    faults = [*name_faults(user), *new_password_faults(new, request.form.get("again", ""), name)]
    if faults:
        return _administrator(name, faults), 400
    web_session().pop("setup")  # whatever comes of it, it is done once
    user = User(user.id, name, hash_password(new), user.roles)
    outcome = office().service.submit(SaveUser(CONSOLE, user))
    if not outcome.granted:
        abort(409, f"Nothing was changed: {reason_words(outcome.reason) or 'it was refused'}.")
    let_in(user)
    return redirect(url_for("first_steps.show"), 303)


def _check_may_restore() -> None:
    """Turn away whoever has not typed the code, before a byte of their file is read."""
    _codes()
    if not _is_let_on():
        abort(redirect(url_for("setup.begin"), 303))
    if _backups() is None:
        abort(404)


@pages.post("/setup/restore")
@public
@takes(MOST, on_disk=True, check=_check_may_restore)
def restore() -> Page | Response:
    """Check a backup whole, and have the next start put it back; the kiosk then starts anew. The
    code has served, and those who sign in are the backup's."""
    backups, sent = _backups(), uploaded()
    if backups is None:
        abort(404)
    if isinstance(sent, Fault):
        return _administrator(faults=[sent]), 400
    try:
        backups.put_back_at_start(sent)
    except BadInput as fault:
        words = f"It cannot be put back here: {fault}."
        return _administrator(faults=[Fault("file", words)]), 400
    except KioskError as fault:
        abort(503, f"The backup could not be taken in: {fault}.")
    web_session().pop("setup")
    here = office()
    said = render_template("setup_restored.html", starts=here.start_anew is not None)
    answer = Response(said, mimetype="text/html")
    if here.start_anew is not None:
        answer.call_on_close(here.start_anew)  # once it is sent
    return answer


def _backups() -> Backups | None:
    """What takes a backup in, where nobody is on record yet; else None."""
    return office().backups if is_blank(office().service.standing().roster) else None


def _codes() -> SetupCodes:
    """What gives and takes codes, while the kiosk is to be set up; else there is no such page."""
    here = office()
    if here.setup_codes is None or not here.is_to_be_set_up:
        abort(404)
    return here.setup_codes


def _is_let_on() -> bool:
    until = web_session().get("setup", 0.0)
    return isinstance(until, float) and office().monotonic() < until


def _role() -> str:
    """The role that looks after users, as the school has it."""
    may = office().service.rules.roles.may
    those = [name for name, held in may.items() if Permission.USERS in held]
    return ADMIN if ADMIN in those else those[0]


def _code(fault: str = "") -> str:
    return render_template(
        "setup_code.html",
        fault=fault,
        has_users=office().has_users,
        can_restore=_backups() is not None,
    )


def _administrator(name: str = "", faults: Sequence[Fault] = ()) -> str:
    backups = _backups()
    return render_template(
        "setup_administrator.html",
        name=name,
        faults=list(faults),
        can_restore=backups is not None,
        refused=printable(backups.why_not_put_back()) if backups else "",
        most_gib=MOST >> 30,
    )
