"""The pages' key and certificate: made on this device, or the school's own."""

from kiosk.tls.checking import Certificate, Examined, examine
from kiosk.tls.files import (
    AUTHORITY_FILE,
    TLS_FILE,
    Source,
    load_context,
    make_files,
    read_authority,
    read_source,
    source_of,
)

__all__ = [
    "AUTHORITY_FILE",
    "TLS_FILE",
    "Certificate",
    "Examined",
    "Source",
    "examine",
    "load_context",
    "make_files",
    "read_authority",
    "read_source",
    "source_of",
]
