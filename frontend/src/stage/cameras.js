/** Where one looks from. The director cuts on phrases and dollies slowly in between; a person may take over. */
import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";

export const VIEWS = ["director", "wide", "front", "desk", "adilet", "orbit"];

const V = (x, y, z) => new THREE.Vector3(x, y, z);

/** A shot: from, to (over a phrase), looking at; fov is vertical, for 16:9. */
function shots(cast, stage) {
  const dancers = cast.filter((r) => r.performer.role === "dancer").map((r) => r.performer.mark);
  const mid = dancers.length ? dancers.reduce((s, m) => [s[0] + m[0] / dancers.length, s[1] + m[1] / dancers.length], [0, 0]) : [1.2, 0];
  const cat = cast.find((r) => r.performer.role === "animal")?.performer.mark ?? [0.7, 2.6];
  const dj = cast.find((r) => r.performer.role === "dj")?.performer.mark ?? [-1.4, 0];
  const riser = stage.riser[4];
  const first = dancers[0] ?? mid;
  const second = dancers[1] ?? mid;
  const lookDancers = V(mid[0], mid[1], 0.78);
  return {
    poster: { from: V(8.3, 1.2, 1.35), to: V(8.3, 1.2, 1.35), at: V(0, mid[1] - 0.55, 1.16), fov: 29.5 },
    tall: { from: V(8.3, 0.6, 1.35), to: V(8.3, 0.6, 1.35), at: V(0, mid[1] + 0.42, 0.9), fov: 26.5 },
    wide: { from: V(8.3, -0.9, 1.6), to: V(7.7, 1.1, 1.75), at: V(0, mid[1] + 0.45, 1.02), fov: 30 },
    front: { from: V(mid[0] + 3.3, -1.5, 0.5), to: V(mid[0] + 3.0, 1.2, 0.62), at: V(mid[0] - 0.4, mid[1] + 0.3, 0.84), fov: 43 },
    desk: { from: V(dj[0] + 1.72, 0.85, riser + 1.62), to: V(dj[0] + 1.78, -0.75, riser + 1.5), at: V(dj[0] + 0.18, dj[1], riser + 0.93), fov: 34 },
    adilet: { from: V(cat[0] + 0.95, cat[1] + 1.2, 0.6), to: V(cat[0] + 1.55, cat[1] + 0.1, 0.48), at: V(cat[0], cat[1] - 0.02, 0.23), fov: 33 },
    crowd: { from: V(8.2, 2.6, 1.15), to: V(7.6, 1.3, 1.2), at: V(0.4, 0.55, 1.15), fov: 33 },
    pair: { from: V(mid[0] + 4.0, 0.9, 1.25), to: V(mid[0] + 3.5, -0.7, 1.15), at: lookDancers, fov: 31 },
    first: { from: V(first[0] + 2.4, first[1] + 1.15, 0.85), to: V(first[0] + 2.25, first[1] + 0.3, 0.95), at: V(first[0] - 0.1, first[1] - 0.15, 0.7), fov: 38 },
    second: { from: V(second[0] + 2.4, second[1] - 1.15, 0.85), to: V(second[0] + 2.25, second[1] - 0.3, 0.95), at: V(second[0] - 0.1, second[1] + 0.15, 0.7), fov: 38 },
    shoulder: { from: V(dj[0] - 0.95, 1.15, riser + 1.75), to: V(dj[0] - 0.9, 0.5, riser + 1.65), at: V(dj[0] + 1.6, -0.35, 0.85), fov: 46 },
  };
}

// What the director chooses from, by section; the phrase's number picks, so the film is the same each time.
const CUTS = {
  intro: ["wide", "desk", "crowd"],
  verse: ["pair", "desk", "first", "adilet", "second", "wide"],
  build: ["front", "desk", "crowd"],
  drop: ["wide", "front", "pair", "crowd", "adilet"],
  break: ["first", "second", "shoulder", "adilet"],
  outro: ["crowd", "desk", "wide"],
};

