// The surface from above: its shade and contours, drawn once for a surface, a size and a theme.

import { contour, sheet } from "../shared/marks.js";

const COLUMNS = 121, ROWS = 91, LEVELS = 11;

export class Ground {
  draw(plane, name, { value, x, y }) {
    const { pen, theme, left, top, width, height } = plane, ratio = window.devicePixelRatio || 1;
    const key = [name, width, height, theme.ink, ratio].join();
    if (this.key !== key) {
      const size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
      this.sheet = Object.assign(document.createElement("canvas"), size);
      const brush = this.sheet.getContext("2d"), heights = heightsOf(value, x, y);
      brush.drawImage(shade(heights, theme.dark ? 90 : 80), 0, 0, size.width, size.height);
      Object.assign(brush, { strokeStyle: theme.axis, globalAlpha: 0.55, lineWidth: 0.8 * ratio });
      drawContours(brush, heights, size.width / (COLUMNS - 1), size.height / (ROWS - 1));
      this.key = key;
    }
    pen.drawImage(this.sheet, left, top, width, height);
  }
}

// Roots of the values, row by row from the top: what is steep far out then has as many contours as the middle.
function heightsOf(value, [x1, x2], [y1, y2]) {
  const heights = new Float64Array(COLUMNS * ROWS);
  for (let r = 0; r < ROWS; r++) {
    const y = y2 - ((y2 - y1) * r) / (ROWS - 1);
    for (let c = 0; c < COLUMNS; c++) {
      heights[r * COLUMNS + c] = Math.sqrt(value(x1 + ((x2 - x1) * c) / (COLUMNS - 1), y));
    }
  }
  return heights;
}

const highest = (heights) => heights.reduce((a, b) => Math.max(a, b));

// The lower the bluer, up to an opacity of `most` of 255.
function shade(heights, most) {
  const image = new ImageData(COLUMNS, ROWS), top = highest(heights);
  heights.forEach((height, i) => image.data.set([87, 144, 252, most * (1 - height / top)], 4 * i));
  return sheet(image);
}

function drawContours(brush, heights, wide, tall) {
  const top = highest(heights);
  brush.beginPath();
  for (let level = 1; level < LEVELS; level++) {
    for (const [x1, y1, x2, y2] of contour(heights, COLUMNS, ROWS, (level / LEVELS) * top)) {
      brush.moveTo(x1 * wide, y1 * tall);
      brush.lineTo(x2 * wide, y2 * tall);
    }
  }
  brush.stroke();
}
