// The job as one query of DuckDB, for J1 and J2.
import { criteria } from "./common.mjs";

export const columns = `{cluster: 'INTEGER', unit: 'INTEGER', ${
  criteria.map((c) => `${c.name}: 'DOUBLE'`).join(", ")}}`;

// codes: SQL of what flag, certificate and nothing are called.
export function query(source, codes, total = "total") {
  const each = (text) => criteria.map(text);
  const scored = each((c) =>
    `least(greatest(${c.name} * (${c.points}::DOUBLE / ${c.target}), 0), ${c.points}) AS ${c.name}`);
  const bounds = each((c) => `min(${c.name}) AS low_${c.name}, ${c.points}::DOUBLE /` +
    ` nullif(max(${c.name}) - min(${c.name}), 0) AS scale_${c.name}`);
  const sum = each((c) => `coalesce((${c.name} - low_${c.name}) * scale_${c.name}, 0)`);
  return `
    WITH scored AS (SELECT cluster, unit, ${scored.join(", ")} FROM ${source}),
    bounds AS (SELECT cluster, count(*)::INTEGER AS size, ${bounds.join(", ")}
               FROM scored GROUP BY cluster),
    totals AS (SELECT scored.cluster, unit, size, ${sum.join(" + ")} AS total
               FROM scored JOIN bounds USING (cluster)),
    ranked AS (SELECT *, rank() OVER (PARTITION BY cluster ORDER BY total DESC)::INTEGER AS rank
               FROM totals),
    counted AS (SELECT *, count(*) FILTER (rank = 1) OVER (PARTITION BY cluster) AS n_first FROM ranked)
    SELECT cluster, unit, ${total} AS total, rank,
           CASE WHEN rank = 1 THEN ${codes[0]} WHEN rank <= n_first + (size + 4) // 5 THEN ${codes[1]}
                ELSE ${codes[2]} END AS award FROM counted`;
}
