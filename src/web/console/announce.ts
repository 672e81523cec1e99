import { byId, element } from "./element";

/** Tells whoever can't see the page what has changed, once and politely. */
export function announce(text: string): void {
  if (byId("live").textContent !== text) byId("live").textContent = text;
}

/** Shows what went wrong, until something else is shown or the reader closes it. */
export function warn(text: string): void {
  byId("alert").replaceChildren(
    element(
      "div",
      { class: "notice bad" },
      element("p", {}, text),
      element("button", { type: "button", class: "plain", onclick: calm }, "Close"),
    ),
  );
}

export function calm(): void {
  byId("alert").replaceChildren();
}
