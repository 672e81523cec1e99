import { ageBands, type Bands, GUEST_BANDS, inactivityBands } from "../../verdict/bands";
import { BLOCKER_LEGEND, OWNER_STATE_LEGEND } from "../../verdict/code-definitions";
import { NOTES, RESULTS, WARNINGS } from "../../model/report";
import type { CodedKey, NumberKey } from "../../report/html/page-data";
import type { Data } from "./data";
import type { FacetKey } from "./view-state";

export interface Facet {
  key: FacetKey;
  title: string;
  options: { code: string; label: string }[];
  /** A bit an option, by row. */
  masks: Uint32Array;
}

/** A mask has 32 bits; what is past them shares the last. */
const MOST_OPTIONS = 31;
const OTHER = "(other)";
const NONE = "none";

function codedFacet(data: Data, key: FacetKey, title: string, column: CodedKey, codes: readonly string[], none?: string): Facet {
  const options = [...codes, ...(none === undefined ? [] : [NONE])];
  const bit = (code: string) => {
    const at = options.indexOf(code);
    return at < 0 ? 0 : 2 ** at;
  };
  const { values, codes: places } = data.coded[column];
  // Codes hold no space; a text with one is a list of them.
  const byValue = values.map((value) => {
    const said = (value ?? "").split(" ").filter(Boolean);
    return said.length === 0 ? bit(NONE) : said.reduce((mask, code) => mask | bit(code), 0);
  });
  const masks = new Uint32Array(data.count);
  for (let row = 0; row < data.count; row++) masks[row] = byValue[places[row] ?? 0] ?? 0;
  const label = (code: string) => (code === NONE && none !== undefined ? none : code);
  return { key, title, options: options.map((code) => ({ code, label: label(code) })), masks };
}

function bandFacet(data: Data, key: FacetKey, title: string, column: NumberKey, { codes, labels, of }: Bands): Facet {
  const masks = new Uint32Array(data.count);
  const numbers = data.numbers[column];
  for (let row = 0; row < data.count; row++) {
    const value = numbers[row] ?? Number.NaN;
    masks[row] = 2 ** of(Number.isNaN(value) ? null : value);
  }
  return { key, title, options: codes.map((code, at) => ({ code, label: labels[at] ?? code })), masks };
}

function labelFacet(data: Data): Facet {
  const { values, codes } = data.coded.sensitivityLabel;
  const counts = new Map<string | null, number>();
  for (const code of codes) counts.set(values[code] ?? null, (counts.get(values[code] ?? null) ?? 0) + 1);
  const labels = [...counts.keys()]
    .filter((label) => label !== null)
    .toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  const shown = labels.slice(0, MOST_OPTIONS - 2);
  const options = [
    ...shown.map((label) => ({ code: label, label })),
    ...(shown.length < labels.length ? [{ code: OTHER, label: "other labels" }] : []),
    { code: NONE, label: "no label" },
  ];
  const bits = values.map((value) => {
    const at = value === null ? options.length - 1 : shown.indexOf(value);
    return 2 ** (at < 0 ? shown.length : at);
  });
  return { key: "label", title: "Label", options, masks: Uint32Array.from(codes, (code) => bits[code] ?? 0) };
}

/** What can be filtered by, in the order of the menus. */
export function createFacets(data: Data): Facet[] {
  const { thresholds } = data.facts;
  return [
    codedFacet(data, "result", "Result", "result", RESULTS),
    codedFacet(data, "kind", "Kind", "kind", ["Team", "Group", "Community"]),
    codedFacet(data, "warning", "Warning", "warnings", WARNINGS, "no warning"),
    codedFacet(data, "note", "Note", "notes", NOTES, "no note"),
    codedFacet(data, "ownerState", "Owner state", "ownerState", Object.keys(OWNER_STATE_LEGEND)),
    bandFacet(data, "inactive", "Inactivity", "daysInactive", inactivityBands(thresholds)),
    bandFacet(data, "age", "Age", "ageDays", ageBands(thresholds)),
    bandFacet(data, "guests", "Guests", "guests", GUEST_BANDS),
    labelFacet(data),
    codedFacet(data, "change", "Change", "change", ["better", "worse", "new", "changed", "same"], "not compared"),
    codedFacet(data, "blocker", "Before deleting", "blockers", Object.keys(BLOCKER_LEGEND), "nothing known"),
  ];
}

/** The bits of the chosen options; 0 where none of them exists. */
export function maskOf(facet: Facet, codes: readonly string[]): number {
  return facet.options.reduce((mask, { code }, at) => (codes.includes(code) ? mask | (2 ** at) : mask), 0) >>> 0;
}
