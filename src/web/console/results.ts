import type { Result } from "../../model/report";

/** In the order of what has to be looked at first. */
export const SHOWN_RESULTS: readonly Result[] = ["Fail", "Issues", "Unknown", "New", "Pass", "Archived"];
