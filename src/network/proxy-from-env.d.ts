declare module "proxy-from-env" {
  /** Empty where the address is asked directly. */
  export function getProxyForUrl(url: string | URL): string;
}
