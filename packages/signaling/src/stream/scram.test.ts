import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamError } from './errors.js';
import { Scram } from './scram.js';

// RFC 5802 §5 and RFC 7677 §3: examples with user "user" and password "pencil".
const EXAMPLES = [
  {
    hash: 'SHA-1',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    clientFirst: 'n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL',
    serverFirst: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    clientFinal: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    serverFinal: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    hash: 'SHA-256',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    clientFirst: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
    serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    clientFinal:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
  // No RFC has one: the messages of RFC 7677, answered by Python's hashlib and hmac, which give the two above as well.
  {
    hash: 'SHA-512',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    clientFirst: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
    serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    clientFinal:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==',
    serverFinal: 'v=ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw==',
  },
] as const;

for (const example of EXAMPLES) {
  const { hash, nonce, clientFirst, serverFirst, clientFinal, serverFinal } = example;
  const begin = (): Scram => {
    const scram = new Scram({ hash, username: 'user', password: 'pencil', nonce });
    assert.equal(scram.clientFirst(), clientFirst);
    return scram;
  };

  test(`SCRAM-${hash}: the example of the RFC`, async () => {
    const scram = begin();
    assert.equal(await scram.clientFinal(serverFirst), clientFinal);
    assert.equal(scram.verified, false);
    scram.verify(serverFinal);
    assert.equal(scram.verified, true);
  });

  test(`SCRAM-${hash}: another signature than ours is refused`, async () => {
    const scram = begin();
    await scram.clientFinal(serverFirst);
    for (const forged of [
      'v=AAAA',
      'v=',
      '',
      serverFinal.replace('v=', 'v=A'),
      serverFinal.slice(0, -1),
      'e=other-error',
    ]) {
      assert.throws(() => scram.verify(forged), StreamError, forged);
    }
    assert.equal(scram.verified, false);
  });

  test(`SCRAM-${hash}: hostile first messages are refused`, async () => {
    const fresh = `r=${nonce}x`;
    const salt = 's=QSXCR+Q6sek8bf92';
    const hostile = {
      'nonce of somebody else': `r=x${nonce},${salt},i=4096`,
      'nonce not extended': `r=${nonce},${salt},i=4096`,
      'no nonce': `${salt},i=4096`,
      'too few iterations': `${fresh},${salt},i=4095`,
      'too many iterations': `${fresh},${salt},i=999999999`,
      'iterations not a number': `${fresh},${salt},i=0x1000`,
      'negative iterations': `${fresh},${salt},i=-4096`,
      'no iterations': `${fresh},${salt}`,
      'salt not base64': `${fresh},s=!!!!,i=4096`,
      'empty salt': `${fresh},s=,i=4096`,
      'short salt': `${fresh},s=AAAA,i=4096`,
      'mandatory extension': `m=x,${fresh},${salt},i=4096`,
      'attribute given twice': `${fresh},${salt},${salt},i=4096`,
      empty: '',
      junk: '\u0000,,,=',
    };
    for (const [what, message] of Object.entries(hostile)) {
      await assert.rejects(begin().clientFinal(message), StreamError, what);
    }
  });
}

test('a signature before the proof was sent is refused', () => {
  const scram = new Scram({ hash: 'SHA-1', username: 'user', password: 'pencil', nonce: 'abc' });
  scram.clientFirst();
  assert.throws(() => scram.verify('v=rmF9pqV8S7suAoZWja4dJRkFsKQ='), StreamError);
});

test('user names are prepared and escaped', () => {
  const first = (username: string): string =>
    new Scram({ hash: 'SHA-1', username, password: 'x', nonce: 'abc' }).clientFirst();
  assert.equal(first('a=b,c'), 'n,,n=a=3Db=2Cc,r=abc');
  assert.equal(first('I\u00ADX'), 'n,,n=IX,r=abc');
  assert.equal(first('\u2168'), 'n,,n=IX,r=abc');
  assert.throws(() => first('a\u0007b'), StreamError);
  assert.throws(() => first(''), StreamError);
});
