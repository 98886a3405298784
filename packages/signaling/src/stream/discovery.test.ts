import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkService, discoverService, type Fetch } from './discovery.js';
import { StreamError } from './errors.js';
import { VirtualEnvironment } from './stream.testing.js';

const JSON_URL = 'https://example.org/.well-known/host-meta.json';
const XML_URL = 'https://example.org/.well-known/host-meta';
const REL = 'urn:xmpp:alt-connections:websocket';
const json = (...hrefs: string[]): string => JSON.stringify({ links: hrefs.map((href) => ({ rel: REL, href })) });
const xml = (...hrefs: string[]): string =>
  `<?xml version='1.0' encoding='utf-8'?><XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>` +
  `<Link rel="urn:xmpp:alt-connections:xbosh" href="https://example.org/bosh"/>` +
  `${hrefs.map((href) => `<Link rel="${REL}" href="${href}"/>`).join('')}</XRD>`;

/** A web with these documents; everything else is 404. */
const web = (documents: Record<string, string>): { fetch: Fetch; asked: string[] } => {
  const asked: string[] = [];
  const fetch: Fetch = (url) => {
    asked.push(url);
    const body = documents[url];
    return Promise.resolve(body === undefined ? new Response('', { status: 404 }) : new Response(body));
  };
  return { fetch, asked };
};
const discover = (fetch: Fetch, environment = new VirtualEnvironment()): Promise<string> =>
  discoverService('example.org', fetch, environment, new AbortController().signal);
const code =
  (expected: string) =>
  (error: unknown): boolean =>
    error instanceof StreamError && error.code === expected;

test('host-meta.json is enough', async () => {
  const { fetch, asked } = web({ [JSON_URL]: json('wss://example.org/ws'), [XML_URL]: xml('wss://other.example/ws') });
  assert.equal(await discover(fetch), 'wss://example.org/ws');
  assert.deepEqual(asked, [JSON_URL]);
});

test('host-meta in XML when there is no usable JSON', async () => {
  const unusable = [
    '',
    'null',
    '[]',
    '{"links":7}',
    '<html>',
    json(),
    json('ws://example.org/ws'),
    json('not a url'),
    '{"links":[null,{"rel":1}]}',
  ];
  for (const document of unusable) {
    const { fetch } = web({ [JSON_URL]: document, [XML_URL]: xml('wss://example.org/ws') });
    assert.equal(await discover(fetch), 'wss://example.org/ws', document);
  }
  const { fetch } = web({ [XML_URL]: xml('ws://example.org/ws', 'wss://example.org:5443/ws') });
  assert.equal(await discover(fetch), 'wss://example.org:5443/ws');
});

test('what is missing has a name', async () => {
  await assert.rejects(discover(web({}).fetch), code('signaling-unreachable'));
  await assert.rejects(discover(web({ [JSON_URL]: json() }).fetch), code('incompatible'));
  await assert.rejects(discover(web({ [XML_URL]: xml() }).fetch), code('incompatible'));
  await assert.rejects(discover(web({ [JSON_URL]: json('ws://example.org/ws') }).fetch), code('insecure'));
  await assert.rejects(discover(web({ [JSON_URL]: json('ws://localhost/ws') }).fetch), code('insecure'));
  await assert.rejects(discover(web({ [XML_URL]: '<a><b></a>' }).fetch), code('signaling-unreachable'));
  await assert.rejects(discover(web({ [XML_URL]: '</a>&x;' }).fetch), code('signaling-unreachable'));
  await assert.rejects(
    discover(web({ [JSON_URL]: `${json()}${' '.repeat(300_000)}` }).fetch),
    code('signaling-unreachable'),
  );
  await assert.rejects(
    discover(() => Promise.reject(new TypeError('Failed to fetch'))),
    code('signaling-unreachable'),
  );
});

/** Never answers, until it is aborted. */
const silence: Fetch = (_url, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });

test('servers that say nothing are given up', async () => {
  const environment = new VirtualEnvironment();
  const rejected = assert.rejects(discover(silence, environment), code('signaling-unreachable'));
  environment.advance(8_000);
  await new Promise((resolve) => setImmediate(resolve));
  environment.advance(8_000);
  await rejected;
  assert.equal(environment.timerCount, 0);
});

test('a document without end is not read to its end', async () => {
  let pulled = 0;
  let isCancelled = false;
  const endless = new ReadableStream({
    pull: (controller) => {
      // Far more than the limit, and still an end for a reader without one.
      if (++pulled > 100) controller.close();
      else controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
    },
    cancel: () => {
      isCancelled = true;
    },
  });
  const { fetch } = web({ [XML_URL]: xml('wss://example.org/ws') });
  const found = await discover((url, init) =>
    url === JSON_URL ? Promise.resolve(new Response(endless)) : fetch(url, init),
  );
  assert.equal(found, 'wss://example.org/ws');
  assert.equal(isCancelled, true);
  assert.equal(pulled < 10, true, String(pulled));
});

test('aborting ends the search at once', async () => {
  const environment = new VirtualEnvironment();
  const abort = new AbortController();
  const rejected = assert.rejects(discoverService('example.org', silence, environment, abort.signal), code('closed'));
  abort.abort();
  await rejected;
  assert.equal(environment.timerCount, 0);
});

test('service URLs: encrypted, or local', () => {
  assert.equal(checkService('wss://example.org/ws#x'), 'wss://example.org/ws');
  for (const local of ['ws://localhost:5280/ws', 'ws://127.0.0.1/ws', 'ws://[::1]:80/ws', 'ws://xmpp.localhost/ws']) {
    assert.doesNotThrow(() => checkService(local), local);
  }
  for (const open of ['ws://example.org/ws', 'ws://127.0.0.1.example.org/', 'ws://notlocalhost/', 'ws://10.0.0.1/']) {
    assert.throws(() => checkService(open), code('insecure'), open);
  }
  for (const wrong of ['', 'example.org', 'https://example.org/ws', 'javascript:alert(1)', 'wss://']) {
    assert.throws(() => checkService(wrong), code('invalid-address'), wrong);
  }
});
