/** A private PulseAudio with a null sink: Firefox starts no AudioContext without a sound device. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from './processes.mjs';

/** Browsers ask for the server's rate, not the sink's: with another one their sound would be resampled twice. */
const CONFIGURATION = 'default-sample-rate = 48000\n';
const START_TIMEOUT_MS = 10_000;
const POLL_MS = 50;

/**
 * @typedef {object} SoundServer
 * @property {{ PULSE_SERVER: string }} env  for the processes that shall use it
 * @property {() => Promise<void>} stop
 */

/** @returns {Promise<SoundServer>} */
export async function startSoundServer() {
  // Short: the path of a Unix socket has at most 107 characters.
  const directory = mkdtempSync(join(tmpdir(), 'xmpp-call-sound-'));
  const socket = join(directory, 'socket');
  const configuration = join(directory, 'daemon.conf');
  writeFileSync(configuration, CONFIGURATION);
  const child = await startChild({
    name: 'pulseaudio',
    directory,
    command: 'pulseaudio',
    args: [
      ...['-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no', '--disable-shm=yes'],
      ...['-L', `module-native-protocol-unix auth-anonymous=1 socket=${socket}`],
      ...['-L', 'module-null-sink sink_name=speaker rate=48000'],
    ],
    env: {
      ...process.env,
      ...{ HOME: directory, XDG_RUNTIME_DIR: directory, PULSE_RUNTIME_PATH: directory, PULSE_CONFIG: configuration },
    },
  });
  const stop = async () => {
    await child.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await accepts(socket))) {
    if (!child.running() || Date.now() > deadline) {
      await stop();
      throw new Error('PulseAudio did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return { env: { PULSE_SERVER: `unix:${socket}` }, stop };
}

/** @param {string} path @returns {Promise<boolean>} */
function accepts(path) {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
