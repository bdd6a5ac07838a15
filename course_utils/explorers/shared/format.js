// Numbers and words as a reader writes them.

export const MINUS = "\u2212";

// A real minus sign, fixed digits, no "-0".
export function number(value, digits = 2) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text.replace("-", MINUS);
}
// So many digits that count, and no zeros after them.
export const brief = (value, digits = 3) => String(Number(value.toPrecision(digits)));
export const percent = (share, digits = 0) => `${number(100 * share, digits)} %`;
export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
const raised = (digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
// The tick of a logarithmic axis; between whole powers there is none.
export const powerOfTen = (power) => (Number.isInteger(power) ? `10${[...String(power)].map(raised).join("")}` : "");

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
