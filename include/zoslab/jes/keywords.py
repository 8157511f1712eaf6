"""Which keywords each statement may carry. What is in no table is a JCL error, never skipped.

``LIMITS`` set bounds (storage, time, output) that work in the lab never reaches, or ask for buffers and listings
that make no difference to what a program sees: they are accepted and have no effect.
"""

JOB = frozenset(["CLASS", "MSGCLASS", "NOTIFY", "COND", "TYPRUN", "RESTART"])
JOB_LIMITS = frozenset(["MSGLEVEL", "REGION", "TIME", "PRTY", "MEMLIMIT", "BYTES", "LINES"])

EXEC = frozenset(["PGM", "PROC", "PARM", "COND"])
EXEC_LIMITS = frozenset(["REGION", "TIME", "ACCT", "DYNAMNBR", "MEMLIMIT"])

DATA_SET_KEYWORDS = frozenset(
    [
        "DSN",
        "DISP",
        "UNIT",
        "VOL",
        "SPACE",
        "RECFM",
        "LRECL",
        "BLKSIZE",
        "DSORG",
        "KEYLEN",
        "LIKE",
        "STORCLAS",
        "DSNTYPE",
    ]
)
DD = DATA_SET_KEYWORDS | {"DCB", "SYSOUT", "DUMMY", "*", "DATA", "DLM", "DDNAME"}
DD_LIMITS = frozenset(["HOLD", "OUTLIM", "FREE", "AMP", "BUFNO", "NCP"])
DD_POSITIONAL = frozenset(("*", "DATA", "DUMMY"))
DD_SYNONYMS = {"DSNAME": "DSN", "VOLUME": "VOL"}
DCB = frozenset(["RECFM", "LRECL", "BLKSIZE", "DSORG", "KEYLEN", "BUFNO", "NCP"])

OVERRIDDEN_BY = {
    "SYSOUT": DATA_SET_KEYWORDS | {"*", "DATA", "DUMMY", "DDNAME"},
    "*": DATA_SET_KEYWORDS | {"DATA", "SYSOUT", "DUMMY", "DDNAME"},
    "DATA": DATA_SET_KEYWORDS | {"*", "SYSOUT", "DUMMY", "DDNAME"},
    "DSN": frozenset(("SYSOUT", "*", "DATA", "DUMMY", "DDNAME")),
    "DDNAME": DATA_SET_KEYWORDS | {"*", "DATA", "SYSOUT", "DUMMY"},
    "DUMMY": frozenset(("SYSOUT", "*", "DATA", "DDNAME")),
}
"""What an overriding DD statement takes away beside the keyword itself (mutually exclusive parameters)."""

UNSUPPORTED_STATEMENTS = frozenset(["OUTPUT", "CNTL", "ENDCNTL", "COMMAND", "XMIT", "EXPORT"])
UNITS = frozenset(["SYSDA", "SYSALLDA", "DISK", "DASD", "VIO", "3330", "3350", "3375", "3380", "3390"])
