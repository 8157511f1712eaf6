"""Messages CLN28n and CLN29n: what can stand between an environment file and the plan of a refresh."""

from __future__ import annotations

from imsclone.plan.errors import PlanProblem


class DatabaseUnknown(PlanProblem):
    """A database is not registered in the source's RECON."""

    id = "CLN280E"
    text = "The RECON of {imsid} has no database {name}."
    remedy = "Correct the name; those that are known: {known}."


class MaskWithoutMatch(PlanProblem):
    """A mask over database names fits none."""

    id = "CLN281E"
    text = "No database in the RECON of {imsid} fits the mask {mask}."
    remedy = "Correct the mask; databases that are known: {known}."


class RelatedMissing(PlanProblem):
    """A database belongs to a chosen one and is not chosen, and the file says that this stops the refresh."""

    id = "CLN282E"
    text = "Database {related} belongs to {chosen} by its definition, and it is not among the chosen databases."
    remedy = "Add it under databases, or set related to take."


class TargetDatabaseUnknown(PlanProblem):
    """The target does not know a database."""

    id = "CLN283E"
    text = "{imsid} does not know database {name}, which {source} is to be copied to."
    remedy = "Set define_missing: true, or define it there first (DBD, ACB, DFSMDA member, CREATE DB)."


class AuthorizedElsewhere(PlanProblem):
    """A target database is in use by a subsystem that this refresh cannot make give it back."""

    id = "CLN284E"
    text = "Database {name} of {imsid} is authorized for {ssid}, which is none of {members}."
    remedy = "End the job or IMS {ssid}; if it is gone for good, CHANGE.DB DBD({name}) UNAUTH SSID({ssid})."


class NamesDisagree(PlanProblem):
    """The RECON and a dynamic allocation member name different data sets for a database."""

    id = "CLN285E"
    text = "Database {name} of {imsid}: the RECON says {recon}, its DFSMDA member says {mda}."
    remedy = "Correct the one that is wrong; IMS does not open a database whose names disagree."


class SourceDataSetMissing(PlanProblem):
    """A data set of a source database is not in the catalog."""

    id = "CLN286E"
    text = "Data set {dsname} of database {name} is not in the catalog of {imsid}'s z/OS."
    remedy = "Recover or catalog it, or leave the database out."


class NoVolumeForCopy(PlanProblem):
    """A data set is not on the target yet, and the file does not say where new ones go."""

    id = "CLN287E"
    text = "Data set {dsname} does not exist yet, and no volumes are given for new data sets."
    remedy = "Say under volumes where it is to be allocated."


class CopyNotRenamed(PlanProblem):
    """No rename mask gives a database data set another name."""

    id = "CLN288E"
    text = "Data set {dsname} would keep its name."
    remedy = "Add a rename mask that gives it the target's name."


class TargetDataSetDiffers(PlanProblem):
    """The target's RECON names another data set than the masks make."""

    id = "CLN289E"
    text = "Database {name}, {ddname}: the masks make {derived} of {source}, the RECON of {imsid} says {recorded}."
    remedy = "Correct the rename masks, or CHANGE.DBDS on the target."


class NotRecoverable(PlanProblem):
    """A database is not recoverable, and the file says that this stops the refresh."""

    id = "CLN290E"
    text = "Database {name} of {imsid} is not recoverable: no log record tells of its updates."
    remedy = "Set not_recoverable to continue or skip, or make it recoverable by CHANGE.DB RECOVABL."


class SourceDamaged(PlanProblem):
    """A source database needs recovery or backout."""

    id = "CLN291E"
    text = "Database {name} of {imsid} needs {what}."
    remedy = "Recover it first; a copy of it would be as broken."


class ImsplexMissing(PlanProblem):
    """A system file names no IMSplex, through which commands reach IMS."""

    id = "CLN292E"
    text = "The system file of {imsid} names no imsplex."
    remedy = "Add it: databases are stopped and started through the Operations Manager of the IMSplex."


class TargetNotActive(PlanProblem):
    """No member of the target runs."""

    id = "CLN293W"
    text = "{imsid} does not run: its databases are neither stopped nor started."
    remedy = "Nothing need be done; they are opened when it is started."


class SystemFailed(PlanProblem):
    """A member of a system does not run, and is still signed on to DBRC: it ended abnormally, or restarts just now."""

    id = "CLN294E"
    text = "{imsid} does not run, and its RECON says that it did not end: it failed."
    remedy = "Restart {imsid} first (/ERE): databases have work of it in them that must be backed out."


