import type { ReportRow } from "../../model/report";

/**
 * Texts of a row often repeat each other: an address is made of the name, a site's of the mail, and a reason tells the
 * figures. What is repeated is left out of the file behind a mark, which no such text holds (`hide…`; `show…` puts it back).
 * At 100,000 groups that saves a third of the file.
 */
const MARK = "\u0001";

/** What Microsoft 365 makes an address of: the name without spaces, or its words with dots. */
function addressesOf(name: string): string[] {
  return [name.replace(/\s/g, ""), name.toLowerCase().replace(/\s+/g, ".")];
}

/** Stands where nothing was hidden in a text that begins with a mark of its own. */
const PLAIN = "9";

export function hideName(mail: string | null, name: string | null): string | null {
  if (mail === null || name === null) return mail;
  if (mail.startsWith(MARK)) return MARK + PLAIN + mail;
  const place = addressesOf(name).findIndex((made) => made.length > 2 && mail.startsWith(made));
  return place < 0 ? mail : `${MARK}${place}${mail.slice(addressesOf(name)[place]?.length)}`;
}

export function showName(hidden: string | null, name: string | null): string | null {
  if (!hidden?.startsWith(MARK) || name === null) return hidden;
  return `${addressesOf(name)[Number(hidden[1])] ?? ""}${hidden.slice(2)}`;
}

const localPart = (mail: string) => mail.slice(0, Math.max(0, mail.lastIndexOf("@")));

/** Hides what stands before the mail's @ at the end of the address. */
export function hideMail(url: string | null, mail: string | null): string | null {
  if (url === null || mail === null) return url;
  if (url.startsWith(MARK)) return MARK + PLAIN + url;
  const local = localPart(mail);
  return local !== "" && url.endsWith(local) ? `${MARK}0${url.slice(0, -local.length)}` : url;
}

export function showMail(hidden: string | null, mail: string | null): string | null {
  if (!hidden?.startsWith(MARK) || mail === null) return hidden;
  return hidden.slice(2) + (hidden[1] === PLAIN ? "" : localPart(mail));
}

/** What a reason repeats of its row, in the order of the marks. */
export type ReasonFigures = Pick<ReportRow, "lastActivity" | "daysInactive" | "created" | "ageDays">;

function figuresOf({ lastActivity, daysInactive, created, ageDays }: ReasonFigures): (string | null)[] {
  return [lastActivity, daysInactive, created, ageDays].map((value) => (value === null ? null : String(value)));
}

/** Reasons are this software's own words: thousands of them become a few dozen texts. */
export function hideFigures(reason: string, row: ReasonFigures): string {
  const figures = figuresOf(row);
  return reason.replace(/\d{4}-\d\d-\d\d|\d+/g, (token) => {
    const place = figures.indexOf(token);
    return place < 0 ? token : MARK + place;
  });
}

export function showFigures(hidden: string, row: ReasonFigures): string {
  const figures = figuresOf(row);
  return hidden
    .split(MARK)
    .map((part, at) => (at === 0 ? part : (figures[Number(part[0])] ?? "") + part.slice(1)))
    .join("");
}
