"""The page "IMS clones" in Airflow: every environment with its state, and what its runs did."""
