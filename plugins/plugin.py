"""The only module that Airflow's plugin loader reads here; what it registers lives in the installed package."""

from airflow.plugins_manager import AirflowPlugin


class ImsClonePlugin(AirflowPlugin):
    """Makes the provider visible under Admin, Plugins."""

    name = "imsclone"
