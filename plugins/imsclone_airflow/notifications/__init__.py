"""Telling people the one line that matters, through Airflow's notifier interface."""

from imsclone_airflow.notifications.notifier import CloneNotifier

__all__ = ["CloneNotifier"]
