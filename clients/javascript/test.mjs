// Runs the client over the published vectors: `node test.mjs [folder]`; prints what differs and exits 1.

import { readFile } from "node:fs/promises";
import { Guard, SnapshotRefused, micros } from "./guard.mjs";

const folder = process.argv[2] ?? new URL("../vectors/", import.meta.url).pathname;
const read = async (name) => JSON.parse(await readFile(`${folder}/${name}`, "utf8"));
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const server = (files) => async (name) => {
  if (typeof files[name] !== "string") throw new Error(`${name} is not there`);
  return bytes(files[name]);
};

const snapshot = await read("snapshot.json");
const refusals = await read("refusals.json");
const questions = await read("questions.json");
const failed = [];

async function open(files, clock, cache = new Map()) {
  return Guard.open({ trust: bytes(snapshot.trust), scopes: [snapshot.scope], fetch: server(files), cache, clock });
}

const now = micros(snapshot.now);
const guard = await open(snapshot.files, () => now);
if (guard.check("QT-01").reason !== "NO_SNAPSHOT") failed.push("without a snapshot");
if ((await guard.refresh()) !== snapshot.sequence) failed.push("the valid snapshot is not accepted");

for (const { document, question, decision } of questions) {
  const said = guard.check(document, question);
  for (const [name, expected] of Object.entries(decision)) {
    const instant = ["at", "known", "deadline"].includes(name);
    const got = said[name];
    const same = instant ? (expected === null ? got === null : got === micros(expected)) : JSON.stringify(sorted(got)) === JSON.stringify(sorted(expected));
    if (!same) failed.push(`${document} ${JSON.stringify(question)}: ${name} is ${got}, expected ${JSON.stringify(expected)} (${said.reason})`);
  }
}

for (const { name, expect, now: when, files } of refusals) {
  const cache = new Map();
  let clock = now;
  const warm = await open(snapshot.files, () => clock, cache);
  await warm.refresh();
  const before = new Map(cache);
  clock = micros(when);
  const offered = await open({ ...snapshot.files, ...files }, () => clock, cache);
  let got = "accepted";
  try {
    await offered.refresh();
  } catch (error) {
    if (!(error instanceof SnapshotRefused)) throw error;
    got = error.why;
  }
  if (got !== expect) failed.push(`${name}: ${got}, expected ${expect}`);
  const kept = [...before].every(([key, value]) => cache.get(key) === value);
  if (expect !== "accepted" && expect !== "BAD_ROOT" && !kept) failed.push(`${name}: something was kept`);
}

function sorted(value) {
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

for (const line of failed.slice(0, 20)) console.log(line);
console.log(`${questions.length} questions, ${refusals.length} offers, ${failed.length} differences`);
process.exit(failed.length ? 1 : 0);
