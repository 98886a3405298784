import assert from 'node:assert/strict';
import { createCipheriv, hkdfSync } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  CIPHER_OVERHEAD_BYTES,
  type CipherResult,
  deriveFrameKey,
  FrameDecryptor,
  FrameEncryptor,
  type FrameKind,
  RETAINED_KEY_MS,
} from './frame-cipher.js';

const SECRET = Uint8Array.from({ length: 32 }, (_, i) => i);
const CONTEXT = 'initiator video';
const CLEAR: Readonly<Record<FrameKind, number>> = { key: 10, delta: 3, audio: 1 };

const kinds = fc.constantFrom<FrameKind>('key', 'delta', 'audio');
const keyOf = (id: number, secret = SECRET, context = CONTEXT) => deriveFrameKey(secret, id, context);
const reasonOf = (result: CipherResult) => (result.ok ? 'ok' : result.reason);

function frameOf(result: CipherResult): Uint8Array {
  assert.ok(result.ok);
  return result.frame;
}

async function pair(encryptionKey = keyOf(7), decryptionKey = encryptionKey) {
  const encryptor = new FrameEncryptor(0);
  const decryptor = new FrameDecryptor();
  encryptor.setKey(await encryptionKey);
  decryptor.setKey(await decryptionKey);
  return { encryptor, decryptor };
}

/** The same encryption with Node's cryptography. */
function sealedByNode(frame: Uint8Array, kind: FrameKind, keyId: number, generation: number, count: number): string {
  const derive = (use: string, length: number) =>
    new Uint8Array(hkdfSync('sha256', SECRET, '', `xmpp-call frame ${use} ${keyId} ${CONTEXT}`, length));
  const footer = Buffer.alloc(7);
  footer.writeUInt16BE(generation, 0);
  footer.writeUInt32BE(count, 2);
  footer[6] = keyId;
  const iv = derive('salt', 12).map((byte, i) => (i < 6 ? byte : byte ^ (footer[i - 6] ?? 0)));
  const cipher = createCipheriv('aes-256-gcm', derive('key', 32), iv);
  const head = frame.subarray(0, CLEAR[kind]);
  cipher.setAAD(Buffer.concat([head, footer]));
  const sealed = Buffer.concat([cipher.update(frame.subarray(CLEAR[kind])), cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat([head, sealed, footer]).toString('hex');
}

describe('frame cipher', () => {
  const frame = Uint8Array.from({ length: 16 }, (_, i) => 0xf0 + i);

  it('matches the test vectors', async () => {
    const vectors: readonly (readonly [FrameKind, string])[] = [
      ['key', 'f0f1f2f3f4f5f6f7f8f9ac670885cb626f18ea87677d38ee6ff378c4f2b90591010200000000c8'],
      ['delta', 'f0f1f224885e952c9b3a492161ac5a98080302b8fabc84a3e3c786b0ceb52510010200000001c8'],
      ['audio', 'f086232cca4ac1fc2955e0d0c76fb976fc9a5cad7dbc1e9b8f13086f03c4c78c010200000002c8'],
    ];
    const encryptor = new FrameEncryptor(0x0102);
    encryptor.setKey(await keyOf(200));
    for (const [count, [kind, expected]] of vectors.entries()) {
      const sealed = Buffer.from(frameOf(await encryptor.encrypt(frame, kind))).toString('hex');
      assert.equal(sealed, sealedByNode(frame, kind, 200, 0x0102, count));
      assert.equal(sealed, expected);
    }
  });

  it('decrypts encrypted frames of any length, which are 23 bytes longer', async () => {
    const { encryptor, decryptor } = await pair();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 1500 }), kinds, async (plain, kind) => {
        const sealed = frameOf(await encryptor.encrypt(plain, kind));
        assert.equal(sealed.length, plain.length + CIPHER_OVERHEAD_BYTES);
        assert.deepEqual(sealed.subarray(0, CLEAR[kind]).subarray(0, plain.length), plain.subarray(0, CLEAR[kind]));
        assert.deepEqual(frameOf(await decryptor.decrypt(sealed, kind, 0)), plain);
      }),
    );
  });

  it('refuses a frame with one changed bit', async () => {
    const { encryptor, decryptor } = await pair();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), kinds, fc.nat(), async (plain, kind, at) => {
        const sealed = frameOf(await encryptor.encrypt(plain, kind));
        const bit = at % (sealed.length * 8);
        sealed[bit >> 3] = (sealed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const reason = reasonOf(await decryptor.decrypt(sealed, kind, 0));
        assert.equal(reason, bit >> 3 === sealed.length - 1 ? 'unknown-key' : 'not-authentic');
      }),
      { numRuns: 300 },
    );
  });

  it('refuses random bytes and truncated frames with the right reason', async () => {
    const { decryptor } = await pair();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), kinds, fc.boolean(), async (noise, kind, ourId) => {
        if (ourId && noise.length > 0) noise[noise.length - 1] = 7;
        const reason = reasonOf(await decryptor.decrypt(noise, kind, 0));
        if (noise.length < CIPHER_OVERHEAD_BYTES) assert.equal(reason, 'too-short');
        else assert.equal(reason, noise.at(-1) === 7 ? 'not-authentic' : 'unknown-key');
      }),
      { numRuns: 300 },
    );
  });

  it('refuses frames of a wrong secret, sender or kind', async () => {
    const plain = Uint8Array.from({ length: 40 }, (_, i) => i);
    for (const other of [keyOf(7, Uint8Array.from(SECRET).reverse()), keyOf(7, SECRET, 'responder video')]) {
      const { encryptor, decryptor } = await pair(keyOf(7), other);
      const sealed = frameOf(await encryptor.encrypt(plain, 'key'));
      assert.equal(reasonOf(await decryptor.decrypt(sealed, 'key', 0)), 'not-authentic');
    }
    const { encryptor, decryptor } = await pair();
    const sealed = frameOf(await encryptor.encrypt(plain, 'key'));
    assert.equal(reasonOf(await decryptor.decrypt(sealed, 'delta', 0)), 'not-authentic');
  });

  it('delivers results in the order of the calls, even if a later one is ready first', async () => {
    const finished: (() => void)[] = [];
    const slow = {
      encrypt: (...args: Parameters<SubtleCrypto['encrypt']>) =>
        new Promise<ArrayBuffer>((resolve) => finished.unshift(() => resolve(crypto.subtle.encrypt(...args)))),
    } as SubtleCrypto;
    const encryptor = new FrameEncryptor(0, slow);
    encryptor.setKey(await keyOf(1));
    const order: number[] = [];
    const all = [0, 1, 2].map((i) => encryptor.encrypt(Uint8Array.of(i), 'audio').then(() => order.push(i)));
    for (const finish of finished) finish();
    await Promise.all(all);
    assert.deepEqual(order, [0, 1, 2]);
  });

  it('copies the frame, so that the caller can reuse it at once', async () => {
    const { encryptor, decryptor } = await pair();
    const plain = Uint8Array.from({ length: 30 }, (_, i) => i);
    const buffer = Uint8Array.from(plain);
    const sealing = encryptor.encrypt(buffer, 'delta');
    buffer.fill(0);
    const sealed = frameOf(await sealing);
    const opening = decryptor.decrypt(sealed, 'delta', 0);
    sealed.fill(0);
    assert.deepEqual(frameOf(await opening), plain);
  });

  it('reports crypto-failed if the cryptography throws another error', async () => {
    const broken = {
      encrypt: () => Promise.reject(new TypeError('broken')),
      decrypt: () => Promise.reject(new TypeError('broken')),
    } as unknown as SubtleCrypto;
    const encryptor = new FrameEncryptor(0, broken);
    const decryptor = new FrameDecryptor(broken);
    encryptor.setKey(await keyOf(7));
    decryptor.setKey(await keyOf(7));
    assert.equal(reasonOf(await encryptor.encrypt(new Uint8Array(9), 'audio')), 'crypto-failed');
    assert.equal(reasonOf(await decryptor.decrypt(new Uint8Array(40).fill(7), 'audio', 0)), 'crypto-failed');
  });
});

