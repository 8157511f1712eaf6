"""Airflow provider: the only code, with dags/, that imports Airflow."""
