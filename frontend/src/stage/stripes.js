// Where the lines of light run on a body: down the front of legs, along the outside of arms, a chevron on the chest.

const NONE = [1, 0]

/** Distance from the line [m] and how much the surface faces the line's side, for a point of a body's mesh. */
export function stripeOf(name, x, y, z, nx, ny, nz, box) {
  const side = name.startsWith('left') ? 1 : -1
  const middleY = (box.min.y + box.max.y) / 2
  const middleZ = (box.min.z + box.max.z) / 2
  if (/hip_yaw|knee/.test(name)) return [y - middleY, nx]
  if (/shoulder_yaw/.test(name)) return [x - (box.min.x + box.max.x) / 2, side * ny]
  if (/elbow|wrist_roll/.test(name)) return [z - middleZ, side * ny]
  if (/torso|waist_roll/.test(name)) {
    const top = box.max.z
    const chevron = z - (top - 0.2 + 0.75 * Math.abs(y))
    const front = nx * (Math.abs(y) < 0.11 && z > top - 0.24 && z < top - 0.06 ? 1 : 0)
    return [chevron * 0.8, front]
  }
  return NONE
}
