// The guard for Node and the browser: signed snapshots, an answer without a network, and no dependency.

import { check, micros } from "./check.mjs";
import { SnapshotRefused, accept, folderName, readRoot, reopen, successor } from "./snapshot.mjs";

export { SnapshotRefused, check, micros };

const HOUR = 3_600_000_000n;
const SKEW = HOUR / 6n;
const ON_UNKNOWN = { start: "warn", continue: "allow", display: "warn", cite: "allow" };
const STRICT = ["allow", "warn", "unknown", "deny"];

/** Fetches files below an address with the platform's own fetch. */
export function fromServer(url) {
  return async (name) => {
    const answer = await globalThis.fetch(`${url.replace(/\/$/, "")}/${name}`, { cache: "no-cache" });
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
}

/** The moment it is, in microseconds since 1970. */
export const systemClock = () => BigInt(Date.now()) * 1000n;

/**
 * Knowledge of some scopes, nearest first. `trust` are the bytes of the root file that came with the installation,
 * `fetch` gives the bytes of a name (see fromServer), `cache` is anything with async get(name) and set(name, bytes).
 */
export class Guard {
  #scopes; #fetch; #cache; #clock; #root; #held = new Map(); #soft; #hard; #errors = new Map();

  static async open({ trust, scopes, fetch, cache = new Map(), clock = systemClock, softHours = 24, hardHours = 168 }) {
    const guard = new Guard();
    guard.#scopes = scopes;
    guard.#fetch = fetch;
    guard.#cache = cache;
    guard.#clock = clock;
    guard.#soft = BigInt(softHours) * HOUR;
    guard.#hard = BigInt(hardHours) * HOUR;
    try {
      guard.#root = await readRoot(trust);
    } catch (error) {
      throw new SnapshotRefused("BAD_ROOT", scopes.join(", "), error.message);
    }
    await guard.#reload();
    return guard;
  }

  /** The only method that fetches; throws SnapshotRefused of the first scope that was refused, after trying all. */
  async refresh() {
    let refused = await this.#renewRoot();
    for (const scope of this.#scopes) {
      try {
        const held = this.#held.get(scope);
        const taken = await accept({ scope, root: this.#root, held, fetch: this.#fetch, now: this.#clock() });
        if (taken.packed) await this.#cache.set(`${folderName(scope)}/body`, taken.packed);
        await this.#cache.set(`${folderName(scope)}/checkpoint`, taken.raw);
        this.#held.set(scope, { ...taken, packed: null });
        this.#errors.delete(scope);
      } catch (error) {
        if (!(error instanceof SnapshotRefused)) throw error;
        this.#errors.set(scope, error.why);
        refused ??= error;
      }
    }
    if (refused) throw refused;
    return this.pos();
  }

  /** The decision about a document; never throws for a "no" and never fetches. `at` is BigInt microseconds or ISO text. */
  check(document, question = {}) {
    const action = question.action ?? "start";
    const found = this.#find(document);
    const at = instant(question.at) ?? this.#now();
    if (!found) return this.#unknown(document, action, at, instant(question.known) ?? at);
    const { step = null, unit = null } = question;
    const asked = { ...question, action, at, known: instant(question.known), pin: readPin(question.pin) };
    let said = check(found.document.timeline, asked);
    const { units, processes } = found.document;
    if (unit !== null && units.length && !units.includes(unit) && ["start", "display"].includes(action)) {
      said = { ...said, verdict: "deny", reason: "OUT_OF_SCOPE", remedy: "ask_authority" };
    } else if (step !== null && ["allow", "warn"].includes(said.verdict)) {
      const followed = action === "continue" ? said.pinned : said.asked;
      const steps = (followed && processes[followed.number]?.steps) ?? [];
      if (!steps.some((s) => s.key === step)) said = { ...said, verdict: "deny", reason: "STEP_UNKNOWN", remedy: "check_step" };
    }
    return aged({ ...said, pos: Number(found.held.head.sequence) }, this.#age(found.scope));
  }

  /** What to act on: unknown becomes what the authority signed for this document, or else the default; never laxer. */
  settle(decision, own = {}) {
    if (decision.verdict !== "unknown") return decision.verdict;
    if (["UNKNOWN_DOCUMENT", "NO_SNAPSHOT"].includes(decision.reason.split("/")[0])) return "deny";
    const signed = this.#find(decision.document)?.document.onUnknown[decision.action] ?? ON_UNKNOWN[decision.action];
    const wanted = own[decision.action] ?? signed;
    return STRICT.indexOf(wanted) > STRICT.indexOf(signed) ? wanted : signed;
  }

  /** The highest sequence held. */
  pos() {
    return Math.max(0, ...[...this.#held.values()].map((held) => Number(held.head.sequence)));
  }

  /** Per scope: how fresh, which sequence, signed when, and why the last fetch was refused. */
  status() {
    return this.#scopes.map((scope) => {
      const head = this.#held.get(scope)?.head;
      return { scope, freshness: this.#age(scope), pos: head ? Number(head.sequence) : 0, issued: head?.issued ?? null, error: this.#errors.get(scope) ?? null };
    });
  }

  async #reload() {
    for (const scope of this.#scopes) {
      const raw = await this.#cache.get(`${folderName(scope)}/checkpoint`);
      const packed = await this.#cache.get(`${folderName(scope)}/body`);
      if (!raw || !packed) continue;
      try {
        this.#held.set(scope, await reopen(scope, this.#root, raw, packed));
      } catch (error) {
        this.#errors.set(scope, error.why ?? "MALFORMED");
      }
    }
  }

  async #renewRoot() {
    for (;;) {
      let raw;
      try {
        raw = await this.#fetch(`keys/${this.#root.number + 1}.root`);
      } catch {
        return null;
      }
      try {
        this.#root = await successor(this.#root, raw);
      } catch (error) {
        return new SnapshotRefused("BAD_ROOT", this.#scopes.join(", "), error.message);
      }
      // What a key signed that no longer counts is dropped at once.
      this.#held.clear();
      await this.#reload();
    }
  }

  #find(document) {
    for (const scope of this.#scopes) {
      const held = this.#held.get(scope);
      if (held?.documents.has(document)) return { scope, held, document: held.documents.get(document) };
    }
    return null;
  }

  #unknown(document, action, at, known) {
    const said = { verdict: "unknown", reason: "UNKNOWN_DOCUMENT", action, document, asked: null, current: null, pinned: null, remedy: null, deadline: null };
    const worst = this.#scopes.map((scope) => this.#age(scope)).sort((a, b) => AGES.indexOf(b) - AGES.indexOf(a))[0];
    return aged({ ...said, at, known, pos: this.pos() }, worst ?? "no_snapshot");
  }

  #age(scope) {
    const head = this.#held.get(scope)?.head;
    if (!head) return "no_snapshot";
    const now = this.#clock();
    if (now < head.issued - SKEW) return "clock_suspect";
    const age = now - head.issued;
    if (age > this.#hard || now >= head.expires) return "expired";
    return age <= this.#soft ? "fresh" : "stale";
  }

  #now() {
    const signings = [...this.#held.values()].map((held) => held.head.issued);
    return signings.reduce((latest, issued) => (issued > latest ? issued : latest), this.#clock());
  }
}

const AGES = ["fresh", "stale", "clock_suspect", "expired", "no_snapshot"];

function aged(said, freshness) {
  const decision = { ...said, freshness };
  if (freshness === "fresh") return decision;
  if (freshness === "no_snapshot") return { ...decision, verdict: "unknown", reason: "NO_SNAPSHOT", remedy: "refetch" };
  if (decision.verdict === "deny") return decision;
  const reason = `${decision.reason}/${freshness.toUpperCase()}`;
  if (decision.verdict === "unknown") return { ...decision, reason };
  return { ...decision, verdict: freshness === "expired" ? "unknown" : "warn", reason };
}

const instant = (moment) => (moment === undefined || moment === null ? null : typeof moment === "string" ? micros(moment) : moment);
const readPin = (pin) => (pin ? { ...pin, at: instant(pin.at) } : null);
