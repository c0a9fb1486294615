/** Draws the two timelines: the whole show, and the lens around the playhead in which milliseconds are seen. */

export const DECK_COLORS = { A: [255, 79, 109], B: [138, 107, 255] };
export const SECTION_COLORS = { intro: "#2d6cdf", verse: "#00afca", build: "#b04dff", drop: "#fec50c", break: "#5a55c8", outro: "#ff7a59" };
export const FONT = "Geologica, sans-serif";

const rgba = ([r, g, b], a) => `rgba(${r},${g},${b},${a})`;

/** A canvas made sharp for the screen; returns its pen, scaled to CSS pixels. */
export function prepare(canvas, width, height) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}

const BAND = 15; // height of the row of sections

/** The whole show, without the playhead. */
export function drawOverview(canvas, width, height, music, words) {
  const pen = prepare(canvas, width, height);
  const x = (t) => (t / music.duration_s) * width;
  const xb = (beat) => x(music.timeAt(beat));
  const top = BAND + 5;
  const middle = top + (height - top - 4) / 2;
  const half = (height - top - 4) / 2 - 1;
  for (const t of music.transitions) {
    const [a, b] = [xb(t.start_beat), xb(t.end_beat)];
    pen.fillStyle = "rgba(255,255,255,0.07)";
    pen.beginPath();
    pen.roundRect(a, top - 1, Math.max(2, b - a), height - top, 4);
    pen.fill();
  }
  drawSections(pen, music, words, xb);
  for (const phrase of music.phrases) {
    pen.fillStyle = "rgba(255,255,255,0.13)";
    pen.fillRect(Math.round(xb(phrase)), top, 1, height - top - 2);
  }
  const columns = Math.floor(width / 2);
  for (const [deck, sign] of [["A", -1], ["B", 1]]) {
    const wave = music.waves[deck];
    for (let c = 0; c < columns; c++) {
      const t = ((c + 0.5) / columns) * music.duration_s;
      const beat = music.beatAt(t);
      const from = Math.floor((c / columns) * wave.length);
      const to = Math.max(from + 1, Math.floor(((c + 1) / columns) * wave.length));
      let peak = 0;
      for (let i = from; i < to && i < wave.length; i++) peak = Math.max(peak, wave[i]);
      if (peak < 2) continue;
      const h = Math.max(1, (peak / 255) * half);
      pen.fillStyle = rgba(DECK_COLORS[deck], 0.22 + 0.73 * music.bassOf(deck, beat));
      pen.fillRect(c * 2, sign < 0 ? middle - h - 0.5 : middle + 0.5, 1.35, h);
    }
  }
  for (const t of music.transitions) {
    const swap = xb(t.swap_beat);
    pen.fillStyle = "#fff";
    pen.beginPath();
    pen.moveTo(swap, middle - 4.5);
    pen.lineTo(swap + 4.5, middle);
    pen.lineTo(swap, middle + 4.5);
    pen.lineTo(swap - 4.5, middle);
    pen.fill();
  }
  pen.font = `600 10px ${FONT}`;
  pen.textBaseline = "middle";
  pen.fillStyle = rgba(DECK_COLORS.A, 1);
  pen.fillText("A", 4, middle - half + 6);
  pen.fillStyle = rgba(DECK_COLORS.B, 1);
  pen.fillText("B", 4, middle + half - 5);
}

function drawSections(pen, music, words, xb) {
  pen.textBaseline = "middle";
  pen.font = `600 9.5px ${FONT}`;
  for (const s of music.sections) {
    const [a, b] = [xb(s.start_beat), xb(s.end_beat)];
    pen.fillStyle = SECTION_COLORS[s.label] ?? "#888";
    pen.globalAlpha = 0.28 + 0.6 * s.energy;
    pen.beginPath();
    pen.roundRect(a + 0.75, 0, Math.max(1, b - a - 1.5), BAND, 3.5);
    pen.fill();
    pen.globalAlpha = 1;
    const name = (words.sections[s.label] ?? s.label).toUpperCase();
    if (pen.measureText(name).width < b - a - 10) {
      pen.fillStyle = s.label === "drop" || (s.label === "verse" && s.energy > 0.6) ? "#0a0c12" : "#fff";
      pen.fillText(name, a + 6, BAND / 2 + 0.5);
    }
  }
}

/**
 * The lens: beats, and for each robot its planned accents (white) with the executed ones beside them.
 *
 * @param rows [{name, color, planned: [s], error: [ms|null]}]
 * @param half half of the window [s]
 */
