"""J1 in pandas. It uses one thread."""

import sys

import numpy as np
import pandas as pd

from common import Data, run, save
from outline_pandas import solve

data = Data(sys.argv[1])
frame = pd.DataFrame(np.ascontiguousarray(data.raw.T).T, columns=data.names)
frame["cluster"] = data.cluster
data.raw = None
save(*run("pandas", pd.__version__, lambda: solve(frame, data.names, data.points, data.target)))
