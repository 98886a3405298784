import { XmppCallError } from '@xmpp-call/client';
import type { ErrorCode } from '@xmpp-call/client';
import { audioTrack, videoTrack } from './fake-client.testing.js';
import type { FakeCall } from './fake-client.testing.js';
import { AGENT, VISITOR, find, has, mount, mountClocked, replaceMethod, settled, until } from './fixture.testing.js';
import type { Fixture } from './fixture.testing.js';
import { SAFETY_CODE } from './safety-code.testing.js';
import { passSeconds } from './statistics.testing.js';

/** A state that can be seen, set up in a box of the page. */
export type Scene = (box: HTMLElement, lang: string) => Promise<unknown>;

const NEVER = new Promise<void>(() => undefined);
const SECOND = 1000;
const GUEST = 'maria.rossi@guest.example.org';

export const scenes: Readonly<Record<string, Scene>> = {
  launcher: (box, lang) => visitor(box, lang),
  'launcher-video': (box, lang) => visitor(box, lang, { video: '' }),
  'launcher-label': (box, lang) =>
    visitor(box, lang, { label: 'Talk to our support team about your order, free of charge' }),
  'allow-microphone': (box, lang) => called(box, lang),
  calling: (box, lang) => called(box, lang, (call) => call.addTracks('local', audioTrack())),
  ringing: (box, lang) => called(box, lang, (call) => call.change('ringing'), { 'callee-name': 'Support' }),
  'still-calling': async (box, lang) => {
    const { element, clock, call } = mountClocked({ ...VISITOR, 'multiple-calls': '', lang }, box);
    await element.startCall();
    call().addTracks('local', audioTrack());
    await settled(element);
    clock.advance(10 * SECOND);
    await settled(element);
  },
  'nothing-arrives': async (box, lang) => {
    const { element, clock, call } = mountClocked({ ...VISITOR, 'multiple-calls': '', lang }, box);
    await element.startCall();
    call().activate(20 * SECOND);
    call().receive(false);
    await settled(element);
    clock.advance(2 * SECOND);
    await settled(element);
  },
  connecting: (box, lang) => called(box, lang, (call) => call.change('connecting')),
  active: (box, lang) => called(box, lang, (call) => call.activate(125 * SECOND), { 'callee-name': 'Support' }),
  'active-muted': (box, lang) =>
    called(box, lang, (call) => {
      call.activate(3725 * SECOND);
      call.setMuted(true);
      call.changeRemote({ audioMuted: true });
    }),
  video: (box, lang) => called(box, lang, video, { 'callee-name': 'Support' }),
  'video-upright': (box, lang) =>
    called(box, lang, (call) => {
      call.activate(9 * SECOND);
      call.addTracks('remote', videoTrack(360, 640, person('#2f5d73', '#e8b796')));
    }),
  'video-self': (box, lang) =>
    called(box, lang, (call) => {
      call.activate(61 * SECOND);
      call.addTracks('local', audioTrack(), videoTrack(320, 240, person('#7d6b58', '#c98f6b')));
    }),
  'video-reconnecting': (box, lang) =>
    called(box, lang, (call, { client }) => {
      video(call);
      call.change('reconnecting');
      client().reconnect();
    }),
  menu: async (box, lang) => {
    const { element } = await called(box, lang, video, { 'callee-name': 'Support' });
    find(element, '[part~=more]').click();
    await until(() => has(element, '[part~=menu]'));
  },
  'quality-weak': (box, lang) => lossy(box, lang, 0.06),
  'quality-bad': async (box, lang) => {
    const { element, call } = await lossy(box, lang, 0.3);
    video(call());
    await settled(element);
  },
  details: async (box, lang) => {
    const { element } = await lossy(box, lang, 0.06);
    await openFeature(element, 'connection');
    await until(() => has(element, 'dl'));
  },
  'dial-pad': async (box, lang) => {
    const { element } = await called(box, lang, abilities, { 'callee-name': 'Support' });
    await openFeature(element, 'dial-pad');
    await until(() => has(element, '[part~=key]'));
    for (const key of element.shadowRoot?.querySelectorAll<HTMLElement>('[part~=key]') ?? []) key.click();
    await settled(element);
  },
  transfer: async (box, lang) => {
    const { element } = await called(box, lang, abilities, { 'callee-name': 'Support' });
    await openFeature(element, 'transfer');
    await until(() => has(element, '[part~=transfer-to]'));
  },
  'transfer-waiting': async (box, lang) => {
    const { element, call } = await called(box, lang, abilities, { 'callee-name': 'Support' });
    call().goesOver = NEVER;
    await transferTo(element, 'boss@example.org');
    await settled(element);
  },
  'transfer-refused': async (box, lang) => {
    const { element } = await called(
      box,
      lang,
      (call) => {
        abilities(call);
        call.goesOver = Promise.reject(new XmppCallError('declined'));
        call.goesOver.catch(() => undefined);
      },
      { 'callee-name': 'Support' },
    );
    await transferTo(element, 'boss@example.org');
    await until(() => has(element, '.transfer [part~=error]'));
  },
  'transfer-request': async (box, lang) => {
    const { element } = await called(
      box,
      lang,
      (call) => {
        abilities(call);
        call.askToCall('billing.department@accounting.example.org');
      },
      { 'callee-name': 'Support' },
    );
    await until(() => has(element, '[part~=take-transfer]'));
  },
  'peer-text': (box, lang) =>
    called(box, lang, (call) => {
      call.peerText = 'نعود إليك في الخامسة. <b>We call back at five.</b>';
      call.fail('declined');
    }),
  'safety-code': (box, lang) => comparing(box, lang),
  'safety-code-emoji': async (box, lang) => {
    await comparing(box, lang);
    const element = box.querySelector('xmpp-call');
    if (!element) throw new Error('no element');
    find(element, '[part~=show-emoji]').click();
    await until(() => has(element, '.safety-emoji'));
  },
  'safety-code-differs': async (box, lang) => {
    const call = await comparing(box, lang);
    call.changeSafety({ phase: 'failed', failure: 'codes-differ' });
  },
  chat: async (box, lang) => {
    const { element } = await called(box, lang, (call) => {
      call.activate(42 * SECOND);
      call.addMessage('Hello! Can you send me the number of your order? It is on https://shop.example/orders.');
      call.addMessage('4711-08', { outgoing: true, state: 'read' });
      call.addMessage('شكرا، لحظة من فضلك', { corrected: true });
      call.addMessage('No hurry.', { outgoing: true, state: 'failed' });
      call.changeTyping({ composing: true, text: '' });
    });
    await openFeature(element, 'chat');
    await until(() => has(element, '.messages'));
  },
  devices: async (box, lang) => {
    const { element } = await called(box, lang, (call) => {
      call.activate(42 * SECOND);
    });
    await openFeature(element, 'devices');
    await until(() => has(element, '.devices'));
  },
  'chat-real-time': async (box, lang) => {
    const { element } = await called(box, lang, (call) => {
      call.activate(42 * SECOND);
      call.addMessage('Hello!');
      call.changeTyping({ composing: true, text: 'I am writing this as you rea' });
    });
    await openFeature(element, 'chat');
    await until(() => has(element, '.messages'));
  },
  'chat-unread': (box, lang) =>
    called(box, lang, (call) => {
      call.activate(42 * SECOND);
      for (const text of ['Hello!', 'Are you there?']) call.addMessage(text);
    }),
  sharing: (box, lang) =>
    called(box, lang, (call) => {
      call.activate(80 * SECOND);
      void call.shareScreen();
    }),
  'on-hold': (box, lang) =>
    called(box, lang, (call) => {
      call.activate(80 * SECOND);
      call.hold();
    }),
  held: (box, lang) =>
    called(box, lang, (call) => {
      call.activate(80 * SECOND);
      call.changeRemote({ held: true });
    }),
  'camera-problem': (box, lang) =>
    called(box, lang, (call) => {
      call.activate(42 * SECOND);
      call.complain('device-in-use');
    }),
  'camera-refused': (box, lang) =>
    called(box, lang, (call) => {
      call.activate(42 * SECOND);
      call.complain('permission-denied', 'camera');
    }),
  'microphone-lost': (box, lang) =>
    called(box, lang, (call) => {
      video(call);
      call.complain('device-not-found', 'microphone');
    }),
  'hear-button': async (box, lang) => {
    const restore = replaceMethod(HTMLMediaElement.prototype, 'play', () =>
      Promise.reject(new DOMException('no gesture', 'NotAllowedError')),
    );
    const { element } = await called(box, lang, (call) => {
      call.activate(3 * SECOND);
    });
    await until(() => has(element, '[part~=hear]'));
    restore();
  },
  minimized: (box, lang) =>
    called(box, lang, (call, { element }) => {
      call.activate(42 * SECOND);
      void settled(element).then(() => find(element, '[part=minimize]').click());
    }),
  ended: (box, lang) =>
    called(box, lang, (call) => {
      call.activate(125 * SECOND);
      call.hangUp();
    }),
  'ended-remotely': (box, lang) =>
    called(
      box,
      lang,
      (call) => {
        call.activate(1 * SECOND);
        call.end('remote-hang-up');
      },
      { 'callee-name': 'Support' },
    ),
  ...Object.fromEntries(
    (
      [
        'declined',
        'no-answer',
        'connectivity-failed',
        'connection-lost',
        'permission-denied',
        'forbidden-by-page',
        'insecure-context',
        'busy',
        'callee-being-called',
      ] as const
    ).map((code) => [code, (box: HTMLElement, lang: string) => called(box, lang, (call) => call.fail(code))]),
  ),
  'themed-yellow': (box, lang) => themed(box, lang, { accent: '#f6c945', radius: '0px', font: 'Georgia, serif' }),
  'themed-translucent': async (box, lang) => {
    box.style.setProperty('--xmpp-call-background', 'color-mix(in oklab, light-dark(#fff, #182220) 20%, transparent)');
    await called(box, lang, (call) => {
      call.activate(42 * SECOND);
      call.setMuted(true);
    });
  },
  'themed-navy': (box, lang) => themed(box, lang, { accent: '#1d3fbb', radius: '2rem', width: '18rem' }),
  'sign-in': (box, lang) => agent(box, lang),
  'sign-in-empty': async (box, lang) => {
    const { element } = await agent(box, lang);
    find(element, '[type=submit]').click();
  },
  'signing-in': (box, lang) => signingIn(box, lang, undefined),
  'sign-in-refused': (box, lang) => signingIn(box, lang, 'auth-failed'),
  ready: (box, lang) => signedIn(box, lang),
  'ready-missed': async (box, lang) => {
    const { client } = await signedIn(box, lang);
    client().ring(GUEST).end('cancelled');
    client().ring('a9f8d2c1-77ae-4b0e-9c2f-0b61cf5f3c5e@guest.example.org').end('answered-elsewhere');
  },
  'ready-reconnecting': async (box, lang) => (await signedIn(box, lang)).client().reconnect(),
  'ready-lost': async (box, lang) => (await signedIn(box, lang)).client().disconnect('signaling-lost'),
  incoming: async (box, lang) => (await signedIn(box, lang)).client().ring(GUEST),
  'incoming-long-address': async (box, lang) =>
    (await signedIn(box, lang))
      .client()
      .ring(`someone.with.a.name.that.does.not.want.to.end@${'guest.'.repeat(9)}example.org/✔ Verified`),
  'incoming-domain': async (box, lang) => (await signedIn(box, lang)).client().ring('evil.example/Alice@bank.example'),
  'incoming-video': async (box, lang) =>
    (await signedIn(box, lang)).client().ring('a9f8d2c1-77ae-4b0e-9c2f-0b61cf5f3c5e@guest.example.org', true),
  answering: async (box, lang) => {
    const { client, element } = await signedIn(box, lang);
    client().ring(GUEST).devices = NEVER;
    await settled(element);
    find(element, '#answer').click();
  },
  'agent-video': async (box, lang) => {
    const { client } = await signedIn(box, lang);
    video(client().ring(GUEST, true));
  },
  'second-call': async (box, lang) => {
    const fixture = await signedIn(box, lang);
    fixture.element.maxCalls = 2;
    fixture
      .client()
      .ring(GUEST)
      .activate(125 * SECOND);
    fixture.client().ring('paul@example.net');
    await settled(fixture.element);
  },
  'second-held': async (box, lang) => {
    const fixture = await signedIn(box, lang);
    fixture.element.maxCalls = 2;
    fixture
      .client()
      .ring(GUEST)
      .activate(125 * SECOND);
    fixture.client().ring('paul@example.net');
    await settled(fixture.element);
    find(fixture.element, '[part~=answer-second]').click();
    await settled(fixture.element);
  },
  'agent-ended': async (box, lang) => {
    const call = (await signedIn(box, lang)).client().ring(GUEST);
    call.activate(754 * SECOND);
    call.end('remote-hang-up');
  },
};

