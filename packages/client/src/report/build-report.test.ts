import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { IceLog, IceLogEntry } from '@xmpp-call/media';
import { statistics } from '../quality/quality.testing.js';
import { buildReport } from './build-report.js';
import type { ReportInput } from './build-report.js';

const call = {
  direction: 'outgoing',
  state: 'ended',
  endReason: 'error',
  error: { code: 'connectivity-failed' },
  media: { audio: true, video: false },
  activeSince: undefined,
} as const;
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

const log = (...events: IceLogEntry['event'][]): IceLog => ({
  entries: events.map((event, index) => ({ at: 5000 + 10 * index, event })),
  dropped: 0,
});

const relay = { type: 'relay', protocol: 'udp', relayProtocol: 'tls', address: '198.51.100.7' } as const;
const far = { type: 'srflx', protocol: 'udp', relayProtocol: undefined, address: '2001:db8:1:2::3' } as const;
const host = { type: 'host', protocol: 'udp', address: '192.0.2.77', port: 5000 } as const;

describe('buildReport', () => {
  it('tells of a call that never had a connection', () => {
    assert.deepEqual(buildReport({ call, now: NOW }), {
      version: 1,
      createdAt: '2026-01-02T03:04:05.000Z',
      addressesShortened: true,
      call: {
        direction: 'outgoing',
        state: 'ended',
        endReason: 'error',
        errorCode: 'connectivity-failed',
        video: false,
        activeSince: null,
      },
      path: null,
      streams: [],
      mediaCore: { inUse: false, decisions: {}, crashes: 0 },
      quality: null,
      ice: { events: null, dropped: 0 },
    });
  });

  it('tells the path, how the relay is reached, and what streams there are', () => {
    const sample = {
      ...statistics(7, { 'audio-send': { codec: 'audio/opus', packetsLost: 3, lossFraction: 0.0123 } }),
      path: { local: relay, remote: far },
      reportedRoundTripMs: 51.239,
    };
    const { path, streams } = buildReport({ call, statistics: sample });
    assert.deepEqual(path, {
      kind: 'relay',
      relayProtocol: 'tls',
      local: { type: 'relay', protocol: 'udp', address: '198.51.100.0/24' },
      remote: { type: 'srflx', protocol: 'udp', address: '2001:db8:1::/48' },
      roundTripMs: 40,
      reportedRoundTripMs: 51.24,
      availableBitrate: null,
    });
    const { codec, packets, packetsLost, lossFraction, kind, direction } = streams[0] ?? {};
    assert.deepEqual(
      [codec, packets, packetsLost, lossFraction, kind, direction],
      ['audio/opus', 350, 3, 0.01, 'audio', 'send'],
    );
  });

  it('is direct without a relay on either side, and says where nothing is known', () => {
    const kinds = [
      statistics(1),
      { ...statistics(1), remoteCandidateType: 'relay' },
      { ...statistics(1), localCandidateType: undefined, remoteCandidateType: undefined },
    ].map((sample) => buildReport({ call, statistics: sample }).path?.kind);
    assert.deepEqual(kinds, ['direct', 'relay', 'unknown']);
  });

  it('tells whose codecs are in use', () => {
    const ours = { path: 'wasm', reason: 'fit', since: 0 } as const;
    const theirs = { path: 'native', reason: 'preferred', since: 0 } as const;
    const decisions = { audio: { send: ours, receive: theirs }, video: { send: theirs, receive: theirs } };
    const core = { decisions, warmUp: undefined, sample: undefined, crashes: 2 };
    assert.deepEqual(buildReport({ call, statistics: { ...statistics(1), core } }).mediaCore, {
      inUse: true,
      decisions: {
        'audio send': 'wasm: fit',
        'audio receive': 'native: preferred',
        'video send': 'native: preferred',
        'video receive': 'native: preferred',
      },
      crashes: 2,
    });
  });

  it('has the ICE log with times since its beginning', () => {
    const iceLog = log(
      { kind: 'servers', urls: ['turn:turn.example.org:3478?transport=udp'] },
      { kind: 'local-candidate', mid: '0', candidate: host },
      { kind: 'server-error', url: 'turn:turn.example.org:3478?transport=udp', code: 401 },
      { kind: 'ice-state', state: 'failed' },
      { kind: 'selected-pair', local: host, remote: undefined },
    );
    const candidate = { type: 'host', protocol: 'udp', port: 5000, tcpType: null, relatedAddress: null };
    const shown = (address: string) => [
      { atMs: 0, kind: 'servers', urls: ['turn:turn.example.org:3478?transport=udp'] },
      { atMs: 10, kind: 'local-candidate', mid: '0', candidate: { ...candidate, address } },
      { atMs: 20, kind: 'server-error', url: 'turn:turn.example.org:3478?transport=udp', code: 401 },
      { atMs: 30, kind: 'ice-state', state: 'failed' },
      { atMs: 40, kind: 'selected-pair', local: { ...candidate, address }, remote: null },
    ];
    assert.deepEqual(buildReport({ call, iceLog }).ice.events, shown('192.0.2.0/24'));
    const whole = buildReport({ call, iceLog }, { shortenAddresses: false });
    assert.deepEqual(whole.ice.events, shown('192.0.2.77'));
    assert.equal(whole.addressesShortened, false);
  });

  it('survives JSON, whatever the numbers are', () => {
    const anything = fc.record({
      roundTripTimeMs: fc.double(),
      'audio-send': fc.record({
        bitrate: fc.double(),
        packets: fc.double(),
        jitterMs: fc.option(fc.double(), { nil: undefined }),
      }),
    });
    fc.assert(
      fc.property(anything, (change) => {
        const report = buildReport({
          call,
          statistics: statistics(1, change),
          quality: { level: 'weak', cause: 'device' },
        });
        assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
      }),
    );
  });
});

