import { createHash } from "node:crypto";
import { script, style } from "console-assets";
import type { HttpResponseInit } from "@azure/functions";
import { ICON } from "../report/html/icon";
import type { HttpAuth } from "../settings/settings";

const hash = (text: string) => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;

/** It runs its own script, talks to its own server, and no string ever becomes markup. */
const POLICY = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/** The console: constants alone. What it shows it asks the other routes for, with what its reader may. */
export function consolePage(auth: HttpAuth): HttpResponseInit {
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": POLICY,
      // Nor does a browser keep the page, and the key in its memory, to show it again on "Back".
      "cache-control": "no-store",
      "cross-origin-opener-policy": "same-origin",
      // Not no-referrer: App Service authentication looks at where a POST comes from.
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    },
    body: `<!doctype html>
<html lang="en" data-auth="${auth}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Groups and teams: console</title><link rel="icon" href="${ICON}"><style>${style}</style></head>
<body><header><div><h1>Groups and teams</h1><p class="soft" id="subject">Activity reports</p></div><div id="session"></div></header>
<main><noscript><p class="notice">This page needs JavaScript, which it brings along: it loads nothing from elsewhere.</p></noscript>
<div id="alert" role="alert"></div><p id="live" class="hidden" role="status"></p>
<div id="view"></div></main>
<footer>Groups and Teams Activity Reporter</footer>
<script>${script}</script></body></html>
`,
  };
}
