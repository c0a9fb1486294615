/**
 * The light plot: what every lamp does at an instant of the music. A pure function of mix time, no timer.
 *
 * Colour and width come from the section, movement from the bar, a small accent from the beat, darkness from the
 * stops. Nothing flashes more than three times a second: beat accents are soft, and halved above 170 BPM.
 */
import * as THREE from "three";

const plot = (key, rim, beam, wall, look) => ({ key: new THREE.Color(key), rim: new THREE.Color(rim), beam: new THREE.Color(beam), wall: new THREE.Color(wall), ...look });

// keyLevel: front light; beams: power; spread: how far beams open (0 narrow, 1 wide); haze; crowd: arms up.
export const LOOKS = {
  intro: plot("#9fc4ff", "#1b6cff", "#1f8fe0", "#0aa5c8", { keyLevel: 0.55, beams: 0.35, spread: 0.35, haze: 0.5, crowd: 0.1, phones: 0.5, wallLevel: 0.5 }),
  verse: plot("#d9e8ff", "#00afca", "#00afca", "#2f7bff", { keyLevel: 0.85, beams: 0.55, spread: 0.55, haze: 0.6, crowd: 0.35, phones: 0.3, wallLevel: 0.7 }),
  build: plot("#e8d8ff", "#8a4dff", "#b04dff", "#ff4f9a", { keyLevel: 0.7, beams: 0.8, spread: 0.25, haze: 0.8, crowd: 0.55, phones: 0.2, wallLevel: 0.85 }),
  drop: plot("#fff1d6", "#00c8e6", "#fec50c", "#fec50c", { keyLevel: 1.25, beams: 1.0, spread: 1.0, haze: 1.0, crowd: 1.0, phones: 0.25, wallLevel: 0.86 }),
  break: plot("#ffe2b8", "#3a3aa8", "#5a4bd0", "#3a2a8a", { keyLevel: 1.0, beams: 0.12, spread: 0.15, haze: 0.55, crowd: 0.15, phones: 1.0, wallLevel: 0.4 }),
  outro: plot("#ffd7c2", "#7a4dff", "#ff7a59", "#a04dd8", { keyLevel: 0.7, beams: 0.4, spread: 0.5, haze: 0.6, crowd: 0.3, phones: 0.8, wallLevel: 0.6 }),
};

const NUMBERS = ["keyLevel", "beams", "spread", "haze", "crowd", "phones", "wallLevel"];
const COLORS = ["key", "rim", "beam", "wall"];
// For each track, how far cool and warm colours turn round the wheel: sky and gold, violet and amber, teal and rose, blue and gold, pink and gold.
const TINTS = [[0, 0], [0.22, -0.055], [-0.05, -0.2], [0.11, -0.02], [0.36, 0]];
const smooth = (x) => x * x * (3 - 2 * x);

const spare = new THREE.Color();
const hsl = { h: 0, s: 0, l: 0 };
function swapColors(a, b) {
  spare.copy(a);
  a.copy(b);
  b.copy(spare);
}

export class LightPlot {
  constructor(music) {
    this.music = music;
    this.isCalm = false;
    this.state = { key: new THREE.Color(), rim: new THREE.Color(), beam: new THREE.Color(), wall: new THREE.Color() };
  }

  /** What every lamp does at mix time t; the object is reused from call to call. */
  at(t) {
    const { music, state } = this;
    const beat = music.beatAt(t);
    const index = music.sectionIndexAt(beat);
    const section = music.sections[index];
    const look = LOOKS[section?.label] ?? LOOKS.verse;
    const before = LOOKS[music.sections[index - 1]?.label] ?? look;
    // A drop opens at once, everything else turns over two beats.
    const beatsIn = section ? beat - section.start_beat : 99;
    const turn = section?.label === "drop" ? 1 : smooth(Math.min(1, Math.max(0, beatsIn / 2)));
    for (const c of COLORS) state[c].lerpColors(before[c], look[c], turn);
    for (const n of NUMBERS) state[n] = before[n] + (look[n] - before[n]) * turn;

    // Each track has its own tint of the section's colours, and phrases take turns with who wears which.
    const [cool, warm] = TINTS[(section?.track ?? 0) % TINTS.length];
    for (const c of ["rim", "beam", "wall"]) {
      const { h } = state[c].getHSL(hsl);
      state[c].offsetHSL(h < 0.25 || h > 0.9 ? warm : cool, 0, 0);
    }
    if (Math.max(0, music.phraseAt(beat).index) % 2) swapColors(state.rim, state.beam);

    const progress = section ? Math.min(1, Math.max(0, beatsIn / (section.end_beat - section.start_beat))) : 0;
    if (section?.label === "build") {
      state.beams *= 0.5 + progress;
      state.spread *= 1 - 0.85 * progress;
      state.wallLevel *= 0.7 + 0.6 * progress;
      state.crowd *= 0.6 + 0.8 * progress;
    }
    const halved = music.tempoAt(beat) > 170 ? 0.5 : 1;
    const phase = (((beat * halved) % 1) + 1) % 1;
    const pulse = Math.exp(-4.5 * phase);
    state.pulse = this.isCalm ? 0.25 : pulse * (0.25 + 0.75 * music.energyAt(beat));
    state.stop = music.stopAt(t);
    state.dark = 1 - 0.93 * state.stop;
    state.opening = section?.label === "drop" && !this.isCalm ? Math.exp(-Math.max(0, beatsIn) / 2.5) : 0;
    state.level = music.levelAt(t) / music.levels.typical;
    state.t = t;
    state.beat = beat;
    state.bar = music.barAt(beat);
    state.phrase = music.phraseAt(beat).index;
    state.progress = progress;
    state.label = section?.label ?? "verse";
    state.energy = music.energyAt(beat);
    return state;
  }
}
