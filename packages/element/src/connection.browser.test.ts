import { expect } from '@esm-bundle/chai';
import { cleanUp, find, has, mountClocked, replaceMethod, settled, textOf, until } from './testing/fixture.testing.js';
import { passSeconds } from './testing/statistics.testing.js';

async function opened() {
  const fixture = mountClocked();
  const { element } = fixture;
  await element.startCall();
  fixture.call().activate();
  find(element, '[part~=more]').click();
  await until(() => has(element, '[part~=connection]'));
  find(element, '[part~=connection]').click();
  await until(() => has(element, '.facts'));
  return fixture;
}

/** Saves, and reads what the browser was given. */
async function saved(press: () => void): Promise<{ name: string; report: Record<string, unknown> }> {
  const blobs: Blob[] = [];
  const names: string[] = [];
  const restore = [
    replaceMethod(URL, 'createObjectURL', (blob) => {
      blobs.push(blob as Blob);
      return 'blob:test';
    }),
    replaceMethod(HTMLElement.prototype, 'click', function (this: HTMLElement) {
      if (this instanceof HTMLAnchorElement) names.push(this.download);
      else this.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
    }),
  ];
  press();
  for (const undo of restore) undo();
  const text = await blobs[0]?.text();
  return {
    name: names.join(),
    report: JSON.parse(text ?? '{}') as Record<string, unknown>,
  };
}

describe('the facts of the connection', () => {
  afterEach(cleanUp);

  it('are read again each second while they are shown', async () => {
    const { element, call, clock } = await opened();
    expect(textOf(element, '.facts')).to.include('No figures yet');
    await passSeconds(call(), clock, 3, { received: 0.25 });
    await until(() => textOf(element, '.facts').includes('25% lost'));
    const text = textOf(element, '.facts');
    expect(text).to.include('Through a relay, by TLS');
    expect(text).to.include('42 ms');
    expect(text).to.include('opus · 32 kb/s');
    expect(text).to.include('Those of the browser');
    await passSeconds(call(), clock, 1, { received: 0.5 });
    await until(() => textOf(element, '.facts').includes('50% lost'));
  });

  it('are saved as a report with the date, with short addresses unless they are wanted in full', async () => {
    const { element, call, clock } = await opened();
    await passSeconds(call(), clock, 2);
    await until(() => textOf(element, '.facts').includes('42 ms'));
    const press = () => {
      find(element, '[part~=save-report]').click();
    };
    const short = await saved(press);
    expect(short.name).to.match(/^call-report-\d{4}-\d\d-\d\d-\d\d-\d\d\.json$/);
    expect(short.report).to.include({ version: 1, addressesShortened: true });
    expect(JSON.stringify(short.report)).to.include('192.0.2.0/24').and.not.include('192.0.2.77');
    find(element, '[part=shorten-addresses]').click();
    await settled(element);
    const full = await saved(press);
    expect(full.report).to.include({ addressesShortened: false });
    expect(JSON.stringify(full.report)).to.include('192.0.2.77');
  });

  it('are offered once the call is connected', async () => {
    const fixture = mountClocked();
    await fixture.element.startCall();
    fixture.call().change('ringing');
    find(fixture.element, '[part~=more]').click();
    await until(() => has(fixture.element, '[part~=menu]'));
    expect(has(fixture.element, '[part~=connection]')).to.equal(false);
  });
});
