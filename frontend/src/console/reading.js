/** What a snapshot means for a person: what is on, what comes, and how long until then. Pure functions. */

const QUICK = new Set(["light", "card", "osc", "midi", "checklist", "greeting", "poll"]); // beside what the hall sees and hears
const GONE = new Set(["done", "skipped", "failed"]);
const ALIVE = new Set(["running", "pre_wait", "post_wait"]);

export const cueOf = (snapshot, id) => snapshot.cues.find((cue) => cue.id === id) ?? null;

/** The cue that the evening is about right now: of those that run, the one that people came for. */
export function currentOf(snapshot) {
  const running = snapshot.cues.filter((cue) => ALIVE.has(cue.state));
  const weighty = running.filter((cue) => !QUICK.has(cue.kind));
  const list = weighty.length ? weighty : running;
  return list[list.length - 1] ?? null;
}

/** Who takes part, robots by their names. */
export const whoOf = (snapshot, cue) => cue.who.map((name) => snapshot.robots.find((robot) => robot.id === name)?.name ?? name).join(", ");

export const standbyOf = (snapshot) => (snapshot.standby ? cueOf(snapshot, snapshot.standby) : null);

/** What comes after the cue in standby. */
export function nextOf(snapshot) {
  const at = snapshot.cues.findIndex((cue) => cue.id === snapshot.standby);
  if (at < 0) return null;
  return snapshot.cues.slice(at + 1).find((cue) => !GONE.has(cue.state) && !ALIVE.has(cue.state)) ?? null;
}

/** Seconds left of a running cue at `now` (the show's clock), or null. A held wait stands still. */
export function remaining(snapshot, cue, now) {
  if (!cue || cue.remaining_s === null || cue.remaining_s === undefined) return null;
  const isWait = cue.state === "pre_wait" || cue.state === "post_wait";
  if (isWait && snapshot.state !== "running") return cue.remaining_s;
  return cue.remaining_s - (now - snapshot.utc_s);
}

/**
 * The next thing and the time until it: {seconds, why, cue}; why is a word of the page.
 *
 * What begins by itself comes before what somebody has to call; an end that is known comes before a plan.
 */
export function nextThing(snapshot, now) {
  const current = currentOf(snapshot);
  const standby = standbyOf(snapshot);
  if (snapshot.state === "closed") return { seconds: null, why: "closed", cue: null };
  const left = remaining(snapshot, current, now);
  if (standby?.is_hard && snapshot.state === "running") {
    const hard = standby.planned_start_utc_s - now;
    if (hard > 0 && (left === null || hard <= left)) return { seconds: hard, why: "starts_itself", cue: standby };
  }
  if (current && left !== null) {
    if (current.state === "pre_wait") return { seconds: left, why: "begins", cue: current };
    if (current.waits_for_applause) return { seconds: left, why: "applause", cue: standby ?? current };
    const isChained = current.follow !== "manual" && standby;
    if (left < 0) return { seconds: left, why: "over", cue: current };
    return { seconds: left, why: isChained && snapshot.state === "running" ? "follows" : "ends", cue: isChained ? standby : current };
  }
  if (standby) {
    const start = standby.planned_start_utc_s - now;
    return { seconds: start, why: start > -1 ? "planned" : "late", cue: standby };
  }
  return { seconds: null, why: "nothing", cue: null };
}

/** How near the end is: "calm", "soon" (a minute), "now" (ten seconds), "over". Who only waits is not over time. */
export function urgency({ seconds, why }) {
  if (seconds === null || why === "planned") return "calm";
  if (why === "late") return "soon";
  if (seconds < 0) return "over";
  if (seconds <= 10) return "now";
  return seconds <= 60 ? "soon" : "calm";
}

/** Why GO cannot be pressed, as a word of the page; null when it can. */
export function whyNoGo({ snapshot, isConnected, may }) {
  if (!may("go")) return "no_go_role";
  if (!isConnected) return "no_go_connection";
  if (!snapshot) return "no_go_connection";
  if (snapshot.state === "closed") return "no_go_closed";
  if (snapshot.state === "stopped") return "no_go_stopped";
  if (snapshot.scope === "none") return "no_go_scope";
  if (snapshot.state === "hold") return "no_go_hold";
  if (!snapshot.standby) return "no_go_standby";
  if (snapshot.not_ready) return "no_go_ready";
  return null;
}
