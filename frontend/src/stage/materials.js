// What robots are made of: lacquer, metal, lines of light, and the coat of a snow leopard.
import { Color, DoubleSide, MeshPhysicalMaterial } from 'three'

/** Lacquer with lines of light where the geometry's `stripe` attribute says so (stripes.js). */
export function lacquer({ color, roughness, metalness, accent, coat = 1 }) {
  const material = new MeshPhysicalMaterial({
    side: DoubleSide, // decimation left some triangles facing inwards
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
      .replace('#include <common>', '#include <common>\nattribute vec3 stripe;\nvarying vec3 vStripe;')
      .replace('#include <begin_vertex>', '#include <begin_vertex>\nvStripe = stripe;')
    shader.fragmentShader = shader.fragmentShader
      .replace(
        '#include <common>',
        '#include <common>\nvarying vec3 vStripe;\nuniform vec3 lineColor;\nuniform float lineGlow;',
      )
      .replace(
        '#include <emissivemap_fragment>',
        `#include <emissivemap_fragment>
        float across = abs(vStripe.x - abs(vStripe.z));
        float soft = max(fwidth(vStripe.x) + fwidth(vStripe.z), 0.0012);
        float facing = vStripe.y * step(abs(vStripe.z), 0.066);
        float onLine = smoothstep(0.0055 + soft, 0.0055 - soft * 0.5, across) * smoothstep(0.3, 0.5, facing);
        float groove = smoothstep(0.012 + soft, 0.009, across) * smoothstep(0.2, 0.4, facing);
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
    side: DoubleSide,
    color: '#c3c5c4',
    roughness: 0.55,
    metalness: 0.1,
    clearcoat: 0.5,
    clearcoatRoughness: 0.38,
    envMapIntensity: 0.9,
  })
  material.userData.uniforms = { lineColor: { value: new Color(accent) }, lineGlow: { value: 1 } }
  material.onBeforeCompile = (shader) => {
    shader.vertexShader = shader.vertexShader
      .replace('#include <common>', '#include <common>\nattribute vec3 coat;\nvarying vec3 vCoat;\nvarying vec3 vFacing;')
      .replace('#include <begin_vertex>', '#include <begin_vertex>\nvCoat = coat;\nvFacing = normal;')
    shader.fragmentShader = shader.fragmentShader
      .replace('#include <common>', `#include <common>\nvarying vec3 vCoat;\nvarying vec3 vFacing;\n${ROSETTES}`)
      .replace(
        '#include <color_fragment>',
        `#include <color_fragment>
        float mark = rosette(vCoat, vFacing);
        vec3 fur = mix(diffuseColor.rgb, diffuseColor.rgb * vec3(0.80, 0.78, 0.74), 0.6 * smoothstep(-0.1, 0.1, sin(vCoat.x * 9.0)));
        diffuseColor.rgb = mix(fur, vec3(0.018, 0.02, 0.026), mark);`,
      )
  }
  material.customProgramCacheKey = () => 'leopard'
  return material
}

// A snow leopard wears open rosettes on its flanks and small full spots on its legs. The trunk is unrolled
// round its long axis (its ends lie flat), so that a rosette is a ring on the surface and not a slice through a ball.
const ROSETTES = /* glsl */ `
  vec2 chance(vec2 cell, float plane) {
    vec3 p = vec3(cell, plane);
    return fract(sin(vec2(dot(p, vec3(127.1, 311.7, 74.7)), dot(p, vec3(269.5, 183.3, 246.1)))) * 43758.5453);
  }
  float rosette(vec3 where, vec3 facing) {
    vec3 a = abs(facing);
    float plane = a.x > a.y && a.x > a.z ? 0.0 : a.y > a.z ? 1.0 : 2.0;
    vec2 flat2 = plane < 0.5 ? where.yz : plane < 1.5 ? where.xz : where.xy;
    float isLeg = smoothstep(-0.09, -0.13, where.z);
    if (isLeg < 0.5) {
      plane = a.x > 0.88 ? 0.0 : 3.0;
      flat2 = plane < 0.5 ? where.yz : vec2(where.x, 0.135 * atan(where.y, where.z + 0.03));
    }
    vec2 p = flat2 / mix(0.066, 0.04, step(0.5, isLeg));
    p.x += 0.5 * mod(floor(p.y), 2.0);
    vec2 cell = floor(p);
    vec2 seed = chance(cell, plane);
    vec2 from = p - cell - 0.5 - 0.16 * (seed - 0.5);
    from *= vec2(1.0, 1.18);
    float d = length(from);
    float around = atan(from.y, from.x) + 6.28 * seed.x;
    float radius = 0.29 + 0.05 * seed.y + 0.03 * sin(3.0 * around) + 0.018 * sin(7.0 * around + 9.0 * seed.y);
    float soft = clamp(fwidth(d), 0.008, 0.2);
    float thick = 0.08 + 0.02 * sin(4.0 * around + 5.0 * seed.y);
    float ring = smoothstep(thick + soft, thick - soft, abs(d - radius));
    float gaps = smoothstep(-0.97, -0.8, sin(2.5 * around + 20.0 * seed.y));
    float inside = 0.3 * smoothstep(radius, radius - 0.08, d);
    float dot1 = smoothstep(0.2 + 0.08 * seed.y + soft, 0.18 + 0.08 * seed.y - soft, d);
    return clamp(mix(ring * gaps + inside, dot1, step(0.5, isLeg)), 0.0, 1.0);
  }`
