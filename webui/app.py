"""Builds the pages around one kiosk. The only way to the kiosk is its ``Service``."""

import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask
from flask_wtf import CSRFProtect

from hardware.ports import Hands
from kiosk.backups import Backups
from kiosk.lists.table import as_words
from kiosk.model import User
from kiosk.outgoing.outgoing import Outgoing
from kiosk.paper.papers import Papers
from kiosk.policy.roles import Permission
from kiosk.rights import is_valid
from kiosk.rostering import RosterDesk
from kiosk.service import Service
from kiosk.setup_codes import SetupCodes
from kiosk.workshop import Workshop
from webui import (
    absences,
    access,
    account,
    auth,
    backups,
    cabinet,
    calendar,
    cubbies,
    deposits,
    enrolling,
    errors,
    everybody,
    explaining,
    first_steps,
    headers,
    health,
    imports,
    lead,
    lists,
    openings,
    papers,
    people,
    programs,
    reconcile,
    record,
    reports,
    roles,
    rounds,
    rules,
    screen,
    setup,
    simulator,
    squeezed,
    technician,
    undoing,
    uploads,
    users,
)
from webui.acts import pages as acts_pages
from webui.api import routes as api
from webui.numbers import ShortInteger
from webui.office import NOBODY, OURS, Office, SimCard, office
from webui.pending import Pending
from webui.permits import Permits
from webui.sessions import Sessions
from webui.wording import RECORD_FAILS, local_day, local_time

MOST_BYTES = 64 * 1024  # of a form; a note has 500 characters
PAGES = (
    auth,
    cabinet,
    cubbies,
    deposits,
    openings,
    people,
    explaining,
    imports,
    enrolling,
    absences,
    calendar,
    undoing,
    acts_pages,
    rounds,
    reconcile,
    lead,
    everybody,
    lists,
    reports,
    papers,
    record,
    roles,
    rules,
    users,
    first_steps,
    setup,
    programs,
    account,
    health,
    technician,
    backups,
    api,
    screen,
)


def create_app(
    service: Service,
    *,
    secure_cookies: bool,
    trusted_hosts: Sequence[str],
    hands: Hands | None = None,
    skip_time: Callable[[], None] | None = None,
    cards: Callable[[], Sequence[SimCard]] | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    plain_http: bool = False,
    workshop: Workshop | None = None,
    papers_of_school: Papers = OURS,
    desk: RosterDesk | None = None,
    backups_of_record: Backups | None = None,
    setup_codes: SetupCodes | None = None,
    outgoing: Outgoing = NOBODY,
    start_anew: Callable[[], None] | None = None,
) -> Flask:
    """The pages as a WSGI application.

    ``trusted_hosts``: the names that a browser may ask for, without port. ``hands``: only for a
    simulated cabinet; with them comes the simulator's page, with ``skip_time`` its button to go on
    to the next phase, and ``cards`` gives the cards to tap, if not made-up ones.
    ``monotonic``: seconds.
    ``plain_http``: without TLS on a network; every page says so. ``workshop``: what examines the
    machine when a technician asks. ``papers_of_school``: what the school hands out and puts up.
    ``desk``: takes lists of people in. ``backups_of_record``: makes backups, and looks into them.
    ``setup_codes``: the codes by which the first administrator is let in; None: nobody is so.
    ``outgoing``: who is told something by the kiosk. ``start_anew``: ends the kiosk, for its
    service manager to start it again.

    Raises:
        ValueError: no host is trusted; Werkzeug would then trust all of them.
    """
    if not trusted_hosts:
        raise ValueError("trusted_hosts is empty: the pages need a name to be asked for by")
    app = Flask("webui")
    _configure(app, trusted_hosts)
    app.url_map.converters["int"] = ShortInteger
    sessions = Sessions(_users_of(service), monotonic, secure=secure_cookies)
    app.session_interface = sessions
    app.extensions["office"] = Office(
        service,
        sessions,
        Permits(lambda: service.standing().roster.tokens, secure=secure_cookies),
        hands,
        skip_time,
        cards,
        monotonic,
        plain_http,
        workshop,
        papers_of_school,
        desk,
        backups_of_record,
        Pending(monotonic),
        setup_codes,
        outgoing,
        start_anew,
    )
    headers.install(app)
    squeezed.install(app)
    uploads.install(app)  # before the form is read for its token
    CSRFProtect(app).exempt(screen.pin)  # no session; the mark of its pad is for that page alone
    access.install(app)
    errors.install(app)
    app.context_processor(layout)
    app.add_template_global(as_words, "words")
    app.add_template_global(zip)
    for page in PAGES if hands is None else (*PAGES, simulator):
        app.register_blueprint(page.pages)
    return app


def layout() -> dict[str, Any]:
    """What every page shows around its own words."""
    here = office()
    service = here.service
    now = service.now().at
    return {
        "school": service.school,
        "roles_wait": bool(service.standing().state.role_requests),
        "user": access.current_user(),
        "is_simulated": here.is_simulated,
        "has_simulator": here.hands is not None,
        "is_plain_http": here.is_plain_http,
        "record_fails": service.health().store != "ok",
        "record_words": RECORD_FAILS,
        "is_to_be_set_up": here.is_to_be_set_up,
        "has_nobody": not service.standing().roster.people,
        "clock_doubted": service.phase() is None,
        "believed_time": f"{local_day(service.rules, now)}, {local_time(service.rules, now)}",
        "may": access.may,
        "roles_that_may": access.roles_that_may,
        "take_said": take_said,
        "Permission": Permission,
    }


def take_said() -> str:
    """What an act that was done a moment ago says, once."""
    said: str = access.web_session().pop("said", "")
    return said


def _configure(app: Flask, trusted_hosts: Sequence[str]) -> None:
    app.config.update(
        DEBUG=False,  # whatever FLASK_DEBUG says: errors tell nothing of the inside
        SECRET_KEY=secrets.token_bytes(32),  # signs form tokens; sessions end with the process too
        TRUSTED_HOSTS=list(trusted_hosts),
        MAX_CONTENT_LENGTH=MOST_BYTES,
        WTF_CSRF_TIME_LIMIT=None,  # a form is good for as long as its session
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer; we check Origin and Sec-Fetch-Site
    )
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}


def _users_of(service: Service) -> Callable[[str], User | None]:
    """What gives a user as of now; none whose time is over."""

    def find(id: str) -> User | None:
        standing = service.standing()
        user = standing.roster.users.get(id)
        if user is None or not is_valid(service.rules, standing.state, user, service.now()):
            return None
        return user

    return find
