// Numbers and words as a reader writes them.

export const MINUS = "\u2212";

// Numbers as a reader writes them: a real minus sign, fixed digits, no "-0".
export function number(value, digits = 2) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text.replace("-", MINUS);
}
export const percent = (share, digits = 0) => `${number(100 * share, digits)} %`;
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
