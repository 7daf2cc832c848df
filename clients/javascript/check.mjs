// Which version may be used for what, at which moment: the rules of iso_qms.domain.check, and no input or output.

const STRICTNESS = { finish: 0, elect: 0, migrate: 1, restart: 2 };
const ACTIONS = ["start", "continue", "display", "cite"];

/** An ISO 8601 text with an offset as microseconds since 1970 (BigInt); throws RangeError for anything else. */
export function micros(text) {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  const seconds = parts && Date.parse(parts[1] + parts[3]);
  if (!parts || Number.isNaN(seconds)) throw new RangeError(`no instant: ${text}`);
  return BigInt(seconds) * 1000n + BigInt((parts[2] ?? "").padEnd(6, "0"));
}

/** One document's timeline, with instants as BigInt; built by snapshot.mjs. Every question takes what was known. */
export class Timeline {
  constructor(document, rows, versions) {
    this.document = document;
    Object.assign(this, rows);
    this.versions = versions;
  }

  live(known) {
    const cancelled = (entry) =>
      this.rescissions.some((r) => r.entry === entry.pos && recorded(r.recorded_at, known) && r.recorded_at < entry.start);
    return this.entries
      .filter((entry) => recorded(entry.recorded_at, known) && !cancelled(entry))
      .sort((a, b) => compare(a.start, b.start) || a.pos - b.pos);
  }

  endOfEmergency(entry, known) {
    if (entry.until === null) return null;
    const confirmed = this.ratifications.some(
      (r) => r.entry === entry.pos && recorded(r.recorded_at, known) && r.recorded_at < entry.until,
    );
    return confirmed ? null : entry.until;
  }

  lapsed(entry, at, known) {
    const end = this.endOfEmergency(entry, known);
    return end !== null && end <= at;
  }

  inForce(at, known) {
    return this.live(known).filter((e) => e.start <= at && !this.lapsed(e, at, known)).at(-1) ?? null;
  }

  before(entry, known) {
    const governs = (earlier) => {
      const end = this.endOfEmergency(earlier, known);
      return earlier.start < entry.start && (end === null || end >= entry.start);
    };
    return this.live(known).filter(governs).at(-1) ?? null;
  }

  /** What is suspended: {new, all, until}. `covers` decides about the units of a suspension. */
  suspended(at, known, version, covers) {
    const applying = [];
    for (const stop of this.suspensions) {
      if (!recorded(stop.recorded_at, known)) continue;
      const lifted = this.resumptions.filter((r) => r.suspension === stop.pos && recorded(r.recorded_at, known));
      const end = least([...lifted.map((r) => r.at), stop.end]);
      const within = stop.start <= at && (end === null || at < end) && (end === null || end > stop.start);
      if (within && (stop.version === null || stop.version === version) && covers(stop.units)) {
        applying.push({ scope: stop.scope, end });
      }
    }
    const everything = applying.filter((stop) => stop.scope === "all");
    const counting = everything.length ? everything : applying;
    const open = counting.some((stop) => stop.end === null);
    const until = open ? null : counting.reduce((last, stop) => (last === null || stop.end > last ? stop.end : last), null);
    return { new: applying.length > 0, all: everything.length > 0, until };
  }

  /** The last recording and the last position that count as known. */
  last(known) {
    const rows = [this.entries, this.rescissions, this.ratifications, this.suspensions, this.resumptions].flat();
    const versions = [...this.versions.values()].flatMap((v) => [v.drafted_at, v.approved_at]);
    const moments = [...rows.map((row) => row.recorded_at), ...versions].filter((m) => m !== null && recorded(m, known));
    const places = rows.filter((row) => recorded(row.recorded_at, known)).map((row) => row.pos);
    return { known: moments.reduce((a, b) => (a === null || b > a ? b : a), null), pos: Math.max(0, ...places) };
  }
}

/**
 * The decision for one question; never throws for a "no".
 * `at` and `known` are BigInt microseconds, `version` a number or a printed label, `pin` {document, version, label, sha256, at}.
 */
