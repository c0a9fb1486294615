/** The LED wall: the music as a horizon, an ornament that turns by phrase, the title, the count to the drop. */
import * as THREE from "three";
import { drawBorder, drawRosette, maskCanvas } from "./ornament.js";

const WAVE_SAMPLES = 512;
const WAVE_SPAN_S = 6;
const NUMBERS = ["level", "pulse", "turn", "bar", "opening", "energy", "count", "stopped"];

const VERTEX = "varying vec2 vUv; void main() { vUv = uv; gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }";
const FRAGMENT = /* glsl */ `
  uniform sampler2D rosette, border, words, wave;
  uniform vec3 colorA, colorB;
  uniform float level, pulse, turn, bar, opening, energy, aspect, count, stopped;
  varying vec2 vUv;
  float mask(sampler2D image, vec2 uv) {
    vec2 inside = step(vec2(0.0), uv) * step(uv, vec2(1.0));
    return texture2D(image, uv).r * inside.x * inside.y;
  }
  vec2 rotated(vec2 p, float a) { return mat2(cos(a), -sin(a), sin(a), cos(a)) * p; }
  void main() {
    vec2 p = (vUv - vec2(0.5, 0.55)) * vec2(aspect, 1.0);
    float r = length(p), angle = atan(p.y, p.x);
    vec3 color = colorA * (0.025 + 0.10 * smoothstep(0.8, 0.0, length(p * vec2(0.5, 1.0))));
    // The sun behind the desk: rays and two rosettes that turn against each other.
    float rays = smoothstep(0.3, 1.0, cos(angle * 32.0 + turn * 2.0)) * smoothstep(1.0, 0.40, r) * smoothstep(0.36, 0.46, r);
    color += mix(colorA, colorB, 0.5) * rays * (0.06 + 0.16 * energy + 0.5 * opening);
    float big = mask(rosette, rotated(p, turn * 0.5) / (0.92 + 0.04 * pulse) + 0.5);
    float inner = mask(rosette, rotated(p, -turn * 0.75) / (0.44 + 0.03 * pulse) + 0.5);
    color += colorB * big * (0.30 + 0.40 * energy + 0.30 * pulse) + colorA * inner * (0.40 + 0.45 * pulse);
    vec2 side = vec2(abs(p.x) - aspect * 0.36, p.y + 0.03);
    color += colorA * mask(rosette, rotated(side, turn * sign(p.x)) / (0.42 + 0.02 * pulse) + 0.5) * (0.20 + 0.35 * energy);
    // The horizon: six seconds of the mix around now, mirrored.
    float column = floor(vUv.x * 192.0) / 192.0;
    float h = texture2D(wave, vec2(column, 0.5)).r;
    float y = abs(vUv.y - 0.20) * 6.6;
    float bars = step(y, h * 0.9 + 0.012) * step(0.25, fract(vUv.x * 192.0));
    float here = exp(-pow((vUv.x - 0.5) * 22.0, 2.0));
    color += mix(colorA * 0.7, mix(colorB, vec3(1.0), 0.3), here) * bars * (0.45 + 0.9 * here) * (1.0 - 0.6 * y / max(h, 0.05));
    // Borders of horns, above and below, drifting with the bars.
    float edge = 0.07;
    if (vUv.y > 1.0 - edge || vUv.y < edge) {
      vec2 b = vec2(vUv.x * 4.0 + (vUv.y > 0.5 ? 0.03 : -0.03) * bar, vUv.y > 0.5 ? (vUv.y - 1.0 + edge) / edge : vUv.y / edge);
      color += mix(colorB, colorA, 0.4) * texture2D(border, fract(b)).r * (0.30 + 0.3 * pulse);
    }
    vec4 text = texture2D(words, vUv);
    color = mix(color, color * 0.2, text.a * 0.9) + text.rgb * text.a * mix(0.95, 1.5, count);
    color *= level * (1.0 - 0.96 * stopped);
    // The diodes, where they are large enough to be seen.
    vec2 at = vUv * vec2(aspect, 1.0) * 160.0;
    float blur = clamp(max(fwidth(at.x), fwidth(at.y)) * 1.6, 0.0, 1.0);
    vec2 from = abs(fract(at) - 0.5);
    color *= mix(0.35 + 0.95 * smoothstep(0.5, 0.26, max(from.x, from.y)), 0.82, blur);
    vec2 panel = abs(fract(vUv * vec2(12.0, 5.0)) - 0.5);
    color *= 1.0 - 0.35 * smoothstep(0.488, 0.5, max(panel.x, panel.y));
    gl_FragColor = vec4(color * 1.35, 1.0);
    #include <tonemapping_fragment>
    #include <colorspace_fragment>
  }`;

