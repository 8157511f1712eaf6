"""Airflow and the embedded z/OS side by side on one machine: what 'make demo' and 'make up' run."""
