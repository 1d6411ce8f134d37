// Makes a screenshot small: a page has few colours, so pixels that point into a table of them take
// less than half of the bytes. Shades are merged only as far as the 256 places of a table demand.
import { crc32, deflateSync, inflateSync } from "node:zlib";

const START = 8; // Behind the signature.

function* chunks(png) {
  for (let at = START; at < png.length; at += 12 + png.readUInt32BE(at)) {
    yield [png.toString("latin1", at + 4, at + 8), png.subarray(at + 8, at + 8 + png.readUInt32BE(at))];
  }
}

function chunk(name, data) {
  const whole = Buffer.concat([Buffer.alloc(4), Buffer.from(name, "latin1"), data, Buffer.alloc(4)]);
  whole.writeUInt32BE(data.length);
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), whole.length - 4);
  return whole;
}

/// The rows of pixels as they were before the filters of the format.
function rows(data, width, height, size) {
  const length = width * size;
  let above = new Uint8Array(length);
  return Array.from({ length: height }, (_, y) => {
    const filter = data[y * (length + 1)];
    const row = Uint8Array.from(data.subarray(y * (length + 1) + 1, (y + 1) * (length + 1)));
    for (let x = 0; x < length; x++) {
      const a = x < size ? 0 : row[x - size], b = above[x], c = x < size ? 0 : above[x - size];
      const [da, db, dc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
      row[x] += [0, a, b, (a + b) >> 1, da <= db && da <= dc ? a : db <= dc ? b : c][filter];
    }
    above = row;
    return row;
  });
}

/// The same picture with a table of colours.
export function shrink(png) {
  const parts = [...chunks(png)];
  const header = Buffer.from(parts[0][1]);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  // Screenshots have 8 bits a channel, with or without opacity, and are not interlaced.
  const size = header[9] === 6 ? 4 : 3;
  const packed = Buffer.concat(parts.filter(([name]) => name === "IDAT").map(([, data]) => data));
  const pixels = rows(inflateSync(packed), width, height, size);

  const counts = new Map();
  const colour = (row, x) => (row[x * size] << 16) | (row[x * size + 1] << 8) | row[x * size + 2];
  for (const row of pixels) for (let x = 0; x < width; x++) counts.set(colour(row, x), (counts.get(colour(row, x)) ?? 0) + 1);

  // The most frequent colour of each group of like ones stands for all of them.
  const frequent = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one) || one - other);
  let table, places;
  for (let bits = 0; !table || table.length > 256; bits++) {
    const mask = ((0xff << bits) & 0xff) * 0x10101;
    const groups = new Map();
    table = [];
    places = new Map(frequent.map((one) => {
      if (!groups.has(one & mask)) groups.set(one & mask, table.push(one) - 1);
      return [one, groups.get(one & mask)];
    }));
  }

  const data = Buffer.alloc(height * (width + 1));
  pixels.forEach((row, y) => {
    for (let x = 0; x < width; x++) data[y * (width + 1) + 1 + x] = places.get(colour(row, x));
  });
  header[9] = 3;
  return Buffer.concat([
    png.subarray(0, START),
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(table.flatMap((one) => [one >> 16, (one >> 8) & 255, one & 255]))),
    chunk("IDAT", deflateSync(data, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
