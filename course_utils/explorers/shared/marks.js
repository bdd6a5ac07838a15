// Stripes, contours and pictures made of pixels.

import { element } from "./elements.js";
import { polyline, rectangle } from "./plot.js";

// A canvas that shows the pixels.
export function sheet(image) {
  const canvas = element("canvas", { width: image.width, height: image.height });
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

// Diagonal stripes: the mark that says "this part" without relying on colour.
export function stripes(pen, color, background) {
  const tile = element("canvas", { width: 8, height: 8 });
  const brush = tile.getContext("2d");
  rectangle(brush, 0, 0, 8, 8, background);
  for (const shift of [-8, 0, 8]) polyline(brush, { color, width: 2.4 }, [shift, 8], [shift + 8, 0]);
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
