const NEEDS_QUOTES = /[",\r\n]/;

/** RFC 4180: quotes where a comma, a quote or a line end stands in the field. */
export function field(value: string | number): string {
  if (typeof value === "number") return String(value);
  return NEEDS_QUOTES.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

export function line(values: readonly (string | number)[]): string {
  return `${values.map(field).join(",")}\r\n`;
}

/** graph.md#report-columns: numbers may be empty; a blank in a row that exists is a 0. */
export function blankZero(value: number): number | string {
  return value === 0 ? "" : value;
}
