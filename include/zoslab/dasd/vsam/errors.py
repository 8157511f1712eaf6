"""What can go wrong in a VSAM data set. VSAM's return and reason codes are named where they exist."""


class VsamError(Exception):
    """A request on a VSAM data set was refused, or the data set is damaged."""


class DuplicateKey(VsamError):
    """PUT of a record whose key is there already (return code 8, reason X'08')."""


class RecordNotFound(VsamError):
    """No record has the key or RBA (return code 8, reason X'10')."""


class RecordTooLong(VsamError):
    """The record is longer than the control interval or the defined maximum (reason X'6C')."""


class KeyOutsideRecord(VsamError):
    """The record ends before its key field does."""


class KeysOutOfSequence(VsamError):
    """Records to load are not in ascending key order (return code 8, reason X'0C')."""


class DataSetNotEmpty(VsamError):
    """A load needs an empty data set."""


class BadControlInterval(VsamError):
    """CIDF, RDFs and length of a control interval contradict each other."""


class BadIndexRecord(VsamError):
    """An index record cannot be decoded."""


class IndexRecordFull(VsamError):
    """The entries do not fit into one index control interval."""


class UnsuitableAttributes(VsamError):
    """Sizes that do not make a workable data set, with the numbers."""
