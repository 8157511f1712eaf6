"""DBRC commands for the RECON's own data sets, database data sets, image copies and change accumulations."""

from __future__ import annotations

from collections.abc import Iterator

from imsclone.listings.recon_types import ChangeAccumulation, Header, ImageCopy, Recon
from imsclone.recon.command import Command, Operand, command
from imsclone.recon.rules import Fate, ReconRules


def header(header: Header, rules: ReconRules) -> Iterator[Command]:
    """Yield the commands for the status record: the data sets first, since nothing else is accepted before."""
    for one in header.data_sets:
        if rules.name(one.dsname, "RECON") != one.dsname:
            yield command("CHANGE.RECON", REPLACE=one.ddname)
    if rules.ssid(header.ssid) != header.ssid:
        yield command("CHANGE.RECON", SSID=rules.ssid(header.ssid))


def data_sets(recon: Recon, rules: ReconRules) -> Iterator[Command]:
    """Yield a command for each database data set, partition or area data set whose name changes."""
    for part in recon.partitions:
        prefix = rules.prefix(part)
        if prefix != part.dsn_prefix:
            yield command("CHANGE.PART", DBD=part.master, PART=part.name, DSNPREFX=prefix)
    for one in recon.data_sets:
        for ads in one.area_data_sets:
            name = rules.name(ads.dsname, "ADS")
            if name != ads.dsname:
                yield command("CHANGE.ADS", DBD=one.dbd, AREA=one.ddname, ADDN=ads.ddname, ADSN=name)
        name = rules.name(one.dsname, one.record.kind)
        if name != one.dsname and not one.of_partition:
            keyword = "AREA" if one.record.kind == "AREA" else "DDN"
            yield command("CHANGE.DBDS", DBD=one.dbd, **{keyword: one.ddname}, DSN=name)


def image_copies(recon: Recon, rules: ReconRules) -> Iterator[Command]:
    """Yield a command for each image copy whose data sets change or are not cloned."""
    areas = {(one.dbd, one.ddname) for one in recon.data_sets if one.record.kind == "AREA"}
    for image in recon.images:
        fates = image_fates(image, rules)
        keyword = "AREA" if (image.dbd, image.ddname) in areas else "DDN"
        which: dict[str, Operand] = {"DBD": image.dbd, keyword: image.ddname, "RECTIME": image.time}
        if Fate.DROP in fates and Fate.CONVERT not in fates and Fate.KEEP not in fates:
            yield command("DELETE.IC", **which)
            continue
        operands: dict[str, Operand] = {}
        for number, (one, fate) in enumerate(zip(image.data_sets, fates, strict=True)):
            suffix = str(number + 1) if number else ""
            if fate is not Fate.KEEP:
                operands[f"ICDSN{suffix}"] = rules.name(one.dsname, "IMAGE")
                operands[f"VOLLIST{suffix}"] = rules.volumes(one.volsers)
            if fate is Fate.DROP:
                operands[f"INVALID{suffix}"] = True
        if operands:
            yield command("CHANGE.IC", **which, **operands)


def image_fates(image: ImageCopy, rules: ReconRules) -> tuple[Fate, ...]:
    """Return what becomes of an image copy and of its duplicate."""
    carried = rules.switches.image_copy
    return tuple(rules.fate(one.dsname, one.volsers, carried) for one in image.data_sets)


def change_accumulations(recon: Recon, rules: ReconRules) -> Iterator[Command]:
    """Yield a command for each change accumulation whose data set changes or is not cloned."""
    for one in recon.change_accumulations:
        fate = accumulation_fate(one, rules)
        if fate is Fate.DROP:
            yield command("DELETE.CA", GRPNAME=one.group, RECTIME=one.time)
        elif fate is Fate.CONVERT:
            yield command(
                "CHANGE.CA",
                GRPNAME=one.group,
                RECTIME=one.time,
                CADSN=rules.name(one.data_set.dsname, "CA"),
                VOLLIST=rules.volumes(one.data_set.volsers),
            )


def accumulation_fate(one: ChangeAccumulation, rules: ReconRules) -> Fate:
    """Return what becomes of a change accumulation."""
    return rules.fate(one.data_set.dsname, one.data_set.volsers, rules.switches.change_accumulation)
