"""The engine: plans a clone and speaks to z/OS through z/OSMF. It imports neither Airflow nor the embedded z/OS."""
