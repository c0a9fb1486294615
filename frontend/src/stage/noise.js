// Free choices that repeat: the same show looks the same every time.

/** A number 0–1 that belongs to two whole numbers. */
export function chance(a, b = 0) {
  let h = (Math.imul(a | 0, 0x9e3779b1) ^ Math.imul((b | 0) + 0x7f4a7c15, 0x85ebca6b)) >>> 0
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) >>> 0
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39) >>> 0
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296
}

export const clamp01 = (x) => Math.min(1, Math.max(0, x))
export const mix = (a, b, t) => a + (b - a) * t
export function smooth(a, b, x) {
  const t = clamp01((x - a) / (b - a))
  return t * t * (3 - 2 * t)
}
