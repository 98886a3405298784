import { expect } from '@esm-bundle/chai';
import { codeOf } from './errors.testing.js';
import { init } from './index.js';
import { encodePicture, type LoadResult } from './load.testing.js';
import { wasmUrl } from './wasm-url.js';

const SCRIPT = new URL('./load-and-tell.testing.ts', import.meta.url);

function message(target: EventTarget): Promise<LoadResult> {
  return new Promise((resolve) => {
    target.addEventListener('message', (event) => resolve((event as MessageEvent<LoadResult>).data), { once: true });
  });
}

describe('loading the module', () => {
  it('streams it from its address', async () => {
    expect((await fetch(wasmUrl())).headers.get('content-type')).to.equal('application/wasm');
    const vp8 = await init();
    expect(vp8.memoryBytes).to.be.greaterThan(0);
  });

  it('does with a wrong media type, with a response, with bytes and with a module', async () => {
    const bytes = await (await fetch(wasmUrl())).arrayBuffer();
    const address = URL.createObjectURL(new Blob([bytes], { type: 'text/plain' }));
    const inputs = [
      new URL(address),
      await fetch(wasmUrl()),
      new Response(bytes),
      bytes,
      new Uint8Array(bytes),
      (await init()).module,
    ];
    for (const input of inputs) {
      const vp8 = await init(input);
      expect(encodePicture(vp8)).to.be.greaterThan(0);
    }
    URL.revokeObjectURL(address);
  });

  it('says what does not work', async () => {
    for (const input of [new URL('./no-such-file.wasm', wasmUrl()), new Uint8Array(8), new Response('text')]) {
      expect(await codeOf(init(input))).to.equal('load-failed');
    }
  });

  it('works in a worker, by its address and by a posted module', async () => {
    const worker = new Worker(SCRIPT, { type: 'module' });
    for (const posted of [undefined, (await init()).module]) {
      const answer = message(worker);
      worker.postMessage(posted);
      expect(await answer)
        .to.have.property('bytes')
        .greaterThan(0);
    }
    worker.terminate();
  });

  for (const [policy, property] of [
    [`script-src ${location.origin} 'wasm-unsafe-eval'`, 'bytes'],
    [`script-src ${location.origin}`, 'code'],
  ] as const) {
    it(`under a policy with${property === 'bytes' ? '' : 'out'} 'wasm-unsafe-eval'`, async () => {
      const frame = document.createElement('iframe');
      frame.srcdoc =
        `<meta http-equiv="Content-Security-Policy" content="${policy}">` +
        `<script type="module" src="${SCRIPT.href}"></script>`;
      const answer = message(window);
      document.body.append(frame);
      const result = await answer;
      frame.remove();
      expect(result).to.have.property(property);
      if ('code' in result) expect(result.code).to.equal('load-failed');
    });
  }
});
