"""Whether a certificate and a key can be served, and what browsers will say to them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

from kiosk.events import Moment

WARN_BEFORE = timedelta(days=30)
_KEY = b"PRIVATE KEY-----"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What matters of one. ``fingerprint``: SHA-256, as browsers show it."""

    names: tuple[str, ...]
    begins: datetime
    ends: datetime
    fingerprint: str
    is_self_signed: bool

    def covers(self, name: str) -> bool:
        """Whether it is for that name; ``.school.example`` needs every name just below."""
        wanted = f"*{name}" if name.startswith(".") else name.lower()
        above = f"*.{wanted.partition('.')[2]}"
        return wanted in self.names or above in self.names

    def in_words(self) -> str:
        """For whom, and until when."""
        return f"for {', '.join(self.names) or 'no name'}, until {self.ends:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Examined:
    """``faults``: why it cannot be served; ``troubles``: what keeps browsers from taking it."""

    certificate: Certificate | None
    faults: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()


def examine(certificate: bytes, key: bytes, names: Sequence[str], now: Moment) -> Examined:
    """Judge what two files hold, for pages asked for by these names. The file of the certificate
    holds the server's own first, then the one that signed it, and so on."""
    try:
        chain = x509.load_pem_x509_certificates(certificate)
        first = describe(chain[0])
    except ValueError:
        return Examined(None, ("holds no certificate in PEM (-----BEGIN CERTIFICATE-----)",))
    fault = _key_fault(chain[0], key)
    troubles = (*_chain_troubles(chain), *_troubles(first, chain[0], names, now))
    return Examined(first, (fault,) if fault else (), troubles)


def describe(certificate: x509.Certificate) -> Certificate:
    """Raises ValueError: its names cannot be read."""
    return Certificate(
        _names(certificate),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        certificate.fingerprint(SHA256()).hex(":").upper(),
        certificate.issuer == certificate.subject,
    )


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses: list[IPv4Address | IPv6Address] = [
        address
        for address in found.get_values_for_type(x509.IPAddress)
        if isinstance(address, IPv4Address | IPv6Address)
    ]
    hosts = [name.lower() for name in found.get_values_for_type(x509.DNSName)]
    return (*hosts, *map(str, addresses))


def _key_fault(certificate: x509.Certificate, pem: bytes) -> str | None:
    if _KEY not in pem:
        return "the key is missing: no PRIVATE KEY in PEM is in its file"
    try:
        key = load_pem_private_key(pem, None)
    except TypeError:
        return "the key asks for a passphrase, and the kiosk starts with nobody there: take it off"
    except (ValueError, UnsupportedAlgorithm):
        return "the key is damaged, or of a kind that is not known"
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*form) == certificate.public_key().public_bytes(*form):
        return None
    return (
        "key and certificate do not belong together: the file begins with the server's own "
        "certificate, and the key is the one that it was asked for with"
    )


def _chain_troubles(chain: Sequence[x509.Certificate]) -> list[str]:
    for lower, upper in pairwise(chain):
        try:
            lower.verify_directly_issued_by(upper)
        except (ValueError, TypeError, InvalidSignature):
            return ["the certificates in its file are not in order, each signed by the next"]
    return []


def _troubles(
    it: Certificate, raw: x509.Certificate, names: Sequence[str], now: Moment
) -> list[str]:
    left = [name for name in names if not it.covers(name)]
    missing = [f"it is not for {', '.join(left)}, which trusted_hosts names"] if left else []
    purpose = [] if _is_for_servers(raw) else ["it is not for servers (extended key usage)"]
    return [*_date_troubles(it, now), *missing, *purpose]


def _date_troubles(it: Certificate, now: Moment) -> list[str]:
    doubt = "" if now.trusted else ", if this machine's clock is right"
    if now.at < it.begins:
        return [f"it begins on {it.begins:%Y-%m-%d} only{doubt}"]
    if now.at >= it.ends:
        return [f"it ended on {it.ends:%Y-%m-%d}{doubt}: browsers refuse it"]
    if it.ends - now.at < WARN_BEFORE:
        return [f"it ends on {it.ends:%Y-%m-%d}, in {(it.ends - now.at).days} days{doubt}"]
    return []


def _is_for_servers(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return ExtendedKeyUsageOID.SERVER_AUTH in usage
