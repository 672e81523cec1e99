/** The console's script and style sheet, bundled by build.mjs from src/console. */
declare module "console-assets" {
  export const script: string;
  export const style: string;
}
