"""J1 in SQLite: a database in memory, filled before, and one query; Python only hands it over."""

import sqlite3
import sys

from common import Data, run, save
from outline_sqlite import query

ROWS = 50000  # handed over at a time

data = Data(sys.argv[1])
base = sqlite3.connect(":memory:", isolation_level=None)
base.executescript("PRAGMA threads = 2; PRAGMA temp_store = memory;")
base.execute(f"CREATE TABLE units (cluster INTEGER, unit INTEGER PRIMARY KEY,"
             f" {', '.join(name + ' REAL' for name in data.names)})")
base.execute("BEGIN")
for at in range(0, data.n, ROWS):
    rows = zip(data.cluster[at:at + ROWS].tolist(), range(at, data.n), data.raw[at:at + ROWS].tolist())
    base.executemany(f"INSERT INTO units VALUES (?, ?{', ?' * data.m})",
                     ((cluster, unit, *row) for cluster, unit, row in rows))
base.execute("COMMIT")
data.raw = None


def job():
    base.execute("DROP TABLE IF EXISTS result")
    base.execute("CREATE TABLE result AS " + query(data, "units", (2, 1, 0)))
    return True


run("SQLite", sqlite3.sqlite_version, job)
if sys.argv[3] != "-":
    save(*zip(*base.execute("SELECT total, rank, award FROM result ORDER BY unit")))
