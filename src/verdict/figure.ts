const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** The page speaks English, so its figures are written as English has them; only dates follow the reader. */
export function figure(value: number): string {
  return number.format(value);
}

/** Stands wherever a figure would, if nobody knows it. */
export const NOT_KNOWN = "not known";

/** A figure, or that it is not known: a null is never written as 0. */
export function figureOr(value: number | null, unit = ""): string {
  return value === null ? NOT_KNOWN : figure(value) + unit;
}
