"""Messages CLN1nn: what can be wrong with the files a user writes."""

from __future__ import annotations

from imsclone.errors import CloneError, Rejected


class SpecProblem(CloneError):
    """Something in a system or environment file is wrong."""


class SpecUnreadable(SpecProblem):
    """A file is missing, is not readable or is not UTF-8."""

    id = "CLN101E"
    text = "{file} cannot be read: {reason}."
    remedy = "Check the path and the permissions, and save the file as UTF-8."


class SpecMalformed(SpecProblem):
    """A file is not YAML."""

    id = "CLN102E"
    text = "Not YAML: {reason}."
    remedy = "Check indentation and colons; write values that start with *, %, & or @, or contain ': ', in quotes."


class KeyRepeated(SpecProblem):
    """A key stands twice in one mapping, so one of the two would be lost."""

    id = "CLN103E"
    text = "The key {key!r} stands twice."
    remedy = "Remove one of them."


class YamlTrick(SpecProblem):
    """A file uses anchors, aliases, merge keys, tags or several documents."""

    id = "CLN104E"
    text = "{what} is not used in these files."
    remedy = "Write the value out."


class KeyUnknown(SpecProblem):
    """A key is not one of those that the file may have."""

    id = "CLN105E"
    text = "The key {key!r} is not known here."
    remedy = "Keys that are: {allowed}."


class KeyMissing(SpecProblem):
    """A required key is not there."""

    id = "CLN106E"
    text = "The key {key!r} is missing."
    remedy = "Add it."


class ValueRefused(SpecProblem):
    """A value breaks a rule."""

    id = "CLN107E"
    text = "{key} is {value!r}; the rule is: {rule}."
    remedy = "Correct the value."


class NameUnknown(SpecProblem):
    """An environment names a system or a calendar that has no file."""

    id = "CLN108E"
    text = "{key} names {value!r}, which has no file {file}."
    remedy = "There are: {known}."


class SpecRejected(Rejected, SpecProblem):
    """A file has errors; all of them are shown."""

    id = "CLN109E"
    text = "{file} is refused, problems found: {count}."
    remedy = "Nothing was changed; correct these:"
