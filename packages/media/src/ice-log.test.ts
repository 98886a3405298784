import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IceRecorder, parseCandidate, withoutCredentials } from './ice-log.js';

describe('IceRecorder', () => {
  it('keeps the latest entries with their times, and counts those that are gone', () => {
    let now = 0;
    const recorder = new IceRecorder(() => ++now, 2);
    for (const state of ['checking', 'connected', 'completed'] as const) recorder.add({ kind: 'ice-state', state });
    assert.deepEqual(recorder.entries, [
      { at: 2, event: { kind: 'ice-state', state: 'connected' } },
      { at: 3, event: { kind: 'ice-state', state: 'completed' } },
    ]);
    assert.equal(recorder.dropped, 1);
  });

  it('keeps URLs of servers, and nothing to log in with', () => {
    const recorder = new IceRecorder(() => 0);
    recorder.servers([
      { urls: 'stun:stun.example.org' },
      { urls: ['turn:turn.example.org:3478?transport=tcp'], username: 'secret name', credential: 'secret word' },
    ]);
    assert.deepEqual(recorder.entries[0]?.event, {
      kind: 'servers',
      urls: ['stun:stun.example.org', 'turn:turn.example.org:3478?transport=tcp'],
    });
  });

  it('keeps the candidates of a description, and nothing else of it', () => {
    const recorder = new IceRecorder(() => 0);
    const line = (port: number) => `a=candidate:1 1 udp 1 192.0.2.1 ${port} typ host\r\n`;
    recorder.described(
      `v=0\r\nm=audio 9 X 0\r\n${line(1)}a=ice-pwd:SECRET\r\na=mid:a\r\nm=video 9 X 0\r\na=mid:v\r\n${line(2)}`,
    );
    const facts = { type: 'host', protocol: 'udp', address: '192.0.2.1' };
    assert.deepEqual(
      recorder.entries.map(({ event }) => event),
      [
        { kind: 'remote-candidate', mid: 'a', candidate: { ...facts, port: 1 } },
        { kind: 'remote-candidate', mid: 'v', candidate: { ...facts, port: 2 } },
      ],
    );
  });

  it('hears of states and candidates of a connection until it is closed', () => {
    const connection = Object.assign(new EventTarget(), {
      iceConnectionState: 'checking',
      connectionState: 'connecting',
      iceGatheringState: 'gathering',
      getTransceivers: () => [],
    });
    const closing = new AbortController();
    const recorder = new IceRecorder(() => 0);
    recorder.watch(connection as unknown as RTCPeerConnection, closing.signal);
    const dispatch = (type: string, init: object = {}) =>
      connection.dispatchEvent(Object.assign(new Event(type), init));
    const candidate = { candidate: 'candidate:1 1 udp 1 192.0.2.1 5000 typ host ufrag SECRET', sdpMid: '0' };
    dispatch('icecandidate', { candidate });
    dispatch('icecandidate', { candidate: null });
    dispatch('icecandidateerror', {
      url: 'turn:name:word@turn.example.org',
      errorCode: 401,
      errorText: 'no such word',
    });
    for (const type of ['icegatheringstatechange', 'iceconnectionstatechange', 'connectionstatechange']) dispatch(type);
    closing.abort();
    dispatch('iceconnectionstatechange');
    assert.deepEqual(
      recorder.entries.map(({ event }) => event),
      [
        {
          kind: 'local-candidate',
          mid: '0',
          candidate: { type: 'host', protocol: 'udp', address: '192.0.2.1', port: 5000 },
        },
        { kind: 'server-error', url: 'turn:', code: 401 },
        { kind: 'gathering-state', state: 'gathering' },
        { kind: 'ice-state', state: 'checking' },
        { kind: 'connection-state', state: 'connecting' },
      ],
    );
  });
});

describe('parseCandidate', () => {
  it('reads what a candidate says', () => {
    assert.deepEqual(
      parseCandidate(
        'candidate:2 1 TCP 1 198.51.100.7 9 typ relay raddr 192.0.2.1 rport 5 tcptype active generation 0',
      ),
      {
        type: 'relay',
        protocol: 'tcp',
        address: '198.51.100.7',
        port: 9,
        tcpType: 'active',
        relatedAddress: '192.0.2.1',
      },
    );
  });

  it('takes anything', () => {
    for (const line of ['', 'candidate:', 'candidate:1 1 udp 1 a.local nowhere typ']) parseCandidate(line);
    assert.equal(parseCandidate('candidate:1 1 udp 1 a.local nowhere typ host').port, undefined);
  });
});

describe('withoutCredentials', () => {
  it('leaves URLs of RFC 7064 and 7065 as they are, and the scheme of others', () => {
    for (const url of ['stun:a.example', 'turns:[2001:db8::1]:443?transport=tcp']) {
      assert.equal(withoutCredentials(url), url);
    }
    assert.equal(withoutCredentials('turn:name:word@a.example'), 'turn:');
    assert.equal(withoutCredentials('turn:a.example?word'), 'turn:');
    assert.equal(withoutCredentials('word'), '');
  });
});
