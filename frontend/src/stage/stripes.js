// Where the lines of light run on a body: down the front of legs, along the outside of arms, a chevron on the chest.

const NONE = [1, 0, 0]

/**
 * For a point of a body's mesh: distance from the line [m], how much the surface faces the line's side, and how far to
 * the side of the chest it lies. A chevron bends at the middle: that bend is the shader's, for a triangle may lie across it.
 */
export function stripeOf(name, x, y, z, nx, ny, nz, box) {
  const side = name.startsWith('left') ? 1 : -1
  const middleY = (box.min.y + box.max.y) / 2
  const middleX = (box.min.x + box.max.x) / 2
  const middleZ = (box.min.z + box.max.z) / 2
  // Which side a point lies on tells more than its normal: decimation left some triangles facing inwards.
  const front = Math.abs(nx) * Math.sign(x - middleX)
  const outside = Math.abs(ny) * Math.sign(side * (y - middleY))
  if (/hip_yaw|knee/.test(name)) return [y - middleY, front, 0]
  if (/shoulder_yaw/.test(name)) return [x - middleX, outside, 0]
  if (/elbow|wrist_roll/.test(name)) return [z - middleZ, outside, 0]
  if (/torso|waist_roll/.test(name)) return [0.8 * (z - (box.max.z - 0.2)), front, 0.6 * y]
  return NONE
}
