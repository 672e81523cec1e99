/** Merges sorted streams into one, holding one item of each. */
export async function* mergeSorted<T>(streams: readonly AsyncIterator<T>[], compare: (a: T, b: T) => number): AsyncGenerator<T> {
  const heads: { value: T; from: AsyncIterator<T> }[] = [];
  const pull = async (from: AsyncIterator<T>) => {
    const { value, done } = await from.next();
    if (done) return;
    let at = heads.length;
    while (at > 0 && compare((heads[at - 1] as { value: T }).value, value) > 0) at--;
    heads.splice(at, 0, { value, from });
  };
  for (const stream of streams) await pull(stream);
  for (let head = heads.shift(); head; head = heads.shift()) {
    yield head.value;
    await pull(head.from);
  }
}
