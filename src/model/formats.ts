/** A report's outputs: the name and media type of each, and whether its blob is gzipped. */
export const OUTPUTS = {
  json: { name: "report.json", type: "application/json; charset=utf-8", gzip: true },
  csv: { name: "report.csv", type: "text/csv; charset=utf-8", gzip: true },
  xlsx: { name: "report.xlsx", type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", gzip: false },
  html: { name: "report.html", type: "text/html; charset=utf-8", gzip: true },
} as const;
export type Format = keyof typeof OUTPUTS;
export const FORMATS = Object.keys(OUTPUTS) as Format[];
