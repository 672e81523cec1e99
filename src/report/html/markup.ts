import { figure } from "../../verdict/figure";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

/** Text from the tenant: its direction is its own. */
export function isolate(text: string): string {
  return `<bdi>${escapeHtml(text)}</bdi>`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${figure(count)} ${count === 1 ? one : many}`;
}

/** A day or a date-time, ISO until the script shows it in the reader's form. */
export function time(iso: string): string {
  const shown = iso.length > 10 ? `${iso.slice(0, 16).replace("T", " ")} UTC` : iso;
  return `<time datetime="${escapeHtml(iso)}" title="${escapeHtml(shown)}">${escapeHtml(shown)}</time>`;
}

/** A link to a view of the page: the fragment says all of it. */
export function viewLink(state: Record<string, string>, content: string, className = ""): string {
  const fragment = escapeHtml(new URLSearchParams(state).toString());
  return `<a href="#${fragment}"${className ? ` class="${className}"` : ""}>${content}</a>`;
}

export interface TableColumn {
  heading: string;
  isFigure?: boolean;
}

/** A plain table; its first column heads the rows. */
export function table(caption: string, columns: readonly TableColumn[], lines: readonly (readonly string[])[]): string {
  const kind = (at: number) => (columns[at]?.isFigure ? ' class="figure"' : "");
  const head = columns.map(({ heading }, at) => `<th scope="col"${kind(at)}>${heading}</th>`).join("");
  const body = lines.map((line) => {
    const [first = "", ...rest] = line;
    return `<tr><th scope="row"${kind(0)}>${first}</th>${rest.map((cell, at) => `<td${kind(at + 1)}>${cell}</td>`).join("")}</tr>`;
  });
  return `<div class="plain" role="group" aria-label="${escapeHtml(caption)}"><table><caption class="unseen">${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>
${body.join("\n")}</tbody></table></div>`;
}
