const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** The page speaks English, so its figures are written as English has them; only dates follow the reader. */
export function figure(value: number): string {
  return number.format(value);
}
