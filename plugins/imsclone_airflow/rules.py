"""The engine's rules for a plan: which names change, and to what."""

from __future__ import annotations

from imsclone.library import EditRules, replacements
from imsclone.masks import RenameMasks
from imsclone.plan import Plan
from imsclone.recon import ReconRules


def masks(plan: Plan) -> RenameMasks:
    """Return the rename masks."""
    return RenameMasks(plan.masks)


def volsers(plan: Plan) -> dict[str, str]:
    """Return the target serial of each source serial."""
    return {pair.source: pair.target for pair in plan.volume_pairs}


def left_out(plan: Plan) -> frozenset[str]:
    """Return the serials of the source's volumes that are not copied, and that nothing of the clone may name."""
    return frozenset(str(volume.source) for volume in plan.left_out)


def imsids(plan: Plan) -> dict[str, str]:
    """Return the target id of each source subsystem id."""
    members = [(plan.source.imsid, plan.target.imsid), *((one.source, one.target) for one in plan.members)]
    return {str(source): str(target) for source, target in members}


def for_recon(plan: Plan) -> ReconRules:
    """Return the rules for RECON records."""
    return ReconRules(masks(plan), volsers(plan), imsids(plan), plan.recon.optional)


def for_libraries(plan: Plan) -> EditRules:
    """Return the rules for library members."""
    pairs = [(one.find, one.replace) for one in plan.replacements]
    return EditRules(masks(plan), volsers(plan), imsids(plan), replacements(pairs))


def search_words(plan: Plan) -> tuple[str, ...]:
    """Return what a member that must be edited holds at least one of: ids, serials, first words of masks, own texts."""
    firsts = {mask.sides[0].partition(".")[0].rstrip("*%") for mask in plan.masks}
    found = {*imsids(plan), *volsers(plan), *left_out(plan), *(one.find for one in plan.replacements), *firsts}
    words = sorted(word for word in found if word)
    return tuple(word for word in words if not any(other != word and other in word for other in words))
