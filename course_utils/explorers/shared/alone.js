// The same explorer in a page without a kernel: the model is a plain object, the still makes room.

import { element } from "./elements.js";
export function standAlone(name, render, state, style) {
  const listeners = {};
  const model = {
    get: (key) => state[key],
    set: (key, value) => {
      if (state[key] === value) return;
      state[key] = value;
      (listeners[`change:${key}`] || []).forEach((callback) => callback());
    },
    on: (event, callback) => { (listeners[event] = listeners[event] || []).push(callback); },
    off: (event, callback) => { listeners[event] = (listeners[event] || []).filter((other) => other !== callback); },
    save_changes: () => {}, send: () => {}, standAlone: true,
  };
  const place = document.querySelector(`div.course-explorer[data-explorer="${name}"]:not([data-alive])`);
  if (!place) return;
  place.setAttribute("data-alive", "");
  place.replaceChildren();
  if (!document.getElementById("course-explorer-style")) document.head.append(element("style", { id: "course-explorer-style", text: style }));
  const home = element("div");
  place.append(home);
  render({ model, el: home });
}