/** Passwords, TURN credentials, ufrags, keys and digits of DTMF, as they look. */
const secret = fc.oneof(
  fc.base64String({ minLength: 12, maxLength: 32 }),
  fc.string({ minLength: 8, maxLength: 24 }).filter((text) => text.trim().length >= 8),
  fc.stringMatching(/^[0-9*#A-D]{8,16}$/),
  fc.stringMatching(/^[A-Za-z0-9+/]{8,16}$/),
  fc.stringMatching(/^(?:[0-9A-F]{2}:){15,31}[0-9A-F]{2}$/),
  fc.tuple(fc.stringMatching(/^\d{10}$/), fc.stringMatching(/^[a-z]{4,9}$/)).map((parts) => parts.join(':')),
);

/** Everything that a report is made of, with `text` wherever a secret could be, by mistake or by a peer's will. */
function spoilt(text: string): ReportInput {
  const candidate = {
    type: text,
    protocol: text,
    address: text,
    port: 1,
    tcpType: text,
    relatedAddress: text,
    ufrag: text,
  };
  const extra = { username: text, credential: text, password: text, dtmf: text, sdp: `v=0\r\na=ice-pwd:${text}\r\n` };
  const sample = statistics(3, { 'audio-send': { codec: text, ...extra } });
  const end = { type: text, protocol: text, relayProtocol: text, address: text, ...extra };
  return {
    call: {
      ...call,
      ...extra,
      error: { code: 'peer-failed', message: text, cause: text, ...extra },
    } as ReportInput['call'],
    statistics: {
      ...sample,
      ...extra,
      localCandidateType: text,
      path: { local: end, remote: end, ...extra },
      streams: sample.streams.map((stream) => ({ ...stream, ...extra, mid: text })),
    },
    iceLog: log(
      { kind: 'servers', urls: [text, `turn:${text}@turn.example.org`, `turn:turn.example.org?${text}`], ...extra },
      { kind: 'local-candidate', mid: text, candidate, ...extra },
      { kind: 'remote-candidate', mid: text, candidate, ...extra },
      {
        kind: 'server-error',
        url: `turn:name:${text}@turn.example.org`,
        code: 401,
        errorText: text,
        ...extra,
      } as never,
      { kind: 'ice-state', state: text as RTCIceConnectionState, ...extra },
      { kind: 'selected-pair', local: candidate, remote: candidate, ...extra },
    ),
    now: NOW,
  };
}

describe('a report', () => {
  it('never has a credential, a password, SDP or digits of DTMF', () => {
    for (const shortenAddresses of [true, false]) {
      fc.assert(
        fc.property(secret, (text) => {
          // What a report has anyway tells nothing.
          fc.pre(!JSON.stringify(buildReport(spoilt('?'), { shortenAddresses })).includes(text));
          const report = JSON.stringify(buildReport(spoilt(text), { shortenAddresses }));
          assert.ok(!report.includes(text) && !report.includes(JSON.stringify(text).slice(1, -1)), report);
          assert.ok(!report.includes('ice-pwd') && !report.includes('a='), report);
        }),
        { numRuns: 500 },
      );
    }
  });
});
