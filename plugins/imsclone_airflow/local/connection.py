"""Print the Airflow connection to an embedded z/OS: ``python -m imsclone_airflow.local.connection FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

from imsclone_airflow.local.home import airflow_connection

if __name__ == "__main__":
    print(airflow_connection(Path(sys.argv[1])))
