import type { Result } from "../report/types";

/** In the order of what has to be looked at first. */
export const SHOWN_RESULTS: readonly Result[] = ["Fail", "Issues", "Unknown", "New", "Pass", "Archived"];
