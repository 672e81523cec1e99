/** More than these help nobody. */
const MOST_FAILED = 9;

/** Graph's request-ids of one page: those of the tries that failed, then that of the last answer. */
export interface RequestIds {
  note: (status: number, requestId: string | null) => void;
  list: () => string[];
}

export function createRequestIds(): RequestIds {
  const failed: string[] = [];
  let last: string | undefined;
  return {
    note: (status, requestId) => {
      // A header is what somebody else has written: only what looks like an id is kept.
      if (requestId === null || !/^[\w-]{1,64}$/.test(requestId)) return;
      last = requestId;
      if (status >= 400 && failed.length < MOST_FAILED) failed.push(requestId);
    },
    list: () => [...new Set(last === undefined ? failed : [...failed, last])],
  };
}
