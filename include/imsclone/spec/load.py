"""From files to models: all errors of all files at once, each with file, line, value, rule and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from imsclone.errors import CloneError, Place
from imsclone.spec.document import Document, read_document
from imsclone.spec.errors import KeyMissing, KeyUnknown, NameUnknown, SpecProblem, SpecRejected, ValueRefused
from imsclone.spec.model import EnvironmentSpec, SystemSpec, Written
from imsclone.spec.places import Key, Places, described
from imsclone.spec.refresh import HaldbCopySpec, RefreshSpec

M = TypeVar("M", bound=BaseModel)
W = TypeVar("W", bound=Written)
ROLES = ("source", "target")
CALENDAR = ("schedule", "calendar")
PARAMETERS = "run parameters"
REFRESHES: Mapping[str, type[RefreshSpec]] = {"database_refresh": RefreshSpec, "haldb_copy": HaldbCopySpec}
"""The models of files that copy databases and no volumes, by clone type."""


def load_system(path: Path | str) -> SystemSpec:
    """Load one file of include/systems. Raises SpecRejected."""
    return validated(SystemSpec, read_document(Path(path)))


def load_environment(
    path: Path | str, *, systems: Path | str | None = None, overrides: Mapping[str, Any] | None = None
) -> EnvironmentSpec:
    """Load one file of include/environments that clones volumes, as :func:`load_written` does."""
    return load_written(EnvironmentSpec, read_document(Path(path)), Path(path), systems=systems, overrides=overrides)


def load_any(path: Path | str, *, overrides: Mapping[str, Any] | None = None) -> EnvironmentSpec | RefreshSpec:
    """Load one file of include/environments, of whatever clone type. Raises SpecRejected."""
    path = Path(path)
    document = read_document(path)
    refresh = REFRESHES.get(str(document.data.get("clone_type")))
    if refresh is not None:
        return load_written(refresh, document, path, overrides=overrides)
    return load_written(EnvironmentSpec, document, path, overrides=overrides)


def load_written(
    model: type[W],
    document: Document,
    path: Path,
    *,
    systems: Path | str | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> W:
    """Make the model of an environment file together with the two systems it names. Raises SpecRejected.

    :param systems: the folder of system files; ``../systems`` beside the environment's folder if not given.
    :param overrides: values of a single run (from a form), which replace the file's at the top level.
    """
    for key, value in (overrides or {}).items():
        _override(document, key, value)
    beside = path.absolute().parent.parent
    for role in ROLES:
        _insert(document, (role,), Path(systems) if systems is not None else beside / "systems")
    also = document.data.get("also")
    for number in range(len(also) if isinstance(also, list) else 0):
        _insert(document, ("also", number, "target"), Path(systems) if systems is not None else beside / "systems")
    _insert(document, CALENDAR, beside / "calendars")
    _locate(document, "masking", "policy", beside)
    spec = validated(model, document)
    return spec.written_in(Places(document.places))


def _override(document: Document, key: str, value: Any) -> None:
    document.places = {place: where for place, where in document.places.items() if place[:1] != (key,)}
    document.places[(key,)] = Place(PARAMETERS, 0, key)
    document.data[key] = _text(value)


def _text(value: Any) -> Any:
    """Bring a value of a form to what the file would hold: text all through."""
    if isinstance(value, Mapping):
        return {str(key): _text(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_text(inner) for inner in value]
    return value if value is None else str(value)


def _locate(document: Document, key: str, name: str, folder: Path) -> None:
    """Make a file that the document names findable from anywhere."""
    part = document.data.get(key)
    if isinstance(part, dict) and isinstance(part.get(name), str):
        part[name] = str(folder / part[name])


def _insert(document: Document, key: Key, folder: Path) -> None:
    """Put the data of a file in the place of its name, keeping where each value was written."""
    holder: Any = document.data
    for step in key[:-1]:
        is_list = isinstance(holder, list) and isinstance(step, int)
        holder = holder[step] if is_list else holder.get(step) if isinstance(holder, dict) else None
    name = holder.get(key[-1]) if isinstance(holder, dict) else None
    if not isinstance(name, str):
        return
    found = _found(document, key, folder, name)
    if found is None:
        del holder[key[-1]]
    else:
        holder[key[-1]] = found


def _found(document: Document, key: Key, folder: Path, name: str) -> Any:
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in known:
        shown, there = str(folder / f"{name}.yaml"), ", ".join(known) or "none"
        place = document.places[key]
        document.problems.append(NameUnknown(place, key=described(key), value=name, file=shown, known=there))
        return None
    try:
        part = read_document(folder / f"{name}.yaml")
    except SpecRejected as rejected:
        document.problems += [problem for problem in rejected.problems if isinstance(problem, SpecProblem)]
        return None
    document.places |= {(*key, *inner): where for inner, where in part.places.items()}
    document.problems += part.problems
    return part.data


def validated(model: type[M], document: Document) -> M:
    """Make the model of a document. Raises SpecRejected with all that is wrong with either."""
    problems = list(document.problems)
    try:
        made = model.model_validate(document.data)
    except ValidationError as error:
        reported = {role for role in ROLES if (role,) in document.places and role not in document.data}
        problems += _problems(error.errors(include_url=False), document, model, reported)
    if problems:
        raise SpecRejected(file=document.file, problems=sorted(problems, key=_order))
    return made


def _order(problem: CloneError) -> tuple[str, int]:
    return (problem.place.file, problem.place.line) if problem.place else ("", 0)


def _problems(
    errors: Iterable[ErrorDetails], document: Document, model: type[BaseModel], reported: set[Any]
) -> list[SpecProblem]:
    places = Places(document.places)
    read_once: set[tuple[Place | None, str]] = set()
    problems = []
    for error in errors:
        key = tuple(step for step in error["loc"] if step != "[key]")
        if len(key) == 1 and key[0] in reported:
            continue
        problem = _problem(error, key, places.find(key) or Place(document.file, 1), model)
        if (problem.place, str(problem)) not in read_once:
            read_once.add((problem.place, str(problem)))
            problems.append(problem)
    return problems


def _problem(error: ErrorDetails, key: Key, place: Place, model: type[BaseModel]) -> SpecProblem:
    name = str(key[-1]) if key else ""
    if error["type"] == "extra_forbidden":
        return KeyUnknown(place, key=name, allowed=", ".join(_allowed(model, key[:-1])))
    if error["type"] == "missing":
        return KeyMissing(place, key=name)
    rule = error["msg"].removeprefix("Value error, ")
    return ValueRefused(place, key=described(key), value=_shown(error["input"]), rule=rule)


def _shown(value: Any) -> Any:
    """Cut a value to what a message can bear."""
    if isinstance(value, dict):
        return "a mapping of " + ", ".join(map(repr, value)) if value else "an empty mapping"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    return value if value is None or len(str(value)) <= 80 else str(value)[:77] + "..."


def _allowed(model: type[BaseModel], key: Key) -> list[str]:
    """Name the keys that the model at a key path has."""
    for step in key:
        if isinstance(step, int):
            continue
        inner = _model_in(model.model_fields[step].annotation) if step in model.model_fields else None
        if inner is None:
            return []
        model = inner
    return sorted(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Find the model in an annotation such as ``tuple[SharingMember, ...]`` or ``JobCard | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in getattr(annotation, "__args__", ()) if (found := _model_in(inner))), None)
