"""The only module that Airflow's plugin loader reads here; what it registers lives in the installed package."""

from airflow.plugins_manager import AirflowPlugin

from imsclone_airflow.timetable import CalendarTimetable
from imsclone_airflow.web.lazy import PREFIX, page


class ImsClonePlugin(AirflowPlugin):
    """Makes the provider visible under Admin, Plugins, the timetable of environments known, and their page."""

    name = "imsclone"
    timetables = [CalendarTimetable]  # noqa: RUF012 - declared so by AirflowPlugin
    fastapi_apps = [{"app": page, "url_prefix": PREFIX, "name": "IMS clones"}]  # noqa: RUF012
    external_views = [  # noqa: RUF012
        {"name": "IMS clones", "href": f"{PREFIX}/", "url_route": "ims_clones", "destination": "nav"}
    ]
