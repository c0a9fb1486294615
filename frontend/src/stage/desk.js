/** The riser and the desk: platters that turn at the speed of their deck, faders and knobs that follow the plan. */
import * as THREE from "three";
import { drawBorder, maskCanvas } from "./ornament.js";

const DECK_COLORS = { A: "#ff4f6d", B: "#8a6bff" };
const TURNS_PER_BEAT = 0.25; // a platter turns once a bar: it is seen to keep time

const dark = new THREE.MeshPhysicalMaterial({ color: "#090b10", roughness: 0.5, metalness: 0.2, clearcoat: 0.5, clearcoatRoughness: 0.4, envMapIntensity: 0.22 });
const metal = new THREE.MeshStandardMaterial({ color: "#aab2bd", roughness: 0.25, metalness: 1 });
const box = (x, y, z, material) => new THREE.Mesh(new THREE.BoxGeometry(x, y, z), material);

export class Desk {
  constructor(stage, music) {
    this.music = music;
    this.group = new THREE.Group();
    this.moving = [];
    this.buildRiser(stage.riser);
    this.buildDesk(stage);
    for (const [name, control] of Object.entries(stage.desk.controls)) this.addControl(name, control);
    this.group.traverse((o) => {
      if (o.isMesh && !o.material.isMeshBasicMaterial) o.receiveShadow = true;
    });
  }

  buildRiser([cx, cy, hx, hy, height]) {
    if (height <= 0) return;
    const riser = box(2 * hx, 2 * hy, height, new THREE.MeshStandardMaterial({ color: "#0b0d12", roughness: 0.55, metalness: 0.1, envMapIntensity: 0.3 }));
    riser.position.set(cx, cy, height / 2);
    this.group.add(riser);
    this.edges = new THREE.MeshBasicMaterial({ color: "#00afca" });
    for (const [x, y, sx, sy] of [[cx + hx, cy, 0.02, 2 * hy], [cx, cy - hy, 2 * hx, 0.02], [cx, cy + hy, 2 * hx, 0.02]]) {
      const strip = box(sx, sy, 0.022, this.edges);
      strip.position.set(x, y, height - 0.03);
      this.group.add(strip);
    }
  }

  buildDesk(stage) {
    const { center, size } = stage.desk;
    const [x, y, z] = center;
    const floor = stage.riser[4];
    const slab = box(size[0], size[1], size[2], dark);
    slab.position.set(x, y, z);
    const height = z - size[2] / 2 - floor;
    const body = box(size[0] * 0.86, size[1] * 0.96, height, dark);
    body.position.set(x, y, floor + height / 2);
    body.castShadow = slab.castShadow = true;
    // The front: an ornament of ram's horns in light, behind dark glass.
    const mask = new THREE.CanvasTexture(maskCanvas(2048, 512, (pen) => {
      pen.save();
      pen.translate(0, 96);
      drawBorder(pen, 2048, 320, 9);
      pen.restore();
      pen.fillRect(0, 40, 2048, 10);
      pen.fillRect(0, 462, 2048, 10);
    }));
    this.front = new THREE.MeshBasicMaterial({ map: mask, transparent: true, blending: THREE.AdditiveBlending, depthWrite: false });
    const panel = new THREE.Mesh(new THREE.PlaneGeometry(size[1] * 0.94, Math.min(height * 0.92, size[1] * 0.235)), this.front);
    panel.quaternion.set(0.5, 0.5, 0.5, 0.5); // upright, facing the audience (+x)
    panel.position.set(x + size[0] * 0.43 + 0.006, y, floor + height * 0.52);
    this.lip = new THREE.MeshBasicMaterial({ color: "#fff" });
    const lip = box(0.012, size[1], 0.014, this.lip);
    lip.position.set(x + size[0] / 2 + 0.006, y, z);
    this.group.add(slab, body, panel, lip);
    this.top = z + size[2] / 2;
  }

  addControl(name, control) {
    const [kind, deck] = name.split("_");
    const holder = new THREE.Group();
    holder.position.fromArray(control.position);
    this.group.add(holder);
    if (control.kind === "platter") this.addPlatter(holder, deck);
    else if (control.kind === "fader") this.addFader(holder, control, kind, deck);
    else this.addKnob(holder, kind, deck);
  }

