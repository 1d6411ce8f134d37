// Rewrites a screenshot as a picture with a palette: node palette.js FROM TO.
const fs = require("fs"), zlib = require("zlib");
const [from, to] = process.argv.slice(2);
const png = fs.readFileSync(from);
const chunks = [];
for (let at = 8; at < png.length;) {
  const length = png.readUInt32BE(at);
  chunks.push([png.toString("latin1", at + 4, at + 8), png.subarray(at + 8, at + 8 + length)]);
  at += length + 12;
}
const header = chunks[0][1];
const [width, height, depth, kind] = [header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9]];
if (depth !== 8 || (kind !== 2 && kind !== 6) || header[12]) throw new Error("not a picture as chromium makes them");
const size = kind === 6 ? 4 : 3, row = width * size;
const packed = zlib.inflateSync(Buffer.concat(chunks.filter(([name]) => name === "IDAT").map(([, data]) => data)));
const pixels = Buffer.alloc(row * height);
for (let y = 0; y < height; y++) {
  const filter = packed[y * (row + 1)];
  for (let x = 0; x < row; x++) {
    const left = x < size ? 0 : pixels[y * row + x - size], up = y ? pixels[(y - 1) * row + x] : 0;
    const corner = x < size || !y ? 0 : pixels[(y - 1) * row + x - size];
    const guess = left + up - corner, [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
    const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
    pixels[y * row + x] = packed[y * (row + 1) + 1 + x] + [0, left, up, (left + up) >> 1, paeth][filter];
  }
}
// The commonest colours; each other one becomes the nearest of them.
const counts = new Map();
for (let at = 0; at < pixels.length; at += size) {
  const colour = pixels.readUIntBE(at, 3);
  counts.set(colour, (counts.get(colour) ?? 0) + 1);
}
const split = (colour) => [colour >> 16, colour >> 8 & 255, colour & 255];
const sorted = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one) || one - other);
const palette = [];
const distance = (one, other) => split(one).reduce((sum, value, index) => sum + (value - split(other)[index]) ** 2, 0);
for (const colour of sorted) if (palette.length < 48 && palette.every((known) => distance(known, colour) > (palette.length < 16 ? 100 : 1500))) palette.push(colour);
const nearest = new Map(sorted.map((colour) => [colour, palette.indexOf(palette.reduce((best, known) => distance(known, colour) < distance(best, colour) ? known : best))]));
const indexed = Buffer.alloc((width + 1) * height);
for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) indexed[y * (width + 1) + 1 + x] = nearest.get(pixels.readUIntBE(y * row + x * size, 3));
const table = Array.from({ length: 256 }, (_, value) => { for (let bit = 8; bit--;) value = value >>> 1 ^ 0xEDB88320 & -(value & 1); return value; });
const chunk = (name, data) => {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]), ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeInt32BE(~body.reduce((sum, byte) => sum >>> 8 ^ table[(sum ^ byte) & 255], -1), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
};
const start = Buffer.from(header);
start[9] = 3;
fs.writeFileSync(to, Buffer.concat([png.subarray(0, 8), chunk("IHDR", start), chunk("PLTE", Buffer.from(palette.flatMap(split))), chunk("IDAT", zlib.deflateSync(indexed, { level: 9, memLevel: 9 })), chunk("IEND", Buffer.alloc(0))]));
