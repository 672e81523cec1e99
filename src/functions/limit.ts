/**
 * An activity takes ten seconds for a page, some minutes for a shard or a file of the largest tenants. The host's own limit
 * (functionTimeout) is as long as the slowest download; what an activity waits for longer than this will not come.
 */
const LONGEST_MS = 10 * 60_000;

/**
 * Fails where the work takes too long, so that it is tried again. What still goes on of it changes nothing: a page's records count
 * by their try, judges and files write what they would write again.
 */
export async function withinLimit<T>(name: string, work: Promise<T>, longestMs = LONGEST_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} took longer than ${longestMs / 60_000} minutes`)), longestMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