  addPlatter(holder, deck) {
    const deckBody = box(0.3, 0.3, 0.03, dark);
    deckBody.position.z = -0.012;
    const disc = new THREE.Group();
    const rim = new THREE.Mesh(new THREE.CylinderGeometry(0.115, 0.12, 0.02, 48), metal);
    rim.rotation.x = Math.PI / 2;
    rim.position.z = 0.01;
    const face = new THREE.Mesh(new THREE.CylinderGeometry(0.105, 0.105, 0.006, 48), dark);
    face.rotation.x = Math.PI / 2;
    face.position.z = 0.022;
    const light = new THREE.MeshBasicMaterial({ color: DECK_COLORS[deck] });
    const ring = new THREE.Mesh(new THREE.TorusGeometry(0.124, 0.004, 8, 64), light);
    ring.position.z = 0.012;
    const mark = box(0.012, 0.08, 0.004, light);
    mark.position.set(0, 0.06, 0.027);
    const label = new THREE.Mesh(new THREE.CircleGeometry(0.035, 32), light);
    label.position.z = 0.0265;
    disc.add(rim, face, mark, label);
    holder.add(deckBody, disc, ring);
    this.moving.push((beat) => {
      disc.rotation.z = -beat * TURNS_PER_BEAT * 2 * Math.PI * (this.music.playOn(deck, beat) ? 1 : 0);
      const on = this.music.playOn(deck, beat) ? 0.25 + 1.9 * this.music.controlAt(deck, "fader", beat) : 0.06;
      light.color.set(DECK_COLORS[deck]).multiplyScalar(on);
    });
  }

  addFader(holder, control, kind, deck) {
    const travel = new THREE.Vector3(...control.travel);
    const slot = box(0.014, Math.max(0.008, 0), 0.004, new THREE.MeshBasicMaterial({ color: "#000" }));
    slot.scale.set((travel.length() + 0.03) / 0.014, 1, 1);
    slot.rotation.z = Math.atan2(travel.y, travel.x);
    const cap = box(0.026, 0.045, 0.03, metal);
    cap.rotation.z = slot.rotation.z;
    const line = box(0.005, 0.046, 0.003, new THREE.MeshBasicMaterial({ color: new THREE.Color(DECK_COLORS[deck] ?? "#fff").multiplyScalar(1.6) }));
    line.position.z = 0.016;
    cap.add(line);
    holder.add(slot, cap);
    this.moving.push((beat) => {
      const value = this.music.controlAt(deck, kind, beat) - 0.5;
      cap.position.set(travel.x * value, travel.y * value, travel.z * value + 0.012);
    });
  }

  addKnob(holder, kind, deck) {
    const knob = new THREE.Group();
    const body = new THREE.Mesh(new THREE.CylinderGeometry(0.014, 0.017, 0.03, 20), dark);
    body.rotation.x = Math.PI / 2;
    body.position.z = 0.014;
    const line = box(0.004, 0.018, 0.003, new THREE.MeshBasicMaterial({ color: new THREE.Color(DECK_COLORS[deck] ?? "#fff").multiplyScalar(1.8) }));
    line.position.set(0, 0.008, 0.03);
    knob.add(body, line);
    holder.add(knob);
    this.moving.push((beat) => {
      const value = this.music.controlAt(deck, kind, beat);
      const share = kind === "filter" ? (value + 1) / 2 : value * 0.5; // flat stands upright
      knob.rotation.z = Math.PI / 2 + (0.5 - share) * 2 * 2.36;
    });
  }

  update(light) {
    for (const move of this.moving) move(light.beat);
    const lively = (0.35 + 0.65 * light.pulse) * light.dark;
    this.front.color.copy(light.wall).multiplyScalar(0.35 + 1.5 * lively * (0.4 + 0.6 * light.energy));
    this.lip.color.copy(light.rim).multiplyScalar(0.6 + 1.6 * lively);
    this.edges?.color.copy(light.rim).multiplyScalar(0.5 + 1.2 * lively);
  }
}
