// Signed snapshots: notes, keys, roots, checkpoints and bodies, read strictly; every refusal has its code.

import { Timeline, micros } from "./check.mjs";

const SKEW = 10n * 60n * 1_000_000n;
const MAX_CHECKPOINT = 64 * 1024;
const MAX_BODY = 400_000_000;

/** A snapshot that was not accepted; `why` is one of the codes that the Python guard uses. */
export class SnapshotRefused extends Error {
  constructor(why, scope, detail = "") {
    super(`${scope}: ${why} ${detail}`.trim());
    this.why = why;
    this.scope = scope;
  }
}

/** Fetch and check the newest snapshot of a scope. Order: signature, origin, time, sequence, body, content. */
export async function accept({ scope, root, held, fetch, now, floor = 0 }) {
  const raw = await get(fetch, `${folderName(scope)}/checkpoint`, scope);
  if (raw.length > MAX_CHECKPOINT) throw new SnapshotRefused("TOO_LARGE", scope);
  const head = await readCheckpoint(scope, root, raw);
  if (head.issued > now + SKEW) throw new SnapshotRefused("ISSUED_IN_FUTURE", scope);
  if (head.expires <= now) throw new SnapshotRefused("EXPIRED_CHECKPOINT", scope);
  if (head.sequence < BigInt(floor)) throw new SnapshotRefused("ROLLBACK", scope);
  if (held) {
    follows(scope, held.head, head);
    if (head.digest === held.head.digest) return { ...held, head, raw, packed: null };
  }
  const packed = await get(fetch, `${folderName(scope)}/snapshots/${head.hex}.json.gz`, scope);
  return { head, raw, packed, documents: await readBody(scope, packed, head) };
}

/** What a cache holds, verified anew. */
export async function reopen(scope, root, raw, packed) {
  const head = await readCheckpoint(scope, root, raw);
  return { head, raw, packed: null, documents: await readBody(scope, packed, head) };
}

/** The folder of a scope on the server: percent-encoded, so that no name leads elsewhere. */
export function folderName(scope) {
  if (/^\.+$/.test(scope)) return "%2E".repeat(scope.length);
  return encodeURIComponent(scope).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A root file, checked to be signed by enough of its own keys; throws Error. */
export async function readRoot(raw) {
  const note = readNote(raw);
  const body = JSON.parse(note.text);
  if (body.schema !== "root/1" || !Number.isSafeInteger(body.number) || body.number < 1) throw new Error("not a root file");
  const scopes = new Map();
  for (const [scope, ring] of Object.entries(body.scopes)) scopes.set(scope, await readRing(ring));
  const root = { number: body.number, origin: String(body.origin ?? ""), ring: await readRing(body.root), scopes, note };
  if (!(await vouches(root.ring, note))) throw new Error("a root is signed by enough of its own keys");
  return root;
}

/** The next root, when the one before and itself vouch for it; throws Error. */
export async function successor(root, raw) {
  const next = await readRoot(raw);
  if (next.number !== root.number + 1 || next.origin !== root.origin) throw new Error("this root does not follow");
  if (!(await vouches(root.ring, next.note))) throw new Error("too few keys of the root before signed");
  return next;
}

async function readCheckpoint(scope, root, raw) {
  let note, head;
  try {
    note = readNote(raw);
    head = readHead(note.text);
  } catch (error) {
    throw new SnapshotRefused("MALFORMED", scope, error.message);
  }
  const ring = root.scopes.get(scope);
  if (!ring || !(await vouches(ring, note))) throw new SnapshotRefused("BAD_SIGNATURE", scope);
  const origin = root.origin ? `${root.origin}/${scope}` : scope;
  if (head.origin !== origin) throw new SnapshotRefused("WRONG_ORIGIN", scope, head.origin);
  return head;
}

function follows(scope, old, next) {
  if (next.sequence < old.sequence) throw new SnapshotRefused("ROLLBACK", scope);
  if (next.sequence === old.sequence) {
    if (next.digest !== old.digest) throw new SnapshotRefused("EQUIVOCATION", scope);
    if (next.issued < old.issued) throw new SnapshotRefused("ROLLBACK", scope);
    return;
  }
  if (next.prev === null || next.prev.sequence < old.sequence) throw new SnapshotRefused("FORK", scope);
  if (next.prev.sequence === old.sequence && next.prev.digest !== old.digest) throw new SnapshotRefused("FORK", scope);
}

async function readBody(scope, packed, head) {
  let body;
  try {
    body = await inflate(packed, scope);
  } catch (error) {
    throw error instanceof SnapshotRefused ? error : new SnapshotRefused("MALFORMED", scope, error.message);
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  if (toHex(digest) !== head.hex) throw new SnapshotRefused("MIX_AND_MATCH", scope);
  try {
    return readDocuments(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)), scope);
  } catch (error) {
    throw new SnapshotRefused("MALFORMED", scope, error.message);
  }
}

