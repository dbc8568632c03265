"""The job as one query of SQLite, for J1 and J2."""


def query(data, source, codes):
    """codes: SQL of what flag, certificate and nothing are called."""
    names = data.names
    scored = ", ".join(f"min(max({c} * {p / t!r}, 0.0), {p!r}) AS {c}"
                       for c, p, t in zip(names, data.points, data.target))
    bounds = ", ".join(f"min({c}) AS low_{c}, {p!r} / nullif(max({c}) - min({c}), 0) AS scale_{c}"
                       for c, p in zip(names, data.points))
    total = " + ".join(f"ifnull(({c} - low_{c}) * scale_{c}, 0)" for c in names)
    return f"""
        WITH scored AS MATERIALIZED (SELECT cluster, unit, {scored} FROM {source}),
        bounds AS MATERIALIZED (SELECT cluster, {bounds} FROM scored GROUP BY cluster),
        totals AS (SELECT scored.cluster, unit, {total} AS total
                   FROM scored JOIN bounds USING (cluster)),
        ranked AS (SELECT cluster, unit, total,
                          rank() OVER (PARTITION BY cluster ORDER BY total DESC) AS rank,
                          count(*) OVER (PARTITION BY cluster) AS size FROM totals),
        counted AS (SELECT *, sum(rank = 1) OVER (PARTITION BY cluster) AS n_first FROM ranked)
        SELECT cluster, unit, total, rank,
               CASE WHEN rank = 1 THEN {codes[0]} WHEN rank <= n_first + (size + 4) / 5 THEN {codes[1]}
                    ELSE {codes[2]} END AS award FROM counted"""