async function visitor(box: HTMLElement, lang: string, attributes: Record<string, string> = {}): Promise<Fixture> {
  const fixture = mount({ ...VISITOR, 'multiple-calls': '', lang, ...attributes }, undefined, box);
  await settled(fixture.element);
  return fixture;
}

async function called(
  box: HTMLElement,
  lang: string,
  script: (call: FakeCall, fixture: Fixture) => unknown = () => undefined,
  attributes: Record<string, string> = {},
): Promise<Fixture> {
  const fixture = await visitor(box, lang, attributes);
  await fixture.element.startCall();
  script(fixture.call(), fixture);
  await settled(fixture.element);
  return fixture;
}

async function lossy(box: HTMLElement, lang: string, sent: number): Promise<Fixture> {
  const fixture = mountClocked({ ...VISITOR, 'multiple-calls': '', lang, 'callee-name': 'Support' }, box);
  const { element, call, clock } = fixture;
  await element.startCall();
  call().activate(125 * SECOND);
  await passSeconds(call(), clock, 6, { sent });
  await until(() => has(element, '[part=quality]'));
  return fixture;
}

/** A call whose two sides have agreed on a code. */
/** A call whose two sides have agreed on a code. */
async function comparing(box: HTMLElement, lang: string): Promise<FakeCall> {
  let placed: FakeCall | undefined;
  const { element } = await called(box, lang, (call) => {
    call.activate(42 * SECOND);
    placed = call;
  });
  if (!placed) throw new Error('no call');
  placed.changeSafety({ phase: 'comparing', code: SAFETY_CODE });
  await settled(element);
  await openFeature(element, 'safety-code');
  await until(() => has(element, '.safety-words'));
  return placed;
}

