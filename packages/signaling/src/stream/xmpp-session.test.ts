import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { chat, code, logIn, Probe, quiet } from './xmpp-session.testing.js';
import { BIND, mechanisms, NS_SASL, ScriptedServer, SM, VirtualEnvironment } from './stream.testing.js';

describe('session', () => {
  let server: ScriptedServer;
  let environment: VirtualEnvironment;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    environment = new VirtualEnvironment();
  });

  afterEach(async () => {
    await server.stop();
  });

  const online = (): ReturnType<typeof logIn> => logIn(server, environment);

  test('logs in anonymously, binds, enables stream management', async () => {
    const probe = new Probe(environment, { service: server.url });
    const connected = probe.session.connect();
    assert.equal(probe.session.connect(), connected, 'a second connect is the same connect');
    const line = await server.accept();

    await line.open(mechanisms('SCRAM-SHA-1', 'ANONYMOUS'));
    const auth = await line.until('auth');
    assert.equal(auth.attrs.mechanism, 'ANONYMOUS');
    line.send(`<success xmlns="${NS_SASL}"/>`);
    await line.open(`${BIND}${SM}`);
    const bind = await line.next();
    assert.equal(bind.getChild('bind')?.getChildText('resource'), 'call.1');
    line.result(bind, '<bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><jid>a1@example.org/x</jid></bind>');
    const enable = await line.next();
    assert.ok(enable.is('enable', 'urn:xmpp:sm:3'));
    assert.equal(enable.attrs.resume, 'true');
    // A stanza in the same breath as the end of the negotiation is not lost.
    line.send('<enabled xmlns="urn:xmpp:sm:3" id="s" resume="1"/>', '<message xmlns="jabber:client" id="m"/>');

    assert.equal(await connected, 'a1@example.org/x');
    assert.deepEqual(probe.states, ['connecting', 'online']);
    if (probe.stanzas.length === 0) await probe.until('stanza message');
    line.send('<r xmlns="urn:xmpp:sm:3"/>');
    assert.equal((await line.until('a')).attrs.h, '1');
    await probe.session.close();
  });

  test('stanzas between binding and stream management are heard and not counted', async () => {
    const probe = new Probe(environment, { service: server.url });
    const connected = probe.session.connect();
    const line = await server.accept();
    await line.authenticate();
    await line.bind('a1@example.org/call.1');
    await line.until('enable');
    line.send(
      '<message xmlns="jabber:client" id="early"/>',
      '<enabled xmlns="urn:xmpp:sm:3" id="s" resume="true"/>',
      '<message xmlns="jabber:client" id="counted"/>',
      '<r xmlns="urn:xmpp:sm:3"/>',
    );
    await connected;
    assert.equal((await line.until('a')).attrs.h, '1');
    assert.deepEqual(
      probe.stanzas.map(({ attrs }) => attrs.id),
      ['early', 'counted'],
    );
    await probe.session.close();
  });

  test('a connection that ends together with the negotiation is a loss', async () => {
    const probe = new Probe(environment, { service: server.url });
    const lost = probe.until('reconnecting');
    const connected = probe.session.connect();
    const line = await server.accept();
    await line.establish('a1@example.org/call.1');
    line.send('<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>');
    assert.equal(await connected, 'a1@example.org/call.1');
    await lost;
    await probe.session.close();
  });

  test('works without stream management; a loss is then a new session', async () => {
    const probe = new Probe(environment, { service: server.url });
    const connected = probe.session.connect();
    const line = await server.accept();
    await line.authenticate(BIND);
    await line.bind('a1@example.org/call.1');
    await connected;
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    assert.ok(probe.events.includes('lost resumable=false'));
    assert.equal(probe.session.send(chat('lost')), false);
    environment.advance(500);
    const second = await server.accept();
    const back = probe.until('online');
    await second.authenticate(BIND);
    await second.bind('a2@example.org/call.1');
    await back;
    assert.ok(probe.events.includes('rebound'));
    assert.equal(probe.session.jid, 'a2@example.org/call.1');
    await probe.session.close();
  });

  test('stanzas before binding do not disturb it', async () => {
    const probe = new Probe(environment, { service: server.url });
    const connected = probe.session.connect();
    const line = await server.accept();
    await line.open(mechanisms('ANONYMOUS'));
    await line.until('auth');
    line.send(
      '<message xmlns="jabber:client" from="@@//" to="/"><body>hi</body></message>',
      '<iq xmlns="jabber:client" type="result" id="1"/>',
      '<unknown xmlns="urn:example" from="@"/>',
      '<resumed xmlns="urn:xmpp:sm:3" h="99" previd="x"/>',
      '<a xmlns="urn:xmpp:sm:3" h="7"/>',
      ' ',
      `<success xmlns="${NS_SASL}"/>`,
    );
    await line.open(`${BIND}${SM}`);
    await line.bind('a1@example.org/1');
    await line.until('enable');
    line.send('<enabled xmlns="urn:xmpp:sm:3" id="s" resume="true"/>');
    await connected;
    await probe.session.close();
  });

  test('a lost stream is resumed: what was not acknowledged and what was queued arrives once, in order, unchanged', async () => {
    const { probe, line } = await online();
    probe.session.send(chat('1'));
    probe.session.send(chat('2'));
    await line.until('message');
    await line.until('message');
    line.send('<message xmlns="jabber:client" id="in"/>');
    await probe.until('stanza message');
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    assert.ok(probe.events.includes('lost resumable=true'));
    assert.equal(probe.session.send(chat('3')), true);
    assert.equal(probe.session.send(chat('4')), true);

    environment.advance(20_000);
    const second = await server.accept();
    await second.authenticate();
    const resume = await second.next();
    assert.ok(resume.is('resume', 'urn:xmpp:sm:3'));
    assert.deepEqual({ h: resume.attrs.h, previd: resume.attrs.previd }, { h: '1', previd: 'session-1' });
    const resumed = probe.until('online');
    // A replayed stanza right behind the resumption is counted and handled.
    second.send(
      '<resumed xmlns="urn:xmpp:sm:3" h="1" previd="session-1"/>',
      '<message xmlns="jabber:client" id="replayed"/>',
    );
    await resumed;
    const replay = [await second.next(), await second.next(), await second.next()];
    assert.deepEqual(
      replay.map(({ attrs }) => attrs.id),
      ['2', '3', '4'],
    );
    assert.ok(
      replay.every((message) => message.getChildElements().length === 0),
      'nothing was added',
    );
    assert.equal(probe.session.jid, 'a1@example.org/call.1');
    assert.ok(!probe.events.includes('rebound'));
    second.send('<r xmlns="urn:xmpp:sm:3"/>');
    assert.equal((await second.until('a')).attrs.h, '2');
    assert.equal(probe.stanzas.length, 2);
    await probe.session.close();
  });

  test('a refused resumption becomes a new session without the old stanzas', async () => {
    const { probe, line } = await online();
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    probe.session.send(chat('of the old session'));
    environment.advance(500);
    const second = await server.accept();
    await second.authenticate();
    await second.until('resume');
    const back = probe.until('online');
    second.send('<failed xmlns="urn:xmpp:sm:3"><item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></failed>');
    await second.bind('a2@example.org/call.1');
    await second.until('enable');
    second.send('<enabled xmlns="urn:xmpp:sm:3" id="session-2" resume="true"/>');
    await back;
    assert.ok(probe.events.includes('rebound'));
    probe.session.send(chat('of the new session'));
    assert.equal((await second.until('message')).attrs.id, 'of the new session');
    await probe.session.close();
  });

  test('after a refused resumption only what is to be repeated and was not acknowledged is sent again', async () => {
    const { probe, line } = await online();
    probe.session.send(chat('acknowledged'), true);
    probe.session.send(chat('covered by failed'), true);
    probe.session.send(chat('not to be repeated'));
    probe.session.send(chat('retract'), true);
    for (let sent = 0; sent < 4; sent++) await line.until('message');
    line.send('<a xmlns="urn:xmpp:sm:3" h="1"/>', '<message xmlns="jabber:client"/>');
    await probe.until('stanza message');
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    assert.equal(probe.session.send(chat('finish'), true), true);
    environment.advance(500);
    const second = await server.accept();
    await second.authenticate();
    await second.until('resume');
    const back = probe.until('online');
    second.send(
      '<failed xmlns="urn:xmpp:sm:3" h="2"><item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></failed>',
    );
    await second.bind('a2@example.org/call.1');
    await second.until('enable');
    second.send('<enabled xmlns="urn:xmpp:sm:3" id="session-2" resume="true"/>');
    await back;
    assert.equal((await second.until('message')).attrs.id, 'retract');
    assert.equal((await second.until('message')).attrs.id, 'finish');

    // They are stanzas of the new session now: counted, acknowledged, and repeated again should this one be lost as well.
    second.send('<a xmlns="urn:xmpp:sm:3" h="1"/>', '<message xmlns="jabber:client"/>');
    await probe.until('stanza message');
    const lostAgain = probe.until('reconnecting');
    second.kill();
    await lostAgain;
    environment.advance(500);
    const third = await server.accept();
    await third.authenticate();
    await third.until('resume');
    const backAgain = probe.until('online');
    third.send('<failed xmlns="urn:xmpp:sm:3"/>');
    await third.bind('a3@example.org/call.1');
    await third.until('enable');
    third.send('<enabled xmlns="urn:xmpp:sm:3" id="session-3" resume="true"/>');
    await backAgain;
    assert.equal((await third.until('message')).attrs.id, 'finish');
    await probe.session.close();
    assert.equal(probe.session.send(chat('late'), true), false, 'a closed session keeps nothing');
  });

  test('without stream management, what is to be repeated is sent again until a ping behind it is answered', async () => {
    const probe = new Probe(environment, { service: server.url });
    const connected = probe.session.connect();
    const line = await server.accept();
    await line.authenticate(BIND);
    await line.bind('a1@example.org/call.1');
    await connected;
    probe.session.send(chat('arrived'), true);
    await line.until('message');
    environment.advance(1_000);
    line.result(await line.until('iq'));
    await probe.until('stanza iq');
    probe.session.send(chat('terminate'), true);
    await line.until('message');
    const heard = probe.until('stanza message');
    line.send('<message xmlns="jabber:client"/>');
    await heard;
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    assert.equal(probe.session.send(chat('retract'), true), true);
    environment.advance(500);
    const second = await server.accept();
    const back = probe.until('online');
    await second.authenticate(BIND);
    await second.bind('a2@example.org/call.1');
    await back;
    assert.equal((await second.until('message')).attrs.id, 'terminate');
    assert.equal((await second.until('message')).attrs.id, 'retract');
    await probe.session.close();
  });

  test('impossible counts: an acknowledgement is ignored, a resumption refused', async () => {
    const { probe, line } = await online();
    probe.session.send(chat('1'));
    for (const h of ['99', '-1', '4294967296', 'x', '']) line.send(`<a xmlns="urn:xmpp:sm:3" h="${h}"/>`);
    line.send('<message xmlns="jabber:client"/>');
    await probe.until('stanza message');
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    environment.advance(500);
    const second = await server.accept();
    await second.authenticate();
    await second.until('resume');
    second.send('<resumed xmlns="urn:xmpp:sm:3" h="4000000000" previd="session-1"/>');
    await second.closed;
    environment.advance(1_000);
    const third = await server.accept();
    const back = probe.until('online');
    await third.establish('a3@example.org/call.1');
    await back;
    await probe.session.close();
  });

  const UNREADABLE: Record<string, string> = {
    'a message of more than 1 MiB': `<body>${'&apos;'.repeat(180_000)}</body>`,
    'elements 200 deep': '<a>'.repeat(200) + '</a>'.repeat(200),
    'elements 100,000 deep': '<a>'.repeat(100_000) + '</a>'.repeat(100_000),
    'an entity that is none': '<body>&evil;</body>',
    'a character that XML forbids': '<body>&#x0;</body>',
    'an end tag that does not match': '<body></subject>',
  };
  for (const [what, content] of Object.entries(UNREADABLE)) {
    test(`what the server relays does not end the stream: ${what}`, async () => {
      const { probe, line } = await online();
      const heard = probe.until('stanza presence');
      line.send(
        `<message xmlns="jabber:client" from="x@y/1" type="chat">${content}</message>`,
        '<presence xmlns="jabber:client" from="x@y/1"/>',
      );
      await heard;
      line.send('<r xmlns="urn:xmpp:sm:3"/>');
      assert.equal((await line.until('a')).attrs.h, '2', 'it is counted');
      assert.equal(probe.session.state, 'online');
      assert.deepEqual(probe.states, ['connecting', 'online']);
      await probe.session.close();
    });
  }

  test('a server that acknowledges nothing ends the resumption: counting and requests go on', async () => {
    const { probe, line } = await online();
    line.send('<message xmlns="jabber:client"/>');
    await probe.until('stanza message');
    for (let sent = 0; sent < 1_500; sent++) assert.equal(probe.session.send(chat(String(sent))), true);
    line.send('<message xmlns="jabber:client"/>', '<r xmlns="urn:xmpp:sm:3"/>');
    assert.equal((await line.until('a')).attrs.h, '2');
    line.send('<a xmlns="urn:xmpp:sm:3" h="1500"/>', '<r xmlns="urn:xmpp:sm:3"/>');
    await line.until('a');
    assert.deepEqual(
      environment.logs.map(({ message }) => message),
      ['too many stanzas wait for the server: this session cannot be resumed'],
      'no acknowledgement is impossible',
    );
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    assert.ok(probe.events.includes('lost resumable=false'));
    environment.advance(500);
    const second = await server.accept();
    const back = probe.until('online');
    await second.establish('a2@example.org/call.1');
    await back;
    await probe.session.close();
  });

  test('a thousand stanzas are asked about ten times, however fast they go', async () => {
    const { probe, line } = await online();
    for (let sent = 0; sent < 1_000; sent++) probe.session.send(chat(String(sent)));
    line.send('<r xmlns="urn:xmpp:sm:3"/>');
    let questions = 0;
    for (let frame = await line.next(); frame.name !== 'a'; frame = await line.next())
      if (frame.name === 'r') questions++;
    assert.equal(questions, 10);
    await probe.session.close();
  });

  test('a binary frame is ignored while the stream is online', async () => {
    const { probe, line } = await online();
    line.socket.send(Buffer.from('<message xmlns="jabber:client"/>'));
    line.send('<r xmlns="urn:xmpp:sm:3"/>');
    assert.equal((await line.until('a')).attrs.h, '0');
    await probe.session.close();
  });

  test('what is no XML at all is a loss, never the end', async () => {
    const { probe, line } = await online();
    const lost = probe.until('reconnecting');
    line.send('hello <<>>');
    await lost;
    await probe.session.close();
  });

  test('any number of stanzas may come right behind a resumption', async () => {
    const { probe, line } = await online();
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    environment.advance(500);
    const second = await server.accept();
    await second.authenticate();
    await second.until('resume');
    second.socket.pause();
    second.send(
      '<resumed xmlns="urn:xmpp:sm:3" h="0" previd="session-1"/>',
      ...Array.from({ length: 3_000 }, () => '<message xmlns="jabber:client"/>'),
      '<r xmlns="urn:xmpp:sm:3"/>',
    );
    second.socket.resume();
    assert.equal((await second.until('a')).attrs.h, '3000');
    await probe.session.close();
  });

  test('a dead link is noticed: question after 20 s of silence, loss 10 s later', async () => {
    const { probe, line } = await online();
    environment.advance(19_999);
    assert.equal(line.pending.length, 0);
    environment.advance(1);
    assert.ok((await line.next()).is('r', 'urn:xmpp:sm:3'));
    line.send('<a xmlns="urn:xmpp:sm:3" h="0"/>', '<message xmlns="jabber:client"/>');
    await probe.until('stanza message');
    environment.advance(10_000);
    assert.equal(probe.session.state, 'online');
    environment.advance(10_000);
    assert.ok((await line.next()).is('r', 'urn:xmpp:sm:3'));
    environment.advance(9_999);
    assert.equal(probe.session.state, 'online');
    environment.advance(1);
    assert.equal(probe.session.state, 'reconnecting');
    await line.closed;
    await probe.session.close();
    await quiet(environment);
  });

  test('a stanza that nobody acknowledges finds the dead link within 11 s', async () => {
    const { probe, line } = await online();
    probe.session.send(chat('1'));
    environment.advance(1_000);
    assert.ok((await line.until('r')).is('r', 'urn:xmpp:sm:3'));
    environment.advance(10_000);
    assert.equal(probe.session.state, 'reconnecting');
    await probe.session.close();
  });

  test('close says goodbye and leaves nothing behind, in every state', async () => {
    const { probe, line } = await online();
    await probe.session.close();
    const frames = [await line.next(), await line.next()];
    assert.deepEqual(
      frames.map(({ name }) => name),
      ['a', 'close'],
    );
    await quiet(environment);
    assert.equal(probe.session.state, 'offline');
    assert.equal(probe.session.offlineReason, undefined);

    const connecting = new Probe(environment, { service: server.url });
    const rejected = assert.rejects(connecting.session.connect(), code('closed'));
    await connecting.session.close();
    await rejected;

    const negotiating = new Probe(environment, { service: server.url });
    const rejectedToo = assert.rejects(negotiating.session.connect(), code('closed'));
    const second = await server.accept();
    await second.until('open');
    await negotiating.session.close();
    await rejectedToo;
    await second.closed;

    const { probe: waiting, line: third } = await online();
    const lost = waiting.until('reconnecting');
    third.kill();
    await lost;
    await waiting.session.close();
    await quiet(environment);
    assert.equal(server.openCount, 0);
  });
});
