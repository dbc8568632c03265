// J1 in polars, two threads.
import { criteria, out, readArray, run, save, version } from "./common.mjs";
import { pl, solver } from "./outline_polars.mjs";

const raw = readArray("raw.f64", Float64Array), cluster = readArray("cluster.i32", Int32Array);
const n = cluster.length, m = criteria.length;
const column = (j) => Float64Array.from({ length: n }, (_, i) => raw[i * m + j]);
const frame = pl.DataFrame([pl.Series("cluster", cluster),
  pl.Series("unit", Int32Array.from({ length: n }, (_, i) => i)),
  ...criteria.map((c, j) => pl.Series(c.name, column(j)))]);
const solve = solver([2, 1, 0]);
const result = await run("polars", version("nodejs-polars"), () => solve(frame));
if (out !== "-") {
  const sorted = result.sort("unit");
  save(...["total", "rank", "award"].map((name) => sorted.getColumn(name).toArray()));
}
