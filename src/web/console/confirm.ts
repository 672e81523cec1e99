import { element } from "./element";

/** Asks before something that can't be taken back. Escape means no. */
export function confirm(question: string, about: string, yes: string, no: string): Promise<boolean> {
  const dialog = element(
    "dialog",
    { "aria-labelledby": "question", "aria-describedby": "question-about" },
    element("h2", { id: "question" }, question),
    element("p", { id: "question-about" }, about),
    element(
      "div",
      { class: "buttons" },
      element("button", { type: "button", onclick: () => dialog.close() }, no),
      element("button", { type: "button", class: "danger", onclick: () => dialog.close("yes") }, yes),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}