async function inflate(packed, scope) {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const chunks = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > MAX_BODY) throw new SnapshotRefused("TOO_LARGE", scope);
    chunks.push(part.value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

// --- the note, its keys and its lines (C2SP signed-note) -------------------------------------------------------------

function readNote(raw) {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  if (/[\x00-\x09\x0b-\x1f]/.test(text)) throw new Error("control characters");
  const cut = text.lastIndexOf("\n\n");
  if (cut < 1 || !text.endsWith("\n")) throw new Error("no signature block");
  const lines = text.slice(cut + 2, -1).split("\n");
  if (lines.length > 100) throw new Error("too many signatures");
  return { text: text.slice(0, cut + 1), signatures: lines.map(readSignature) };
}

function readSignature(line) {
  const parts = line.split(" ");
  if (parts.length !== 3 || parts[0] !== "\u2014" || !validName(parts[1])) throw new Error("a signature line is malformed");
  const raw = fromBase64(parts[2]);
  if (raw.length <= 4) throw new Error("a signature is too short");
  return { name: parts[1], id: toHex(raw.slice(0, 4)), blob: raw.slice(4) };
}

async function readKey(vkey) {
  const first = vkey.indexOf("+");
  const second = vkey.indexOf("+", first + 1);
  const [name, id, raw] = [vkey.slice(0, first), vkey.slice(first + 1, second), fromBase64(vkey.slice(second + 1))];
  if (first < 1 || second < 0 || !validName(name) || raw.length !== 33 || raw[0] !== 1) throw new Error("no Ed25519 key");
  const named = new Uint8Array([...new TextEncoder().encode(`${name}\n`), ...raw]);
  const expected = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", named)).slice(0, 4));
  if (expected !== id.toLowerCase()) throw new Error("the id of a key does not fit");
  return { name, id: expected, public: raw.slice(1) };
}

async function readRing(raw) {
  const keys = await Promise.all(raw.keys.map((key) => readKey(String(key))));
  const different = new Set(keys.map((key) => toHex(key.public))).size;
  if (!Number.isSafeInteger(raw.threshold) || raw.threshold < 1 || raw.threshold > different) throw new Error("no such threshold");
  return { keys, threshold: raw.threshold };
}

async function vouches(ring, note) {
  const message = new TextEncoder().encode(note.text);
  const signed = new Set();
  for (const key of ring.keys) {
    for (const line of note.signatures) {
      if (line.name === key.name && line.id === key.id && (await holds(key.public, message, line.blob))) signed.add(toHex(key.public));
    }
  }
  return signed.size >= ring.threshold;
}

async function holds(raw, message, signature) {
  if (signature.length !== 64) return false;
  try {
    const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
  } catch {
    return false;
  }
}

// --- the checkpoint and the body -------------------------------------------------------------------------------------

function readHead(text) {
  const lines = text.split("\n");
  if (lines.length !== 7 || lines[6] !== "" || lines[0] === "") throw new Error("a snapshot checkpoint has six lines");
  const prev = after(lines[3], "prev ");
  const digest = fromBase64(lines[2]);
  if (digest.length !== 32) throw new Error("a digest has 32 bytes");
  return {
    origin: lines[0],
    sequence: whole(lines[1]),
    digest: lines[2],
    hex: toHex(digest),
    prev: prev === "-" ? null : readPrevious(prev),
    issued: second(after(lines[4], "issued ")),
    expires: second(after(lines[5], "expires ")),
  };
}

function readPrevious(text) {
  const [sequence, digest, ...more] = text.split(" ");
  if (more.length || digest === undefined) throw new Error("a predecessor is a sequence and a digest");
  fromBase64(digest);
  return { sequence: whole(sequence), digest };
}

function readDocuments(body, scope) {
  if (body.schema !== "snapshot/1") throw new Error("not a snapshot of a schema known here");
  if (body.scope !== scope) throw new Error("a snapshot of another scope");
  const documents = new Map();
  for (const raw of body.documents) {
    const document = readDocument(raw);
    if (documents.has(raw.code)) throw new Error("a document stands in it twice");
    documents.set(raw.code, document);
  }
  return documents;
}

const INSTANTS = ["recorded_at", "start", "sunset", "accept_old_until", "until", "end", "at", "drafted_at", "approved_at"];
const NUMBERS = ["pos", "version", "entry", "suspension", "number"];
const SHAPES = {
  entries: { recorded_at: 1, pos: 1, start: 1, version: null, legal_date: 1, decision: 1, transition: "finish", sunset: null, accept_old_until: null, until: null },
  rescissions: { pos: 1, recorded_at: 1, entry: 1 },
  ratifications: { pos: 1, recorded_at: 1, entry: 1 },
  suspensions: { pos: 1, recorded_at: 1, start: 1, end: null, scope: "new", version: null, units: [] },
  resumptions: { pos: 1, recorded_at: 1, suspension: 1, at: 1 },
  versions: { number: 1, sha256: 1, label: 1, drafted_at: 1, approved_at: null },
};

function readDocument(raw) {
  if (typeof raw.code !== "string") throw new Error("a document has a code");
  const rows = {};
  for (const name of Object.keys(SHAPES)) {
    if (name !== "versions") rows[name] = (raw.rows[name] ?? []).map((row) => readRow(SHAPES[name], row));
  }
  const versions = new Map(raw.versions.map((v) => readRow(SHAPES.versions, v)).map((v) => [v.number, v]));
  const timeline = new Timeline(raw.code, rows, versions);
  refuseImpossible(timeline);
  return { timeline, processes: raw.processes ?? {}, procedures: raw.procedures ?? [], units: raw.units ?? [], onUnknown: raw.on_unknown ?? {} };
}

function readRow(shape, raw) {
  const row = {};
  for (const [name, otherwise] of Object.entries(shape)) {
    const value = raw[name] ?? (otherwise === 1 ? undefined : otherwise);
    if (value === undefined) throw new Error(`a row lacks ${name}`);
    if (value !== null && INSTANTS.includes(name)) row[name] = micros(value);
    else if (value !== null && NUMBERS.includes(name) && !Number.isSafeInteger(value)) throw new Error(`${name} is a whole number`);
    else row[name] = value;
  }
  return row;
}

function refuseImpossible(timeline) {
  const early = [...timeline.entries, ...timeline.suspensions].some((row) => row.start < row.recorded_at);
  const strange = timeline.entries.some(
    (e) =>
      (e.version !== null && !timeline.versions.has(e.version)) ||
      (e.until !== null && e.until <= e.start) ||
      !["finish", "elect", "migrate", "restart"].includes(e.transition),
  );
  const stops = timeline.suspensions.some((s) => !["new", "all"].includes(s.scope));
  const back = timeline.resumptions.some((r) => r.at < r.recorded_at);
  if (early || strange || stops || back) throw new Error(`${timeline.document}: a row that no register can hold`);
}

// --- small things ----------------------------------------------------------------------------------------------------

async function get(fetch, name, scope) {
  try {
    return await fetch(name);
  } catch (error) {
    throw new SnapshotRefused("UNREACHABLE", scope, error.message);
  }
}

function after(line, word) {
  if (!line.startsWith(word)) throw new Error(`a line must begin with ${word}`);
  return line.slice(word.length);
}

function whole(text) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text)) throw new Error("a sequence is a whole number");
  return BigInt(text);
}

function second(text) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) throw new Error("a time is written to the second, in UTC");
  return micros(text);
}

function fromBase64(text) {
  if (text === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new Error("not base64");
  const raw = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  if (btoa(String.fromCharCode(...raw)) !== text) throw new Error("base64 in another spelling");
  return raw;
}

const toHex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const validName = (name) => name !== "" && !/[\s+\x00-\x1f\x7f]/u.test(name);
