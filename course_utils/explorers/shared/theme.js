// The colours of the course, for a light and a dark page.

// petroff6, and the same hues lightened where they would drown on a dark page
export const LIGHT = { blue: "#5790fc", orange: "#f89c20", red: "#e42536", purple: "#964a8b", grey: "#9c9ca1", violet: "#7a21dd" };
export const DARK = { blue: "#7aa8ff", orange: "#ffb24d", red: "#ff6b74", purple: "#cf86c5", grey: "#a9a9b0", violet: "#b58cff" };
