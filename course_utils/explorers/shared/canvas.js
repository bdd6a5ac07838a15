// A picture that fills its width, is drawn once a frame, and follows hand and keys.

import { element } from "./elements.js";

// A picture has `draw(pen, width, height, theme, time)`, which works in CSS pixels, and `describe()` in words.
// With a table `keys` it takes the focus, and `press(keys[key], event)` returns false for a key it had no use for.
// It follows mouse, pen and finger by `hold(point)`, or by `drag(point, phase, event)`, which also hears of "end"
// and "hover". `touchAction: "pan-y"` leaves the finger's way up and down to the page.
export function addCanvas(page, options, picture = options) {
  const { label, height, home = page.stage, touchAction = "none" } = options, { keys } = picture;
  const canvas = element("canvas", {
    class: "explorer-canvas", role: keys ? "application" : "img", "aria-label": label, tabindex: keys ? 0 : undefined,
  });
  const pen = canvas.getContext("2d");
  home.append(canvas);
  page.resize.observe(canvas);
  page.onFrame((time) => {
    const width = canvas.clientWidth;
    if (!width) return;
    const tall = Math.round(height(width));
    clear(canvas, pen, width, tall);
    canvas.fontFamily = page.colors.font;
    picture.draw(pen, width, tall, page.colors, time);
    if (picture.describe) canvas.setAttribute("aria-label", `${label}: ${picture.describe()}`);
  });
  if (keys) hearKeys(canvas, picture);
  if (picture.drag || picture.hold) followHand(page, canvas, picture, touchAction);
  return canvas;
}

// An empty canvas with one pixel for each of the screen's.
function clear(canvas, pen, width, tall) {
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(tall * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(tall * ratio);
    canvas.style.height = `${tall}px`;
  }
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, tall);
}

function hearKeys(canvas, picture) {
  canvas.addEventListener("keydown", (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key, found = picture.keys[key];
    if (found === undefined || picture.press(found, event) === false) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

// The phases are "start", "move", "end" and, with no button down, "hover".
function followHand(page, canvas, picture, touchAction) {
  const hold = (point, phase) => { if (phase === "start" || phase === "move") picture.hold(point); };
  const follow = (...hand) => (picture.drag ? picture.drag(...hand) : hold(...hand));
  canvas.style.touchAction = touchAction;
  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) * canvas.clientWidth) / box.width,
      y: ((event.clientY - box.top) * canvas.clientHeight) / box.height,
    };
  };
  const held = (event) => canvas.hasPointerCapture(event.pointerId);
  canvas.addEventListener("pointerdown", (event) => {
    if (follow(point(event), "start", event) === false) return;
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    page.invalidate();
  });
  canvas.addEventListener("pointermove", (event) => {
    follow(point(event), held(event) ? "move" : "hover", event);
    if (held(event)) page.invalidate();
  });
  const end = (event) => {
    if (!held(event)) return;
    follow(point(event), "end", event);
    page.invalidate();
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
}
