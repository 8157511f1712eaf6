"""Which facts a plan needs, asked of a reader in the order that one answer leads to the next question."""

from __future__ import annotations

from collections.abc import Sequence

from imsclone.facts import SystemFacts, SystemReader, VolumeFacts, VolumeSelection
from imsclone.plan.draft import Draft
from imsclone.spec.model import EnvironmentSpec


def read_facts(reader: SystemReader, spec: EnvironmentSpec) -> SystemFacts:
    """Read everything that :func:`make_plan` wants to know."""
    choice = spec.source.volumes
    sources = reader.volumes(
        VolumeSelection(volsers=choice.volsers, masks=choice.masks, storage_groups=choice.storage_groups)
    )
    there = Draft(spec, SystemFacts(volumes=tuple(sources))).candidates
    on_sources = tuple(reader.data_sets(list(there)))
    wanted = Draft(spec, SystemFacts(volumes=tuple(sources), data_sets=on_sources))
    targets = reader.volumes(
        VolumeSelection(
            volsers=tuple(sorted(wanted.target_serials | wanted.staging_serials)),
            units=tuple(spec.volumes.units.values()),
        )
    )
    draft = Draft(spec, SystemFacts(volumes=_each_once([*sources, *targets]), data_sets=on_sources))
    online_targets = sorted(
        (draft.target_serials | draft.staging_serials) & draft.online.keys() - draft.candidates.keys()
    )
    return SystemFacts(
        volumes=draft.facts.volumes,
        data_sets=(*on_sources, *reader.data_sets(online_targets)),
        catalogs=tuple(reader.catalogs([name for pair in spec.catalogs for name in pair.sides])),
        recon=reader.recon(spec.source.recon),
        members={library: tuple(names) for library, names in reader.members(_libraries(spec)).items()},
        ims_active=tuple(reader.ims_active(_imsids(spec))),
    )


def _imsids(spec: EnvironmentSpec) -> list[str]:
    """All members of source and target."""
    systems = (spec.source, spec.target)
    return list(dict.fromkeys(one for system in systems for one in (system.imsid, *(m.imsid for m in system.members))))


def _each_once(volumes: Sequence[VolumeFacts]) -> tuple[VolumeFacts, ...]:
    return tuple({volume.unit: volume for volume in volumes}.values())


def _libraries(spec: EnvironmentSpec) -> list[str]:
    """The libraries whose members will be edited, on the source."""
    edited = [library for kind in spec.libraries for library in getattr(spec.source.libraries, kind)]
    return [*edited, *spec.source.libraries.mda]
