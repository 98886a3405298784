import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as wire from '@xmpp-call/wire';
import {
  AVAILABILITIES,
  CALL_STATES,
  CONNECTION_STATES,
  CONTENT_SOURCES,
  END_REASONS,
  ERROR_CODES,
  LOG_LEVELS,
  MEDIA_KINDS,
  SENDS,
  toWireErrorCode,
  wordFor,
} from './wire-map.js';

type Enumeration = Readonly<Record<string | number, string | number>>;

/** The names of an enumeration at the indices of their values, as the API writes them. */
function namesOf(enumeration: Enumeration): (string | undefined)[] {
  const names: (string | undefined)[] = [];
  for (const [name, value] of Object.entries(enumeration)) {
    if (typeof value === 'number') names[value] = name.toLowerCase().replaceAll('_', '-');
  }
  return names;
}

const PAIRS: readonly [
  Enumeration,
  readonly (string | undefined)[],
  unspecified: string | undefined,
  others?: Readonly<Record<string, string>>,
][] = [
  [wire.ErrorCode, ERROR_CODES, 'internal'],
  [wire.CallState, CALL_STATES, 'ended'],
  [wire.EndReason, END_REASONS, 'error', { 'rejected-locally': 'rejected' }],
  [wire.ConnectionState, CONNECTION_STATES, 'offline'],
  [wire.AvailabilityState, AVAILABILITIES, 'unknown'],
  [wire.LogLevel, LOG_LEVELS, 'info'],
  [wire.MediaKind, MEDIA_KINDS, 'audio'],
  [wire.ContentSource, CONTENT_SOURCES, undefined],
];

describe('the words for the enumerations of the contract', () => {
  it('stand where their values are', () => {
    for (const [enumeration, words, unspecified, others = {}] of PAIRS) {
      for (const [value, name] of namesOf(enumeration).entries()) {
        if (value === 0) assert.equal(words[0], unspecified);
        // Numbers of an earlier contract have no name.
        else if (typeof name === 'string') assert.equal(words[value], others[name] ?? name);
      }
      assert.equal(words.length, namesOf(enumeration).length);
    }
  });

  it('say whether the peer sends, with whom it may be', () => {
    const { BOTH, LOCAL, REMOTE, NONE, UNSPECIFIED } = wire.Senders;
    const sends = [BOTH, REMOTE, UNSPECIFIED, LOCAL, NONE].map((senders) => wordFor(SENDS, senders));
    assert.deepEqual(sends, [true, true, true, false, false]);
  });

  it('have one for values of another version', () => {
    assert.equal(wordFor(CALL_STATES, 99), 'ended');
    assert.equal(wordFor(ERROR_CODES, 99), 'internal');
  });

  it('lead back to the value', () => {
    for (const [value, code] of ERROR_CODES.entries()) {
      assert.equal(toWireErrorCode(code), value === 0 ? wire.ErrorCode.INTERNAL : value);
    }
  });
});
