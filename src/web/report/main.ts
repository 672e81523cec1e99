import { cardContent } from "./card";
import { dropKey } from "./drop-key";
import { figure } from "../../verdict/figure";
import { byId, element, showTime } from "./element";
import type { Data } from "./data";
import { loadData } from "./load";
import { indexOwners, type Owner } from "./owner-index";
import { createOwnersView, type OwnersView } from "./owners-view";
import { createTableView, type TableView } from "./table-view";
import { keepScrollable } from "./scrollable";
import { wireTheme } from "./theme";
import { formatState, parseState, type ViewState } from "./view-state";

/** Paper takes so many rows; more are for the CSV. */
const MOST_PRINTED = 500;

/** Shows the part of the page that a view stands in; the tables of three views share one. */
function showView({ view }: ViewState): void {
  for (const part of document.querySelectorAll<HTMLElement>(".view"))
    part.hidden = part.id !== (view === "overview" || view === "definitions" ? view : "groups");
  for (const link of document.querySelectorAll<HTMLElement>("nav a")) {
    if (link.dataset["view"] === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

const UNREAD =
  "The rows can't be read: this file is not whole, or this browser is older than June 2024. The overview and the definitions are as they should be; report.csv and report.xlsx hold the rows too.";

async function start(): Promise<void> {
  dropKey();
  wireTheme(byId("theme"));
  keepScrollable();
  for (const time of document.querySelectorAll("time")) showTime(time);
  let state = parseState(location.hash);
  let render = () => showView(state);
  window.addEventListener("popstate", () => {
    state = parseState(location.hash);
    render();
  });
  render();

  const holder = byId("groups");
  const read = await loadData().catch(() => undefined);
  holder.querySelector("[role=status]")?.remove();
  if (!read) return holder.append(element("p", { class: "banner", role: "alert" }, UNREAD));
  const data: Data = read;
  const rowOf = new Map(data.ids.map((id, row) => [id, row]));
  const card = byId("card") as HTMLDialogElement;
  const table = createTableView(data, {
    change: (change) => go(change),
    open: (row) => go({ group: data.ids[row] ?? null }, true),
  });
  const ownersPlace = element("div");
  holder.append(table.element, ownersPlace);
  let owners: Map<string, Owner> | undefined;
  let ownersView: OwnersView | undefined;
  /** The table on screen, if there is one. */
  let shown: TableView | OwnersView | undefined;

  /** A view or a card is a step that the browser's Back undoes; a filter is not. */
  function go(change: Partial<ViewState>, isStep = "owner" in change || "view" in change): void {
    state = { ...state, ...change };
    const address = `#${formatState(state)}`;
    try {
      if (isStep) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
    } catch {
      // Safari allows a hundred changes in half a minute; the view goes on without its address.
    }
    render();
  }

  function showOwners(known: Map<string, Owner>): OwnersView {
    if (!ownersView) {
      ownersView = createOwnersView(data, [...known.values()], go);
      ownersPlace.append(ownersView.element);
    }
    return ownersView;
  }

  render = () => {
    showView(state);
    const isOwners = state.view === "owners";
    if (isOwners) owners ??= indexOwners(data);
    const owner = isOwners ? owners?.get(state.owner ?? "") : undefined;
    const isTable = state.view === "groups" || state.view === "candidates" || owner !== undefined;
    // A table measures itself, so it has to be on screen before it is drawn.
    table.element.hidden = !isTable;
    ownersPlace.hidden = !isOwners || isTable;
    shown = isTable ? table : isOwners && owners ? showOwners(owners) : undefined;
    if (isTable) table.show(state, owner);
    else if (isOwners) ownersView?.show(state);
    renderCard();
  };

  function renderCard(): void {
    const row = state.group === null ? undefined : rowOf.get(state.group);
    if (row === undefined) {
      if (card.open) card.close();
      return;
    }
    const rows = table.rows();
    const at = rows.indexOf(row);
    const position = at < 0 ? "Not in the present view" : `${figure(at + 1)} of ${figure(rows.length)} in this view`;
    const step = (by: number) => {
      const next = rows[at + by];
      if (next !== undefined) go({ group: data.ids[next] ?? null });
    };
    const focused = card.contains(document.activeElement) ? document.activeElement?.getAttribute("aria-label") : null;
    card.replaceChildren(...cardContent(data, row, position, step, () => card.close()));
    if (!card.open) card.showModal();
    card.scrollTop = 0;
    const again = [...card.querySelectorAll("button")].find(
      (button) => button.getAttribute("aria-label") === (focused ?? "Close the card"),
    );
    again?.focus();
  }

  card.addEventListener("close", () => {
    const row = state.group === null ? undefined : rowOf.get(state.group);
    if (state.group !== null) go({ group: null }, false);
    if (row !== undefined) shown?.focus(row);
  });
  // A click beside the card closes it.
  card.addEventListener("click", (event) => {
    if (event.target === card) card.close();
  });
  window.addEventListener("beforeprint", () => shown?.spread(MOST_PRINTED));
  window.addEventListener("afterprint", () => shown?.spread(null));
  if (state.view === "overview" && rowOf.has(state.group ?? "")) state = { ...state, view: "groups" };
  render();
  document.documentElement.dataset["ready"] = "";
  performance.mark("rows-ready");
}

void start();
