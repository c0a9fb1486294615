// The hall: silhouettes whose hands and phone lights move with the bar. One draw call for people, one for lights.
import {
  AdditiveBlending, BufferAttribute, CapsuleGeometry, Color, CylinderGeometry, Group, InstancedBufferAttribute, InstancedMesh, Matrix4, PlaneGeometry,
  Quaternion, ShaderMaterial, SphereGeometry, Vector3,
} from 'three'
import { mergeGeometries } from 'three/addons/utils/BufferGeometryUtils.js'
import { HALL_Z } from './floor.js'
import { chance } from './noise.js'

export class Crowd {
  /** `front` is the edge of the stage [m], `width` that of the hall. */
  constructor(front, width, count) {
    const places = placesOf(front, width, count)
    this.group = new Group()
    this.people = people(places)
    this.phones = phones(places)
    this.group.add(this.people, this.phones)
    this.group.traverse((thing) => thing.layers.set(1)) // not in the floor's mirror
  }

  update(light, isCalm) {
    const { beat, hands, bounce, rim } = this.people.material.uniforms
    beat.value = isCalm ? 0 : light.beat
    hands.value = light.crowd * (0.6 + 0.4 * light.energy)
    bounce.value = isCalm ? 0 : 0.02 + 0.05 * light.crowd
    rim.value.copy(light.rim).lerp(light.beam, 0.35).multiplyScalar((0.16 + 0.5 * light.beams) * light.dark)
    const lights = this.phones.material.uniforms
    lights.beat.value = isCalm ? 0 : light.beat
    lights.strength.value = light.phones
  }
}

function placesOf(front, width, count) {
  const rows = Math.ceil(count / 26)
  const places = []
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < 26; i++) {
      const n = row * 26 + i
      const spread = width + row * 0.9
      places.push({
        x: front + 0.55 + row * 0.55 + 0.3 * chance(n, 1),
        y: ((i + 0.5 + 0.6 * (chance(n, 2) - 0.5)) / 26 - 0.5) * spread,
        size: 0.92 + 0.16 * chance(n, 3),
        seed: chance(n, 4),
      })
    }
  return places
}

function people(places) {
  const tagged = (geometry, part) => {
    const tags = new Float32Array(geometry.attributes.position.count).fill(part)
    geometry.setAttribute('part', new BufferAttribute(tags, 1))
    geometry.deleteAttribute('uv')
    return geometry.toNonIndexed()
  }
  const body = mergeGeometries([
    tagged(new CapsuleGeometry(0.19, 0.42, 6, 16).rotateX(Math.PI / 2).scale(0.72, 1.12, 1).translate(0, 0, 1.14), 0),
    tagged(new SphereGeometry(0.098, 18, 13).scale(1, 0.86, 1.24).translate(0, 0, 1.62), 0),
    ...[1, -1].flatMap((side) => [
      tagged(new CylinderGeometry(0.019, 0.034, 0.56, 9, 8, true).rotateX(-Math.PI / 2).translate(0, side * 0.225, 1.13), side),
      tagged(new SphereGeometry(0.04, 10, 8).scale(0.45, 0.7, 1.3).translate(0, side * 0.225, 0.83), side),
    ]),
  ])
  const material = new ShaderMaterial({
    uniforms: { beat: { value: 0 }, hands: { value: 0 }, bounce: { value: 0 }, rim: { value: new Color() } },
    vertexShader: PEOPLE_VERTEX,
    fragmentShader: PEOPLE_FRAGMENT,
  })
  const mesh = new InstancedMesh(body, material, places.length)
  const matrix = new Matrix4()
  const upright = new Quaternion()
  places.forEach(({ x, y, size }, i) =>
    mesh.setMatrixAt(i, matrix.compose(new Vector3(x, y, HALL_Z), upright, new Vector3(size, size, size))),
  )
  mesh.geometry.setAttribute('seed', new InstancedBufferAttribute(Float32Array.from(places, (p) => p.seed), 1))
  mesh.frustumCulled = false
  return mesh
}

function phones(places) {
  const holders = places.filter(({ seed }) => seed > 0.8)
  const material = new ShaderMaterial({
    uniforms: { beat: { value: 0 }, strength: { value: 0 } },
    vertexShader: PHONE_VERTEX,
    fragmentShader: PHONE_FRAGMENT,
    transparent: true,
    depthWrite: false,
    blending: AdditiveBlending,
  })
  const mesh = new InstancedMesh(new PlaneGeometry(0.13, 0.13), material, holders.length)
  const matrix = new Matrix4()
  holders.forEach(({ x, y, size }, i) => mesh.setMatrixAt(i, matrix.makeTranslation(x - 0.1, y + 0.2, HALL_Z + 1.95 * size)))
  mesh.geometry.setAttribute('seed', new InstancedBufferAttribute(Float32Array.from(holders, (p) => p.seed), 1))
  mesh.frustumCulled = false
  mesh.renderOrder = 6
  return mesh
}

