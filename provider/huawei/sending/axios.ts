/** The HTTP library. It takes longer to load than the rest of the package, so that it is loaded by what sends a call. */
export function loadAxios(): typeof import("axios") {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it at the start
  return require("axios") as typeof import("axios");
}
