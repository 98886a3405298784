/** Loopback ports: free ones that no parallel run takes, and who holds the taken ones. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { commandOf } from './processes.mjs';

/** @typedef {'tcp' | 'udp'} Transport */

/** Another process holds the port; the message names it where the system tells. */
export class PortTakenError extends Error {
  /**
   * @param {number} port
   * @param {string} purpose
   * @param {Transport} transport
   */
  constructor(port, purpose, transport) {
    const owner = portOwner(port, transport);
    super(
      `port ${port} (${purpose}) is taken by ` +
        (owner === undefined ? 'a process this user may not look at' : `pid ${owner.pid}: ${owner.command}`),
    );
    this.name = 'PortTakenError';
    this.port = port;
  }
}

/**
 * Ports in blocks, all below those that Linux hands out by itself (32768 and above).
 * @typedef {object} PortRange
 * @property {number} first
 * @property {number} blocks
 * @property {number} size  ports of a block
 */

/** @type {PortRange} */
const RANGE = { first: 20_000, blocks: 51, size: 250 };

/**
 * Ports that no other caller on this machine gets until `release` or the end of this process. The lock is a socket that listens
 * on the block's first port: the system closes it with the process.
 */
export class PortBlock {
  /** First port not handed out yet. */
  #next;
  #end;
  #lock;

  /** @param {number} first @param {number} size @param {import('node:net').Server} lock */
  constructor(first, size, lock) {
    this.#next = first + 1;
    this.#end = first + size;
    this.#lock = lock;
  }

  /**
   * @param {readonly string[]} [hosts]  IP addresses to bind
   * @returns {Promise<number | undefined>} the next port that is free for TCP and for UDP; undefined when none is left
   */
  async freePort(hosts = ['127.0.0.1']) {
    while (this.#next < this.#end) {
      const port = this.#next++;
      if (await isFree(port, hosts)) return port;
    }
    return undefined;
  }

  /**
   * @param {number} count
   * @returns {readonly [number, number]} first and last; single ports of them may be taken by programs that do not ask here
   */
  range(count) {
    const first = this.#next;
    if (first + count > this.#end) throw new Error(`the block has no ${count} ports left`);
    this.#next += count;
    return [first, first + count - 1];
  }

  /** Gives the ports back; doing so twice does nothing. @returns {Promise<void>} */
  release() {
    this.#next = this.#end;
    return new Promise((resolve) => this.#lock.close(() => resolve()));
  }
}

/**
 * @param {PortRange} [range]
 * @returns {Promise<PortBlock>}
 * @throws {Error} when every block is held
 */
export async function takePortBlock({ first, blocks, size } = RANGE) {
  const start = randomInt(blocks);
  for (let index = 0; index < blocks; index += 1) {
    const port = first + ((start + index) % blocks) * size;
    const lock = await listen(port, '127.0.0.1');
    if (lock === undefined) continue;
    lock.unref();
    return new PortBlock(port, size, lock);
  }
  throw new Error(`all blocks of ports from ${first} to ${first + blocks * size - 1} are held`);
}

/** Of `freePort`. @type {Promise<PortBlock> | undefined} */
let common;

/** @returns {Promise<number>} a port of 127.0.0.1 that is free for TCP and for UDP, and this process's until it ends */
export async function freePort() {
  for (;;) {
    const block = (common ??= takePortBlock());
    const port = await (await block).freePort();
    if (port !== undefined) return port;
    if (common === block) common = undefined;
  }
}

/** @param {string} host @returns {Promise<boolean>} whether this machine has the IP address */
export async function hasAddress(host) {
  try {
    return await tryTcp(0, host);
  } catch {
    return false; // EADDRNOTAVAIL, or no such family
  }
}

/** @param {number} port @param {readonly string[]} hosts */
async function isFree(port, hosts) {
  for (const host of hosts) if (!(await tryTcp(port, host)) || !(await tryUdp(port, host))) return false;
  return true;
}

/**
 * @param {number} port
 * @param {string} purpose  for the message
 * @param {Transport} [transport]
 * @param {string} [host]
 * @throws {PortTakenError}
 */
export async function assertPortFree(port, purpose, transport = 'tcp', host = '127.0.0.1') {
  const free = await (transport === 'tcp' ? tryTcp(port, host) : tryUdp(port, host));
  if (!free) throw new PortTakenError(port, purpose, transport);
}

/** @param {number} port @param {string} [host] @returns {Promise<boolean>} whether something accepts TCP connections there */
export function accepts(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * The process that listens on a port, from /proc (Linux only; processes of other users are visible to root only).
 * @param {number} port
 * @param {Transport} [transport]
 * @returns {{ pid: number, command: string } | undefined}
 */
function portOwner(port, transport = 'tcp') {
  const inodes = new Set([`/proc/net/${transport}`, `/proc/net/${transport}6`].flatMap((file) => inodesOf(file, port)));
  if (inodes.size === 0) return undefined;
  for (const pid of listing('/proc').map(Number).filter(Number.isInteger)) {
    const holds = listing(`/proc/${pid}/fd`).some((fd) => inodes.has(linkOf(`/proc/${pid}/fd/${fd}`)));
    if (holds) return { pid, command: commandOf(pid) };
  }
  return undefined;
}

/** @param {string} file @param {number} port */
function inodesOf(file, port) {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return read(file)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) === true && (fields[3] === '0A' || fields[3] === '07'))
    .map((fields) => `socket:[${fields[9] ?? ''}]`);
}

/**
 * @param {number} port
 * @param {string} host
 * @returns {Promise<boolean>}
 */
async function tryTcp(port, host) {
  const server = await listen(port, host);
  if (server === undefined) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/**
 * @param {number} port
 * @param {string} host
 * @returns {Promise<import('node:net').Server | undefined>} undefined when the port is taken
 */
function listen(port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => settle(error, () => resolve(undefined), reject));
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

/**
 * @param {number} port
 * @param {string} host
 * @returns {Promise<boolean>}
 */
function tryUdp(port, host) {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error) => {
      socket.close();
      settle(error, () => resolve(false), reject);
    });
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

/** @param {Error} error @param {() => void} taken @param {(error: Error) => void} failed */
function settle(error, taken, failed) {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE' || code === 'EACCES') taken();
  else failed(error);
}

/** @param {string} directory @returns {string[]} nothing when it is gone or closed to this user */
function listing(directory) {
  return optional(() => readdirSync(directory)) ?? [];
}

/** @param {string} path */
function linkOf(path) {
  return optional(() => readlinkSync(path)) ?? '';
}

/** @param {string} path */
function read(path) {
  return optional(() => readFileSync(path, 'utf8')) ?? '';
}

/**
 * @template T
 * @param {() => T} action
 * @returns {T | undefined}
 */
function optional(action) {
  try {
    return action();
  } catch {
    return undefined; // processes and their descriptors come and go while they are listed
  }
}
