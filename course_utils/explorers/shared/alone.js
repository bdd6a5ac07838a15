// The same explorer in a page without a kernel: the model is a plain object, the still makes room.

import { element } from "./elements.js";

export function standAlone(name, render, state, style) {
  const place = document.querySelector(`div.course-explorer[data-explorer="${name}"]:not([data-alive])`);
  if (!place) return;
  place.setAttribute("data-alive", "");
  if (!document.getElementById("course-explorer-style")) {
    document.head.append(element("style", { id: "course-explorer-style", text: style }));
  }
  const home = element("div");
  place.replaceChildren(home);
  render({ model: plainModel(state), el: home });
}

// What a widget's model is to its page, with nobody at the other end.
function plainModel(state) {
  const listeners = {};
  return {
    standAlone: true,
    get: (key) => state[key],
    set: (key, value) => {
      if (state[key] === value) return;
      state[key] = value;
      (listeners[`change:${key}`] || []).forEach((callback) => callback());
    },
    on: (event, callback) => { (listeners[event] = listeners[event] || []).push(callback); },
    off: (event, callback) => { listeners[event] = (listeners[event] || []).filter((other) => other !== callback); },
    save_changes: () => {},
    send: () => {},
  };
}
