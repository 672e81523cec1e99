/**
 * A function key that came in the address (`?code=`) would go along with every link that is copied from it. Loading the page
 * again then needs the key again. The report's sandbox lets a page change the query of its own address.
 */
export function dropKey(): void {
  const address = new URL(location.href);
  if (!address.searchParams.has("code")) return;
  address.searchParams.delete("code");
  try {
    history.replaceState(null, "", address);
  } catch {
    // A browser that forbids it to a page of no origin.
  }
}
