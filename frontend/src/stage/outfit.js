/** What tells the cast apart: the DJ's headphones and glowing visor, the dancers' lines of light. */
import * as THREE from "three";

const HEAD_HEIGHT_M = 0.2;

/**
 * Bounds of the head in the frame of the body that carries it; the G1's face looks along +x. The head is a body of
 * its own, or the top of the torso where a simulator has joined the two.
 */
function headOf(robot) {
  const own = robot.node(/head/);
  const node = own?.children.some((child) => child.isMesh) ? own : robot.node(/torso/);
  if (!node) return null;
  const box = new THREE.Box3();
  const meshes = node.children.filter((child) => child.isMesh);
  const top = Math.max(...meshes.map((m) => (m.geometry.computeBoundingBox(), m.geometry.boundingBox.max.z)));
  const point = new THREE.Vector3();
  for (const { geometry } of meshes) {
    const { position } = geometry.attributes;
    for (let i = 0; i < position.count; i++) {
      point.fromBufferAttribute(position, i);
      if (node === own || point.z > top - HEAD_HEIGHT_M) box.expandByPoint(point);
    }
  }
  return box.isEmpty() ? null : { node, box, center: box.getCenter(new THREE.Vector3()), size: box.getSize(new THREE.Vector3()) };
}

const DJ_LIGHT = "#dff6ff"; // ice: no other robot wears it

/** Puts on what a role wears; returns what must hear of the light. */
export function dress(robot) {
  if (robot.performer.robot !== "g1") return [];
  const head = headOf(robot);
  if (!head) return [];
  const isDj = robot.performer.role === "dj";
  const color = new THREE.Color(isDj ? DJ_LIGHT : robot.performer.color);
  const lights = [addVisor(head, color, isDj)];
  if (isDj) lights.push(addHeadphones(head, color));
  return lights;
}

function addVisor({ node, box, center, size }, color, isDj) {
  const material = new THREE.MeshBasicMaterial();
  const radius = size.y * 0.5 + 0.004;
  const visor = new THREE.Mesh(new THREE.CylinderGeometry(radius, radius, size.z * 0.11, 32, 1, true, Math.PI / 2 - 0.85, 1.7), material);
  visor.rotation.x = Math.PI / 2;
  const front = box.max.x + 0.004 - radius;
  visor.position.set(front, center.y, box.min.z + size.z * 0.64);
  material.side = THREE.DoubleSide;
  node.add(visor);
  return (light) => material.color.copy(color).multiplyScalar(isDj ? 0.3 + 1.75 * light.level ** 2 : 0.7 + 0.9 * light.pulse);
}

function addHeadphones({ node, box, center, size }, color) {
  const shell = new THREE.MeshPhysicalMaterial({ color: "#12151c", roughness: 0.3, metalness: 0.3, clearcoat: 1 });
  const soft = new THREE.MeshStandardMaterial({ color: "#05060a", roughness: 0.9 });
  const ring = new THREE.MeshBasicMaterial();
  const height = box.min.z + size.z * 0.62;
  const half = size.y / 2;
  for (const side of [-1, 1]) {
    const cup = new THREE.Group();
    const cushion = new THREE.Mesh(new THREE.CylinderGeometry(0.044, 0.044, 0.022, 28), soft);
    const cap = new THREE.Mesh(new THREE.CylinderGeometry(0.036, 0.042, 0.026, 28), shell);
    cap.position.y = side * 0.022;
    if (side < 0) cap.rotation.x = Math.PI;
    const halo = new THREE.Mesh(new THREE.TorusGeometry(0.03, 0.0035, 8, 36), ring);
    halo.rotation.x = Math.PI / 2;
    halo.position.y = side * 0.036;
    cup.add(cushion, cap, halo);
    cup.position.set(center.x, center.y + side * (half + 0.008), height);
    node.add(cup);
  }
  const top = box.max.z + 0.012 - height;
  const band = new THREE.Mesh(new THREE.TorusGeometry(1, 0.06, 10, 48, Math.PI), shell);
  band.scale.set(half + 0.024, top, 0.22);
  band.quaternion.set(0.5, 0.5, 0.5, 0.5); // the arc stands across the head
  band.position.set(center.x, center.y, height);
  node.add(band);
  return (light) => ring.color.copy(color).multiplyScalar(0.5 + 1.6 * light.level);
}

