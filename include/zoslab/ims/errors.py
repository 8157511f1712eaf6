"""What can go wrong in IMS, as the messages and abends an operator sees."""


class ImsError(Exception):
    """A refusal with the message IMS gives for it; ``str()`` is the whole message."""


class RestartRefused(ImsError):
    """A restart command was not accepted; IMS waits for another one."""


class StartupFailed(ImsError):
    """The control region cannot come up: a library member, data set or definition is missing or wrong."""


class DatabaseUnavailable(ImsError):
    """A database cannot be opened or is stopped."""


class DatabaseDisputed(DatabaseUnavailable):
    """Libraries, RECON and log do not agree on where a database is, or whose: it may be another system's."""


class LogDamaged(ImsError):
    """The log cannot be read as far as restart needs it."""


class SuspendFailed(ImsError):
    """Updates could not be held in time; they go on."""


class UserAbend(ImsError):
    """A user abend of a program: U0777 deadlock victim, U3303 database unavailable, U0778 ROLB, ..."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"ABEND U{code:04d} {reason}")
        self.code = code
        self.reason = reason


class RegionCancelled(ImsError):
    """The operator cancelled the dependent region that the program runs in: S222, of that region alone."""

    def __init__(self) -> None:
        super().__init__("ABEND S222 CANCELLED")


class RegionDown(ImsError):
    """The control region went away under its caller (stopped, cancelled or failed)."""


class CallRefused(Exception):
    """A DL/I call that is not carried out; ``status`` is the status code the program gets."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status
