"""The HTML report of a run."""

from imsclone.report.report import render, write_report

__all__ = ["render", "write_report"]
