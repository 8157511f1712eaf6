"""What makes a plan a plan: its fingerprint, which no change survives."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from pydantic import ModelWrapValidatorHandler, ValidationInfo, model_serializer, model_validator
from pydantic_core import to_json

from imsclone.plan.errors import PlanAltered
from imsclone.plan.parts import Part

if TYPE_CHECKING:
    from imsclone.plan.data_set_map import DataSetMap


class Sealed(Part):
    """A document of decisions with a fingerprint; one that was changed is refused.

    A subclass has the fields ``data_sets`` and ``warnings``.
    """

    if TYPE_CHECKING:
        data_sets: DataSetMap
        warnings: tuple[str, ...]

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over everything the plan says but its warnings, which tell of the moment, in hexadecimal."""
        return hashlib.sha256(to_json(self._content() | {"warnings": ()})).hexdigest()

    def _content(self) -> dict[str, Any]:
        content = {name: getattr(self, name) for name in type(self).model_fields}
        return content | {"data_sets": self.data_sets.lines}

    @model_serializer(mode="plain")
    def _with_fingerprint(self) -> dict[str, Any]:
        return {"fingerprint": self.fingerprint, **self._content()}

    @model_validator(mode="wrap")
    @classmethod
    def _unaltered(cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        """Refuse a document that is not what its fingerprint was made of."""
        claimed = None if info.mode == "python" else ""
        if isinstance(data, dict) and "fingerprint" in data:
            claimed = data["fingerprint"]
            data = {key: value for key, value in data.items() if key != "fingerprint"}
        plan = handler(data)
        if claimed is not None and claimed != plan.fingerprint:
            raise PlanAltered(claimed=str(claimed)[:16], found=plan.fingerprint[:16])
        return plan
