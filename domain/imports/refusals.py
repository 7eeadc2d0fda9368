"""Why an import is refused, or a step of it."""

from domain.shared.refusal import Conflict, InvalidInput, NotFound


class UnknownImport(NotFound):
    """There is no such import that the caller's key may see."""

    code = "UNKNOWN_IMPORT"


class InvalidImport(InvalidInput):
    """The file cannot be imported as asked; `field` says what is wrong."""

    code = "INVALID_IMPORT"


class WrongImportState(Conflict):
    """The import is not in a state from which this can be done."""

    code = "WRONG_IMPORT_STATE"


class WrongOffset(Conflict):
    """The upload has another number of bytes: ask for it and go on from there."""

    code = "WRONG_OFFSET"

    def __init__(self, *, expected: int) -> None:
        super().__init__(f"The upload has {expected} bytes; send what follows them.", field="offset")
        self.expected = expected


class UploadTooLarge(InvalidInput):
    """The file has more bytes than are taken."""

    code = "UPLOAD_TOO_LARGE"
