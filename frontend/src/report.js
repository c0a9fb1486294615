/** Finds figures in the report and says them in plain words. What a report does not hold is not shown. */

/** The first object anywhere inside `value` that `test` accepts. */
function find(value, test) {
  if (!value || typeof value !== "object") return null;
  if (!Array.isArray(value) && test(value)) return value;
  for (const inner of Object.values(value)) {
    const found = find(inner, test);
    if (found) return found;
  }
  return null;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const isNumber = (x) => typeof x === "number" && Number.isFinite(x);

/** Measures of one performer, or null. */
export const dancerOf = (report, id) => find(report, (o) => o.performer === id && Array.isArray(o.at_accents));

const wholeOf = (dancer) => dancer?.at_accents.find((e) => e.part === "whole") ?? null;

/** Planned and executed accents of a performer: {planned, error} with error in ms, null where not found. */
export function accentsOf(report, performer, music) {
  const whole = wholeOf(dancerOf(report, performer.id));
  if (whole?.planned_s?.length) return { planned: whole.planned_s, error: whole.error_ms };
  const beats = [...new Set(performer.accents.filter(([, part]) => part === "whole").map(([beat]) => beat))].sort((a, b) => a - b);
  return { planned: beats.map((b) => music.timeAt(b)), error: beats.map(() => null) };
}

/** What the panel says: [{id, word, what, errors?, extra?, rows?}] in the words of a language. */
export function statements(report, show, words, format) {
  const list = [];
  const names = Object.fromEntries(show.performers.map((p) => [p.id, p.name]));
  for (const performer of show.performers) {
    const dancer = dancerOf(report, performer.id);
    const whole = wholeOf(dancer);
    if (!whole || !isNumber(whole.mean_ms)) continue;
    list.push({
      id: `dancer-${performer.id}`,
      color: performer.color,
      word: words.dancerWord(performer.name, format(whole.mean_ms), format(whole.p95_ms)),
      extra: [words.threshold, words.coverage(format(100 * whole.coverage, 0))],
      what: words.dancerWhat,
      errors: whole.error_ms.filter(isNumber),
    });
  }
  const together = find(report, (o) => Array.isArray(o.performers) && Array.isArray(o.difference_ms));
  if (together && isNumber(together.mean_ms)) {
    const [a, b] = together.performers;
    list.push({ id: "together", word: words.togetherWord(names[a] ?? a, names[b] ?? b, format(together.mean_ms)), what: words.togetherWhat, errors: together.difference_ms.filter(isNumber) });
  }
  for (const performer of show.performers) {
    const steps = dancerOf(report, performer.id)?.touchdown;
    if (!steps || !isNumber(steps.mean_ms)) continue;
    list.push({
      id: `steps-${performer.id}`,
      color: performer.color,
      word: words.stepsWord(performer.name, format(steps.mean_ms), format(steps.p95_ms)),
      extra: [words.stepsFound(steps.count, format(100 * steps.coverage, 0))],
      what: words.stepsWhat,
      errors: steps.error_ms.filter(isNumber),
    });
  }
  const dancers = show.performers.map((p) => dancerOf(report, p.id)).filter(Boolean);
  if (dancers.length) {
    const falls = dancers.filter((d) => isNumber(d.fell_at_s)).length;
    const touches = dancers.reduce((sum, d) => sum + (d.self_collisions ?? 0), 0);
    const torque = Math.max(...dancers.map((d) => d.torque_share_peak ?? 0));
    list.push({ id: "safe", word: words.safeWord(falls, touches), extra: [...dancers.filter((d) => isNumber(d.fell_at_s)).map((d) => fallen(d, names, words, format)), words.torqueWord(format(100 * torque, 0))], what: words.safeWhat });
  }
  addMix(list, report, show, words, format);
  return list;
}

/** What is known of a fall: who, when, and how early it was seen coming. */
function fallen(dancer, names, words, format) {
  const seen = isNumber(dancer.fall_seen_at_s) ? format(1000 * (dancer.fell_at_s - dancer.fall_seen_at_s), 0) : null;
  return words.fellWord(names[dancer.performer], format(dancer.fell_at_s), seen);
}

function addMix(list, report, show, words, format) {
  // Where the beats are known beforehand they say more than those that are heard.
  const measured = report.mix?.transitions ?? [];
  const errors = measured.flatMap((t) => (t.beat_error_true ?? t.beat_error_heard)?.error_ms ?? []).filter(isNumber);
  if (errors.length) list.push({ id: "decks", word: words.decksWord(format(median(errors.map(Math.abs)))), what: words.decksWhat, errors });
  const { transitions } = show.music;
  if (transitions.length) {
    list.push({ id: "phrases", word: words.phraseWord(transitions.filter((t) => t.is_on_phrases).length, transitions.length), what: words.phraseWhat });
  }
  const loud = find(report, (o) => isNumber(o.integrated_lufs) && isNumber(o.true_peak_dbtp));
  if (loud) list.push({ id: "loud", word: words.loudWord(format(loud.integrated_lufs), format(loud.true_peak_dbtp)), what: words.loudWhat });
}

/** Rows of the table: one for each performer and part of the body. */
export function tableRows(report, show, words, format) {
  const rows = [];
  for (const performer of show.performers) {
    for (const e of dancerOf(report, performer.id)?.at_accents ?? []) {
      const cell = (x) => (isNumber(x) ? format(x) : "–");
      rows.push({ performer, part: words.parts[e.part] ?? e.part, cells: [cell(e.mean_ms), cell(e.median_ms), cell(e.p95_ms), cell(e.bias_ms), `${format(100 * e.coverage, 0)} %`] });
    }
  }
  return rows;
}

/** Counts of errors in bins of a width that suits their spread: {edges, counts}. */
export function histogram(errors) {
  const reach = Math.max(4, ...errors.map(Math.abs));
  const width = [0.5, 1, 2, 5, 10, 20, 50].find((w) => reach / w <= 14) ?? 100;
  const half = Math.ceil(reach / width);
  const counts = new Array(2 * half).fill(0);
  for (const e of errors) counts[Math.min(2 * half - 1, Math.max(0, Math.floor(e / width + half)))]++;
  return { width, half, counts };
}