async function openFeature(element: Fixture['element'], id: string): Promise<void> {
  find(element, '[part~=more]').click();
  await until(() => has(element, `[part~=${id}]`));
  find(element, `[part~=${id}]`).click();
}

function themed(box: HTMLElement, lang: string, theme: Readonly<Record<string, string>>): Promise<Fixture> {
  for (const [name, value] of Object.entries(theme)) box.style.setProperty(`--xmpp-call-${name}`, value);
  return called(box, lang, (call) => {
    call.fail('no-answer');
  });
}

async function agent(box: HTMLElement, lang: string, login?: () => Promise<void>): Promise<Fixture> {
  const fixture = mount(
    { ...AGENT, lang },
    (client) => {
      if (login !== undefined) client.login = login;
    },
    box,
  );
  await until(() => has(fixture.element, 'form'));
  return fixture;
}

async function signedIn(box: HTMLElement, lang: string): Promise<Fixture> {
  const fixture = await agent(box, lang);
  await fixture.element.signIn('anna@example.org', 'secret');
  return fixture;
}

async function signingIn(box: HTMLElement, lang: string, code: ErrorCode | undefined): Promise<void> {
  const login = () => (code === undefined ? NEVER : Promise.reject(new XmppCallError(code)));
  const { element } = await agent(box, lang, login);
  find(element, '#username', HTMLInputElement).value = 'anna@example.org';
  find(element, '#password', HTMLInputElement).value = 'not the password';
  find(element, '[type=submit]').click();
}

