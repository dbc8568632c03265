"""J2 in SQLite: its program imports, queries and writes."""

import sqlite3
import subprocess
import sys

from common import Data, run
from outline_sqlite import query

data = Data(sys.argv[1], raw=False)
script = f"""
.bail on
PRAGMA threads = 2;
PRAGMA temp_store = memory;
CREATE TABLE units (cluster INTEGER, unit INTEGER PRIMARY KEY,
                    {', '.join(name + ' REAL' for name in data.names)});
.mode csv
.import --skip 1 "{data.wide}" units
.headers on
.output "{sys.argv[3]}"
SELECT cluster, unit, round(total, 6) AS total, rank, award
FROM ({query(data, 'units', ("'flag'", "'certificate'", "''"))});
"""


def job():
    subprocess.run(["sqlite3", ":memory:"], input=script, text=True, check=True,
                   stdout=subprocess.DEVNULL)  # pragmas answer


run("SQLite", sqlite3.sqlite_version, job)
