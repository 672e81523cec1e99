import { committedPages } from "../store/cursors";
import type { Store } from "../store";
import type { SourceProgress } from "../model/run";

/** How far each source of a run is, summed from what its pages have left. */
export async function readProgress(store: Store, runId: string): Promise<SourceProgress[]> {
  const listed = await store.cursors.list(runId);
  const pages = committedPages(listed);
  return listed.cursors.map(({ source, state, message, notBefore, expected }) => {
    const own = pages.filter((page) => page.source === source);
    const tries = listed.markers.filter((marker) => marker.source === source);
    return {
      name: source,
      state: state ?? "reading",
      rows: own.reduce((sum, { rows }) => sum + rows, 0),
      expected,
      pages: own.length,
      requests: tries.reduce((sum, { meter }) => sum + meter.requests, 0),
      message,
      waitingUntil: state === null ? notBefore : null,
    };
  });
}
