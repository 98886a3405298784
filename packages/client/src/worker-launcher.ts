import { XmppCallError } from './errors.js';

interface TrustedTypePolicy {
  createScriptURL(url: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): TrustedTypePolicy;
}

/** The name that a page's `trusted-types` directive must allow. */
const POLICY_NAME = 'xmpp-call';
let policy: TrustedTypePolicy | undefined;

/** Beside this module: where the build puts the worker. */
export function defaultWorkerUrl(): URL {
  return new URL('./signaling.worker.js', import.meta.url);
}

/**
 * Where the integrator says that the worker is. Workers run as this page does, so only HTTP(S) of the page's or this
 * script's origin is taken: whoever can set an attribute must not be able to run a script.
 * @throws XmppCallError `invalid-address`
 */
export function checkedWorkerUrl(workerUrl: string | URL): URL {
  let url: URL;
  try {
    url = new URL(workerUrl, document.baseURI);
  } catch (cause) {
    throw new XmppCallError('invalid-address', { message: 'the URL of the worker is none', cause });
  }
  const origins = [location.origin, defaultWorkerUrl().origin];
  if (!/^https?:$/.test(url.protocol) || !origins.includes(url.origin)) {
    const message = `the worker has to come by http(s) from the origin of the page or of the script, not ${url.protocol}`;
    throw new XmppCallError('invalid-address', { message: `${message}//${url.host}` });
  }
  return url;
}

/**
 * Starts a module worker. One from another origin (a CDN) cannot be constructed directly: a small blob worker imports it
 * instead, which needs `worker-src blob:` and CORS.
 * @throws XmppCallError `worker-failed` or `browser-unsupported`
 */
export function launchWorker(url: URL): Worker {
  if (typeof Worker === 'undefined') throw new XmppCallError('browser-unsupported', { message: 'no Web Workers here' });
  try {
    if (url.origin === location.origin) {
      return new Worker(trusted(url.href), { type: 'module', name: 'xmpp-call' });
    }
    return launchThroughBlob(url);
  } catch (cause) {
    throw new XmppCallError('worker-failed', { message: `cannot start ${url.href}`, cause });
  }
}

function launchThroughBlob(url: URL): Worker {
  const blobUrl = URL.createObjectURL(new Blob([bootstrap(url)], { type: 'text/javascript' }));
  try {
    return new Worker(trusted(blobUrl), { name: 'xmpp-call' });
  } finally {
    // The worker has its own reference once constructed.
    URL.revokeObjectURL(blobUrl);
  }
}

/** Keeps events that arrive while the script loads, and reports a load failure like any other worker error. */
function bootstrap(url: URL): string {
  return `let early = [];
const keep = (event) => early?.push(event);
addEventListener('message', keep);
addEventListener('rtctransform', keep);
import(${JSON.stringify(url.href)}).then(
  () => {
    const events = early;
    early = undefined;
    events.map(dispatchEvent);
  },
  (error) => setTimeout(() => { throw error; }),
);`;
}

/** Under Trusted Types a worker URL must come from a policy; the URLs made here are ours or the integrator's. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return url;
  policy ??= trustedTypes.createPolicy(POLICY_NAME, { createScriptURL: (trustedUrl) => trustedUrl });
  return policy.createScriptURL(url);
}
