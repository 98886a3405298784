import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  AvailabilityState,
  CallState,
  ChatReceiptState,
  ContentSource,
  EndReason,
  ErrorCode,
  MediaKind,
  SdpType,
  Senders,
  decodeCommand,
  encodeCommand,
} from '@xmpp-call/wire';
import { CommandError } from './calls/command-error.js';
import {
  AVAILABILITIES,
  CALL_STATES,
  END_REASONS,
  ERROR_CODES,
  KINDS,
  SENDERS,
  SOURCES,
  toCallCommand,
  toEventBody,
} from './wire-mapping.js';

type Body = Parameters<typeof toCallCommand>[0];

/** A value of a later version. */
const of = (value: number) => value as never;
const overTheWire = (body: Parameters<typeof encodeCommand>[1]) => decodeCommand(encodeCommand(1, body)).body as Body;

describe('mapping between calls and the wire contract', () => {
  it('has all values of both sides but UNSPECIFIED', () => {
    for (const [words, values] of [
      [ERROR_CODES, ErrorCode],
      [END_REASONS, EndReason],
      [CALL_STATES, CallState],
      [AVAILABILITIES, AvailabilityState],
      [KINDS, MediaKind],
      [SOURCES, ContentSource],
      [SENDERS, Senders],
    ] as const) {
      const mapped = new Map(Object.entries(words).map(([word, value]) => [value as number, word]));
      for (const [name, value] of Object.entries(values)) {
        if (typeof value !== 'number' || value === 0) continue;
        assert.equal(mapped.get(value), name.toLowerCase().replaceAll('_', '-'));
      }
      assert.equal(mapped.size, Object.values(values).filter((value) => typeof value === 'number').length - 1);
    }
  });

  it('takes descriptions of a known type only', () => {
    const offer = overTheWire({ case: 'localDescription', value: { callId: 'c', type: SdpType.OFFER, sdp: 'v=0' } });
    assert.deepEqual(toCallCommand(offer), {
      case: 'localDescription',
      value: { callId: 'c', type: 'offer', sdp: 'v=0' },
    });
    const odd = overTheWire({ case: 'localDescription', value: { callId: 'c', type: of(9), sdp: 'v=0' } });
    assert.throws(() => toCallCommand(odd), CommandError);
  });

  it('maps an unknown failure to internal, and ignores an unknown media state', () => {
    const failure = overTheWire({ case: 'mediaFailure', value: { callId: 'c', code: of(99), detail: 'new' } });
    assert.deepEqual(toCallCommand(failure), {
      case: 'mediaFailure',
      value: { callId: 'c', code: 'internal', detail: 'new' },
    });
    const connection = overTheWire({
      case: 'mediaConnection',
      value: { callId: 'c', state: of(7) },
    });
    assert.throws(() => toCallCommand(connection), CommandError);
  });

  it('maps contents by kind and source, and leaves out those of an unknown kind', () => {
    const contents = [
      { kind: MediaKind.AUDIO, source: ContentSource.MICROPHONE },
      { kind: of(9), source: ContentSource.CAMERA },
      { kind: MediaKind.VIDEO, source: of(9) },
    ];
    const start = overTheWire({ case: 'startCall', value: { callId: 'c', to: 'b', media: { contents } } });
    assert.deepEqual(toCallCommand(start).value, {
      callId: 'c',
      to: 'b',
      media: [
        { kind: 'audio', source: 'microphone' },
        { kind: 'video', source: undefined },
      ],
    });
    const mute = overTheWire({
      case: 'setMuted',
      value: { callId: 'c', contents: [{ mid: '2', source: ContentSource.SCREEN, muted: true }, { source: of(9) }] },
    });
    assert.deepEqual(toCallCommand(mute).value, {
      callId: 'c',
      contents: [
        { mid: '2', source: 'screen', muted: true },
        { mid: '', source: undefined, muted: false },
      ],
    });
  });

  it('maps what became of a text, and takes the commands about texts as they are', () => {
    const value = { callId: 'c', messageId: 'm', state: 'read' } as const;
    assert.deepEqual(toEventBody({ case: 'chatReceipt', value }), {
      case: 'chatReceipt',
      value: { ...value, state: ChatReceiptState.READ },
    });
    const send = { callId: 'c', messageId: 'm', text: 'a\n👍' };
    const command = toCallCommand(overTheWire({ case: 'sendMessage', value: send }));
    assert.ok(command.case === 'sendMessage');
    const { callId, messageId, text } = command.value;
    assert.deepEqual({ callId, messageId, text }, send);
  });

  it('maps the contents of a session with all that is known of them', () => {
    const first = { mid: '0', kind: 'audio', source: 'microphone', senders: 'both', muted: true } as const;
    const second = { mid: '1', kind: 'video', source: undefined, senders: 'remote', muted: false } as const;
    assert.deepEqual(
      toEventBody({ case: 'remoteInfo', value: { callId: 'c', held: true, contents: [first, second] } }),
      {
        case: 'remoteInfo',
        value: {
          callId: 'c',
          held: true,
          contents: [
            {
              mid: '0',
              kind: MediaKind.AUDIO,
              source: ContentSource.MICROPHONE,
              senders: Senders.BOTH,
              muted: true,
            },
            { mid: '1', kind: MediaKind.VIDEO, senders: Senders.REMOTE, muted: false },
          ],
        },
      },
    );
  });

  it('maps the end of a call with its reason and its failure', () => {
    const failure = { code: 'busy', detail: 'peer: busy' } as const;
    assert.deepEqual(
      toEventBody({
        case: 'callChanged',
        value: { callId: 'c', sessionId: 's', state: 'ended', peer: '', endReason: 'error', failure },
      }),
      {
        case: 'callChanged',
        value: {
          callId: 'c',
          sessionId: 's',
          state: CallState.ENDED,
          peer: '',
          endReason: EndReason.ERROR,
          failure: { code: ErrorCode.BUSY, detail: 'peer: busy' },
        },
      },
    );
  });
});
