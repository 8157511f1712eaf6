"""The one way out to z/OS: a thin z/OSMF client on httpx, sync and async."""

from imsclone.zosmf.async_client import AsyncClient
from imsclone.zosmf.client import Client
from imsclone.zosmf.connection import Connection, JobCard
from imsclone.zosmf.correlator import Correlator, correlator
from imsclone.zosmf.job_documents import NOT_RUN, Job, SpoolFile, Step, gate
from imsclone.zosmf.protected import Protected

__all__ = [
    "NOT_RUN",
    "AsyncClient",
    "Client",
    "Connection",
    "Correlator",
    "Job",
    "JobCard",
    "Protected",
    "SpoolFile",
    "Step",
    "correlator",
    "gate",
]
