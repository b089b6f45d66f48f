"""An authority of the device's own, and the certificates that it signs. No file, no clock.

PCs trust the authority, imported once; it signs a new certificate whenever one ends. It is good
for this kiosk's names alone, so that its key, stolen with the device, opens nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.events import Moment

# Surely past: a clock that is wrong either way makes nothing that begins later than today.
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
AUTHORITY_LIFE = timedelta(days=3652)
LIFE = timedelta(days=820)  # Apple's devices refuse 825 days and more, of a private authority too
LONGEST_NAME = 64  # X.520's bound on a common name and an organisation
# No host name: OpenSSL holds one that looks like it against the authority's list of names.
COMMON_NAME = "Phone kiosk pages"
# What stands for a kind of name that the authority is not for: no host ever has these.
NO_NAME = x509.DNSName("kiosk.invalid")
NO_ADDRESS = x509.IPAddress(ip_network("192.0.2.1/32"))


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def to_pem(self) -> bytes:
        """Key and certificate, unencrypted: the kiosk starts with nobody there."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return key + certificate_pem(self.certificate)

    @classmethod
    def from_pem(cls, pem: bytes) -> "Pair":
        """Raises ValueError: this is no such pair."""
        key = load_pem_private_key(pem, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("its key is of another kind than the kiosk makes")
        return cls(x509.load_pem_x509_certificate(pem), key)


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """As programs for certificates read it."""
    return certificate.public_bytes(Encoding.PEM)


def make_authority(kiosk: str, school: str, names: Sequence[str], now: Moment) -> Pair:
    """An authority for these names, for ten years. It may begin before this moment."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key()
    mark = x509.SubjectKeyIdentifier.from_public_key(public).digest[:4].hex().upper()
    subject = _subject(f"Phone kiosk {kiosk} ({mark})", school)
    builder = (
        _builder(subject, subject, public, FIRST, max(now.at, FIRST) + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(_permitted(names), None), critical=True)
    )
    return Pair(builder.sign(key, SHA256()), key)


def make_certificate(authority: Pair, names: Sequence[str], now: Moment) -> Pair:
    """A certificate for these names.

    By a clock that is trusted it lasts 820 days, from yesterday on, as a PC's clock may be slow.
    By another it lasts as long as the authority, so that no error of the clock keeps anybody out.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    signer = authority.certificate
    start, end = _period(now, signer.not_valid_after_utc)
    issuer_id = signer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        _builder(_subject(COMMON_NAME), signer.subject, key.public_key(), start, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_id),
            critical=False,
        )
    )
    return Pair(builder.sign(authority.key, SHA256()), key)


def is_for(authority: x509.Certificate, names: Sequence[str]) -> bool:
    """Whether it may sign for all of these names."""
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return set(_constraints(names)) <= set(constraints.permitted_subtrees or ())


def _period(now: Moment, authority_ends: datetime) -> tuple[datetime, datetime]:
    if not now.trusted:
        return FIRST, authority_ends
    return max(FIRST, now.at - timedelta(days=1)), min(now.at + LIFE, authority_ends)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    start: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )


def _subject(name: str, organisation: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name[:LONGEST_NAME])]
    if organisation:
        short = organisation[:LONGEST_NAME]
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, short))
    return x509.Name(parts)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _alternatives(names: Sequence[str]) -> list[x509.GeneralName]:
    """Each as browsers look for it; ".school.example" trusts that name and all below it."""
    found: list[x509.GeneralName] = []
    for name in names:
        if (address := _address(name)) is not None:
            found.append(x509.IPAddress(ip_address(address)))
        elif name.startswith("."):
            found += [x509.DNSName(name[1:]), x509.DNSName(f"*{name}")]
        else:
            found.append(x509.DNSName(name))
    return list(dict.fromkeys(found))


def _constraints(names: Sequence[str]) -> list[x509.GeneralName]:
    return [
        x509.DNSName(name.lstrip(".")) if address is None else x509.IPAddress(ip_network(address))
        for name, address in ((name, _address(name)) for name in names)
    ]


def _permitted(names: Sequence[str]) -> list[x509.GeneralName]:
    """A kind of name that is not listed at all would be free: each is, if only with nothing."""
    found = list(dict.fromkeys(_constraints(names)))
    for stand_in in (NO_NAME, NO_ADDRESS):
        if not any(isinstance(name, type(stand_in)) for name in found):
            found.append(stand_in)
    return found


def _address(name: str) -> str | None:
    try:
        return str(ip_address(name))
    except ValueError:
        return None
