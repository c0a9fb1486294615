/** The polished stage: a little mirror, pools of light, soft contact shadows; and the dark hall below its edge. */
import * as THREE from "three";
import { Reflector } from "three/addons/objects/Reflector.js";

export const HALL_Z = -1.08; // the crowd stands lower than the robots
const POOLS = 14;
const FEET = 12;

const SHADER = {
  name: "PolishedFloor",
  uniforms: { color: { value: null }, tDiffuse: { value: null }, textureMatrix: { value: null } },
  vertexShader: /* glsl */ `
    uniform mat4 textureMatrix; varying vec4 vMirror; varying vec3 vPlace;
    void main() {
      vMirror = textureMatrix * vec4(position, 1.0);
      vPlace = (modelMatrix * vec4(position, 1.0)).xyz;
      gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
    }`,
  fragmentShader: /* glsl */ `
    uniform sampler2D tDiffuse; uniform float mirror, wallX, wallLevel, keyLevel; uniform vec3 wallColor, keyColor;
    uniform vec4 pools[${POOLS}]; uniform vec3 poolColors[${POOLS}]; uniform vec4 feet[${FEET}];
    varying vec4 vMirror; varying vec3 vPlace;
    float hash(vec2 p) { return fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453); }
    void main() {
      vec3 toEye = normalize(cameraPosition - vPlace);
      float fresnel = 0.12 + 0.88 * pow(1.0 - max(toEye.z, 0.0), 3.0);
      vec2 seam = abs(fract(vPlace.xy) - 0.5);
      vec2 thin = fwidth(vPlace.xy) * 0.9 + 0.004;
      float lines = max(smoothstep(0.5 - thin.x, 0.5, seam.x), smoothstep(0.5 - thin.y, 0.5, seam.y));
      vec3 color = vec3(0.010, 0.012, 0.018) * (1.0 - 0.5 * lines);
      vec2 middle = vPlace.xy - vec2(0.9, 0.3);
      color += keyColor * keyLevel * 0.05 * exp(-dot(middle, middle) * 0.16);
      color += wallColor * wallLevel * 0.05 / (0.6 + max(0.2, vPlace.x - wallX));
      for (int i = 0; i < ${POOLS}; i++) {
        vec2 d = vPlace.xy - pools[i].xy;
        color += poolColors[i] * pools[i].w * 0.20 * exp(-dot(d, d) / (pools[i].z * pools[i].z) * 1.6);
      }
      float shade = 1.0;
      for (int i = 0; i < ${FEET}; i++) {
        vec2 d = (vPlace.xy - feet[i].xy) / feet[i].z;
        shade *= 1.0 - feet[i].w * exp(-dot(d, d));
      }
      if (mirror > 0.0) {
        vec2 uv = vMirror.xy / vMirror.w;
        // The lacquer is a little rough: five scattered looks into the mirror instead of one.
        vec3 seen = vec3(0.0);
        float start = 6.283 * hash(gl_FragCoord.xy);
        for (int i = 0; i < 5; i++) {
          float a = start + float(i) * 1.2566;
          seen += min(texture2D(tDiffuse, uv + 0.0026 * vec2(cos(a), 2.0 * sin(a))).rgb, vec3(2.5));
        }
        color += seen * 0.2 * fresnel * mirror * (1.0 - 0.3 * lines) * mix(0.5, 1.0, shade);
      }
      gl_FragColor = vec4(color * mix(0.10, 1.0, shade), 1.0);
      #include <tonemapping_fragment>
      #include <colorspace_fragment>
    }`,
};

export class Floor {
  /** `edge`: {depth, width, centerX} of the stage's top [m]. */
  constructor(edge) {
    this.group = new THREE.Group();
    this.mesh = new Reflector(new THREE.PlaneGeometry(edge.depth, edge.width), { shader: SHADER, textureWidth: 512, textureHeight: 512, clipBias: 0.001, multisample: 0 });
    this.mesh.position.x = edge.centerX;
    const u = (this.uniforms = this.mesh.material.uniforms);
    u.mirror = { value: 0.7 };
    for (const name of ["wallX", "wallLevel", "keyLevel"]) u[name] = { value: 0 };
    for (const name of ["wallColor", "keyColor"]) u[name] = { value: new THREE.Color() };
    u.pools = { value: Array.from({ length: POOLS }, () => new THREE.Vector4(0, 0, 1, 0)) };
    u.poolColors = { value: Array.from({ length: POOLS }, () => new THREE.Color(0)) };
    u.feet = { value: Array.from({ length: FEET }, () => new THREE.Vector4(99, 99, 1, 0)) };
    this.reflect = this.mesh.onBeforeRender;
    this.strip = new THREE.MeshBasicMaterial({ color: "#00afca" });
    this.group.add(this.mesh, this.front(edge));
  }

  /** The front of the stage with a line of light on its edge, and the hall's floor. */
  front({ depth, width, centerX }) {
    const group = new THREE.Group();
    const front = centerX + depth / 2;
    const face = new THREE.Mesh(new THREE.BoxGeometry(0.1, width, -HALL_Z), new THREE.MeshStandardMaterial({ color: "#0a0c12", roughness: 0.6, metalness: 0.3 }));
    face.position.set(front - 0.05, 0, HALL_Z / 2 - 0.01);
    const strip = new THREE.Mesh(new THREE.BoxGeometry(0.02, width, 0.03), this.strip);
    strip.position.set(front + 0.012, 0, -0.06);
    const hall = new THREE.Mesh(new THREE.PlaneGeometry(60, 60), new THREE.MeshBasicMaterial({ color: "#020305" }));
    hall.position.z = HALL_Z;
    group.add(face, strip, hall);
    return group;
  }

  /** How large the mirror's picture is [pixels]; 0 puts it out. */
  setMirror(width, height) {
    const isOn = width > 0;
    this.uniforms.mirror.value = isOn ? 0.7 : 0;
    this.mesh.onBeforeRender = isOn ? this.reflect : () => {};
    if (isOn) this.mesh.getRenderTarget().setSize(width, height);
  }

  update(light, pools, feet, wall) {
    const u = this.uniforms;
    u.wallX.value = wall.x;
    u.wallLevel.value = light.wallLevel * light.dark;
    u.wallColor.value.copy(light.wall);
    u.keyColor.value.copy(light.key);
    u.keyLevel.value = light.keyLevel * light.dark;
    this.strip.color.copy(light.rim).multiplyScalar((0.5 + 1.2 * light.pulse) * light.dark);
    for (let i = 0; i < POOLS; i++) {
      const pool = pools[i];
      u.pools.value[i].set(pool?.x ?? 99, pool?.y ?? 99, Math.max(0.1, pool?.radius ?? 1), pool?.power ?? 0);
      if (pool) u.poolColors.value[i].copy(pool.color);
    }
    for (let i = 0; i < FEET; i++) {
      const foot = feet[i];
      if (foot) u.feet.value[i].set(foot.x, foot.y, foot.radius + 0.6 * foot.height, Math.max(0, 0.9 - 3 * foot.height));
      else u.feet.value[i].set(99, 99, 1, 0);
    }
  }
}
