import { figure } from "../../verdict/figure";

type Attributes = Record<string, string | number | boolean | ((event: never) => void) | undefined>;
export type Child = Node | string | false | null | undefined;

/** An element by its tag; text only ever as text, never as markup. A function is a listener of the event that it is named after. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name, value as EventListener);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return made;
}

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no #${id}`);
  return found;
}

/** A day or a date-time in the reader's form, its ISO form on hover. */
export function timeElement(iso: string): HTMLTimeElement {
  const shown = element("time", { datetime: iso });
  showTime(shown);
  return shown;
}

const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const momentFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A day is a day everywhere; a moment is shown in the reader's time zone. */
export function showTime(shown: HTMLTimeElement): void {
  const iso = shown.dateTime;
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return;
  shown.title = iso;
  shown.textContent = (iso.length > 10 ? momentFormat : dayFormat).format(date);
}

const days = new Map<string, string>();

/** As `showTime`, for the many cells of a table. */
export function dayText(iso: string): string {
  let text = days.get(iso);
  if (text === undefined) days.set(iso, (text = dayFormat.format(new Date(iso))));
  return text;
}

/** `1 group`, `2 groups`, or `2 of 1,000 groups` where not all are shown. */
export function countText(count: number, all: number, one: string): string {
  const thing = all === 1 ? one : `${one}s`;
  return count === all ? `${figure(all)} ${thing}` : `${figure(count)} of ${figure(all)} ${thing}`;
}
