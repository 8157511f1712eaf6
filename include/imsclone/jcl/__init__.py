"""JCL templates and what they are rendered with."""

from imsclone.jcl.card import Card
from imsclone.jcl.header import JobHeader, job_name
from imsclone.jcl.render import render, values_of

__all__ = ["Card", "JobHeader", "job_name", "render", "values_of"]
