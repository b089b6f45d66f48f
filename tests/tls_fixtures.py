"""A certificate as a school's own authority would sign it, and the moment that tests are at."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from kiosk.events import Moment
from kiosk.tls.making import Pair

TODAY = datetime(2026, 11, 23, 8, 40, tzinfo=UTC)
NOW = Moment(TODAY, 1.0)
NAMES = ("kiosk.local", "10.0.0.5")


def issue(
    name: str = "kiosk.local",
    *,
    signer: Pair | None = None,
    usage: x509.ObjectIdentifier | None = None,
    days: tuple[int, int] = (-1, 365),
) -> Pair:
    """A certificate for one name, or for none; without a signer it signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name or "nobody")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.certificate.subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(TODAY + timedelta(days=days[0]))
        .not_valid_after(TODAY + timedelta(days=days[1]))
    )
    if name:
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        builder = builder.add_extension(names, critical=False)
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    return Pair(builder.sign(signer.key if signer else key, SHA256()), key)
