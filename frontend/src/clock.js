/**
 * The one clock: the sound. Everything seen is a function of its time, nothing counts frames.
 *
 * `currentTime` of a media element is what is *heard* (browsers subtract the output's latency), but some step it
 * coarsely; between steps it is carried on by the computer's clock and pulled back gently.
 */
export class Clock {
  constructor(url) {
    this.audio = new Audio(url);
    this.audio.preload = "auto";
    this.audio.preservesPitch = true;
    this.loop = null; // [from_s, to_s]
    this.anchor = { mix: 0, host: 0 };
  }

  get isPlaying() {
    return !this.audio.paused && !this.audio.ended;
  }

  get rate() {
    return this.audio.playbackRate;
  }

  set rate(value) {
    this.audio.playbackRate = value;
    this.reanchor();
  }

  /** Mix time [s] of what is heard now. */
  now() {
    const media = this.audio.currentTime;
    const host = performance.now() / 1000;
    if (!this.isPlaying || this.audio.seeking) {
      this.anchor = { mix: media, host };
      return media;
    }
    if (this.loop && media >= this.loop[1]) {
      this.seek(this.loop[0]);
      return this.loop[0];
    }
    const guess = this.anchor.mix + (host - this.anchor.host) * this.rate;
    const off = media - guess;
    const mix = Math.abs(off) > 0.12 ? media : guess + off * 0.08;
    this.anchor = { mix, host };
    return mix;
  }

  reanchor() {
    this.anchor = { mix: this.audio.currentTime, host: performance.now() / 1000 };
  }

  seek(t) {
    this.audio.currentTime = Math.max(0, Math.min(t, (this.audio.duration || t + 1) - 0.01));
    this.reanchor();
  }

  async play() {
    this.reanchor();
    try {
      await this.audio.play();
    } catch (error) {
      if (error.name !== "AbortError") throw error; // whoever pauses at once meant it
    }
    this.reanchor();
  }

  pause() {
    this.audio.pause();
    this.reanchor();
  }
}
