"""The only module that Airflow's plugin loader reads here; what it registers lives in the installed package."""

from airflow.plugins_manager import AirflowPlugin

from imsclone_airflow.timetable import CalendarTimetable


class ImsClonePlugin(AirflowPlugin):
    """Makes the provider visible under Admin, Plugins, and the timetable of environments known."""

    name = "imsclone"
    timetables = [CalendarTimetable]  # noqa: RUF012 - declared so by AirflowPlugin
