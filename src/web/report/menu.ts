import { type Child, element } from "./element";

export interface Menu {
  element: HTMLDetailsElement;
  /** What stands on the button, and whether something is chosen in it. */
  title(text: string, isActive: boolean): void;
}

/** A button that opens a panel below it. One is open at a time; Escape and a click elsewhere close it. */
export function createMenu(title: string, fill: (panel: HTMLElement) => void): Menu {
  const label = element("summary", {}, title);
  const panel = element("div", { class: "panel" });
  const details = element("details", { class: "menu" }, label, panel);
  details.addEventListener("toggle", () => {
    if (!details.open) return panel.replaceChildren();
    fill(panel);
    // Near the right edge the panel opens to the left.
    details.classList.toggle(
      "left",
      details.getBoundingClientRect().left + panel.offsetWidth > document.documentElement.clientWidth - 8,
    );
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.stopPropagation();
    details.open = false;
    label.focus();
  });
  return {
    element: details,
    title(text, isActive) {
      label.textContent = text;
      label.classList.toggle("chosen", isActive);
    },
  };
}

document.addEventListener("click", (event) => {
  // Not by the target: a panel that was drawn anew no longer holds the button that was pressed.
  const path = event.composedPath();
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]"))
    if (!path.includes(menu)) menu.open = false;
});

/** A box to tick, with a count beside it where there is one. */
export function tickBox(
  label: Child,
  isTicked: boolean,
  count: string | null,
  onChange: (isTicked: boolean) => void,
): HTMLElement {
  const box = element("input", { type: "checkbox", change: () => onChange(box.checked) });
  box.checked = isTicked;
  return element(
    "label",
    { class: "tick" },
    box,
    element("span", { dir: "auto" }, label),
    count !== null && element("span", { class: "count" }, count),
  );
}