export function check(timeline, { action = "start", at, version = null, sha256 = null, pin = null, elected = false, known = null, unit = null }) {
  if (!ACTIONS.includes(action)) throw new RangeError(`no such action: ${action}`);
  const q = { timeline, action, at, claimed: version, sha256, pin, elected, known, unit };
  q.live = timeline.live(known);
  q.governing = timeline.inForce(at, known);
  q.current = q.governing === null ? null : q.governing.version;
  const meant = action === "continue" && pin !== null ? pin.version : (version ?? q.current);
  q.asked = meant === null ? null : findVersion(q, meant);
  q.own = q.asked === null ? [] : q.live.filter((e) => e.version === q.asked.number);
  q.firstStart = q.own.length ? q.own[0].start : null;
  q.nextStart = least(q.own.map((e) => e.start).filter((start) => start > at));
  const last = timeline.last(known);
  return { ...answer(q), at, known: last.known ?? known ?? at, pos: last.pos };
}

function answer(q) {
  if (q.live.length === 0 && q.timeline.versions.size === 0) return say(q, "unknown", "UNKNOWN_DOCUMENT");
  const early = (q.action === "continue" && unpinned(q)) || wrongVersion(q);
  if (early) return early;
  if (q.action === "cite") {
    return q.firstStart !== null && q.firstStart <= q.at ? say(q, "allow", "CITE_OK") : say(q, "deny", "NEVER_IN_FORCE");
  }
  const number = q.asked === null ? null : q.asked.number;
  const named = q.timeline.suspended(q.at, q.known, number, (units) => !units.length || units.includes(q.unit));
  const said = { start, display, continue: goOn }[q.action](q, named);
  if (q.unit !== null || said.verdict !== "allow") return said;
  const somewhere = q.timeline.suspended(q.at, q.known, number, () => true);
  const which = q.action === "continue" ? "all" : "new";
  return somewhere[which] && !named[which] ? say(q, "warn", "SUSPENDED_IN_UNITS", "name_unit", somewhere.until) : said;
}

function unpinned(q) {
  if (q.pin === null) return say(q, "deny", "NOT_PINNED", "pin");
  if (q.pin.document !== q.timeline.document) return say(q, "deny", "PIN_MISMATCH", "use_pinned");
  if (q.claimed === null) return null;
  const claimed = findVersion(q, q.claimed);
  if (claimed !== null && claimed.number === q.pin.version) return null;
  q.asked = claimed ?? q.asked;
  return say(q, "deny", "PIN_MISMATCH", "use_pinned");
}

function wrongVersion(q) {
  if (q.asked === null) {
    const claims = q.claimed !== null || q.action === "continue";
    return claims ? say(q, "deny", "UNKNOWN_VERSION", "use_current") : null;
  }
  const held = q.action === "continue" && q.pin !== null ? [q.sha256, q.pin.sha256] : [q.sha256];
  if (held.some((digest) => digest !== null && digest.toLowerCase() !== q.asked.sha256)) {
    return say(q, "deny", "DIGEST_MISMATCH", "refetch");
  }
  return approved(q.asked, q.known) ? null : say(q, "deny", "NOT_APPROVED", "use_current");
}

function start(q, overlay) {
  if (overlay.new) return say(q, "deny", overlay.all ? "SUSPENDED" : "SUSPENDED_NEW", "wait", overlay.until);
  if (isCurrent(q)) return say(q, "allow", "CURRENT");
  if (q.firstStart !== null && q.firstStart > q.at) {
    return say(q, "deny", "NOT_YET_IN_FORCE", q.current === null ? "wait" : "use_current", q.firstStart);
  }
  if (q.current === null) return nothing(q, null);
  const grace = graceOf(q);
  if (grace !== null) return say(q, "warn", "GRACE", "use_current", grace);
  return say(q, "deny", past(q), "use_current", q.nextStart);
}

function display(q, overlay) {
  if (isCurrent(q)) {
    return overlay.new ? say(q, "warn", "CURRENT_SUSPENDED", "label_suspended", overlay.until) : say(q, "allow", "CURRENT");
  }
  if (q.firstStart !== null && q.firstStart > q.at) return say(q, "warn", "UPCOMING", "label_upcoming", q.firstStart);
  if (q.current === null) return nothing(q, "take_down");
  return say(q, "deny", past(q), "take_down", q.nextStart);
}

function goOn(q, overlay) {
  if (overlay.all) return say(q, "deny", "SUSPENDED", "wait", overlay.until);
  if (!q.own.length) return say(q, "deny", "NEVER_SCHEDULED", "use_current");
  const before = q.own.filter((e) => e.start <= q.pin.at);
  const began = (before.length ? before : q.own).at(-1);
  if (isCurrent(q)) return say(q, "allow", "PINNED_CURRENT");
  if (began.start > q.at) return say(q, "deny", "NOT_YET_IN_FORCE", "wait", began.start);
  const later = q.live.filter((e) => began.start < e.start && e.start <= q.at && !q.timeline.lapsed(e, q.at, q.known));
  return underSuccessors(q, later);
}

