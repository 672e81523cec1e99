/** Is one word the other with one letter more, less, changed, or swapped with its neighbour? */
export function isOneEditAway(one: string, other: string): boolean {
  if (one === other || Math.abs(one.length - other.length) > 1) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  const [rest, restOfOther] = [one.slice(at), other.slice(at)];
  return (
    rest.slice(1) === restOfOther ||
    rest === restOfOther.slice(1) ||
    rest.slice(1) === restOfOther.slice(1) ||
    (rest[0] === restOfOther[1] && rest[1] === restOfOther[0] && rest.slice(2) === restOfOther.slice(2))
  );
}
