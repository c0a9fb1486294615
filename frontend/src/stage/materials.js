// What robots are made of: lacquer, metal, lines of light, and the coat of a snow leopard.
import { Color, MeshPhysicalMaterial } from 'three'

/** Lacquer with lines of light where the geometry's `stripe` attribute (distance [m], facing) says so. */
export function lacquer({ color, roughness, metalness, accent, coat = 1 }) {
  const material = new MeshPhysicalMaterial({
    color,
    roughness,
    metalness,
    clearcoat: coat,
    clearcoatRoughness: 0.26,
    envMapIntensity: 0.9,
  })
  const uniforms = { lineColor: { value: new Color(accent) }, lineGlow: { value: 1.6 } }
  material.userData.uniforms = uniforms
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, uniforms)
    shader.vertexShader = shader.vertexShader
      .replace('#include <common>', '#include <common>\nattribute vec2 stripe;\nvarying vec2 vStripe;')
      .replace('#include <begin_vertex>', '#include <begin_vertex>\nvStripe = stripe;')
    shader.fragmentShader = shader.fragmentShader
      .replace(
        '#include <common>',
        '#include <common>\nvarying vec2 vStripe;\nuniform vec3 lineColor;\nuniform float lineGlow;',
      )
      .replace(
        '#include <emissivemap_fragment>',
        `#include <emissivemap_fragment>
        float across = abs(vStripe.x);
        float soft = max(fwidth(vStripe.x), 0.0012);
        float onLine = smoothstep(0.0055 + soft, 0.0055 - soft * 0.5, across) * smoothstep(0.3, 0.5, vStripe.y);
        float groove = smoothstep(0.012 + soft, 0.009, across) * smoothstep(0.2, 0.4, vStripe.y);
        diffuseColor.rgb *= 1.0 - 0.85 * groove;
        totalEmissiveRadiance += lineColor * lineGlow * onLine;`,
      )
  }
  material.customProgramCacheKey = () => 'lacquer'
  return material
}

/** A snow leopard's coat as lacquer: rosettes from cellular noise over the body's own geometry. */
export function leopard({ accent }) {
  const material = new MeshPhysicalMaterial({
    color: '#b4b8ba',
    roughness: 0.45,
    metalness: 0.15,
    clearcoat: 0.5,
    clearcoatRoughness: 0.18,
    envMapIntensity: 0.9,
  })
  material.userData.uniforms = { lineColor: { value: new Color(accent) }, lineGlow: { value: 1 } }
  material.onBeforeCompile = (shader) => {
    shader.vertexShader = shader.vertexShader
      .replace('#include <common>', '#include <common>\nattribute vec3 coat;\nvarying vec3 vCoat;')
      .replace('#include <begin_vertex>', '#include <begin_vertex>\nvCoat = coat;')
    shader.fragmentShader = shader.fragmentShader
      .replace('#include <common>', `#include <common>\nvarying vec3 vCoat;\n${ROSETTES}`)
      .replace(
        '#include <color_fragment>',
        `#include <color_fragment>
        float mark = rosette(vCoat);
        vec3 fur = mix(diffuseColor.rgb, diffuseColor.rgb * vec3(0.80, 0.78, 0.74), 0.6 * smoothstep(-0.1, 0.1, sin(vCoat.x * 9.0)));
        diffuseColor.rgb = mix(fur, vec3(0.018, 0.02, 0.026), mark);`,
      )
  }
  material.customProgramCacheKey = () => 'leopard'
  return material
}

const ROSETTES = /* glsl */ `
  vec3 hash3(vec3 p) {
    p = vec3(dot(p, vec3(127.1, 311.7, 74.7)), dot(p, vec3(269.5, 183.3, 246.1)), dot(p, vec3(113.5, 271.9, 124.6)));
    return fract(sin(p) * 43758.5453);
  }
  float rosette(vec3 where) {
    vec3 p = where / 0.047;
    vec3 cell = floor(p);
    vec3 inside = p - cell;
    float nearest = 9.0;
    vec3 away = vec3(0.0);
    vec3 id = vec3(0.0);
    for (int x = -1; x <= 1; x++) for (int y = -1; y <= 1; y++) for (int z = -1; z <= 1; z++) {
      vec3 step = vec3(float(x), float(y), float(z));
      vec3 seed = hash3(cell + step);
      vec3 to = step + 0.2 + 0.6 * seed - inside;
      float d = dot(to, to);
      if (d < nearest) { nearest = d; away = to; id = seed; }
    }
    float d = sqrt(nearest);
    float around = atan(away.y + away.z, away.x - away.z);
    float wobble = 0.045 * sin(around * 3.0 + id.x * 20.0) + 0.025 * sin(around * 5.0 + id.y * 20.0);
    float radius = 0.30 + 0.10 * id.z + wobble;
    float soft = max(fwidth(d), 0.02);
    float ring = smoothstep(0.10 + soft, 0.06, abs(d - radius));
    float gaps = smoothstep(-0.55, -0.2, sin(around * 3.0 + id.y * 30.0));
    float spot = id.x > 0.82 ? smoothstep(0.2, 0.14, d) : 0.0;
    return clamp(ring * gaps + spot + 0.16 * smoothstep(radius, radius - 0.1, d), 0.0, 1.0);
  }`
