// Words, discs, lines, stripes and contours on a canvas.

export function text(pen, words, x, y, { color, align = "left", size = 12, bold = false, halo = null } = {}) {
  pen.font = `${bold ? "600 " : ""}${size}px ${pen.canvas.fontFamily || "sans-serif"}`;
  pen.textAlign = align;
  if (halo) {
    Object.assign(pen, { strokeStyle: halo, lineWidth: 4, lineJoin: "round" });
    pen.strokeText(words, x, y);
  }
  pen.fillStyle = color;
  pen.fillText(words, x, y);
}

export function disc(pen, x, y, radius, fill, edge = null, width = 1.5) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  if (fill) {
    pen.fillStyle = fill;
    pen.fill();
  }
  if (edge) {
    pen.strokeStyle = edge;
    pen.lineWidth = width;
    pen.stroke();
  }
}

// A line through points, in the pen's own colour and width.
export function strokeThrough(pen, ...points) {
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.stroke();
}

export function fillPolygon(pen, color, ...points) {
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.fillStyle = color;
  pen.fill();
}

// Diagonal stripes: the mark that says "this part" without relying on colour.
export function stripes(pen, color, background) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const brush = tile.getContext("2d");
  brush.fillStyle = background;
  brush.fillRect(0, 0, 8, 8);
  brush.strokeStyle = color;
  brush.lineWidth = 2.4;
  for (const shift of [-8, 0, 8]) strokeThrough(brush, [shift, 8], [shift + 8, 0]);
  return pen.createPattern(tile, "repeat");
}

// The line where a grid of values crosses `level`: marching squares, as pieces [x1, y1, x2, y2] in cells.
export function contour(values, columns, rows, level) {
  const pieces = [];
  const cross = (a, b) => (level - a) / (b - a);
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const i = r * columns + c;
      const [a, b, d, e] = [values[i], values[i + 1], values[i + columns], values[i + columns + 1]];
      const cuts = [];
      if (a < level !== b < level) cuts.push([c + cross(a, b), r]);
      if (b < level !== e < level) cuts.push([c + 1, r + cross(b, e)]);
      if (d < level !== e < level) cuts.push([c + cross(d, e), r + 1]);
      if (a < level !== d < level) cuts.push([c, r + cross(a, d)]);
      for (let k = 0; k + 1 < cuts.length; k += 2) pieces.push([...cuts[k], ...cuts[k + 1]]);
    }
  }
  return pieces;
}
