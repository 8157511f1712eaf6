"""The HTML report of a run."""

from imsclone.report.report import render, time_line, write_report

__all__ = ["render", "time_line", "write_report"]
