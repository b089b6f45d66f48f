"""Where key and certificate lie, and how they are read, written and served."""

import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.config import Config
from kiosk.errors import ConfigError
from kiosk.events import Moment
from kiosk.tls.checking import WARN_BEFORE, Certificate, Examined, describe, examine
from kiosk.tls.making import Pair, certificate_pem, is_for, make_authority, make_certificate

TLS_FILE = "tls.pem"
AUTHORITY_FILE = "tls-authority.pem"
OURS_IS_OPEN = 0o077
THEIRS_IS_OPEN = 0o037  # an administrator may leave a group to read it: the kiosk's


@dataclass(frozen=True, slots=True)
class Source:
    """The files that the pages are served with. ``is_own``: the school's, not made here."""

    certificate: Path
    key: Path
    is_own: bool

    @property
    def open_bits(self) -> int:
        """The permissions that its key must not give."""
        return THEIRS_IS_OPEN if self.is_own else OURS_IS_OPEN


def source_of(config: Config) -> Source | None:
    """The files; None where the pages are served without TLS."""
    web = config.web
    if not web.uses_tls:
        return None
    if web.certificate is not None and web.certificate_key is not None:
        return Source(web.certificate, web.certificate_key, is_own=True)
    made = config.kiosk.key_dir / TLS_FILE
    return Source(made, made, is_own=False)


def read_source(source: Source, names: Sequence[str], now: Moment) -> Examined:
    """Judge the files as they lie there.

    Raises:
        PermissionError: whoever asks may not read them.
    """
    for path in (source.certificate, source.key):
        if not path.is_file():
            remedy = "see web.certificate" if source.is_own else "make it with `kiosk key tls`"
            return Examined(None, (f"{path} is missing: {remedy}",))
    it = examine(source.certificate.read_bytes(), source.key.read_bytes(), names, now)
    faults = [f"{source.certificate}: {fault}" for fault in it.faults]
    if source.key.stat().st_mode & source.open_bits:
        faults.append(f"{source.key} can be read by others: chmod 600 {source.key}")
    return Examined(it.certificate, tuple(faults), it.troubles)


def load_context(source: Source) -> ssl.SSLContext:
    """What serves TLS 1.2 and 1.3 with these files, which were judged before.

    Raises:
        ConfigError: this machine's OpenSSL does not take them.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(source.certificate, source.key, password="")
    except ssl.SSLError as fault:
        raise ConfigError(str(source.certificate), [f"OpenSSL refuses it: {fault}"]) from None
    return context


def make_files(
    folder: Path,
    *,
    kiosk: str,
    school: str,
    names: Sequence[str],
    now: Moment,
    new_authority: bool = False,
) -> Certificate:
    """Make the pages' key and certificate, and the authority that signs it where there is none.

    A new certificate replaces the one before; the authority is replaced only when that is asked.

    Raises:
        ConfigError: the authority there is damaged, ending, or not for all these names.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / AUTHORITY_FILE
    if new_authority or not path.exists():
        authority = make_authority(kiosk, school, names, now)
        _replace(path, authority.to_pem())
    else:
        authority = _usable_authority(path, names, now)
    made = make_certificate(authority, names, now)
    _replace(folder / TLS_FILE, made.to_pem() + certificate_pem(authority.certificate))
    return describe(made.certificate)


def read_authority(folder: Path) -> tuple[Certificate, bytes]:
    """The authority made here, and its certificate in PEM, without the key.

    Raises:
        ConfigError: there is none, or it is damaged.
    """
    path = folder / AUTHORITY_FILE
    if not path.is_file():
        raise ConfigError(str(path), ["it is missing: `kiosk key tls` makes it"])
    certificate = _load(path).certificate
    return describe(certificate), certificate_pem(certificate)


def _load(path: Path) -> Pair:
    try:
        return Pair.from_pem(path.read_bytes())
    except (ValueError, TypeError):
        raise ConfigError(str(path), [f"it is damaged; {_NEW}"]) from None


_NEW = "make another with `kiosk key tls --new-authority`, which the browsers' PCs must then import"


def _usable_authority(path: Path, names: Sequence[str], now: Moment) -> Pair:
    authority = _load(path)
    if not is_for(authority.certificate, names):
        raise ConfigError(str(path), [f"it is not for all of {', '.join(names)}; {_NEW}"])
    if now.trusted and authority.certificate.not_valid_after_utc - now.at < WARN_BEFORE:
        raise ConfigError(str(path), [f"it ends within 30 days; {_NEW}"])
    return authority


def _replace(path: Path, content: bytes) -> None:
    """Whole or not at all, 0600."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
