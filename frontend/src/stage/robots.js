/** Robots: a tree of bodies with light meshes, posed by the executed motion at an instant of the mix. */
import * as THREE from "three";
import { mergeGeometries, toCreasedNormals } from "three/addons/utils/BufferGeometryUtils.js";
import { lacquer, leopard } from "./materials.js";
import { stripeOf } from "./stripes.js";

const CREASE_RAD = 0.6;
const DARK = 0.4; // meshes less bright than this are joints and feet, the others shell
const UNREADABLE = /logo/; // lettering that decimation has made illegible
const shared = new Map(); // figure → geometries, so that three robots of a kind share one set

/** Body → {shell, dark}: one geometry each, with where its lines of light run and where its coat lies. */
function partsOf(figure) {
  if (!shared.has(figure)) {
    const rest = restPositions(figure);
    shared.set(
      figure,
      figure.bodies.map((body, index) => {
        const parts = { shell: [], dark: [] };
        if (UNREADABLE.test(body.name)) return {};
        for (const mesh of figure.meshes.filter((m) => m.body === index)) {
          const [r, g, b] = mesh.rgba;
          parts[0.299 * r + 0.587 * g + 0.114 * b < DARK ? "dark" : "shell"].push(geometryOf(mesh, body, rest[index]));
        }
        return Object.fromEntries(Object.entries(parts).map(([shade, list]) => [shade, list.length ? mergeGeometries(list) : null]));
      }),
    );
  }
  return shared.get(figure);
}

function geometryOf(mesh, body, rest) {
  const indexed = new THREE.BufferGeometry();
  indexed.setAttribute("position", new THREE.BufferAttribute(mesh.vertices, 3));
  indexed.setIndex(new THREE.BufferAttribute(mesh.triangles, 1));
  const geometry = toCreasedNormals(indexed, CREASE_RAD);
  const { position, normal } = geometry.attributes;
  geometry.computeBoundingBox();
  const stripe = new Float32Array(position.count * 3);
  const coat = new Float32Array(position.count * 3);
  for (let i = 0; i < position.count; i++) {
    const [x, y, z] = [position.getX(i), position.getY(i), position.getZ(i)];
    stripe.set(stripeOf(body.name, x, y, z, normal.getX(i), normal.getY(i), normal.getZ(i), geometry.boundingBox), 3 * i);
    coat.set([x + rest.x, y + rest.y, z + rest.z], 3 * i);
  }
  geometry.setAttribute("stripe", new THREE.BufferAttribute(stripe, 3));
  geometry.setAttribute("coat", new THREE.BufferAttribute(coat, 3));
  return geometry;
}

/** Where each body lies in the robot at joint angles 0, so that a coat runs on over the joints. */
function restPositions(figure) {
  const places = [];
  const turns = [];
  for (const body of figure.bodies) {
    const [w, x, y, z] = body.parent < 0 ? [1, 0, 0, 0] : body.quat;
    const own = new THREE.Quaternion(x, y, z, w);
    const place = new THREE.Vector3(...(body.parent < 0 ? [0, 0, 0] : body.position));
    turns.push(body.parent < 0 ? own : turns[body.parent].clone().multiply(own));
    places.push(body.parent < 0 ? place : place.applyQuaternion(turns[body.parent]).add(places[body.parent]));
  }
  return places;
}

/** Lacquers and coats by role. */
function wardrobe({ role, color: accent }) {
  const dark = (color, roughness = 0.36) => lacquer({ color, roughness, metalness: 0.6, accent });
  if (role === "animal") return { shell: leopard({ accent }), dark: dark("#0d0f13") };
  if (role === "dj") return { shell: lacquer({ color: "#5d6674", roughness: 0.3, metalness: 0.75, accent }), dark: dark("#23272f", 0.3) };
  return { shell: lacquer({ color: "#ccd3dc", roughness: 0.38, metalness: 0.25, accent }), dark: dark("#12151b", 0.32) };
}

export class Robot {
  constructor(performer, figure) {
    this.performer = performer;
    this.motion = performer.motion;
    this.root = new THREE.Group();
    this.color = new THREE.Color(performer.color);
    this.bodies = figure.bodies.map((body) => {
      const node = new THREE.Group();
      node.name = body.name;
      node.position.fromArray(body.position);
      const [w, x, y, z] = body.quat;
      node.quaternion.set(x, y, z, w);
      return { node, rest: node.quaternion.clone(), axis: new THREE.Vector3(...body.axis), joint: body.joint };
    });
    figure.bodies.forEach((body, i) => {
      (body.parent < 0 ? this.root : this.bodies[body.parent].node).add(this.bodies[i].node);
    });
    this.base = this.bodies[figure.bodies.findIndex((b) => b.parent < 0)].node;
    this.hinges = this.motion.joints
      .map((name, column) => ({ body: this.bodies.find((b) => b.joint === name), column: 7 + column }))
      .filter((hinge) => hinge.body);
    this.dress(figure);
    this.turn = new THREE.Quaternion();
    this.a = new THREE.Quaternion();
    this.b = new THREE.Quaternion();
    this.feet = this.findFeet(figure);
  }

  dress(figure) {
    this.materials = wardrobe(this.performer);
    partsOf(figure).forEach((parts, i) => {
      for (const [shade, geometry] of Object.entries(parts)) {
        if (!geometry) continue;
        const mesh = new THREE.Mesh(geometry, this.materials[shade]);
        mesh.castShadow = mesh.receiveShadow = true;
        this.bodies[i].node.add(mesh);
      }
    });
  }

  /** How bright the lines of light on the body are. */
  glow(power) {
    for (const material of Object.values(this.materials)) material.userData.uniforms.lineGlow.value = power;
  }

  node(pattern) {
    return this.bodies.find((b) => pattern.test(b.node.name))?.node ?? null;
  }

  findFeet(figure) {
    const pattern = this.performer.robot === "go2" ? /foot|calf/ : /ankle_roll|foot/;
    const found = this.bodies.filter((b) => pattern.test(b.node.name)).map((b) => b.node);
    return this.performer.robot === "go2" && figure.bodies.some((b) => /foot/.test(b.name))
      ? found.filter((n) => /foot/.test(n.name))
      : found;
  }

  /** Poses the robot as physics had it at mix time t; straight lines between samples, held outside. */
  pose(t) {
    const { values, columns, rows, start_s, rate_hz } = this.motion;
    const x = Math.min(Math.max((t - start_s) * rate_hz, 0), rows - 1);
    const i = Math.min(Math.floor(x), Math.max(0, rows - 2));
    const u = x - i;
    const p = i * columns;
    const q = Math.min(i + 1, rows - 1) * columns;
    const at = (c) => values[p + c] * (1 - u) + values[q + c] * u;
    this.base.position.set(at(0), at(1), at(2));
    this.a.set(values[p + 4], values[p + 5], values[p + 6], values[p + 3]);
    this.b.set(values[q + 4], values[q + 5], values[q + 6], values[q + 3]);
    this.base.quaternion.slerpQuaternions(this.a, this.b, u);
    for (const { body, column } of this.hinges) {
      body.node.quaternion.copy(body.rest).multiply(this.turn.setFromAxisAngle(body.axis, at(column)));
    }
  }
}
