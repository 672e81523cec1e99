/** One thing that was looked at. */
export interface Check {
  /** `identity`, `token`, `permissions`, … : the page's sections, in this order. */
  section: Section;
  name: string;
  /** `problem`: something that is switched on does not work. `warning`: it works, and deserves a look. `unknown`: Graph would not say now. `off`: not switched on, or nothing to try it on. */
  state: "ok" | "warning" | "problem" | "unknown" | "off";
  /** A sentence. */
  said: string;
  /** The headings that are lost meanwhile. */
  lost?: string;
  /** What to do. */
  remedy?: string;
}

export const SECTIONS = {
  settings: "Settings",
  identity: "Identity",
  token: "Token",
  permissions: "Permissions",
  reports: "Usage reports",
  storage: "Storage",
  clock: "Clock",
  cloud: "Cloud",
} as const;
export type Section = keyof typeof SECTIONS;
