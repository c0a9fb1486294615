// Where the lines of light run on a body: down the front of legs, along the outside of arms, a chevron on the chest.

const NONE = [1, 0]

/** Distance from the line [m] and how much the surface faces the line's side, for a point of a body's mesh. */
export function stripeOf(name, x, y, z, nx, ny, nz, box) {
  const side = name.startsWith('left') ? 1 : -1
  const middleY = (box.min.y + box.max.y) / 2
  const middleX = (box.min.x + box.max.x) / 2
  const middleZ = (box.min.z + box.max.z) / 2
  // Which side a point lies on tells more than its normal: decimation left some triangles facing inwards.
  const front = Math.abs(nx) * Math.sign(x - middleX)
  const outside = Math.abs(ny) * Math.sign(side * (y - middleY))
  if (/hip_yaw|knee/.test(name)) return [y - middleY, front]
  if (/shoulder_yaw/.test(name)) return [x - middleX, outside]
  if (/elbow|wrist_roll/.test(name)) return [z - middleZ, outside]
  if (/torso|waist_roll/.test(name)) {
    const top = box.max.z
    const chevron = z - (top - 0.2 + 0.75 * Math.abs(y))
    const chest = front * (Math.abs(y) < 0.11 && z > top - 0.24 && z < top - 0.06 ? 1 : 0)
    return [chevron * 0.8, chest]
  }
  return NONE
}
