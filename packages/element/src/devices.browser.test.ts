import { expect } from '@esm-bundle/chai';
import { XmppCallError } from '@xmpp-call/client';
import { cleanUp, find, has, mountCall, settled, textOf, until, VISITOR } from './testing/fixture.testing.js';
import type { XmppCallElement } from './xmpp-call.js';

const STORED = 'xmpp-call-devices';
let plugged: Partial<MediaDeviceInfo>[];
let isBroken = false;

async function opened(attributes: Record<string, string> = {}) {
  const fixture = await mountCall({ ...VISITOR, ...attributes });
  const { element, placed } = fixture;
  placed.activate();
  await settled(element);
  find(element, '[part~=more]').click();
  await until(() => has(element, '[part~=devices]'));
  find(element, '[part~=devices]').click();
  await until(() => has(element, '[part~=device]'));
  return fixture;
}

function selects(element: XmppCallElement): HTMLSelectElement[] {
  return [...(element.shadowRoot?.querySelectorAll<HTMLSelectElement>('[part~=device]') ?? [])];
}

const names = (element: XmppCallElement) => selects(element).map(({ options }) => [...options].map(({ text }) => text));

function choose(select: HTMLSelectElement | undefined, value: string): void {
  if (!select) throw new Error('no list');
  select.value = value;
  select.dispatchEvent(new Event('change'));
}

describe('the devices of a call', () => {
  beforeEach(() => {
    plugged = [
      { kind: 'audioinput', deviceId: 'default', label: 'Default' },
      { kind: 'audioinput', deviceId: 'mic', label: 'Headset' },
      { kind: 'videoinput', deviceId: 'cam', label: '' },
      { kind: 'audiooutput', deviceId: 'out', label: 'Speakers' },
    ];
    navigator.mediaDevices.enumerateDevices = () =>
      isBroken ? Promise.reject(new Error('no')) : Promise.resolve(plugged as MediaDeviceInfo[]);
  });

  afterEach(() => {
    isBroken = false;
    Reflect.deleteProperty(navigator.mediaDevices, 'enumerateDevices');
    localStorage.removeItem(STORED);
    cleanUp();
  });

  it('are listed by name, as they come and go', async () => {
    const { element } = await opened();
    await until(() => names(element)[0]?.length === 2);
    expect(names(element).slice(0, 2)).to.deep.equal([
      ['Automatic', 'Headset'],
      ['Automatic', 'Without a name'],
    ]);
    plugged = plugged.filter(({ deviceId }) => deviceId !== 'mic');
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    await until(() => names(element)[0]?.length === 1);
  });

  it('change the call at once, and hold for the next one', async () => {
    const { element, client, placed } = await opened();
    await until(() => names(element)[0]?.length === 2);
    choose(selects(element)[0], 'mic');
    await until(() => client().devices.microphone === 'mic');
    await until(() => selects(element)[0]?.disabled === false);
    choose(selects(element)[0], '');
    await until(() => client().devices.microphone === undefined);
    await until(() => selects(element)[0]?.disabled === false);
    choose(selects(element)[1], 'cam');
    await until(() => client().devices.camera === 'cam');
    placed.end('local-hang-up');
    await settled(element);
    expect(localStorage.getItem(STORED), 'nothing is stored unasked').to.equal(null);
    await element.startCall();
    expect(client().devices.camera).to.equal('cam');
  });

  it('are stored where the page asks for it, and read again', async () => {
    const { element, client } = await opened({ 'remember-devices': '' });
    await until(() => names(element)[0]?.length === 2);
    choose(selects(element)[0], 'mic');
    await until(() => localStorage.getItem(STORED) !== null);
    expect(client().devices).to.deep.equal({ microphone: 'mic' });
    cleanUp();
    localStorage.setItem(STORED, JSON.stringify({ microphone: 'mic', camera: 7, other: 'x' }));
    const next = await mountCall({ ...VISITOR, 'remember-devices': '' });
    expect(next.client().options.devices).to.deep.equal({ microphone: 'mic' });
    cleanUp();
    localStorage.setItem(STORED, '{');
    expect((await mountCall({ ...VISITOR, 'remember-devices': '' })).client().options.devices).to.deep.equal({});
  });

  it('say which one cannot be had', async () => {
    const { element, client } = await opened();
    await until(() => names(element)[0]?.length === 2);
    client().devicesError = new XmppCallError('device-in-use');
    choose(selects(element)[0], 'mic');
    await until(() => textOf(element, '.devices').includes('Microphone: this one cannot be used'));
    await until(() => selects(element)[0]?.value === '');
  });

  it('leave an empty list where the browser fails', async () => {
    isBroken = true;
    const { element } = await opened();
    expect(names(element)[0]).to.deep.equal(['Automatic']);
  });
});
