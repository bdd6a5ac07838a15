// A picture that fills its width, is drawn once a frame, and follows hand and keys.

import { element } from "./elements.js";

// `draw(pen, width, height, theme, time)` works in CSS pixels.
// With `keys` it takes the focus and `keys(event)` returns true for a key it used;
// with `drag(point, phase)` it follows mouse, pen and finger. `touchAction: "pan-y"` leaves the
// finger's way up and down to the page: for pictures that are tapped, or dragged sideways.
export function addCanvas(page, {
  label, height, draw, keys = null, drag = null,
  touchAction = "none", home = page.stage, describe = null, role = keys ? "application" : "img",
}) {
  const canvas = element("canvas", {
    class: "explorer-canvas", role, "aria-label": label, tabindex: keys ? 0 : undefined,
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
    draw(pen, width, tall, page.colors, time);
    if (describe) canvas.setAttribute("aria-label", `${label}: ${describe()}`);
  });
  if (keys) hearKeys(canvas, keys);
  if (drag) followHand(page, canvas, drag, touchAction);
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

function hearKeys(canvas, keys) {
  canvas.addEventListener("keydown", (event) => {
    if (!keys(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

// The phases are "start", "move", "end" and, with no button down, "hover".
function followHand(page, canvas, callback, touchAction) {
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
    if (callback(point(event), "start", event) === false) return;
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    page.invalidate();
  });
  canvas.addEventListener("pointermove", (event) => {
    callback(point(event), held(event) ? "move" : "hover", event);
    if (held(event)) page.invalidate();
  });
  const end = (event) => {
    if (!held(event)) return;
    callback(point(event), "end", event);
    page.invalidate();
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
}
