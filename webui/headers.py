"""What every answer says to the browser, and whether a form really came from these pages."""

from flask import Flask, Response, abort, request

# Bootstrap draws its ticks and arrows with data: images; nothing else may come from outside.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with that, browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex",
    "Server": "kiosk",
}
# For a year, as ASVS 3.4.1 asks, and for this name alone.
INSIST = "max-age=31536000"
FOREIGN = "foreign"  # why a form was refused
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask) -> None:
    """Add the headers to every answer, errors and static files too, and check every form."""
    app.before_request(refuse_foreign_forms)
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Nothing personal is kept by a browser; only what is the same for everybody."""
    response.headers.update(HEADERS)
    is_static = request.endpoint == "static" and response.status_code in (200, 304)
    response.headers["Cache-Control"] = "no-cache" if is_static else "no-store"
    return response


def insist_on_tls(response: Response) -> Response:
    """The browser shall never again ask for these pages unencrypted, nor let anybody look past a
    certificate that is wrong. One that does not trust ours, so that somebody had to be shown past
    its warning, takes no notice (RFC 6797, 8.1): nobody is locked out by it."""
    response.headers["Strict-Transport-Security"] = INSIST
    return response


def refuse_foreign_forms() -> None:
    """Every change is asked for by a page of ours; a browser says which page it was."""
    if request.method in SAFE_METHODS or request.endpoint is None:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    ours = f"{request.scheme}://{request.host}"
    told = site is not None or origin is not None
    if not told or site not in (None, "same-origin") or origin not in (None, ours):
        abort(400, FOREIGN)