function video(call: FakeCall): void {
  call.activate(125 * SECOND);
  call.addTracks('remote', videoTrack(640, 480, person('#2f5d73', '#e8b796')));
  call.addTracks('local', audioTrack(), videoTrack(320, 240, person('#7d6b58', '#c98f6b')));
}

/** Paints somebody before a wall; a mark on the left tells whether the picture is mirrored. */
function person(wall: string, skin: string): (context: CanvasRenderingContext2D) => void {
  return (context) => {
    const { width, height } = context.canvas;
    const size = Math.min(width, height);
    context.fillStyle = wall;
    context.fillRect(0, 0, width, height);
    context.fillStyle = 'rgb(255 255 255 / 25%)';
    context.fillRect(width * 0.06, height * 0.2, width * 0.12, height * 0.3);
    context.fillStyle = '#22313a';
    context.beginPath();
    context.ellipse(width / 2, height * 1.02, size * 0.42, size * 0.4, 0, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = skin;
    context.beginPath();
    context.ellipse(width / 2, height * 0.46, size * 0.15, size * 0.19, 0, 0, 2 * Math.PI);
    context.fill();
  };
}

function abilities(call: FakeCall): void {
  call.activate(95 * SECOND);
  call.changeAbilities({ canSendTones: true, canTransfer: true });
}

async function transferTo(element: Fixture['element'], address: string): Promise<void> {
  await openFeature(element, 'transfer');
  await until(() => has(element, '[part~=transfer-to]'));
  const field = find(element, '[part~=transfer-to]', HTMLInputElement);
  field.value = address;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  find(element, '[part~=transfer-now]').click();
}
