// The job as expressions of polars, for J1 and J2. They are built once: the binding takes about a
// millisecond for each.
import { criteria } from "./common.mjs";

process.env.POLARS_MAX_THREADS = process.env.THREADS || "2";
export const pl = (await import("nodejs-polars")).default;

const score = criteria.map((c) => pl.col(c.name).mul(pl.lit(c.points / c.target))
  .clip(0, Number(c.points)).alias(c.name));
const bounds = criteria.flatMap((c) => [pl.col(c.name).min().alias(`low_${c.name}`),
  pl.col(c.name).max().sub(pl.col(c.name).min()).alias(`spread_${c.name}`)]);
const normalize = criteria.map((c) => pl.when(pl.col(`spread_${c.name}`).gt(pl.lit(0)))
  .then(pl.col(c.name).sub(pl.col(`low_${c.name}`)).mul(pl.lit(Number(c.points)))
    .div(pl.col(`spread_${c.name}`)))
  .otherwise(pl.lit(0)).alias(c.name));
const total = criteria.slice(1).reduce((sum, c) => sum.plus(pl.col(c.name)), pl.col(criteria[0].name))
  .alias("total");
const rank = pl.col("total").rank("min", true).over("cluster").cast(pl.Int32).alias("rank");
const first = pl.col("rank").eq(pl.lit(1)).cast(pl.Int32).sum().over("cluster").alias("n_first");
const last = pl.col("n_first").plus(pl.col("size").plus(pl.lit(4)).div(pl.lit(5)).floor());
const award = (codes) => pl.when(pl.col("rank").eq(pl.lit(1))).then(pl.lit(codes[0]))
  .otherwise(pl.when(pl.col("rank").ltEq(last)).then(pl.lit(codes[1])).otherwise(pl.lit(codes[2])))
  .alias("award");

// frame: cluster, unit and the criteria. codes: of flag, certificate and nothing.
export function solver(codes) {
  const awarded = award(codes);
  return (frame) => {
    const scored = frame.lazy().withColumns(...score);
    const limits = scored.groupBy("cluster").agg(...bounds, pl.count("unit").cast(pl.Int32).alias("size"));
    return scored.join(limits, { on: "cluster", how: "left" }).withColumns(...normalize)
      .withColumn(total).withColumn(rank).withColumn(first).withColumn(awarded)
      .select("cluster", "unit", "total", "rank", "award").collect();
  };
}
