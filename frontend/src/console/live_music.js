/**
 * The music of the stage as it sounds now, in the words that the replay's stage understands: beats, sections, levels.
 *
 * A replay knows the whole mix; here only now is known, so the past is one section and the present another.
 */

const ENERGY = { intro: 0.3, verse: 0.5, build: 0.7, drop: 1, break: 0.35, outro: 0.4 };
const ALWAYS_BEATS = 1e9;
const PHRASE_BARS = 8;
const WAVE_RATE_HZ = 10;

export class LiveMusic {
  /** @param {{music: function, age: function}} source the newest view of the music, and its age [s] */
  constructor(source) {
    this.source = source;
    this.first_downbeat = 0;
    this.phrases = [];
    this.sections = [{ start_beat: -ALWAYS_BEATS, end_beat: ALWAYS_BEATS, label: "intro", energy: 0.3, track: 0 }];
    this.levels = { typical: 0.7 };
    this.waves = { master: new Uint8Array(0), rate: WAVE_RATE_HZ };
    this.now_s = 0; // mix time of the frame that is drawn
  }

  get view() {
    return this.source.music();
  }

  get perBar() {
    return this.view.beats_per_bar || 4;
  }

  get isSounding() {
    return this.view.source !== "none";
  }

  /** To be called once a frame; gives the mix time that the frame shows. */
  tick() {
    const { view } = this;
    const label = this.isSounding && view.section in ENERGY ? view.section : "intro";
    const last = this.sections.at(-1);
    if (label !== last.label) {
      const past = { ...last, end_beat: view.beat };
      this.sections = [past, { start_beat: view.beat, end_beat: ALWAYS_BEATS, label, energy: ENERGY[label], track: 0 }];
    }
    this.now_s = view.mix_s + (view.tempo_bpm > 0 ? Math.min(1, this.source.age()) : 0);
    return this.now_s;
  }

  beatAt(t) {
    return this.view.beat + ((t - this.view.mix_s) * this.view.tempo_bpm) / 60;
  }

  tempoAt() {
    return this.view.tempo_bpm || 60;
  }

  barAt(beat) {
    return beat / this.perBar;
  }

  sectionIndexAt() {
    return this.sections.length - 1;
  }

  phraseAt(beat) {
    const length = PHRASE_BARS * this.perBar;
    const left = this.view.bars_to_phrase;
    const end = left === null ? (Math.floor(beat / length) + 1) * length : this.view.beat + left * this.perBar;
    return { index: Math.round(end / length) - 1, start: end - length, end };
  }

  nextDrop() {
    return null;
  }

  energyAt() {
    return this.isSounding ? this.sections.at(-1).energy : 0;
  }

  levelAt() {
    return this.isSounding ? this.view.level : 0;
  }

  stopAt() {
    return 0;
  }

  /** Which deck plays is not told to consoles: the leading one turns. */
  playOn(deck) {
    return this.isSounding && deck === "A" ? {} : null;
  }

  controlAt(_deck, control) {
    return control === "filter" ? 0 : 1;
  }

  leaderAt() {
    return { title: this.isSounding ? this.view.title : "", artist: this.view.artist };
  }
}
