// What the rivals in JavaScript share: see common.py. run.py copies them beside the modules that they
// need, to $BUILD/peers.
import fs from "fs";
import path from "path";

export const [folder, runs, out] = process.argv.slice(2);
export const THREADS = process.env.THREADS || "2";
export const wide = path.join(folder, "wide.csv");

export const criteria = fs.readFileSync(path.join(folder, "criteria.csv"), "utf8").trim().split("\n")
  .slice(1).map((line) => line.split(",")).map(([name, points, target]) => ({ name, points, target }));

// A whole file as an array of numbers; parts of it, since one reading stops at 2 GB.
export function readArray(name, Type) {
  const file = path.join(folder, name);
  const bytes = new Uint8Array(fs.statSync(file).size);
  const handle = fs.openSync(file, "r");
  for (let at = 0; at < bytes.length;)
    at += fs.readSync(handle, bytes, at, Math.min(bytes.length - at, 1 << 28), at);
  fs.closeSync(handle);
  return new Type(bytes.buffer);
}

export function version(name) {
  const file = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(fs.readFileSync(file, "utf8")).version;
}

export async function run(peer, which, job) {
  const limit = Number(process.env.LIMIT_S || 60), times = [], begin = performance.now();
  let result;
  for (let i = 0; i <= Number(runs); i++) {
    const start = performance.now();
    result = await job();
    times.push((performance.now() - start) / 1000);
    if ((performance.now() - begin) / 1000 > limit) break;
  }
  const counted = times.length > 1 ? times.slice(1) : times;
  console.log(`peer=${peer} version=${which} times=${counted.map((t) => t.toFixed(6)).join(",")}` +
    ` peak_mb=${Math.round(process.resourceUsage().maxRSS / 1024)}`);
  return result;
}

export function save(total, rank, award) {
  if (out === "-") return;
  fs.writeFileSync(out, Buffer.concat([Float64Array, Int32Array, Uint8Array].map((Type, i) =>
    Buffer.from(Type.from([total, rank, award][i], Number).buffer))));
}
