/** The console's script and style sheet, bundled by scripts/build.mjs from src/web/console. */
declare module "console-assets" {
  export const script: string;
  export const style: string;
}
