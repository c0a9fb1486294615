/** Qoshqar-müiz, the ram's horns of Kazakh felt and carpets, as curves on a canvas: no image travels with the page. */

/** One pair of horns standing on (0, 0), opening upwards (−y); `s` is its height. */
function horns(pen, s) {
  pen.beginPath();
  for (const side of [-1, 1]) {
    pen.moveTo(0, 0);
    pen.bezierCurveTo(0, -0.3 * s, side * 0.02 * s, -0.72 * s, side * 0.3 * s, -0.9 * s);
    pen.bezierCurveTo(side * 0.55 * s, -1.04 * s, side * 0.78 * s, -0.82 * s, side * 0.7 * s, -0.6 * s);
    pen.bezierCurveTo(side * 0.62 * s, -0.42 * s, side * 0.36 * s, -0.44 * s, side * 0.36 * s, -0.62 * s);
    pen.bezierCurveTo(side * 0.37 * s, -0.72 * s, side * 0.47 * s, -0.74 * s, side * 0.51 * s, -0.66 * s);
  }
  pen.stroke();
}

function diamond(pen, y, r) {
  pen.beginPath();
  pen.moveTo(0, y - r);
  pen.lineTo(0.7 * r, y);
  pen.lineTo(0, y + r);
  pen.lineTo(-0.7 * r, y);
  pen.closePath();
  pen.stroke();
}

/** A rosette: horns around a centre, small horns and diamonds between them. */
export function drawRosette(pen, size, petals = 8) {
  pen.save();
  pen.translate(size / 2, size / 2);
  pen.lineCap = pen.lineJoin = "round";
  for (let i = 0; i < petals; i++) {
    pen.save();
    pen.rotate((i * 2 * Math.PI) / petals);
    pen.translate(0, -0.15 * size);
    pen.lineWidth = size * 0.013;
    horns(pen, 0.2 * size);
    pen.restore();
    pen.save();
    pen.rotate(((i + 0.5) * 2 * Math.PI) / petals);
    pen.lineWidth = size * 0.008;
    pen.translate(0, -0.37 * size);
    horns(pen, 0.1 * size);
    diamond(pen, 0.035 * size, 0.02 * size);
    pen.restore();
  }
  pen.lineWidth = size * 0.009;
  for (const r of [0.06, 0.115]) {
    pen.beginPath();
    pen.arc(0, 0, r * size, 0, 2 * Math.PI);
    pen.stroke();
  }
  pen.restore();
}

/** A strip of horns, standing and hanging by turns, that repeats without a seam (`count` must be even). */
export function drawBorder(pen, width, height, count = 8) {
  pen.lineCap = pen.lineJoin = "round";
  pen.lineWidth = height * 0.055;
  const step = width / count;
  for (let i = 0; i < count; i++) {
    pen.save();
    pen.translate((i + 0.5) * step, i % 2 ? 0.08 * height : 0.92 * height);
    if (i % 2) pen.scale(1, -1);
    horns(pen, 0.82 * height);
    pen.restore();
  }
}

/** A black canvas on which `draw` puts white curves: a mask for shaders and lamps. */
export function maskCanvas(width, height, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#000";
  pen.fillRect(0, 0, width, height);
  pen.strokeStyle = pen.fillStyle = "#fff";
  draw(pen);
  return canvas;
}
