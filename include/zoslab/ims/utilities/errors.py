"""What a utility refuses."""

from zoslab.ims.errors import ImsError


class UtilityFailed(ImsError):
    """A utility ends with a condition code: the text is its message."""

    def __init__(self, text: str, code: int = 12) -> None:
        super().__init__(text)
        self.code = code