export class Cameras {
  constructor(element, cast, stage, music) {
    this.camera = new THREE.PerspectiveCamera(34, 1, 0.1, 80);
    this.camera.up.set(0, 0, 1);
    this.camera.layers.enable(1);
    this.music = music;
    this.shots = shots(cast, stage);
    this.view = "director";
    this.isCalm = false;
    this.isPoster = false; // the still picture before the show begins
    this.look = V(0, 0, 1);
    this.orbit = new OrbitControls(this.camera, element);
    Object.assign(this.orbit, { enabled: false, enableDamping: true, dampingFactor: 0.08, minDistance: 1.2, maxDistance: 12, maxPolarAngle: Math.PI * 0.52, zoomSpeed: 0.6 });
    this.aspect = 16 / 9;
    this.baseFov = 34;
    this.plan = this.planCuts();
  }

  /** Phrase → name of a shot; never the same twice running, and the two dancers' close shots take turns. */
  planCuts() {
    const counts = {};
    let previous = "";
    return this.music.phrases.map((start, i) => {
      const label = this.music.sections[this.music.sectionIndexAt(start + 0.01)]?.label ?? "verse";
      const list = CUTS[label] ?? CUTS.verse;
      counts[label] = counts[label] ?? 0;
      let name = list[counts[label]++ % list.length];
      if (name === previous) name = list[counts[label]++ % list.length];
      if (i === 0) name = "wide";
      previous = name;
      return name;
    });
  }

  set(view) {
    this.view = view;
    this.orbit.enabled = view === "orbit";
    if (view === "orbit") {
      this.orbit.target.copy(this.look);
      this.orbit.update();
    }
  }

  /** `free` is the part of the picture that the panels leave open, 0 to 1 from the top. */
  resize(width, height, covered) {
    this.aspect = width / height;
    this.camera.aspect = this.aspect;
    this.camera.setViewOffset(width, height, 0, covered / 2, width, height);
    this.coveredShare = covered / height;
    this.applyFov(this.baseFov);
  }

  applyFov(fov) {
    this.baseFov = fov;
    // Keep what a 16:9 picture shows from side to side when the free part is narrower.
    const free = 1 - (this.coveredShare ?? 0);
    const half = Math.tan((fov * Math.PI) / 360);
    const wide = (half * (16 / 9) * 0.82) / this.aspect;
    const tall = (half * 0.86) / free;
    this.camera.fov = Math.min(88, (Math.atan(Math.max(wide, tall)) * 360) / Math.PI);
    this.camera.updateProjectionMatrix();
  }

  update(light) {
    if (this.view === "orbit") {
      this.orbit.update();
      this.look.copy(this.orbit.target);
      return;
    }
    const phrase = this.music.phraseAt(light.beat);
    const name = this.isPoster ? (this.aspect < 1 ? "tall" : "poster") : this.view === "director" ? (this.plan[Math.max(0, phrase.index)] ?? "wide") : this.view;
    const shot = this.shots[name];
    let u;
    if (this.isPoster) u = 0;
    else if (this.view === "director") {
      u = (light.beat - phrase.start) / Math.max(1, phrase.end - phrase.start);
      if (phrase.index % 2) u = 1 - u;
    } else u = 0.5 - 0.5 * Math.cos(light.beat * 0.06);
    if (this.isCalm) u = 0.5;
    u = Math.min(1, Math.max(0, u));
    this.camera.position.lerpVectors(shot.from, shot.to, u);
    // A camera on a crane breathes.
    if (!this.isCalm) {
      this.camera.position.z += 0.015 * Math.sin(light.t * 0.9);
      this.camera.position.y += 0.02 * Math.sin(light.t * 0.6);
    }
    this.look.copy(shot.at);
    this.camera.lookAt(this.look);
    if (Math.abs(shot.fov - this.baseFov) > 0.01) this.applyFov(shot.fov);
    this.shot = name;
  }
}
