/** The map of the mix: seconds ⇄ beats, and what is going on at an instant. Pure functions of mix time. */

const clamp = (x, a, b) => Math.min(b, Math.max(a, x));

/** Index of the last entry ≤ x in an increasing array, −1 before the first. */
export function lastBefore(values, x) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export class Music {
  constructor(music) {
    Object.assign(this, music);
    this.perBar = music.beats_per_bar;
    this.bars_s = this.beats_s.filter((_, i) => i >= this.first_downbeat && (i - this.first_downbeat) % this.perBar === 0);
    const ends = new Set([...this.phrases_beats, ...this.sections.map((s) => s.start_beat)]);
    this.phrases = [...ends].sort((a, b) => a - b);
    this.levels = smoothLevels(this.waves.master, this.waves.rate);
    this.stops = findStops(this.waves.master, this.waves.rate, this.levels.typical);
    this.courses = {};
    for (const course of this.automation) this.courses[`${course.deck}.${course.control}`] = course;
  }

  beatAt(t) {
    const b = this.beats_s;
    const i = clamp(lastBefore(b, t), 0, b.length - 2);
    return i + (t - b[i]) / (b[i + 1] - b[i]);
  }

  timeAt(beat) {
    const b = this.beats_s;
    const i = clamp(Math.floor(beat), 0, b.length - 2);
    return b[i] + (beat - i) * (b[i + 1] - b[i]);
  }

  tempoAt(beat) {
    const i = clamp(Math.floor(beat), 0, this.beats_s.length - 2);
    return 60 / (this.beats_s[i + 1] - this.beats_s[i]);
  }

  /** Bars since the first downbeat, as a number with fraction. */
  barAt(beat) {
    return (beat - this.first_downbeat) / this.perBar;
  }

  sectionIndexAt(beat) {
    const i = this.sections.findIndex((s) => beat < s.end_beat);
    return i < 0 ? this.sections.length - 1 : i;
  }

  /** Start and end [beats] of the phrase around a beat, and its number. */
  phraseAt(beat) {
    const i = lastBefore(this.phrases, beat);
    const start = i < 0 ? Math.min(0, beat) : this.phrases[i];
    const last = this.beatAt(this.duration_s);
    return { index: i, start, end: i + 1 < this.phrases.length ? this.phrases[i + 1] : last };
  }

  /** The next drop after a beat, or null. */
  nextDrop(beat) {
    const found = this.sections.find((s, i) => s.label === "drop" && s.start_beat > beat && this.sections[i - 1]?.label !== "drop");
    return found ? found.start_beat : null;
  }

  energyAt(beat) {
    if (!this.energy.length) return 0.5;
    const x = clamp(this.barAt(beat), 0, this.energy.length - 1);
    return this.energy[Math.floor(x)];
  }

  /** Loudness of the mix at an instant, 0 to 1: quick up, slow down, so that a light may follow it. */
  levelAt(t) {
    const x = t * this.waves.rate;
    const i = clamp(Math.floor(x), 0, this.levels.length - 2);
    const u = clamp(x - i, 0, 1);
    return (this.levels[i] * (1 - u) + this.levels[i + 1] * u) || 0;
  }

  /** 1 while the music stops for a moment (the breath before a drop), 0 else, with soft edges. */
  stopAt(t) {
    for (const [from, to] of this.stops) {
      if (t < from - 0.05) return 0;
      if (t < to + 0.02) return clamp((t - from + 0.05) / 0.12, 0, 1) * clamp((to + 0.02 - t) / 0.06, 0, 1);
    }
    return 0;
  }

  /** Where a control of a deck stands at a beat; at rest fader 1, bands 1, filter 0. */
  controlAt(deck, control, beat) {
    const course = this.courses[`${deck}.${control}`];
    if (!course) return control === "filter" ? 0 : 1;
    const i = lastBefore(course.beats, beat);
    if (i < 0) return course.values[0];
    if (i >= course.beats.length - 1) return course.values[course.values.length - 1];
    const span = course.beats[i + 1] - course.beats[i];
    const u = span > 0 ? (beat - course.beats[i]) / span : 1;
    return course.values[i] * (1 - u) + course.values[i + 1] * u;
  }

  /** The play on a deck at a beat, or null. */
  playOn(deck, beat) {
    return this.plays.find((p) => p.deck === deck && beat >= p.from_beat && beat < p.to_beat) ?? null;
  }

  /** How much of the bass a deck has at a beat, 0 to 1. */
  bassOf(deck, beat) {
    if (!this.playOn(deck, beat)) return 0;
    return this.controlAt(deck, "low", beat) * this.controlAt(deck, "fader", beat);
  }

  transitionAt(beat) {
    return this.transitions.find((t) => beat >= t.start_beat && beat < t.end_beat) ?? null;
  }

  /** The track that leads at a beat: that of the section, else of the newest play. */
  leaderAt(beat) {
    const section = this.sections[this.sectionIndexAt(beat)];
    return this.tracks[section?.track ?? 0] ?? this.tracks[0];
  }
}

function smoothLevels(wave, rate) {
  const out = new Float32Array(wave.length);
  const fall = Math.exp(-1 / (0.18 * rate));
  const rise = 1 - Math.exp(-1 / (0.02 * rate));
  let level = 0;
  for (let i = 0; i < wave.length; i++) {
    const x = wave[i] / 255;
    level = x > level ? level + (x - level) * rise : x + (level - x) * fall;
    out[i] = level;
  }
  const sorted = Float32Array.from(out).sort();
  out.typical = sorted[Math.floor(sorted.length * 0.9)] || 1;
  return out;
}

const STOPS_PER_MINUTE = 8; // more of them are not stops but the way the music goes

/** Silences of 0.2 to 3 s in the middle of loud music: [from, to] in seconds, at least two seconds apart. */
function findStops(wave, rate, typical) {
  const stops = [];
  const quiet = 0.12 * typical * 255;
  let from = -1;
  for (let i = 0; i <= wave.length; i++) {
    if (i < wave.length && wave[i] < quiet) {
      if (from < 0) from = i;
      continue;
    }
    const length = (i - from) / rate;
    const inside = from > 2 * rate && i < wave.length - 2 * rate;
    const spaced = !stops.length || from / rate - stops[stops.length - 1][1] > 2;
    if (from >= 0 && length >= 0.2 && length <= 3 && inside && spaced) stops.push([from / rate, i / rate]);
    from = -1;
  }
  return stops.length > (STOPS_PER_MINUTE * wave.length) / rate / 60 ? [] : stops;
}
