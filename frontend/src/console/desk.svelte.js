/** What the console knows and what it can ask for: one object for all views. Nothing here pretends: the page shows
 * what the show said, and beside it what was asked and is not answered yet. */
import { Link } from "./link.js";
import { currentOf, standbyOf, whyNoGo } from "./reading.js";

const TICK_MS = 100;
const GO_LOCK_MS = 1000; // a GO that bounces is one GO
const OLD_S = 2.5;
const AGAIN_MS = 1000;
const VIRTUAL_S = 3; // a show whose clock is further off than this runs by a clock of its own

class Desk {
  snapshot = $state.raw(null);
  session = $state.raw(null); // {role, name, may}: what the link gave
  link_state = $state("opening");
  link_reason = $state(""); // why the server closed, if it said so
  now = $state(0); // the show's clock, UTC s
  age_s = $state(0); // of the newest word
  pending = $state.raw(new Set()); // commands that are not answered
  said = $state.raw(null); // what became of the last thing asked: {command, title, isAccepted, reason, undo}
  isGoLocked = $state(false);
  isSpaceGo = $state(true);
  selected = $state(null); // the cue whose details are open

  start(url) {
    this.link = new Link(url, {
      hello: () => this.greeted(),
      snapshot: (snapshot) => this.see(snapshot),
      answer: (ask, answer) => this.answered(ask, answer),
      forgotten: (ask) => this.tell(ask, { isAccepted: false, isForgotten: true }),
      refused: (reason) => (this.said = { command: "", title: "", isAccepted: false, reason }),
      state: (state, reason) => Object.assign(this, { link_state: state, link_reason: reason }),
    });
    setInterval(() => this.tick(), TICK_MS);
  }

  greeted() {
    this.link_state = "open";
    this.learn();
  }

  /** Asks the server who this is and what it may do. */
  async learn(changes = null) {
    const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(changes) };
    try {
      const answer = await fetch("/api/session", changes ? post : {});
      if (answer.ok) {
        const told = await answer.json();
        this.session = { ...told, may: new Set(told.may) };
      }
    } catch {
      if (!this.session) setTimeout(() => this.learn(changes), AGAIN_MS);
    }
  }

  /** The name under which the record keeps what is asked here. */
  async rename(name) {
    await this.learn({ name });
    this.link.open(); // the server reads who one is when one comes
  }

  get role() {
    return this.session?.role ?? "viewer";
  }

  get name() {
    return this.session?.name ?? "";
  }

  see(snapshot) {
    this.seen_ms = performance.now();
    this.snapshot = snapshot;
    this.tick();
  }

  tick() {
    if (!this.snapshot) return;
    this.age_s = (performance.now() - this.seen_ms) / 1000;
    const { offset_s } = this.link;
    const told = this.snapshot.utc_s + this.age_s;
    const server = offset_s === null ? told : performance.now() / 1000 + offset_s;
    this.now = Math.abs(server - told) < VIRTUAL_S ? server : told;
  }

  get isConnected() {
    return this.link_state === "open";
  }

  /** "live"; "old": connected, but nothing new is said; "lost"; "refused": the link is no longer good. */
  get health() {
    if (this.link_state === "refused") return "refused";
    if (!this.isConnected) return this.snapshot ? "lost" : "opening";
    return this.age_s > OLD_S ? "old" : "live";
  }

  may = (command) => Boolean(this.session?.may.has(command));

  /** Whether a button for it can be pressed now. A stop can always be asked for. */
  can = (command) => this.may(command) && (this.isConnected || command === "stop") && this.snapshot?.state !== "closed";

  get whyNoGo() {
    return whyNoGo({ snapshot: this.snapshot, isConnected: this.isConnected, may: this.may });
  }

  get alarms() {
    return this.snapshot.faults.filter((fault) => !fault.is_over && fault.severity !== "note").length;
  }

  get uncertain() {
    return this.snapshot.cues.filter((cue) => cue.state === "uncertain");
  }

  /** Asks the show for something. `undo` is a list of [command, payload] that takes it back, where that is exact. */
  ask(command, payload = {}, undo = null) {
    if (!this.may(command)) return;
    this.link.ask(command, payload);
    if (undo) this.undos = new Map([...(this.undos ?? []), [JSON.stringify([command, payload]), undo]]);
    this.count();
  }

  count() {
    this.pending = new Set([...this.link.pending.values()].map((ask) => ask.command));
  }

  /** GO for the cue that stands in standby on this page; one intention, however often the finger bounces. */
  go() {
    if (this.whyNoGo || this.isGoLocked || this.pending.has("go")) return;
    this.isGoLocked = true;
    setTimeout(() => (this.isGoLocked = false), GO_LOCK_MS);
    this.ask("go", { cue: this.snapshot.standby });
  }

  answered(ask, answer) {
    this.count();
    this.tell(ask, { isAccepted: answer.is_accepted, reason: answer.reason });
  }

  tell(ask, outcome) {
    this.count();
    const id = JSON.stringify([ask.command, ask.payload]);
    const undo = outcome.isAccepted ? (this.undos?.get(id) ?? null) : null;
    this.undos?.delete(id);
    if (ask.command === "tap" && outcome.isAccepted) return;
    const title = this.snapshot?.cues.find((cue) => cue.id === ask.payload.cue)?.title ?? "";
    this.said = { command: ask.command, title, undo, ...outcome };
  }

  undo() {
    const steps = this.said.undo;
    this.said = null;
    for (const [command, payload] of steps) this.ask(command, payload);
  }

  /** The show's monotonic clock at an instant of this page's own [ms]. */
  hostAt(page_ms) {
    return page_ms / 1000 + (this.link.host_offset_s ?? 0);
  }

  get current() {
    return currentOf(this.snapshot);
  }

  get standby() {
    return standbyOf(this.snapshot);
  }
}

export const desk = new Desk();