class DefinedTwice(PlanProblem):
    """Two of the chosen databases or data sets would have the same name on the target."""

    id = "CLN295E"
    text = "Both {first} and {second} would be {target}."
    remedy = "Give one of them another name, or leave it out."


class SameDatabase(PlanProblem):
    """Source and target of a database are one and the same."""

    id = "CLN296E"
    text = "Database {name} of {imsid} would be copied onto itself."
    remedy = "Name another target system, or another name for the database (ACCT -> ACCT2)."


class DefinitionsDiffer(PlanProblem):
    """Target databases are defined so that they cannot take the source's data."""

    id = "CLN298E"
    text = "The target defines {count} of the databases otherwise, in {rows} points: {table}"
    remedy = "Change the target's definitions (DBD, ACB, RECON), or leave these databases out. Nothing was stopped."


class DefinitionUnknown(PlanProblem):
    """There is no DBD source of a database, so that definitions cannot be compared."""

    id = "CLN299W"
    text = "There is no DBD source of {names} of {imsid}: definitions and related databases are not known."
    remedy = "Name the libraries under libraries.dbdsrc of the system file."


class RelatedUnknown(PlanProblem):
    """A definition names a database that the RECON does not have."""

    id = "CLN279E"
    text = "Database {related} belongs to {chosen} by its definition, and the RECON of {imsid} does not have it."
    remedy = "Register it (INIT.DB, INIT.DBDS), or correct the DBD source."


class CopyIsFuzzy(PlanProblem):
    """The source is updated while it is copied."""

    id = "CLN277W"
    text = "The copy is fuzzy: programs update the source while it is made, so that transactions may be there in part."
    remedy = "Use it only where that does not matter; for whole transactions set consistency to dbr, dbd or quiesce."


class TargetNotRegistered(PlanProblem):
    """The target knows a database, and its RECON does not: an interrupted refresh leaves it so."""

    id = "CLN276W"
    text = "Database {name} is not registered in the RECON of {imsid}; the refresh registers it."
    remedy = "Nothing need be done."


class TargetElsewhere(PlanProblem):
    """Targets of one refresh are on different z/OS systems."""

    id = "CLN275E"
    text = "Target {imsid} is reached through {zosmf}, the first target through {other}."
    remedy = "Keep a refresh of its own for it: one job copies for all targets, and one z/OSMF serves them."


class MaskingUndefined(PlanProblem):
    """A database cannot be masked because nothing says what its segments are."""

    id = "CLN853E"
    text = "There is no DBD source of {names}, so that nothing says which bytes to mask."
    remedy = "Name the libraries under libraries.dbdsrc of the target's system file."


class MaskingRefused(PlanProblem):
    """A masking policy cannot be used."""

    id = "CLN854E"
    text = "The masking policy cannot be used: {said}"
    remedy = "Nothing was stopped."


class MaskingWithoutRoom(PlanProblem):
    """There is no place for the work data sets of masking."""

    id = "CLN855E"
    text = "Masking needs work data sets, and work names no volume, or its hlq is longer than {longest} characters."
    remedy = "Name one under work.volumes, and a high-level qualifier under work.hlq."


class MaskingOfNothing(PlanProblem):
    """A policy has nothing to do with the databases that are refreshed."""

    id = "CLN856E"
    text = "The masking policy has no rule for any of {names}."
    remedy = "Policies name databases as the target calls them. Correct the policy, or take masking out of the file."


class NotMasked(PlanProblem):
    """Part of what is refreshed is not masked or not scanned."""

    id = "CLN857W"
    text = "Masking leaves alone, {what}: {names}."
    remedy = "Add them to the policy if they hold anything that must not reach the target."


class NameCannotChange(PlanProblem):
    """A database whose areas or partitions have names of their own is to have another name on the target."""

    id = "CLN893E"
    text = (
        "Database {name} cannot be {target} on the target: the {kind} database's areas or partitions keep their names."
    )
    remedy = "Keep its name, in another IMS; full function databases that are no HALDB can have another one."


class MaskingRenumbers(PlanProblem):
    """Masking reloads a HALDB, which gives its partitions other reorganization numbers than the source has."""

    id = "CLN858E"
    text = "HALDB {names} cannot be masked here: a reload gives the partitions reorganization numbers of their own."
    remedy = "Take its fields out of the policy, or leave the database out; imsclone mask does its unload by hand."
