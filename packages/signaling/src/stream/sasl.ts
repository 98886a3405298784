// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- ambient modules have nothing to import
/// <reference path="./xmpp-js.d.ts" />
import type { Mechanism, MechanismFactory } from '@xmpp/sasl';
import { StreamError } from './errors.js';
import { Scram, ScramError, type ScramHash } from './scram.js';

export type Credentials =
  | { readonly kind: 'anonymous' }
  /** `username` is the local part of the JID. */
  | { readonly kind: 'password'; readonly username: string; readonly password: string };

/** One SASL exchange. */
export interface Exchange extends Mechanism {
  /**
   * Takes what came with `<success/>` (binary string, undefined without data).
   * @throws StreamError `auth-failed` when the server did not prove that it knows the password
   */
  succeed(data: string | undefined): void;
}

type Login = Extract<Credentials, { kind: 'password' }>;

/** Strongest first. SCRAM with channel binding is out of reach of web pages. */
const PASSWORD_MECHANISMS = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'] as const;

/** The mechanisms that credentials allow, in the form that @xmpp/sasl takes. One object serves one login. */
export class Mechanisms implements MechanismFactory {
  readonly _mechs: readonly { readonly name: string }[];
  #exchange: Exchange | undefined;

  /**
   * @param secure the stream is encrypted or does not leave the machine: PLAIN is allowed
   * @param nonce client nonce for SCRAM
   */
  constructor(
    private readonly credentials: Credentials,
    private readonly secure: boolean,
    private readonly nonce: string,
  ) {
    const names = credentials.kind === 'anonymous' ? ['ANONYMOUS'] : PASSWORD_MECHANISMS;
    this._mechs = names.filter((name) => secure || name !== 'PLAIN').map((name) => ({ name }));
  }

  /** The exchange that was begun. */
  get exchange(): Exchange | undefined {
    return this.#exchange;
  }

  create([name]: readonly string[]): Exchange | null {
    this.#exchange = name === undefined ? undefined : begin(name, this.credentials, this.nonce);
    return this.#exchange ?? null;
  }

  /** @throws StreamError `auth-failed` or `insecure` when the server offers none of them */
  check(offered: readonly string[]): void {
    if (this._mechs.some(({ name }) => offered.includes(name))) return;
    if (this.credentials.kind === 'anonymous')
      throw new StreamError('auth-failed', 'the server takes no anonymous users');
    if (!this.secure && offered.includes('PLAIN')) {
      throw new StreamError('insecure', 'the server wants the password over an unencrypted stream');
    }
    throw new StreamError('auth-failed', 'the server offers no way of logging in with a password that we speak');
  }
}

function begin(name: string, credentials: Credentials, nonce: string): Exchange | undefined {
  if (credentials.kind === 'anonymous') return name === 'ANONYMOUS' ? anonymous : undefined;
  switch (name) {
    case 'SCRAM-SHA-256':
      return new ScramExchange('SHA-256', credentials, nonce);
    case 'SCRAM-SHA-1':
      return new ScramExchange('SHA-1', credentials, nonce);
    case 'PLAIN':
      return plain(credentials);
    default:
      return undefined;
  }
}

/** RFC 4505, without trace information. */
const anonymous: Exchange = {
  name: 'ANONYMOUS',
  clientFirst: true,
  response: () => '',
  challenge: refuseChallenge,
  succeed: () => undefined,
};

/** RFC 4616. */
function plain({ username, password }: Login): Exchange {
  return {
    name: 'PLAIN',
    clientFirst: true,
    response: () => toBinary(`\0${username}\0${password}`),
    challenge: refuseChallenge,
    succeed: () => undefined,
  };
}

function refuseChallenge(): never {
  throw new StreamError('auth-failed', 'the server sent a challenge that the mechanism does not have');
}

class ScramExchange implements Exchange {
  readonly name: string;
  readonly clientFirst = true;
  readonly #scram: Scram;
  #challenge: string | undefined;

  constructor(hash: ScramHash, { username, password }: Login, nonce: string) {
    this.name = `SCRAM-${hash}`;
    this.#scram = new Scram({ hash, username, password, nonce });
  }

  async response(): Promise<string> {
    try {
      if (this.#challenge === undefined) return toBinary(this.#scram.clientFirst());
      // Servers may send their signature as a challenge, which takes an empty response (RFC 4422 §3.6).
      if (this.#scram.verified) return '';
      return toBinary(await this.#scram.clientFinal(this.#challenge));
    } catch (error) {
      throw asAuthFailure(error);
    }
  }

  challenge(data: string): void {
    this.#challenge = fromBinary(data);
    if (this.#scram.awaitsSignature) this.succeed(data);
  }

  succeed(data: string | undefined): void {
    if (data === undefined && this.#scram.verified) return;
    try {
      this.#scram.verify(fromBinary(data ?? ''));
    } catch (error) {
      throw asAuthFailure(error);
    }
  }
}

function asAuthFailure(error: unknown): unknown {
  return error instanceof ScramError ? new StreamError('auth-failed', error.message, { cause: error }) : error;
}

/** UTF-8 as a binary string: what base64 functions take. */
function toBinary(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

/** Bytes that are not UTF-8 become U+FFFD, which no check lets pass. */
function fromBinary(binary: string): string {
  return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}
