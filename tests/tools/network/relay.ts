import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { Link, type LinkConditions, type LinkCounters } from './link.js';

/** One end of the relayed path. */
export type End = 'caller' | 'callee';

export interface RelayConditions {
  /** What the caller sends. */
  readonly fromCaller?: LinkConditions;
  /** What the callee sends. */
  readonly fromCallee?: LinkConditions;
}

/** ms without a packet after which another address may take an end's place. */
const SILENT_MS = 1000;
const SEEDS = { caller: 11, callee: 23 } as const;

/**
 * A network between two peers: each end sends to a port of its own, and hears from it, everything that goes over the path:
 * connectivity checks, DTLS, RTP and RTCP.
 */
export class Relay {
  readonly #ends: Readonly<Record<End, RelayEnd>>;

  private constructor(caller: Socket, callee: Socket) {
    this.#ends = { caller: new RelayEnd(caller, SEEDS.caller), callee: new RelayEnd(callee, SEEDS.callee) };
    this.#ends.caller.peer = this.#ends.callee;
    this.#ends.callee.peer = this.#ends.caller;
  }

  static async open(): Promise<Relay> {
    return new Relay(await bind(), await bind());
  }

  /** Where that end sends to. */
  portOf(end: End): number {
    return this.#ends[end].port;
  }

  change({ fromCaller = {}, fromCallee = {} }: RelayConditions): void {
    this.#ends.caller.change(fromCaller);
    this.#ends.callee.change(fromCallee);
  }

  /** What that end has sent. */
  countersOf(end: End): LinkCounters {
    return this.#ends[end].counters;
  }

  close(): void {
    this.#ends.caller.close();
    this.#ends.callee.close();
  }
}

class RelayEnd {
  readonly #socket: Socket;
  readonly #link: Link<Buffer>;
  peer: RelayEnd | undefined;
  #address: { readonly address: string; readonly port: number } | undefined;
  #heardAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, seed: number) {
    this.#socket = socket;
    this.#link = new Link(seed);
    socket.on('message', (packet, from) => this.#receive(packet, from));
    // A port that a closed page has left.
    socket.on('error', () => undefined);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  get counters(): LinkCounters {
    return this.#link.counters;
  }

  change(conditions: LinkConditions): void {
    this.#link.change(conditions, performance.now());
    this.#deliver();
  }

  send(packet: Buffer): void {
    if (this.#address) this.#socket.send(packet, this.#address.port, this.#address.address);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  /** An end that has several addresses stays with the one that was heard first. */
  #receive(packet: Buffer, { address, port }: RemoteInfo): void {
    const now = performance.now();
    if (this.#address?.address !== address || this.#address.port !== port) {
      if (now - this.#heardAt < SILENT_MS) return;
      this.#address = { address, port };
    }
    this.#heardAt = now;
    this.#link.offer(packet, packet.length, now);
    this.#deliver();
  }

  #deliver(): void {
    const now = performance.now();
    for (const packet of this.#link.take(now)) this.peer?.send(packet);
    clearTimeout(this.#timer);
    const nextAt = this.#link.nextAt();
    if (nextAt !== undefined) this.#timer = setTimeout(() => this.#deliver(), Math.max(0, nextAt - now));
  }
}

async function bind(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20, sendBufferSize: 1 << 20 });
  socket.bind(0, '0.0.0.0');
  await once(socket, 'listening');
  return socket;
}
