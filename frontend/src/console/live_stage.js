/** The stage live: the replay's world, posed by frames from the show (src/temirbek/web/poses.py describes them). */
import { readFigure } from "../show.js";
import { World } from "../stage/world.js";
import { LiveMusic } from "./live_music.js";

const FRAME_MS = 32; // a console has more to do than to draw
const BEHIND_S = 0.06; // drawn so late, so that a frame's successor is usually there
const AHEAD_STEPS = 3; // frames that motion is carried on without news; then it stands
const KEPT = 8;
const HEADER_BYTES = 24;
const MAGIC = 0x31504254; // "TBP1", little endian
const NO_SESSION = 4401;
const RETRY_MS = 1500;
const SILENT_MS = 1500;

/** One frame: {host_s, mix_s, rows}. Throws where the bytes are none. */
export function readPoses(buffer) {
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== MAGIC) throw new Error("not a frame of poses");
  const n = view.getUint32(4, true);
  const rows = [];
  let at = HEADER_BYTES + 4 * n;
  for (let i = 0; i < n; i++) {
    const columns = view.getUint32(HEADER_BYTES + 4 * i, true);
    rows.push(new Float32Array(buffer, at, columns));
    at += 4 * columns;
  }
  return { host_s: view.getFloat64(8, true), mix_s: view.getFloat64(16, true), rows };
}

/** Which two frames lie around `t`, and the row beyond the newest when there is none yet: [from, to, a, b]. */
export function around(frames, t, index) {
  let i = frames.length - 2;
  while (i > 0 && frames[i].host_s > t) i--;
  const [a, b] = [frames[i], frames[i + 1]];
  const step = b.host_s - a.host_s;
  if (t <= b.host_s || step <= 0) return [a.host_s, b.host_s, a.rows[index], b.rows[index]];
  const share = Math.min(AHEAD_STEPS, (t - b.host_s) / step);
  const ahead = b.rows[index].map((value, c) => value + (value - a.rows[index][c]) * share);
  return [b.host_s, b.host_s + share * step, b.rows[index], ahead];
}

export class LiveStage {
  /** Fetches how everything looks, builds the world and begins to draw. */
  static async open(canvas, source) {
    const answer = await fetch("/api/stage");
    if (!answer.ok) throw new Error(`the show did not describe its stage (${answer.status})`);
    const show = await answer.json();
    const textOf = (name) => show.payloads[name];
    for (const [kind, figure] of Object.entries(show.figures)) show.figures[kind] = await readFigure(figure, textOf);
    for (const p of show.performers) {
      const columns = 7 + p.joints.length;
      p.motion = { joints: p.joints, columns, rows: 2, start_s: 0, rate_hz: 1, values: new Float32Array(2 * columns) };
      p.motion.values[3] = p.motion.values[columns + 3] = 1;
    }
    await document.fonts.load("700 62px Geologica", "AЖӘ");
    return new LiveStage(canvas, show, source);
  }

  constructor(canvas, show, source) {
    this.source = source;
    this.music = new LiveMusic(source);
    this.world = new World(canvas, show, this.music, { quality: "low", isCalm: true });
    this.world.cameras.set("wide");
    this.frames = [];
    this.offset_s = null;
    this.drawn_ms = 0;
    this.wave = "";
    this.connect();
    this.frame = requestAnimationFrame((host) => this.tick(host));
  }

  connect() {
    this.socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/poses`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = (event) => this.take(readPoses(event.data));
    this.socket.onclose = ({ code }) => {
      if (!this.isClosed && code !== NO_SESSION) this.timer = setTimeout(() => this.connect(), RETRY_MS);
    };
  }

  take(frame) {
    const last = this.frames.at(-1);
    if (last && frame.host_s <= last.host_s) this.frames = []; // another machine's clock, after a restart
    this.frames.push(frame);
    if (this.frames.length > KEPT) this.frames.shift();
    const now = performance.now() / 1000;
    const offset = frame.host_s - now;
    // The least delayed frame tells the clocks' difference best; what is older slowly loses its say.
    if (this.offset_s === null || Math.abs(offset - this.offset_s) > 1) this.offset_s = offset;
    else this.offset_s = Math.max(offset, this.offset_s - 0.0002);
    this.heard_ms = performance.now();
  }

  resize(width, height) {
    this.size = [width, height];
    this.world.resize(width, height, 0);
  }

  tick(host) {
    this.frame = requestAnimationFrame((next) => this.tick(next));
    if (host - this.drawn_ms < FRAME_MS || !this.size || document.hidden) return;
    this.drawn_ms = host;
    const isLive = this.frames.length > 1 && performance.now() - this.heard_ms < SILENT_MS;
    this.source.tell(isLive ? "live" : "waiting");
    if (this.frames.length < 2) return;
    const t = host / 1000 + this.offset_s - BEHIND_S;
    const mix_s = this.music.tick();
    this.world.cast.forEach((robot, i) => this.move(robot, t, i));
    this.world.draw(mix_s);
  }

  /** Puts the frames around t into the robot's two rows of motion, so that the replay's own posing finds them. */
  move(robot, t, index) {
    const { motion } = robot.performer;
    const [from, to, a, b] = around(this.frames, t, index);
    if (a.length !== motion.columns) return; // a robot that is not there in this frame
    motion.values.set(a, 0);
    motion.values.set(b, motion.columns);
    const u = to > from ? Math.min(1, Math.max(0, (t - from) / (to - from))) : 1;
    motion.rate_hz = 1;
    // The world poses by mix time: the row pair is laid so that this instant of it means u.
    motion.start_s = this.music.now_s - u;
  }

  close() {
    this.isClosed = true;
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.socket.close();
    this.world.renderer.dispose();
    this.world.renderer.forceContextLoss();
  }
}
