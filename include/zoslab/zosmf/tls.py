"""A certificate authority and a server certificate for the loopback z/OSMF, made once and kept in the lab's folder."""

from __future__ import annotations

import datetime
import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = datetime.timedelta(days=3650)
LONGEST_COMMON_NAME = 64
EVERY_ADDRESS = ("127.0.0.1", "::1")


@dataclass(frozen=True)
class Certificates:
    """PEM files: the authority that clients trust, and the server's certificate and key."""

    authority: Path
    certificate: Path
    key: Path


def certificates(folder: Path, host: str) -> Certificates:
    """Return the certificate files in ``folder`` for ``host``, making them the first time.

    The authority stays when another host is asked for, so that clients go on trusting it.
    """
    files = Certificates(folder / "ca.pem", folder / f"server-{_file_name(host)}.pem", folder / "server.key")
    authority_key_file = folder / "ca.key"
    folder.mkdir(parents=True, exist_ok=True)
    authority_key = _key(authority_key_file)
    if not files.authority.exists():
        authority = _sign("zoslab certificate authority", authority_key, None, authority_key, None)
        _write(files.authority, authority.public_bytes(serialization.Encoding.PEM))
        files.certificate.unlink(missing_ok=True)
    server_key = _key(files.key)
    if not files.certificate.exists():
        authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
        server = _sign(host[:LONGEST_COMMON_NAME], server_key, authority, authority_key, host)
        _write(files.certificate, server.public_bytes(serialization.Encoding.PEM))
    return files


def _file_name(host: str) -> str:
    return "".join(character if character.isalnum() or character in ".-" else "_" for character in host)


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Read a private key, or make it; nobody but the owner can read the file."""
    if path.exists():
        found = serialization.load_pem_private_key(path.read_bytes(), None)
        if not isinstance(found, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{path} holds no elliptic curve key. Delete it, a new one is made.")
        return found
    made = ec.generate_private_key(ec.SECP256R1())
    encoded = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(path, encoded)
    return made


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(path.name + ".tmp")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    os.replace(temporary, path)


def _sign(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
    host: str | None,
) -> x509.Certificate:
    """Sign a certificate: of the authority itself without ``host``, of a server with it."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    issuer_identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(issuer_identifier, critical=False)
        .add_extension(_usage(host is None), critical=True)
    )
    if host is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName(_names(host)), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _names(host: str) -> list[x509.GeneralName]:
    """Return what the server may be called: its host, and always this machine."""
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    for name in dict.fromkeys((*EVERY_ADDRESS, host)):
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            if name != "localhost":
                names.append(x509.DNSName(name))
    return names
