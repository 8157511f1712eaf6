"""What can go wrong with a catalog. Catalog management's return and reason codes are named where they exist."""


class CatalogError(Exception):
    """A catalog request was refused, or a catalog is damaged."""


class EntryNotFound(CatalogError):
    """The catalog has no entry of that name (return code 8, reason 42)."""


class DuplicateEntry(CatalogError):
    """The catalog has an entry of that name already (return code 8, reason 8)."""


class GenerationNotFound(CatalogError):
    """The generation data group has no such generation (return code 44)."""


class WrongEntryType(CatalogError):
    """The entry is of a type the request does not apply to."""


class BrokenCatalog(CatalogError):
    """A record of the catalog contradicts itself, or the catalog cannot be opened on its volume."""


class NotEmptyGroup(CatalogError):
    """A generation data group with generations is not deleted."""