// Nobody reaches into the line from the camera to the part of the stage that stays in sight: from before the dancers'
// feet to behind Adilet [m]. How far somebody at `foot` who reaches `tall` stands lower for that.
const SIGHT = /* glsl */ `
  const float CAST_X = 2.1, CAST_LEFT = -2.5, CAST_RIGHT = 3.6;
  float lowered(vec3 foot, float tall) {
    float toCast = cameraPosition.x - CAST_X;
    float share = (cameraPosition.x - foot.x) / max(0.01, toCast);
    if (share < 0.02 || toCast < 1.0) return 0.0;
    float across = cameraPosition.y + (foot.y - cameraPosition.y) / share;
    float isBefore = smoothstep(CAST_LEFT - 0.7, CAST_LEFT, across) * smoothstep(CAST_RIGHT + 0.7, CAST_RIGHT, across);
    return isBefore * max(0.0, foot.z + tall - cameraPosition.z * (1.0 - share));
  }`

const PEOPLE_VERTEX = /* glsl */ `
  ${SIGHT}
  attribute float part;
  attribute float seed;
  uniform float beat;
  uniform float hands;
  uniform float bounce;
  varying vec3 vNormalWorld;
  varying vec3 vWorld;
  void main() {
    vec3 p = position;
    vec3 n = normal;
    float phase = beat + 0.12 * seed;
    if (part != 0.0) {
      // Arms turn about the shoulder: down at the side, or up and waving once a bar.
      float isUp = step(1.0 - hands, fract(seed * 7.13 + (part > 0.0 ? 0.0 : 0.31)));
      float wave = 0.28 * sin(6.2832 * phase / 4.0 + seed * 1.5);
      float angle = mix(0.12, 2.85 + wave * part + 0.14 * abs(sin(3.1416 * phase)), isUp) * part;
      vec3 shoulder = vec3(0.0, 0.22 * part, 1.4);
      vec3 d = p - shoulder;
      angle += part * isUp * (0.45 + 0.35 * seed) * max(0.0, -d.z - 0.12); // a bent elbow
      float c = cos(angle), s = sin(angle);
      p = shoulder + vec3(d.x, c * d.y - s * d.z, s * d.y + c * d.z);
      n = vec3(n.x, c * n.y - s * n.z, s * n.y + c * n.z);
    }
    p.z += bounce * (0.4 + seed) * abs(sin(3.1416 * phase));
    p.y += 0.03 * sin(6.2832 * phase / 4.0 + 6.28 * seed);
    vec4 world = modelMatrix * instanceMatrix * vec4(p, 1.0);
    // Whoever stands right before the camera ducks.
    vec4 foot = modelMatrix * instanceMatrix * vec4(0.0, 0.0, 0.0, 1.0);
    world.z -= 3.0 * smoothstep(2.6, 1.9, distance(foot.xy, cameraPosition.xy));
    world.z -= lowered(foot.xyz, mix(1.85, 2.2, hands));
    vNormalWorld = n;
    vWorld = world.xyz;
    gl_Position = projectionMatrix * viewMatrix * world;
  }`

const PEOPLE_FRAGMENT = /* glsl */ `
  uniform vec3 rim;
  varying vec3 vNormalWorld;
  varying vec3 vWorld;
  void main() {
    vec3 n = normalize(vNormalWorld);
    vec3 toEye = normalize(cameraPosition - vWorld);
    float edge = pow(1.0 - abs(dot(n, toEye)), 2.0);
    float fromStage = clamp(-n.x * 0.6 + n.z * 0.5, 0.0, 1.0);
    float near = exp(-0.12 * max(0.0, vWorld.x - 4.0));
    gl_FragColor = vec4(vec3(0.002, 0.0024, 0.0035) + rim * (0.05 * fromStage + 0.9 * edge * fromStage) * near, 1.0);
    #include <tonemapping_fragment>
    #include <colorspace_fragment>
  }`

const PHONE_VERTEX = /* glsl */ `
  ${SIGHT}
  attribute float seed;
  uniform float beat;
  varying vec2 vUv;
  varying float vSeed;
  void main() {
    vUv = uv;
    vSeed = seed;
    vec4 world = modelMatrix * instanceMatrix * vec4(0.0, 0.0, 0.0, 1.0);
    world.y += 0.16 * sin(6.2832 * beat / 4.0 + seed * 2.0);
    world.z += 0.05 * sin(6.2832 * beat / 2.0 + seed * 9.0);
    world.z -= lowered(world.xyz, 0.2);
    vec4 view = viewMatrix * world;
    view.xy += position.xy;
    gl_Position = projectionMatrix * view;
  }`

const PHONE_FRAGMENT = /* glsl */ `
  uniform float strength;
  varying vec2 vUv;
  varying float vSeed;
  void main() {
    float d = length(vUv - 0.5);
    float core = smoothstep(0.14, 0.05, d) * 1.3 + 0.22 * exp(-d * 9.0) * smoothstep(0.5, 0.3, d);
    float isOn = step(1.0 - strength, fract(vSeed * 41.7));
    gl_FragColor = vec4(vec3(0.92, 0.96, 1.0) * core * isOn, 1.0);
    #include <tonemapping_fragment>
    #include <colorspace_fragment>
  }`
