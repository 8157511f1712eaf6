"""The HTML report of a run."""

from imsclone.report.report import render, spent, time_line, write_report

__all__ = ["render", "spent", "time_line", "write_report"]
