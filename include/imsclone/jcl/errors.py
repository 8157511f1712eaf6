"""What can be wrong with a template or the values put into it. Ids CLN351 to CLN369."""

from __future__ import annotations

from imsclone.errors import CloneError


class JclError(CloneError):
    """JCL that is not submitted because it is not right."""


class TemplateMissing(JclError):
    """No template of that name, neither the site's nor ours."""

    id = "CLN351E"
    text = "There is no JCL template {template}. Looked in: {folders}."
    remedy = "Check the name, and the site's template folder."


class TemplateBroken(JclError):
    """A template that Jinja cannot read."""

    id = "CLN352E"
    text = "JCL template {template} line {line}: {said}"
    remedy = "Correct the template."


class ValueMissing(JclError):
    """A template uses a value that the step does not give."""

    id = "CLN353E"
    text = "JCL template {template}: {said}"
    remedy = "Use only the values listed at the top of the shipped template."


class UntypedValue(JclError):
    """A template prints a value that is no checked name, so it could hold anything."""

    id = "CLN354E"
    text = "JCL template {template} prints {value!r} ({kind}), which is no checked name or number."
    remedy = "Print names and numbers only; pass text through the filter keyword or quoted."


class LineTooLong(JclError):
    """A rendered line that z/OS would cut off."""

    id = "CLN355E"
    text = "JCL template {template}, rendered line {line} has {length} columns, the limit is {limit}: {shown}"
    remedy = "Wrap the statement in the filter statement (JCL) or control (utility statements)."


class WordTooLong(JclError):
    """One word of a statement that fits on no line."""

    id = "CLN356E"
    text = "{word!r} has {length} columns and fits on no line of {limit}."
    remedy = "Shorten the name."


class LineStray(JclError):
    """A rendered line that is neither a statement nor in-stream data."""

    id = "CLN357E"
    text = "JCL template {template}, rendered line {line} is no JCL statement and no in-stream data: {shown}"
    remedy = "Start it with // or put it behind a DD * statement."


class CharacterRefused(JclError):
    """A character that no card can hold."""

    id = "CLN358E"
    text = "JCL template {template}, rendered line {line} holds the character {character!r}."
    remedy = "Use printable ASCII characters only."


class TextRefused(JclError):
    """Text that could end its quotes or its statement."""

    id = "CLN359E"
    text = "{value!r} cannot be put into a statement: {rule}."
    remedy = "Use 1 to 60 printable characters on one line."
