// Where the units and edges of the network stand in its picture.

export function networkLayout({ sizes, layers }, width, height) {
  const slot = Math.min(80, (height - 26) / Math.max(...sizes)), size = Math.min(52, slot * 0.8);
  const first = 62 + size / 2, last = width - 12 - size / 2, middle = 22 + (height - 26) / 2;
  const columns = sizes.map((count, layer) => Array.from({ length: count }, (_, unit) => ({
    layer, unit,
    x: first + ((last - first) * layer) / (sizes.length - 1),
    y: middle + (unit - (count - 1) / 2) * slot,
  })));
  const edges = layers.flatMap((layer, i) => columns[i].flatMap((a) => columns[i + 1].map((b) => ({
    a, b, place: layer.weight(a.unit, b.unit),
  }))));
  return { size, columns, units: columns.flat(), edges };
}

export function unitAt({ units, size }, point) {
  const away = ({ x, y }) => Math.max(Math.abs(x - point.x), Math.abs(y - point.y));
  return units.find((unit) => away(unit) < size / 2 + 2) || null;
}

// An edge is a cubic from the right side of unit `a` to the left side of unit `b`.
export function edgeCurve({ size }, a, b) {
  const x0 = a.x + size / 2, x3 = b.x - size / 2;
  return { x0, x3, bend: (x3 - x0) / 2 };
}
export function edgePoint(net, a, b, t) {
  const { x0, x3, bend } = edgeCurve(net, a, b), s = 1 - t;
  const [first, second, third, last] = [s ** 3, 3 * s * s * t, 3 * s * t * t, t ** 3];
  return [
    first * x0 + second * (x0 + bend) + third * (x3 - bend) + last * x3,
    (first + second) * a.y + (third + last) * b.y,
  ];
}

// The edge closest to a point, if one is at most 9 pixels away.
export function edgeNear(net, point) {
  let best = null, closest = 9;
  for (const edge of net.edges) {
    if (point.x < edge.a.x || point.x > edge.b.x) continue;
    for (let t = 0.02; t < 1; t += 0.04) {
      const [x, y] = edgePoint(net, edge.a, edge.b, t), distance = Math.hypot(x - point.x, y - point.y);
      if (distance < closest) [best, closest] = [edge, distance];
    }
  }
  return best;
}