export function drawLens(canvas, width, height, music, rows, t, half, words) {
  const pen = prepare(canvas, width, height);
  const margin = width < 560 ? 64 : 92;
  const middle = margin + (width - margin) / 2;
  const scale = (width - margin) / (2 * half); // pixels a second
  const x = (s) => middle + (s - t) * scale;
  const rowHeight = (height - 16) / Math.max(1, rows.length);
  pen.save();
  pen.beginPath();
  pen.rect(margin, 0, width - margin, height);
  pen.clip();
  drawBeats(pen, music, t, half, x, height);
  rows.forEach((row, i) => drawRow(pen, row, 16 + i * rowHeight, rowHeight, t, half, x, scale, words));
  pen.fillStyle = "#fff";
  pen.fillRect(middle - 0.75, 0, 1.5, height);
  pen.restore();
  pen.textBaseline = "middle";
  rows.forEach((row, i) => {
    pen.fillStyle = row.color;
    pen.font = `600 11px ${FONT}`;
    pen.fillText(row.name, 0, 16 + (i + 0.5) * rowHeight, margin - 10);
  });
  pen.fillStyle = "rgba(255,255,255,0.5)";
  pen.font = `400 10px ${FONT}`;
  pen.fillText(`± ${half >= 1 ? `${words.number(String(Math.round(half * 10) / 10))} ${words.second}` : `${Math.round(half * 1000)} ${words.unit}`}`, 0, 8, margin - 10);
}

function drawBeats(pen, music, t, half, x, height) {
  const first = Math.floor(music.beatAt(t - half));
  const last = Math.ceil(music.beatAt(t + half));
  pen.font = `500 10px ${FONT}`;
  pen.textBaseline = "middle";
  for (let beat = first; beat <= last; beat++) {
    const at = x(music.timeAt(beat));
    const inBar = (((beat - music.first_downbeat) % music.perBar) + music.perBar) % music.perBar;
    pen.fillStyle = inBar === 0 ? "rgba(255,255,255,0.30)" : "rgba(255,255,255,0.13)";
    pen.fillRect(at - 0.5, 14, inBar === 0 ? 1.5 : 1, height - 14);
    const bar = Math.floor((beat - music.first_downbeat) / music.perBar) + 1;
    pen.fillStyle = inBar === 0 ? "rgba(255,255,255,0.85)" : "rgba(255,255,255,0.4)";
    if (bar >= 1 && (last - first < 40 || inBar === 0)) pen.fillText(`${bar}.${inBar + 1}`, at + 3, 8);
  }
}

function drawRow(pen, row, top, rowHeight, t, half, x, scale, words) {
  const middle = top + rowHeight / 2;
  const tall = Math.min(9, rowHeight * 0.42);
  pen.fillStyle = "rgba(255,255,255,0.06)";
  pen.fillRect(0, Math.round(middle), 1e4, 1);
  pen.font = `500 10px ${FONT}`;
  for (let i = 0; i < row.planned.length; i++) {
    const planned = row.planned[i];
    if (planned < t - half - 0.3 || planned > t + half + 0.3) continue;
    const error = row.error[i];
    const at = x(planned);
    pen.fillStyle = "#fff";
    pen.fillRect(at - 0.75, middle - tall, 1.5, 2 * tall);
    if (error === null || error === undefined) continue;
    const hit = x(planned + error / 1000);
    pen.fillStyle = row.color;
    pen.globalAlpha = 0.35;
    pen.fillRect(Math.min(at, hit), middle - tall * 0.5, Math.abs(hit - at), tall);
    pen.globalAlpha = 1;
    pen.beginPath();
    pen.moveTo(hit, middle - tall * 0.8);
    pen.lineTo(hit + tall * 0.55, middle);
    pen.lineTo(hit, middle + tall * 0.8);
    pen.lineTo(hit - tall * 0.55, middle);
    pen.fill();
    if (scale > 260 && Math.min(at, hit) > x(t - half)) {
      pen.fillStyle = "rgba(255,255,255,0.8)";
      pen.textBaseline = "middle";
      const size = Math.abs(error).toFixed(1);
      const sign = size === "0.0" ? "±" : error > 0 ? "+" : "−";
      pen.fillText(`${sign}${words.number(size)} ${words.unit}`, Math.max(at, hit) + tall * 0.55 + 4, middle + 0.5);
    }
  }
}
