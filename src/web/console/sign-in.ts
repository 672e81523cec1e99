import { AUTH, setKey } from "./call";
import { element } from "./element";

const HERE = encodeURIComponent("/api/console");
const SIGN_IN = `/.auth/login/aad?post_login_redirect_uri=${HERE}`;
const SIGN_OUT = `/.auth/logout?post_logout_redirect_uri=${HERE}`;

/** What stands in the page's head while it is connected. */
export function sessionControl(forget: () => void): HTMLElement {
  return AUTH === "entra"
    ? element("a", { href: SIGN_OUT }, "Sign out")
    : element("button", { type: "button", class: "plain", onclick: forget }, "Forget the key");
}

/** Asks for the key, or leads to the sign-in. `connect` is called with the key in memory. */
export function signIn(refused: string | undefined, connect: () => Promise<void>): HTMLElement {
  return AUTH === "entra" ? entraPanel(refused) : keyPanel(refused, connect);
}

function entraPanel(refused: string | undefined): HTMLElement {
  return element(
    "section",
    { class: "card narrow", "aria-labelledby": "sign-in-title" },
    element("h2", { id: "sign-in-title" }, "Sign in"),
    element("p", {}, refused ?? "Reports are for those who have a role in this app."),
    element("p", {}, element("a", { class: "button main", href: SIGN_IN }, "Sign in with Microsoft Entra")),
  );
}

function keyPanel(refused: string | undefined, connect: () => Promise<void>): HTMLElement {
  const input = element("input", {
    id: "key",
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "key-error key-hint",
    "aria-invalid": refused === undefined ? undefined : "true",
    required: true,
  });
  const submit = element("button", { type: "submit", class: "main" }, "Connect");
  const send = async (event: Event) => {
    event.preventDefault();
    const typed = input.value.trim();
    if (typed === "") return;
    setKey(typed);
    input.value = "";
    submit.disabled = true;
    await connect();
    submit.disabled = false;
    // Still asked for it, though it was not refused: the app is starting, or out of reach.
    if (input.isConnected) input.value = typed;
  };
  return element(
    "section",
    { class: "card narrow", "aria-labelledby": "sign-in-title" },
    element("h2", { id: "sign-in-title" }, "Connect"),
    element(
      "form",
      { onsubmit: (event) => void send(event) },
      element("label", { for: "key" }, "Function key"),
      element("div", { class: "field" }, input, submit),
      element("p", { id: "key-error", class: "error" }, refused ?? ""),
    ),
    element(
      "p",
      { id: "key-hint", class: "soft" },
      "In Azure: the function app > Functions > App keys, a host key such as “default”. On your machine: the key that “serve” has printed. This page keeps it in its memory alone and forgets it when it is closed or loaded again.",
    ),
  );
}
