"""Who may see which page. A page that does not say so is shown to nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar, cast
from urllib.parse import urlsplit

from flask import (
    Flask,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from kiosk.model import User
from kiosk.policy.roles import DAY_DUTY, Permission, Rights
from kiosk.policy.scopes import Scope
from kiosk.rights import rights_of
from webui.api.gate import admit
from webui.office import office
from webui.sessions import WebSession

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """``is_public``: without signing in. ``is_polled``: asked for by the page, not by a person.
    ``scope``: for programs alone, by their token.
    ``is_for_own``: also for whoever has the permission for their own forms alone.
    ``is_screen``: for the pupils' screens, whoever is signed in or not."""

    permission: Permission | None = None
    is_public: bool = False
    is_polled: bool = False
    is_for_own: bool = False
    scope: Scope | None = None
    is_screen: bool = False


def needs(
    permission: Permission, *, polled: bool = False, own_forms: bool = False
) -> Callable[[View], View]:
    """Mark a view: for users who have that permission. ``own_forms``: if for their own forms
    alone; then what it shows and does looks whom it is about."""
    return _marked(Access(permission, is_polled=polled, is_for_own=own_forms))


def public(view: View) -> View:
    """Mark a view: for everybody."""
    return _marked(Access(is_public=True))(view)


def for_programs(scope: Scope) -> Callable[[View], View]:
    """Mark a view: for programs whose token has that scope, whoever is signed in."""
    return _marked(Access(scope=scope))


def for_screens(view: View) -> View:
    """Mark a view: for the display of this machine, and tablets with a token."""
    return _marked(Access(is_screen=True))(view)


def signed_in(view: View) -> View:
    """Mark a view: for every user."""
    return _marked(Access())(view)


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What a page's mark says; None where it has none."""
    if endpoint == "static":
        return Access(is_public=True)
    access = getattr(app.view_functions[endpoint], "access", None)
    return access if isinstance(access, Access) else None


def install(app: Flask) -> None:
    """Let nobody in who may not be."""
    app.before_request(guard)


def guard() -> Response | None:
    """Send strangers to the sign-in page, and refuse users and screens that may not."""
    if request.endpoint is None:
        return None
    access = access_of(current_app, request.endpoint)
    if access is None:
        abort(403)
    if access.is_public:
        return None
    if access.scope is not None:
        admit(access.scope)
        return None
    if access.is_screen:
        return None if office().permits.of(request) is not None else _no_screen()
    if current_user() is None:
        return _ask_to_sign_in(access)
    if not access.is_polled:
        office().sessions.touch(web_session())
    if access.permission is not None and not may(access.permission, own_forms=access.is_for_own):
        refuse(access.permission)
    return None


def refuse(*permissions: Permission) -> NoReturn:
    """Answer that it is not for their role, and name the roles that have one of these."""
    g.lacking = permissions
    abort(403)


def roles_that_may(*permissions: Permission) -> str:
    """The roles that have one of these permissions, of those that sign in; "" for none."""
    roles = office().service.rules.roles.may
    found = [
        name
        for name, held in roles.items()
        if name != DAY_DUTY and not held.isdisjoint(permissions)
    ]
    return " or ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def web_session() -> WebSession:
    """This request's session."""
    return cast(WebSession, session)


def current_user() -> User | None:
    """Who is signed in."""
    return web_session().user


def actor() -> str:
    """The id of who is signed in."""
    user = current_user()
    if user is None:
        abort(401)
    return user.id


def rights() -> Rights:
    """What who is signed in may do now."""
    user, service = current_user(), office().service
    return rights_of(service.rules, service.standing(), user.id if user else "", service.now())


def permissions_held() -> frozenset[Permission]:
    """What they may do whomever it is about, and so be shown of everybody."""
    return rights().of_all


def may(permission: Permission, *, own_forms: bool = False) -> bool:
    """Whether who is signed in may do that, to anybody; or to some, if for their ``own_forms``."""
    theirs = rights()
    return theirs.may_somewhere(permission) if own_forms else theirs.may(permission)


def own_path(path: str) -> str:
    """The path if it is one of ours, else the start page: no form sends people elsewhere."""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or not path.startswith("/"):
        return "/"
    return "/" if path.startswith(("//", "/\\")) or not path.isprintable() else path


def _marked(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


def _no_screen() -> Response:
    return Response(render_template("screen_refused.html"), 403, mimetype="text/html")


def _ask_to_sign_in(access: Access) -> Response:
    is_new = office().is_to_be_set_up
    if access.is_polled or request.method == "POST":
        here = url_for("setup.begin" if is_new else "auth.sign_in")
        return Response("Sign in first.\n", 401, {"HX-Redirect": here}, mimetype="text/plain")
    if is_new:
        return redirect(url_for("setup.begin"), 302)
    wanted = request.full_path.rstrip("?")
    return redirect(url_for("auth.sign_in", next=own_path(wanted)), 302)
