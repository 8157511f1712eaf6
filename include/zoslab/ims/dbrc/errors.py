"""What DBRC refuses, as exceptions that carry their message id."""


class DbrcError(Exception):
    """A request DBRC does not carry out; nothing was changed.

    :ivar number: the message id it is reported with.
    """

    number = "DSP0913I"

    def __init__(self, text: str, number: str = "") -> None:
        super().__init__(text)
        self.number = number or self.number

    @property
    def message(self) -> str:
        """Message id and text."""
        return f"{self.number}  {self}"


class ReconNotInitialised(DbrcError):
    """The data sets hold no RECON header; only INIT.RECON can be used."""

    number = "DSP0904I"


class ReconLost(DbrcError):
    """No good copy of the RECON is left, or only one and the RECON says NONEW."""

    number = "DSP0905I"


class ReconNamesDiffer(DbrcError):
    """The data sets have other names than the header records for RECON1 to RECON3."""

    number = "DSP0906I"


class NotRegistered(DbrcError):
    """No record of that kind and name is in the RECON."""

    number = "DSP0907I"


class AlreadyRegistered(DbrcError):
    """A record of that kind and name is there already."""

    number = "DSP0908I"


class NotAllowed(DbrcError):
    """The state of the record forbids the request: database in use, log active, subsystem running."""

    number = "DSP0909I"


class AuthorizationRefused(NotAllowed):
    """A subsystem may not use a database; the text says which flag or which other subsystem is in the way."""

    number = "DSP0910I"


class AuthorizationConflict(AuthorizationRefused):
    """Another subsystem holds the database in a way that excludes this one."""


class SubsystemActive(NotAllowed):
    """A subsystem of that name is signed on and not known to have ended."""

    number = "DSP0911I"


class WrongOperand(DbrcError):
    """A value in a command that no syntax check can refuse: a time stamp, a number, a combination."""

    number = "DSP0912I"
