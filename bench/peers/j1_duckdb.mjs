// J1 in DuckDB: a table in memory, filled before, and one query into another; two threads.
import { DuckDBInstance } from "@duckdb/node-api";
import { THREADS, out, run, save, version, wide } from "./common.mjs";
import { columns, query } from "./outline_duckdb.mjs";

const base = await DuckDBInstance.create(":memory:", { threads: THREADS });
const connection = await base.connect();
await connection.run("SET preserve_insertion_order = false");
await connection.run(`CREATE TABLE units AS FROM read_csv('${wide}', header = true, columns = ${columns})`);
const fill = "CREATE OR REPLACE TABLE result AS" + query("units", ["2::UTINYINT", "1::UTINYINT", "0::UTINYINT"]);
await run("DuckDB", version("@duckdb/node-api"), () => connection.run(fill));
if (out !== "-") {
  const answer = await connection.runAndReadAll("SELECT total, rank, award FROM result ORDER BY unit");
  save(...answer.getColumns());
}
