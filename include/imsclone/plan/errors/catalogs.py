"""Messages CLN2nn about catalogs."""

from __future__ import annotations

from imsclone.plan.errors import PlanProblem


class CatalogOverlap(PlanProblem):
    """Source and target share a catalog or an alias, or the new catalog already is somewhere else."""

    id = "CLN223E"
    text = "Catalog {source}: {what}."
    remedy = "Give the copied catalog a name and aliases of its own."


class EntryWithoutDataSet(PlanProblem):
    """A catalog entry names a data set that its volume does not hold."""

    id = "CLN226E"
    text = "Catalog {catalog} has {dsname} on {volser}, but the VTOC there has no such data set."
    remedy = "Delete the entry (DELETE NOSCRATCH), or set policies.orphans to keep or delete."


class OrphansTolerated(PlanProblem):
    """Catalog entries without data set stay or go as policies.orphans says."""

    id = "CLN227W"
    text = (
        "Catalog {catalog} has {count} entries without a data set on their volume, such as {dsname}; policy {policy}."
    )
    remedy = "Nothing need be done."


class DataSetUncataloged(PlanProblem):
    """A data set on a source volume is in none of the catalogs."""

    id = "CLN228E"
    text = "Data set {dsname} on {volser} is in none of the catalogs {catalogs}."
    remedy = "Catalog or delete it, or set policies.uncataloged to keep."


class UncatalogedTolerated(PlanProblem):
    """Data sets in no catalog are renamed and stay uncataloged."""

    id = "CLN229W"
    text = "{count} data sets on the source volumes are in no catalog, such as {dsname}."
    remedy = "They are renamed and stay uncataloged."


class CatalogMissing(PlanProblem):
    """A catalog that is to be cloned could not be read or is not on a cloned volume."""

    id = "CLN230E"
    text = "Catalog {catalog} {what}."
    remedy = "Correct the name under catalogs, or add its volume to the source system's volumes."


class EntriesElsewhere(PlanProblem):
    """Catalog entries name data sets on volumes that are not cloned."""

    id = "CLN231W"
    text = "Catalog {catalog} has {count} entries for volumes that are not cloned, such as {dsname} on {volser}."
    remedy = "In the copy they are treated as policies.orphans says."
