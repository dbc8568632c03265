"""J2 in pandas: its reader in C, its writer."""

import sys

import numpy as np
import pandas as pd

from common import Data, run
from outline_pandas import solve

data = Data(sys.argv[1], raw=False)
types = {"cluster": "int32", "unit": "int32", **{name: "float64" for name in data.names}}


def job():
    frame = pd.read_csv(data.wide, engine="c", dtype=types)
    total, rank, award = solve(frame, data.names, data.points, data.target)
    pd.DataFrame({"cluster": frame["cluster"], "unit": frame["unit"], "total": total.round(6),
                  "rank": rank,
                  "award": np.array(["", "certificate", "flag"])[award]}).to_csv(
                      sys.argv[3], index=False)


run("pandas", pd.__version__, job)