function underSuccessors(q, later) {
  const hardest = Math.max(0, ...later.map((e) => STRICTNESS[e.transition]));
  const sunset = least(later.map((e) => e.sunset));
  const over = sunset !== null && q.at >= sunset;
  if (hardest === STRICTNESS.restart) return say(q, "deny", "RESTART_REQUIRED", "restart");
  if (q.governing !== null && q.current === null) {
    return over ? say(q, "deny", "TERMINATED", "close", sunset) : say(q, "allow", "WITHDRAWN_FINISHING", null, sunset);
  }
  const offered = later.some((e) => e.transition === "elect" || e.transition === "migrate");
  if (q.elected && offered) return say(q, "deny", "MIGRATE_ELECTED", "migrate");
  const atOnce = later.some((e) => e.transition === "migrate" && e.sunset === null);
  if (over || atOnce) return say(q, "deny", "MIGRATE_REQUIRED", "migrate", over ? sunset : null);
  if (hardest === STRICTNESS.migrate) return say(q, "warn", "MIGRATE_DUE", "migrate", sunset);
  if (later.some((e) => e.transition === "elect")) return say(q, "allow", "PINNED_OLD_MAY_ELECT", null, sunset);
  return say(q, "allow", "PINNED_OLD", null, sunset);
}

function nothing(q, remedy) {
  if (q.governing !== null) return say(q, "deny", "WITHDRAWN", remedy, q.nextStart);
  const planned = q.live.filter((e) => e.start > q.at && e.version !== null).map((e) => e.start);
  return say(q, "deny", "NOTHING_IN_FORCE", remedy ?? "wait", least(planned));
}

function graceOf(q) {
  const until = q.governing === null ? null : q.governing.accept_old_until;
  if (until === null || q.at >= until) return null;
  const predecessor = q.timeline.before(q.governing, q.known);
  return predecessor !== null && q.asked !== null && predecessor.version === q.asked.number ? until : null;
}

function past(q) {
  const started = q.own.filter((e) => e.start <= q.at);
  if (!started.length) return "NEVER_SCHEDULED";
  return q.timeline.lapsed(started.at(-1), q.at, q.known) ? "LAPSED" : "SUPERSEDED";
}

function findVersion(q, version) {
  const seen = [...q.timeline.versions.values()].filter((v) => recorded(v.drafted_at, q.known));
  if (typeof version !== "string") return seen.find((v) => v.number === version) ?? null;
  const plain = version.trim();
  const issued = new Set(q.live.map((e) => e.version));
  const rank = (v) => [v.number === q.current, issued.has(v.number), approved(v, q.known), v.number];
  const named = seen.filter((v) => v.label === plain).sort((a, b) => compareRanks(rank(a), rank(b)));
  if (named.length) return named.at(-1);
  return /^[0-9]{1,9}$/.test(plain) ? (seen.find((v) => v.number === Number(plain)) ?? null) : null;
}

function say(q, verdict, reason, remedy = null, deadline = null) {
  const current = q.current === null ? null : ref(q.timeline, q.timeline.versions.get(q.current));
  const asked = q.asked === null ? null : ref(q.timeline, q.asked);
  const pinned = q.pin === null ? null : { document: q.pin.document, number: q.pin.version, label: q.pin.label, sha256: q.pin.sha256 };
  return { verdict, reason, action: q.action, document: q.timeline.document, asked, current, pinned, remedy, deadline };
}

const ref = (timeline, state) => ({ document: timeline.document, number: state.number, label: state.label, sha256: state.sha256 });
const isCurrent = (q) => q.current !== null && q.asked !== null && q.asked.number === q.current;
const approved = (state, known) => state.approved_at !== null && recorded(state.approved_at, known);
const recorded = (moment, known) => known === null || moment <= known;
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const least = (moments) => moments.filter((m) => m !== null).reduce((a, b) => (a === null || b < a ? b : a), null);

function compareRanks(a, b) {
  const different = a.findIndex((value, place) => value !== b[place]);
  return different < 0 ? 0 : compare(a[different], b[different]);
}
