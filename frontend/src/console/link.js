/**
 * The wire to the show: one WebSocket that comes back by itself.
 *
 * A command keeps its key until it is answered; after a lost connection it is sent again under the same key, so the
 * show does it once. What acts in time (GO, a tap, the DJ's calls) is not sent again when the moment has passed: late
 * would be worse than not at all, and the person is told.
 */

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4000;
const PING_MS = 2000;
const SILENT_MS = 7000; // no pong for so long: the connection is dead, whatever the browser believes
const PATIENT = new Set(["stop", "hold", "note", "tick_item", "confirm", "robot_damp", "skip", "unskip"]);
const MOMENT_MS = 5000;
const NO_SESSION = 4401;

/** A key that nobody else has, in browsers without a secure context as well. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

/** The value with every [path, new value] put; what did not change is shared with the value before. */
export function applied(value, told) {
  const put = (place, path, i, fresh) => {
    if (i === path.length) return fresh;
    const copy = Array.isArray(place) ? place.slice() : { ...place };
    copy[path[i]] = put(place[path[i]], path, i + 1, fresh);
    return copy;
  };
  return told.reduce((so_far, [path, fresh]) => put(so_far, path, 0, fresh), value);
}

export class Link {
  /**
   * @param {string} url of the WebSocket
   * @param {object} hears `hello`, `snapshot`, `answer`, `forgotten`, `state` are called
   */
  constructor(url, hears) {
    this.url = url;
    this.hears = hears;
    this.pending = new Map(); // key → {command, payload, at_ms}
    this.wait_ms = FIRST_WAIT_MS;
    this.offset_s = null; // the server's UTC − this page's clock
    this.host_offset_s = null; // and its monotonic clock's
    this.bestTrip_s = Infinity;
    this.version = null;
    this.snapshot = null;
    this.isOpen = false;
    this.open();
    addEventListener("online", () => this.again(0));
    document.addEventListener("visibilitychange", () => document.hidden || this.isOpen || this.again(0));
  }

  open() {
    clearTimeout(this.timer);
    this.socket?.close();
    const socket = (this.socket = new WebSocket(this.url));
    this.heard_ms = performance.now();
    socket.onmessage = (event) => this.socket === socket && this.hear(JSON.parse(event.data));
    socket.onclose = (event) => this.socket === socket && this.closed(event.code, event.reason);
    socket.onopen = () => this.socket === socket && this.beat();
  }

  beat() {
    clearInterval(this.pinger);
    const socket = this.socket;
    const ping = () => {
      if (this.socket !== socket || socket.readyState !== WebSocket.OPEN) return;
      if (performance.now() - this.heard_ms > SILENT_MS) return this.open();
      this.send({ type: "ping", t: performance.now() / 1000 });
    };
    this.pinger = setInterval(ping, PING_MS);
    ping();
  }

  closed(code, reason) {
    clearInterval(this.pinger);
    this.isOpen = false;
    this.socket = null;
    if (code === NO_SESSION) return this.hears.state("refused", reason);
    this.hears.state("lost", reason);
    this.again(this.wait_ms * (0.7 + 0.6 * Math.random()));
    this.wait_ms = Math.min(LONGEST_WAIT_MS, this.wait_ms * 1.8);
  }

  again(after_ms) {
    clearTimeout(this.timer);
    if (!this.socket) this.timer = setTimeout(() => this.open(), after_ms);
  }

  send(message) {
    this.socket.send(JSON.stringify(message));
  }

  hear(message) {
    this.heard_ms = performance.now();
    if (message.type === "hello") this.greeted(message);
    else if (message.type === "snapshot") this.seen(message.snapshot, message.version);
    else if (message.type === "change") {
      if (message.base !== this.version) return this.open(); // the whole again: never guess
      this.seen(applied(this.snapshot, message.set), message.version);
    } else if (message.type === "answer") this.answered(message);
    else if (message.type === "pong") this.timed(message);
    else if (message.type === "refused") this.hears.refused(message.reason);
  }

  greeted(hello) {
    this.isOpen = true;
    this.wait_ms = FIRST_WAIT_MS;
    this.bestTrip_s = Infinity;
    this.hears.hello(hello);
    for (const [key, ask] of this.pending) {
      const isTooLate = performance.now() - ask.at_ms > MOMENT_MS && !PATIENT.has(ask.command);
      if (isTooLate) {
        this.pending.delete(key);
        this.hears.forgotten(ask);
      } else this.send({ type: ask.command, payload: ask.payload, key });
    }
  }

  seen(snapshot, version) {
    this.snapshot = snapshot;
    this.version = version;
    this.hears.snapshot(snapshot);
  }

  answered(answer) {
    const ask = this.pending.get(answer.key);
    this.pending.delete(answer.key);
    if (ask) this.hears.answer(ask, answer);
  }

  timed({ t, utc_s, host_s }) {
    const now = performance.now() / 1000;
    const trip = now - t;
    this.bestTrip_s += 0.0005; // clocks drift: an old measurement slowly loses its rank
    if (trip > this.bestTrip_s) return;
    this.bestTrip_s = trip;
    this.offset_s = utc_s - (t + now) / 2;
    this.host_offset_s = host_s - (t + now) / 2;
  }

  /** Sends a command, now or as soon as there is a connection; gives its key. */
  ask(command, payload = {}) {
    const key = newKey();
    this.pending.set(key, { command, payload, at_ms: performance.now() });
    if (this.isOpen) this.send({ type: command, payload, key });
    return key;
  }
}
