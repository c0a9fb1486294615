/** Moving heads: cones of light in the haze, and where they touch the floor. */
import * as THREE from "three";

const VERTEX = /* glsl */ `
  varying float along; varying vec3 vNormalView; varying vec3 vToEye; varying vec3 vPlace;
  void main() {
    along = uv.y;
    vec4 place = modelViewMatrix * vec4(position, 1.0);
    vNormalView = normalize(normalMatrix * normal);
    vToEye = normalize(-place.xyz);
    vPlace = (modelMatrix * vec4(position, 1.0)).xyz;
    gl_Position = projectionMatrix * place;
  }`;
const FRAGMENT = /* glsl */ `
  uniform vec3 color; uniform float power, time;
  varying float along; varying vec3 vNormalView; varying vec3 vToEye; varying vec3 vPlace;
  void main() {
    float facing = abs(dot(normalize(vNormalView), normalize(vToEye)));
    float edge = pow(facing, 1.7);
    float fade = pow(1.0 - along, 1.9) * smoothstep(0.0, 0.02, along) + 0.9 * exp(-along * 26.0);
    float haze = 0.78 + 0.22 * sin(vPlace.x * 1.3 + time * 0.35) * sin(vPlace.y * 1.1 - time * 0.27) * sin(vPlace.z * 1.7 + time * 0.2);
    float low = smoothstep(-0.05, 0.25, vPlace.z);
    gl_FragColor = vec4(color * power * edge * fade * haze * low, 1.0);
    #include <tonemapping_fragment>
    #include <colorspace_fragment>
  }`;

const LENGTH = 9;
const RADIUS = 0.62;

/** A truss of four chords with bracing, along y. */
function truss(length) {
  const group = new THREE.Group();
  const metal = new THREE.MeshStandardMaterial({ color: "#30363f", metalness: 0.9, roughness: 0.4 });
  const half = 0.16;
  const chord = new THREE.CylinderGeometry(0.025, 0.025, length, 6);
  for (const [x, z] of [[-half, -half], [half, -half], [-half, half], [half, half]]) {
    const bar = new THREE.Mesh(chord, metal);
    bar.position.set(x, 0, z);
    group.add(bar);
  }
  const n = Math.round(length / 0.4);
  const brace = new THREE.InstancedMesh(new THREE.CylinderGeometry(0.012, 0.012, 0.51, 5), metal, n * 2);
  const at = new THREE.Object3D();
  for (let i = 0; i < n * 2; i++) {
    at.position.set(i % 2 ? half : -half, -length / 2 + (Math.floor(i / 2) + 0.5) * (length / n), 0);
    at.rotation.set(Math.floor(i / 2) % 2 ? 0.9 : -0.9, 0, 0);
    at.updateMatrix();
    brace.setMatrixAt(i, at.matrix);
  }
  group.add(brace);
  return group;
}

export class Beams {
  constructor(wall) {
    this.group = new THREE.Group();
    this.pools = []; // what the floor shows: x, y, radius, power
    this.heads = [];
    const back = wall.x + 0.45;
    const top = wall.mesh.position.z + wall.height / 2 + 0.35;
    const rows = [
      { n: 8, x: back, z: top, width: wall.width * 0.94, kind: "back" },
      { n: 6, x: 2.2, z: top + 0.9, width: 7.4, kind: "front" },
      { n: 4, x: back + 0.25, z: 0.25, width: wall.width * 0.98, kind: "floor" },
    ];
    const geometry = new THREE.CylinderGeometry(0.035, RADIUS, LENGTH, 28, 1, true);
    geometry.translate(0, -LENGTH / 2, 0); // apex at the origin, opening along −y
    geometry.rotateX(Math.PI / 2); // along −z: a lamp that hangs looks down
    const uv = geometry.attributes.uv;
    for (let i = 0; i < uv.count; i++) uv.setY(i, 1 - uv.getY(i));
    const housing = new THREE.MeshStandardMaterial({ color: "#0d1016", metalness: 0.7, roughness: 0.5 });
    const body = new THREE.CapsuleGeometry(0.1, 0.16, 4, 10);
    body.rotateX(Math.PI / 2);
    for (const { n, x, z, width, kind } of rows) {
      if (kind !== "floor") {
        const bar = truss(width + 1);
        bar.position.set(x, 0, z + 0.3);
        this.group.add(bar);
      }
      for (let i = 0; i < n; i++) {
        const side = n > 1 ? (i / (n - 1)) * 2 - 1 : 0;
        const lamp = new THREE.Group();
        lamp.position.set(x, (side * width) / 2, z);
        const material = new THREE.ShaderMaterial({
          uniforms: { color: { value: new THREE.Color() }, power: { value: 0 }, time: { value: 0 } },
          vertexShader: VERTEX,
          fragmentShader: FRAGMENT,
          transparent: true,
          depthWrite: false,
          blending: THREE.AdditiveBlending,
          side: THREE.DoubleSide,
        });
        const cone = new THREE.Mesh(geometry, material);
        cone.renderOrder = 5;
        const shell = new THREE.Mesh(body, housing);
        const lens = new THREE.Mesh(new THREE.CircleGeometry(0.075, 20), new THREE.MeshBasicMaterial());
        lens.rotation.x = Math.PI;
        lens.position.z = -0.185;
        lamp.add(cone, shell, lens);
        this.group.add(lamp);
        this.heads.push({ lamp, cone, lens, side, kind, index: i });
      }
    }
    this.down = new THREE.Vector3(0, 0, -1);
    this.aim = new THREE.Vector3();
  }

  update(light) {
    const sway = light.bar * Math.PI; // half a cycle a bar
    this.pools.length = 0;
    for (const head of this.heads) {
      const { side, kind, index } = head;
      const phase = sway * 0.5 + index * 0.9;
      const open = light.spread;
      if (kind === "back") this.aim.set(1.0 + 0.45 * Math.sin(phase), side * (1.15 * open - 0.35) + 0.35 * open * Math.sin(phase * 0.5 + side), -0.85 + 0.25 * Math.sin(phase * 0.5));
      else if (kind === "front") this.aim.set(-0.22 + 0.15 * Math.sin(phase), -side * 0.42 + side * 0.5 * open + 0.2 * open * Math.sin(phase), -1);
      else this.aim.set(0.35 + 0.2 * Math.sin(phase), -side * (0.55 - 0.9 * open) + 0.3 * Math.sin(phase * 0.5), 1);
      this.aim.normalize();
      head.lamp.quaternion.setFromUnitVectors(this.down, this.aim);
      const gate = kind === "front" ? 0.55 : kind === "floor" ? Math.max(0, light.spread - 0.25) : 1;
      const alternate = 0.75 + 0.25 * Math.sin(sway + index * Math.PI);
      const power = light.beams * light.dark * gate * alternate * (0.72 + 0.35 * light.pulse) + 0.3 * light.opening * gate;
      const uniforms = head.cone.material.uniforms;
      uniforms.color.value.copy(index % 2 ? light.beam : light.rim);
      uniforms.power.value = power * 0.5 * (0.5 + 0.5 * light.haze);
      uniforms.time.value = light.t;
      head.cone.visible = power > 0.01;
      head.lens.material.color.copy(uniforms.color.value).multiplyScalar(0.3 + 5 * power);
      if (this.aim.z < -0.15) {
        const { x, y, z } = head.lamp.position;
        const s = -z / this.aim.z;
        this.pools.push({ x: x + s * this.aim.x, y: y + s * this.aim.y, radius: 0.05 + (s / LENGTH) * RADIUS, power, color: uniforms.color.value });
      }
    }
  }
}
