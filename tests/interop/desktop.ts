import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ManagedChild, startChild } from '../../tools/processes.mjs';
import { recordLoudspeaker, SAMPLE_RATE } from '../tools/loudspeaker.js';
import { runProgram } from '../tools/run-program.js';
import { Screen } from './screen.js';
import { until } from './until.js';

const MAX_HOME_BYTES = 90;
const NULL_DEVICES = [
  'module-null-sink sink_name=speaker rate=48000',
  'module-null-sink sink_name=voice rate=48000',
  'module-remap-source source_name=microphone master=voice.monitor',
];

/* Without the standard service folders nothing gets started by activation. */
const busConfig = (address: string): string => `
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>${address}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/** Unix limits the path of a socket to 107 bytes. */
async function runtimeFolder(home: string): Promise<string> {
  if (Buffer.byteLength(home) > MAX_HOME_BYTES) return mkdtemp(join(tmpdir(), 'desktop-'));
  const folder = join(home, 'runtime');
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

/** A private headless desktop: X server, window manager, session bus and a sound server without sound cards. */
export class Desktop {
  readonly screen: Screen;
  private readonly programs: ManagedChild[] = [];

  private constructor(
    /** Home of the programs on this desktop, with their output as `NAME.out`. */
    readonly home: string,
    /** Holds the sockets. */
    private readonly runtime: string,
    readonly env: NodeJS.ProcessEnv,
  ) {
    this.screen = new Screen(env);
  }

  /** Starts a desktop that writes under `home` only. */
  static async start(home: string): Promise<Desktop> {
    const runtime = await runtimeFolder(home);
    const env: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      HOME: home,
      XDG_RUNTIME_DIR: runtime,
      XDG_DATA_HOME: join(home, 'share'),
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_CACHE_HOME: join(home, 'cache'),
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(runtime, 'bus')}`,
      PULSE_SERVER: `unix:${join(runtime, 'sound')}`,
      GDK_BACKEND: 'x11',
      GSK_RENDERER: 'cairo',
      GSETTINGS_BACKEND: 'memory',
      GTK_A11Y: 'none',
      LIBGL_ALWAYS_SOFTWARE: '1',
    };
    for (const folder of ['share', 'config', 'cache']) await mkdir(join(home, folder), { recursive: true });
    const desktop = new Desktop(home, runtime, env);
    try {
      await desktop.startServices();
      return desktop;
    } catch (error) {
      await desktop.stop();
      throw error;
    }
  }

  /** Starts a program that runs until it or the desktop is stopped. */
  async start(name: string, command: readonly [string, ...string[]]): Promise<ManagedChild> {
    const [file, ...args] = command;
    const program = await startChild({ name, directory: this.home, command: file, args, env: this.env });
    this.programs.push(program);
    // On a busy machine Dino drops frames that come late, and may never show one.
    if (process.getuid?.() === 0) setPriority(program.pid, constants.priority.PRIORITY_HIGH);
    return program;
  }

  /** What a started program has written so far. */
  output(name: string): Promise<string> {
    return readFile(join(this.home, `${name}.out`), 'utf8');
  }

  /** Runs a program to its end and returns its stdout. */
  async run(...command: string[]): Promise<string> {
    return (await runProgram(command, this.env)).toString();
  }

  /** Plays an endless sine into the microphone. */
  async playTone(frequencyHz: number): Promise<void> {
    const source = ['audiotestsrc', 'is-live=true', `freq=${String(frequencyHz)}`, 'volume=0.4'];
    const format = 'audio/x-raw,rate=48000,channels=1';
    await this.start('tone', ['gst-launch-1.0', '-q', ...source, '!', format, '!', 'pulsesink', 'device=voice']);
  }

  /** Records what the programs play: mono samples, -1 to 1, 48 kHz. */
  record(milliseconds: number): Promise<Float32Array> {
    return recordLoudspeaker(this.env, Math.ceil((milliseconds * SAMPLE_RATE) / 1000));
  }

  /** Stops everything that was started on this desktop, the latest first. */
  async stop(): Promise<void> {
    for (const program of this.programs.reverse()) await program.stop();
    await rm(this.runtime, { recursive: true, force: true });
  }

  private async startServices(): Promise<void> {
    this.env.DISPLAY = await this.startScreen();
    await this.start('openbox', ['openbox', '--sm-disable']);
    await until('the window manager', async () => (await this.screen.isManaged()) || undefined);

    const config = join(this.runtime, 'bus.conf');
    await writeFile(config, busConfig(this.env.DBUS_SESSION_BUS_ADDRESS ?? '').trimStart());
    await this.start('bus', ['dbus-daemon', '--nofork', '--nopidfile', `--config-file=${config}`]);
    await this.socket('bus');

    const modules = [
      `module-native-protocol-unix auth-anonymous=1 socket=${join(this.runtime, 'sound')}`,
      ...NULL_DEVICES,
    ];
    const options = ['-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no', '--disable-shm=yes'];
    await this.start('pulseaudio', ['pulseaudio', ...options, ...modules.flatMap((module) => ['-L', module])]);
    await this.socket('sound');
    await this.run('pactl', 'set-default-sink', 'speaker');
    await this.run('pactl', 'set-default-source', 'microphone');
  }

  /** The X server chooses a free display and writes its number to descriptor 3. It would reset itself after its first client. */
  private async startScreen(): Promise<string> {
    const numberFile = join(this.runtime, 'display');
    const options = ['-screen', '0', '1280x900x24', '-nolisten', 'tcp', '-noreset'];
    await this.start('xvfb', ['sh', '-c', 'exec Xvfb -displayfd 3 "$@" 3>"$0"', numberFile, ...options]);
    const number = await until('the X server', async () => {
      const text = await readFile(numberFile, 'utf8').catch(() => '');
      return text.endsWith('\n') ? text.trim() : undefined;
    });
    return `:${number}`;
  }

  private async socket(name: string): Promise<void> {
    const exists = (): Promise<true | undefined> =>
      access(join(this.runtime, name)).then(
        () => true,
        () => undefined,
      );
    await until(`the socket "${name}" of the desktop`, exists);
  }
}
