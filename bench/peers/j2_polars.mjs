// J2 in polars: its reader with known types, its writer; two threads.
import { THREADS, criteria, out, run, version, wide } from "./common.mjs";
import { pl, solver } from "./outline_polars.mjs";

const types = { cluster: pl.Int32, unit: pl.Int32 };
for (const c of criteria) types[c.name] = pl.Float64;
const solve = solver(["flag", "certificate", ""]), rounded = pl.col("total").round(6);
await run("polars", version("nodejs-polars"), async () => {
  const frame = pl.readCSV(wide, { dtypes: types, nThreads: Number(THREADS), rechunk: false });
  (await solve(frame)).withColumn(rounded).writeCSV(out);
});
