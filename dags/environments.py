"""# Environments

Each file in environments/ is a Dag of its own, with the name of the file: what it clones, to where, and when.
A file with errors is a Dag too; its text and its only task say what is wrong, with the line.
"""

from imsclone_airflow.environments import environment_dags

# Airflow finds the Dags among the names of this module.
globals().update(environment_dags())
