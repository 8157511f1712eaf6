"""How to reach one z/OSMF, and what the jobs submitted through it look like."""

from __future__ import annotations

import re
import ssl
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from imsclone.names import CardText, MemberName
from imsclone.zosmf.errors import CertificatesUnusable

ACCOUNT = re.compile(r"[A-Z0-9@#$,-]{0,60}")
STATEMENT = re.compile(r"(//\*|/\*)[!-~][ -~]{0,68}")


class JobCard(BaseModel):
    """The site's job statement. Source: MVS JCL Reference, JOB statement.

    :param prefix: first letters of every job name; the step's own letters follow.
    :param account: accounting information, as it stands between the parentheses.
    :param statements: further whole statements, such as ``/*JOBPARM SYSAFF=SYSA``, at most 71 columns each.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    prefix: MemberName = MemberName("CLN")
    account: str = ""
    programmer: CardText = CardText("IMSCLONE")
    jobclass: str = Field(default="A", pattern=r"^[A-Z0-9]{1,8}$")
    msgclass: str = Field(default="H", pattern=r"^[A-Z0-9]$")
    region: str = Field(default="0M", pattern=r"^[0-9]{1,7}[KM]$")
    notify: MemberName | None = None
    user: MemberName | None = None
    statements: tuple[str, ...] = ()

    @field_validator("account")
    @classmethod
    def _account(cls, value: str) -> str:
        if not ACCOUNT.fullmatch(value.upper()):
            raise ValueError("accounting information holds letters, digits, @ # $ , and hyphens, at most 60 characters")
        return value.upper()

    @field_validator("programmer")
    @classmethod
    def _programmer(cls, value: CardText) -> CardText:
        if len(value) > 20:
            raise ValueError("the programmer's name field holds 20 characters")
        return value

    @field_validator("statements")
    @classmethod
    def _statements(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for line in value:
            if not STATEMENT.fullmatch(line):
                raise ValueError(f"{line!r} is no JES2 statement or comment (// * or /*) of at most 71 columns")
        return value


class Connection(BaseModel):
    """One z/OSMF server and the identity used there.

    :param token: an LTPA token or JSON web token instead of user and password.
    :param ca_path: file with the certificate authority that signed z/OSMF's certificate; the system's otherwise.
    :param read_timeout: seconds to wait for an answer; ``response_timeout`` is z/OSMF's own limit for a files
        request (5 to 600 s, its default is 30).
    :param console_name: EMCS console of this connection. Names are sysplex-wide, so one per connection.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(pattern=r"^[A-Za-z0-9.:_\[\]-]+$")
    port: int = Field(default=443, ge=1, le=65535)
    scheme: Literal["https", "http"] = "https"
    base_path: str = Field(default="/zosmf", pattern=r"^(/[A-Za-z0-9._~-]+)*$")
    user: str | None = Field(default=None, pattern=r"^[A-Za-z0-9@#$]{1,8}$")
    password: SecretStr | None = None
    token: SecretStr | None = None
    token_kind: Literal["ltpa", "jwt"] = "ltpa"
    ca_path: Path | None = None
    verify: bool = True
    client_cert: Path | None = None
    client_key: Path | None = None
    connect_timeout: float = Field(default=10.0, gt=0)
    read_timeout: float = Field(default=120.0, gt=0)
    response_timeout: int = Field(default=120, ge=5, le=600)
    parallel: int = Field(default=4, ge=1, le=64)
    console_name: str = Field(default="IMSCLONE", pattern=r"^[A-Za-z@#$][A-Za-z0-9@#$]{1,7}$")
    job_card: JobCard = JobCard()

    @model_validator(mode="after")
    def _identity(self) -> Self:
        if self.token is None and self.client_cert is None and (self.user is None or self.password is None):
            raise ValueError("give user and password, or token, or client_cert")
        if self.scheme == "http" and self.host not in {"localhost", "127.0.0.1", "[::1]"}:
            raise ValueError("http sends the password in clear; use https for any host but this one")
        return self

    @property
    def base_url(self) -> str:
        """Return where the services begin."""
        return f"{self.scheme}://{self.host}:{self.port}{self.base_path}"

    def tls(self) -> ssl.SSLContext | bool:
        """Return how certificates are checked for this connection alone.

        :raises CertificatesUnusable: a file is missing or holds no certificate.
        """
        if self.scheme == "http":
            return True
        if not self.verify:
            return False
        try:
            context = ssl.create_default_context(cafile=str(self.ca_path) if self.ca_path else None)
            if self.client_cert is not None:
                context.load_cert_chain(self.client_cert, self.client_key)
        except OSError as error:
            files = ", ".join(str(file) for file in (self.ca_path, self.client_cert, self.client_key) if file)
            raise CertificatesUnusable(host=self.host, said=error.strerror or error, files=files) from error
        return context
