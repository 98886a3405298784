/** Loopback ports: free ones, and who holds the taken ones. */
import { createSocket } from 'node:dgram';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { commandOf } from './processes.mjs';

/** @typedef {'tcp' | 'udp'} Transport */

/** A port that something else holds; the message names the holder where the system tells. */
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
 * @param {string} host  IP address to bind
 * @returns {Promise<number>} a port that is free for TCP and for UDP
 */
export async function freePort(host = '127.0.0.1') {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const port = await tryTcp(0, host);
    if (port !== undefined && (await tryUdp(port, host))) return port;
  }
  throw new Error(`no port on ${host} is free for both TCP and UDP`);
}

/**
 * @param {number} port
 * @param {string} purpose  for the message
 * @param {Transport} [transport]
 * @param {string} [host]
 * @throws {PortTakenError}
 */
export async function assertPortFree(port, purpose, transport = 'tcp', host = '127.0.0.1') {
  const free = transport === 'tcp' ? (await tryTcp(port, host)) !== undefined : await tryUdp(port, host);
  if (!free) throw new PortTakenError(port, purpose, transport);
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
 * @returns {Promise<number | undefined>}
 */
function tryTcp(port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => settle(error, () => resolve(undefined), reject));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
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
