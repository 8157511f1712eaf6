"""A small source and target system as facts, and the shipped environment that clones one to the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from imsclone.facts import CatalogEntry, CatalogFacts, DataSetFacts, ReconDataSet, ReconFacts, SystemFacts, VolumeFacts
from imsclone.plan import Plan, make_plan
from imsclone.spec import EnvironmentSpec, RefreshSpec, load_any, load_environment

INCLUDE = Path(__file__).parents[3] / "include"
VOLUMES = 6
SPREAD = {
    1: ["IMSP.SDFSRESL", "IMSP.PROCLIB", "IMSP.JOBS", "IMSP.USER1.JCL", "IMSP.USER2.JCL", "IMSP.MDALIB"],
    2: ["IMSP.ACBLIB", "IMSP.DBDLIB", "IMSP.RDDS1", "IMSP.RDDS2", "IMSP.OLP00", "IMSP.OLP01"],
    3: ["IMSP.SLDS.G0001V00", "IMSP.SLDS.G0002V00", "IMSP.IC.ACCT"],
    4: ["IMSP.DB.ACCT"],
    5: ["IMSP.DB.CUST"],
    6: ["IMSP.RLDS.D1"],
}
CLUSTERS = {"IMSP.RECON1": 2, "IMSP.RECON2": 3, "IMSP.RECON3": 4, "IMSP.DB.CUSTX": 5}


def sample_facts() -> SystemFacts:
    data_sets = [DataSetFacts(dsname, (f"IMSP{n:02}",)) for n, names in SPREAD.items() for dsname in names]
    entries = [CatalogEntry(found.dsname, "NONVSAM", found.volsers) for found in data_sets]
    for cluster, n in CLUSTERS.items():
        entries.append(CatalogEntry(cluster, "CLUSTER"))
        for kind in ("DATA", "INDEX"):
            volsers = (f"IMSP{n:02}",)
            data_sets.append(DataSetFacts(f"{cluster}.{kind}", volsers, "VS", is_component_of=cluster))
            entries.append(CatalogEntry(f"{cluster}.{kind}", kind, volsers, cluster))
    data_sets.append(DataSetFacts("IMSP.DB.WIDE", ("IMSP05", "IMSP06")))
    entries.append(CatalogEntry("IMSP.DB.WIDE", "NONVSAM", ("IMSP05", "IMSP06")))
    entries.append(CatalogEntry("IMSP.SLDS", "GDG"))
    data_sets += [DataSetFacts(name, ("IMSP01",), "VS") for name in ("UCAT.IMSP", "UCAT.IMSP.CATINDEX")]
    data_sets += [DataSetFacts(f"SYS1.VVDS.VIMSP{n:02}", (f"IMSP{n:02}",), "VS") for n in SPREAD]
    data_sets += [DataSetFacts(f"SYS1.VTOCIX.IMSP{n:02}", (f"IMSP{n:02}",)) for n in SPREAD]
    recon = [ReconDataSet(f"RECON{n}", status, f"IMSP.RECON{n}") for n, status in enumerate(("COPY1", "COPY2"), 1)]
    return SystemFacts(
        volumes=tuple(
            VolumeFacts(f"{ims}{n:02}", f"0A{base + n:02X}", cylinders=100)
            for ims, base in (("IMSP", 0x7F), ("IMST", 0x8F))
            for n in SPREAD
        ),
        data_sets=tuple(data_sets),
        catalogs=(CatalogFacts("UCAT.IMSP", "IMSP01", tuple(entries), ("IMSP",)),),
        recon=ReconFacts((*recon, ReconDataSet("RECON3", "SPARE", "IMSP.RECON3")), ("IMSP",), ("ACCT", "CUST")),
        ims_active=("IMSP",),
    )


def _with_data_set(facts: SystemFacts, dsname: str, *volsers: str, cataloged: bool = True, **more: Any) -> SystemFacts:
    """Add a data set, in the catalog of IMSP if it is to be cataloged."""
    facts = replace(facts, data_sets=(*facts.data_sets, DataSetFacts(dsname, volsers, **more)))
    return _with_entry(facts, dsname, *volsers) if cataloged else facts


def _with_entry(facts: SystemFacts, dsname: str, *volsers: str) -> SystemFacts:
    first, *others = facts.catalogs
    entry = CatalogEntry(dsname, "NONVSAM", volsers)
    return replace(facts, catalogs=(replace(first, entries=(*first.entries, entry)), *others))


@pytest.fixture
def facts() -> SystemFacts:
    return sample_facts()


@pytest.fixture
def with_data_set() -> Callable[..., SystemFacts]:
    return _with_data_set


@pytest.fixture
def with_entry() -> Callable[..., SystemFacts]:
    return _with_entry


@pytest.fixture
def include() -> Path:
    return INCLUDE


@pytest.fixture
def spec() -> EnvironmentSpec:
    return load_environment(INCLUDE / "environments" / "imst.yaml")


@pytest.fixture
def respec() -> Callable[..., EnvironmentSpec]:
    """Load the shipped environment with some values replaced."""
    return lambda **values: load_environment(INCLUDE / "environments" / "imst.yaml", overrides=values)


@pytest.fixture
def plan(spec: EnvironmentSpec, facts: SystemFacts) -> Plan:
    return make_plan(spec, facts)


@pytest.fixture
def bank_refresh(tmp_path: Path) -> Callable[..., RefreshSpec]:
    """Load the shipped refresh of the bank, with other lines in its file."""

    def make(**lines: str) -> RefreshSpec:
        (tmp_path / "environments").mkdir(exist_ok=True)
        if not (tmp_path / "systems").exists():
            (tmp_path / "systems").symlink_to(INCLUDE / "systems")
        text = (INCLUDE / "environments" / "bank.yaml").read_text()
        for key, value in lines.items():
            text = re.sub(rf"(?m)^{key}:.*\n(?:  .*\n)*", "", text) + f"{key}: {value}\n"
        path = tmp_path / "environments" / "bank.yaml"
        path.write_text(text)
        found = load_any(path)
        assert isinstance(found, RefreshSpec)
        return found

    return make
