// The colours of the course, and how a card finds and follows those of its page.

// petroff6, and the same hues lightened where they would drown on a dark page
export const LIGHT = {
  blue: "#5790fc", orange: "#f89c20", red: "#e42536", purple: "#964a8b", grey: "#9c9ca1", violet: "#7a21dd",
};
export const DARK = {
  blue: "#7aa8ff", orange: "#ffb24d", red: "#ff6b74", purple: "#cf86c5", grey: "#a9a9b0", violet: "#b58cff",
};

export function readTheme(node) {
  const style = getComputedStyle(node);
  const [red, green, blue] = (style.backgroundColor.match(/[\d.]+/g) || [255, 255, 255]).map(Number);
  const dark = 0.299 * red + 0.587 * green + 0.114 * blue < 128;
  const ink = dark ? "255, 255, 255" : "20, 20, 30";
  return {
    ...(dark ? DARK : LIGHT),
    dark,
    surface: style.backgroundColor,
    ink: `rgba(${ink}, 0.92)`,
    soft: `rgba(${ink}, 0.66)`,
    axis: `rgba(${ink}, 0.42)`,
    grid: `rgba(${ink}, 0.09)`,
    faint: `rgba(${ink}, 0.22)`,
    font: style.getPropertyValue("font-family").trim(),
  };
}

// Calls `changed` whenever the page may look different; returns what ends that.
export function watchTheme(changed) {
  // The attributes change before the new style sheet has arrived, hence the second look.
  const look = () => { changed(); setTimeout(changed, 300); };
  const observer = new MutationObserver(look);
  for (const node of [document.documentElement, document.body]) observer.observe(node, { attributes: true });
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", look);
  return () => {
    observer.disconnect();
    scheme.removeEventListener("change", look);
  };
}
