/**
 * Reads the show that the Python side wrote into the page (src/temirbek/replay describes the format).
 *
 * Numbers come as 16-bit codes on an even lattice per column, low and high bytes apart, deflated, in base64.
 */

/** The text of a part that lies in the page. */
function fromPage(name) {
  const element = document.getElementById(`payload-${name}`);
  const text = element.textContent;
  element.textContent = ""; // the text has served; a show's sound is megabytes
  return text;
}

async function bytesOf(name, deflated, textOf) {
  const binary = atob(textOf(name));
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  if (!deflated) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A lattice table as Float32Array, row after row. */
async function readTable(about, textOf) {
  const { rows, columns, offset, step, differences } = about;
  const bytes = await bytesOf(about.payload, true, textOf);
  const count = rows * columns;
  const table = new Float32Array(count);
  for (let c = 0; c < columns; c++) {
    let code = 0;
    for (let r = 0; r < rows; r++) {
      const i = c * rows + r;
      const stored = bytes[i] | (bytes[count + i] << 8);
      code = differences ? (code + stored) & 0xffff : stored;
      table[r * columns + c] = offset[c] + step[c] * code;
    }
  }
  return table;
}

async function readIntegers(about, textOf) {
  const bytes = await bytesOf(about.payload, true, textOf);
  const Type = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array }[about.kind];
  return new Type(bytes.buffer, bytes.byteOffset, about.count);
}

/** How a kind of robot looks; `textOf` gives the base64 of a part by its name. */
export async function readFigure(figure, textOf = fromPage) {
  const meshes = await Promise.all(
    figure.meshes.map(async (mesh) => ({
      body: mesh.body,
      rgba: mesh.rgba,
      vertices: await readTable(mesh.vertices, textOf),
      triangles: await readIntegers(mesh.triangles, textOf),
    })),
  );
  return { bodies: figure.bodies, meshes };
}

/** The whole show, decoded; null where the page carries none (the bare template). */
export async function readShow() {
  const element = document.getElementById("show");
  if (!element) return null;
  const show = JSON.parse(element.textContent);
  const waves = show.music.waveforms;
  const flat = await readIntegers(waves.data, fromPage);
  const row = (i) => flat.subarray(i * waves.columns, (i + 1) * waves.columns);
  show.music.waves = { rate: waves.rate_hz, A: row(0), B: row(1), master: row(2) };
  for (const [kind, figure] of Object.entries(show.figures)) show.figures[kind] = await readFigure(figure);
  for (const performer of show.performers) {
    performer.motion.columns = performer.motion.table.columns;
    performer.motion.rows = performer.motion.table.rows;
    performer.motion.values = await readTable(performer.motion.table, fromPage);
  }
  const sound = await bytesOf(show.sound.payload, false, fromPage);
  show.sound.url = URL.createObjectURL(new Blob([sound], { type: show.sound.mime }));
  return show;
}