describe('frame counters', () => {
  const footer = (sealed: Uint8Array) => Buffer.from(sealed.subarray(-7)).toString('hex');

  it('never repeat across keys and generations', async () => {
    const [first, second] = [await keyOf(0), await keyOf(1)];
    const seen = new Set<string>();
    for (const generation of [0, 1, 0xffff]) {
      const encryptor = new FrameEncryptor(generation);
      for (const key of [first, second, first]) {
        encryptor.setKey(key);
        for (let i = 0; i < 5; i++) seen.add(footer(frameOf(await encryptor.encrypt(new Uint8Array(2), 'audio'))));
      }
    }
    assert.equal(seen.size, 45);
  });

  it('require a generation of 16 bits', () => {
    for (const generation of [-1, 0x10000, 0.5]) assert.throws(() => new FrameEncryptor(generation), RangeError);
  });
});

describe('frame keys of the cipher', () => {
  const plain = Uint8Array.of(1, 2, 3, 4);

  it('can change while frames are on the network path; the old key is dropped after 10 s', async () => {
    const [old, fresh] = [await keyOf(255), await keyOf(0)];
    const { encryptor, decryptor } = await pair(Promise.resolve(old));
    const late = await encryptor.encrypt(plain, 'audio');
    decryptor.setKey(fresh);
    assert.equal(reasonOf(await decryptor.decrypt(frameOf(late), 'audio', 60_000)), 'ok');
    encryptor.setKey(fresh);
    assert.equal(reasonOf(await decryptor.decrypt(frameOf(await encryptor.encrypt(plain, 'audio')), 'audio', 0)), 'ok');
    assert.equal(reasonOf(await decryptor.decrypt(frameOf(late), 'audio', RETAINED_KEY_MS - 1)), 'ok');
    assert.equal(reasonOf(await decryptor.decrypt(frameOf(late), 'audio', RETAINED_KEY_MS)), 'unknown-key');
  });

  it('are required for encryption and decryption', async () => {
    assert.equal(reasonOf(await new FrameEncryptor(0).encrypt(plain, 'audio')), 'no-key');
    const { encryptor } = await pair();
    const sealed = frameOf(await encryptor.encrypt(plain, 'audio'));
    assert.equal(reasonOf(await new FrameDecryptor().decrypt(sealed, 'audio', 0)), 'unknown-key');
  });

  it('require a secret of 16 bytes and an id of one byte', async () => {
    await assert.rejects(deriveFrameKey(SECRET.subarray(0, 15), 0, CONTEXT), RangeError);
    for (const id of [-1, 256, 1.5]) await assert.rejects(keyOf(id), RangeError);
  });

  it('cannot be exported', async () => {
    const { key } = await keyOf(0);
    await assert.rejects(crypto.subtle.exportKey('raw', key));
  });
});