export class Wall {
  constructor(music, stage) {
    this.music = music;
    this.width = Math.min(11, Math.max(8.4, stage.half_extent[1] * 2 + 1.4));
    this.height = this.width / 2.6;
    this.x = stage.riser[0] - stage.riser[2] - 0.8;
    this.canvas = document.createElement("canvas");
    this.canvas.width = 2048;
    this.canvas.height = Math.round(2048 / 2.6);
    this.words = new THREE.CanvasTexture(this.canvas);
    this.words.colorSpace = THREE.SRGBColorSpace;
    this.waveData = new Uint8Array(WAVE_SAMPLES);
    this.wave = new THREE.DataTexture(this.waveData, WAVE_SAMPLES, 1, THREE.RedFormat);
    const mask = (w, h, draw) => {
      const texture = new THREE.CanvasTexture(maskCanvas(w, h, draw));
      texture.anisotropy = 4;
      return texture;
    };
    const border = mask(1024, 96, (pen) => drawBorder(pen, 1024, 96, 12));
    border.wrapS = THREE.RepeatWrapping;
    this.uniforms = {
      rosette: { value: mask(1024, 1024, (pen) => drawRosette(pen, 1024)) },
      border: { value: border },
      words: { value: this.words },
      wave: { value: this.wave },
      colorA: { value: new THREE.Color() },
      colorB: { value: new THREE.Color() },
      aspect: { value: this.width / this.height },
    };
    for (const name of NUMBERS) this.uniforms[name] = { value: 0 };
    const material = new THREE.ShaderMaterial({ uniforms: this.uniforms, vertexShader: VERTEX, fragmentShader: FRAGMENT });
    this.mesh = new THREE.Mesh(new THREE.PlaneGeometry(this.width, this.height), material);
    this.mesh.quaternion.set(0.5, 0.5, 0.5, 0.5); // upright, facing the audience (+x)
    this.mesh.position.set(this.x, 0, 0.3 + this.height / 2);
    this.shown = "";
  }

  /** `isBare`: without words, where the page's own title lies over it. */
  update(light, isBare) {
    const u = this.uniforms;
    u.colorA.value.copy(light.rim);
    u.colorB.value.copy(light.wall);
    u.level.value = light.wallLevel;
    u.pulse.value = light.pulse;
    // A turn each phrase, taken in its last bar, and a slow drift besides.
    const phrase = this.music.phraseAt(light.beat);
    const last = Math.min(1, Math.max(0, 1 - (phrase.end - light.beat) / this.music.perBar));
    u.turn.value = (phrase.index + last * last * (3 - 2 * last)) * (Math.PI / 8) + 0.01 * light.beat;
    u.bar.value = light.bar;
    u.opening.value = light.opening;
    u.energy.value = light.energy;
    u.stopped.value = light.stop;
    this.drawWave(light.t);
    this.drawWords(light, isBare);
  }

  drawWave(t) {
    const { master, rate } = this.music.waves;
    for (let i = 0; i < WAVE_SAMPLES; i++) {
      const k = Math.round((t + (i / (WAVE_SAMPLES - 1) - 0.5) * WAVE_SPAN_S) * rate);
      const x = k >= 0 && k < master.length ? master[k] / 255 : 0;
      this.waveData[i] = 255 * x * x * (0.3 + 0.7 * Math.exp(-(((i / WAVE_SAMPLES - 0.5) * 3) ** 2)));
    }
    this.wave.needsUpdate = true;
  }

  /** Title of the track that leads and, in the last eight bars before a drop, the count: bars, then beats. */
  drawWords(light, isBare) {
    const { music } = this;
    const drop = music.nextDrop(light.beat);
    const left = drop === null ? Infinity : drop - light.beat;
    const isBeats = left <= music.perBar;
    const bars = Math.ceil(left / music.perBar);
    const count = isBeats ? Math.ceil(left) : bars <= 8 ? bars : 0;
    const track = music.leaderAt(light.beat);
    const text = `${isBare}|${track?.title ?? ""}|${count}|${isBeats}`;
    this.uniforms.count.value = count && isBeats ? 1 : 0;
    if (text === this.shown) return;
    this.shown = text;
    const pen = this.canvas.getContext("2d");
    const { width, height } = this.canvas;
    pen.clearRect(0, 0, width, height);
    this.words.needsUpdate = true;
    if (isBare) return;
    pen.fillStyle = "#fff";
    pen.letterSpacing = "4px";
    pen.font = "700 50px Geologica, sans-serif";
    pen.textAlign = "left";
    pen.fillText((track?.title ?? "").toUpperCase(), 70, height * 0.895, 620);
    pen.textAlign = "right";
    pen.globalAlpha = 0.8;
    pen.font = "400 36px Geologica, sans-serif";
    pen.fillText((track?.artist ?? "").toUpperCase(), width - 70, height * 0.89, 620);
    pen.globalAlpha = 1;
    if (count) {
      // The count stands in the heart of the rosette.
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.font = `800 ${isBeats ? 300 : 170}px Geologica, sans-serif`;
      pen.fillText(String(count), width / 2, height * 0.46);
      pen.textBaseline = "alphabetic";
    }
  }
}
