// Elements of the page: one with its attributes and children, and a table of words.

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "text") node.textContent = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

// Writes rows of words into a table, touching only the cells that changed; row 0 is the head.
export function fill(table, cells) {
  if (table.rows.length !== cells.length || table.rows[0].cells.length !== cells[0].length) {
    const [head, ...rows] = cells;
    const names = head.map(() => element("th", { scope: "col" }));
    const lines = rows.map(([, ...rest]) => (
      element("tr", {}, element("th", { scope: "row" }), ...rest.map(() => element("td")))));
    table.replaceChildren(element("thead", {}, element("tr", {}, ...names)), element("tbody", {}, ...lines));
  }
  cells.forEach((row, r) => row.forEach((words, c) => write(table.rows[r].cells[c], words)));
}
export function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}
