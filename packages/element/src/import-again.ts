/** The URL in the message of a failed import; Safari names none and needs none, as it loads again by itself. */
const MODULE_URL = /https?:\/\/\S+/;
let attempts = 0;

/**
 * Imports a module, and once more under another URL if that fails: Firefox keeps a failure for the life of the page.
 * Bundlers that load by themselves (webpack) name no module in a TypeError, and try again when they are asked again.
 * @param load `() => import('./module.js')`, which bundlers can follow
 */
export async function importAgain<T>(
  load: () => Promise<T>,
  importUrl: (url: string) => Promise<unknown> = (url) => import(/* @vite-ignore */ /* webpackIgnore: true */ url),
): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const url = error instanceof TypeError && /modul/i.test(error.message) && MODULE_URL.exec(error.message)?.[0];
    if (!url) throw error;
    attempts++;
    return (await importUrl(`${url}${url.includes('?') ? '&' : '?'}retry=${attempts}`)) as T;
  }
}
