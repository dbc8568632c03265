// J2 in DuckDB: reads the file into a table with known types, writes the answer of one query; two threads.
import { DuckDBInstance } from "@duckdb/node-api";
import { THREADS, out, run, version, wide } from "./common.mjs";
import { columns, query } from "./outline_duckdb.mjs";

await run("DuckDB", version("@duckdb/node-api"), async () => {
  const base = await DuckDBInstance.create(":memory:", { threads: THREADS });
  const connection = await base.connect();
  await connection.run("SET preserve_insertion_order = false");
  await connection.run(`CREATE TABLE units AS FROM read_csv('${wide}', header = true,` +
    ` auto_detect = false, delim = ',', quote = '"', columns = ${columns})`);
  await connection.run(`COPY (${query("units", ["'flag'", "'certificate'", "''"], "round(total, 6)")})` +
    ` TO '${out}' (HEADER, DELIMITER ',')`);
  connection.closeSync();
  base.closeSync();
});
