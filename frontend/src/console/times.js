/** Times as people read them on a stage: counts down to the second, the clock on the hall's wall. Pure. */

const two = (n) => String(n).padStart(2, "0");

/** Whole seconds as m:ss, from an hour on h:mm:ss. */
function clockOf(seconds) {
  const h = Math.floor(seconds / 3600);
  const m = Math.floor(seconds / 60) % 60;
  return h ? `${h}:${two(m)}:${two(seconds % 60)}` : `${m}:${two(seconds % 60)}`;
}

/** A count down [s]: it reads 0:00 when the time has come, and +0:01 one second later. */
export function countdown(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–:––";
  const whole = Math.ceil(seconds - 1e-6);
  return whole >= 0 ? clockOf(whole) : `+${clockOf(-whole)}`;
}

/** A planned length [s]; nothing for what is over at once. */
export const length = (seconds) => (seconds > 0 ? clockOf(Math.round(seconds)) : "");

/** A difference [s] with its sign: "+1:20" is late. */
export function difference(seconds) {
  const whole = Math.round(Math.abs(seconds));
  if (whole === 0) return "0:00";
  return `${seconds > 0 ? "+" : "−"}${clockOf(whole)}`;
}

const formats = new Map();
function formatOf(zone, hasSeconds) {
  const key = `${zone} ${hasSeconds}`;
  if (!formats.has(key)) {
    const options = { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    if (hasSeconds) options.second = "2-digit";
    try {
      formats.set(key, new Intl.DateTimeFormat("en-GB", options));
    } catch {
      formats.set(key, formatOf("UTC", hasSeconds)); // a zone that this browser has never heard of
    }
  }
  return formats.get(key);
}

/** The hall's wall clock at an instant [UTC epoch s]. */
export function wall(utc_s, zone, hasSeconds = false) {
  if (!utc_s) return hasSeconds ? "––:––:––" : "––:––";
  return formatOf(zone || "UTC", hasSeconds).format(utc_s * 1000);
}

/** Age of something [s] in few characters: 0.4, 12, 3:20. */
export const age = (seconds) => (seconds < 9.95 ? seconds.toFixed(1) : seconds < 60 ? String(Math.round(seconds)) : clockOf(Math.round(seconds)));
