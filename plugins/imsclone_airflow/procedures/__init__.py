"""The procedures that Dags run, one module for each clone type: every task, in the order of the work."""
