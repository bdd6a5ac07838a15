// How each rule looks: colour, dash and marker.

// Markers are drawn in a circle of radius 1.
export const LOOKS = {
  sgd: { color: "ink", dash: [], shape: "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z" },
  momentum: { color: "blue", dash: [], shape: "M-.9 -.9H.9V.9H-.9Z" },
  nesterov: { color: "violet", dash: [7, 4], shape: "M0 -1.1L1.1 .9H-1.1Z" },
  adagrad: { color: "purple", dash: [2, 3], shape: "M0 -1.25L1.25 0L0 1.25L-1.25 0Z" },
  rmsprop: {
    color: "red", dash: [9, 3, 2, 3],
    shape: "M-1 -.5L-.5 -1L0 -.5L.5 -1L1 -.5L.5 0L1 .5L.5 1L0 .5L-.5 1L-1 .5L-.5 0Z",
  },
  adam: { color: "orange", dash: [], shape: "M0 -1.3L.4 -.4L1.3 0L.4 .4L0 1.3L-.4 .4L-1.3 0L-.4 -.4Z" },
  adamw: { color: "grey", dash: [12, 4], shape: "M0 1.1L1.1 -.9H-1.1Z" },
};
export const STAR = "M0 -1L.24 -.32L.95 -.31L.38 .12L.59 .81L0 .4L-.59 .81L-.38 .12L-.95 -.31L-.24 -.32Z";

const outlines = {};
export function marker(pen, shape, x, y, radius, fillStyle, edge) {
  const outline = (outlines[shape] = outlines[shape] || new Path2D(shape));
  pen.save();
  pen.translate(x, y);
  pen.scale(radius, radius);
  Object.assign(pen, { lineWidth: 1.5 / radius, strokeStyle: edge, fillStyle, lineJoin: "round" });
  pen.fill(outline);
  if (edge) pen.stroke(outline);
  pen.restore();
}
