/**
 * Lets a test of Chromium count the objects that are alive after garbage collection: `countLiveObjects` in its page takes
 * names of constructors and gives a number for each.
 * @param {import('puppeteer-core').Page} page
 */
export async function exposeLiveObjects(page) {
  await page.exposeFunction('countLiveObjects', async (/** @type {readonly string[]} */ names) => {
    const session = await page.createCDPSession();
    try {
      await session.send('HeapProfiler.enable');
      // Twice, so that finalizers have run.
      for (let round = 0; round < 2; round++) await session.send('HeapProfiler.collectGarbage');
      /** @type {Record<string, number>} */
      const counts = {};
      for (const name of names) counts[name] = await count(session, name);
      return counts;
    } finally {
      await session.detach();
    }
  });
}

/**
 * @param {import('puppeteer-core').CDPSession} session
 * @param {string} name  of a constructor
 */
async function count(session, name) {
  const group = { objectGroup: 'live-objects' };
  const { result } = await session.send('Runtime.evaluate', { expression: `${name}.prototype`, ...group });
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: result.objectId ?? '',
    ...group,
  });
  const length = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: 'function () { return this.length; }',
    returnByValue: true,
  });
  await session.send('Runtime.releaseObjectGroup', group);
  return Number(length.result.value);
}
