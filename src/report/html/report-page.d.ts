/** Made by scripts/build.mjs from src/web/report; tests take it from dist/report-page.js. */
declare module "report-page" {
  /** The report's one script, and its one style sheet, as they are inlined. */
  export const PAGE_SCRIPT: string;
  export const PAGE_STYLE: string;
}
