import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Servers, startServers } from '../../tools/servers/servers.js';
import { type BrowserHandle, launchChromium } from '../tools/browsers.js';
import { type Account, makeContacts } from './contacts.js';
import { type Dino, startDino } from './dino.js';
import { withHealthyDino } from './dino-fault.js';
import type { Colour } from './picture.js';
import { requireDinoMachine } from './requirements.js';
import { startSite } from './site.js';
import { Widget } from './widget.js';

/** Sine in Dino's microphone. */
export const DINO_HZ = 660;
/** Sine in the microphone of the page. */
export const PAGE_HZ = 440;
/** Who signs in on the agent's page, a contact of Dino's. */
export const AGENT: Account = { jid: 'desk@xmpp.localhost', password: 'desk-password' };
/** What the page's camera shows; less of it is in the colour bars than a test asks for. */
export const PAGE_COLOUR: Colour = [255, 0, 255];

const RUN_DIR = join(import.meta.dirname, '../../.run/interop');
const C2S_PORT = 5222;
const ALICE: Account = { jid: 'alice@xmpp.localhost', password: 'alice-password' };
const USERS = { alice: ALICE.password, desk: AGENT.password };

interface Scene {
  readonly dino: Dino;
  readonly page: Widget;
}

/** Registers a test with fresh servers, a fresh Dino and a fresh page. */
export type Play = (title: string, scenario: (scene: Scene) => Promise<void>) => void;

/** What to stop, in the order of starting. */
class Endings {
  private readonly endings: (() => Promise<void>)[] = [];

  add(ending: () => Promise<void>): void {
    this.endings.push(ending);
  }

  /** Stops the latest first, and all even if one fails. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.endings.reverse()) await end().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be stopped');
  }
}

/**
 * The tests of a file. What they write stays in `.run/interop/<name>`, with screenshots of both sides and the page's
 * console when a test fails, until the next run.
 */
export function stage(name: string, role: 'visitor' | 'agent'): Play {
  const dir = join(RUN_DIR, name);
  const endings = new Endings();
  let browser: BrowserHandle | undefined;
  let scenes = 0;

  before(async () => {
    await requireDinoMachine();
    await rm(dir, { recursive: true, force: true });
    browser = await launchChromium();
    const running = browser;
    endings.add(() => running.close());
  });

  after(() => endings.run());

  return (title, scenario) => {
    test(title, async (context) => {
      await withHealthyDino(context, async () => {
        if (!browser) throw new Error('the browser did not start');
        scenes += 1;
        await playScene(browser, role, join(dir, String(scenes)), scenario);
      });
    });
  };
}

async function playScene(
  browser: BrowserHandle,
  role: 'visitor' | 'agent',
  dir: string,
  scenario: (scene: Scene) => Promise<void>,
): Promise<void> {
  const endings = new Endings();
  try {
    const options = { dir: join(dir, 'servers'), ports: { c2s: C2S_PORT }, users: USERS, debugStanzas: true };
    const servers = await startServers(options);
    endings.add(() => servers.stop());
    await makeContacts(servers.websocketUrl, ALICE, AGENT);
    const site = await startSite(servers, ALICE.jid);
    endings.add(() => site.close());
    const dino = await startDino({ account: ALICE, caFile: authorityOf(servers), toneHz: DINO_HZ, dir });
    endings.add(() => dino.stop());
    const devices = { toneHz: PAGE_HZ, colour: `rgb(${PAGE_COLOUR.join(' ')})` };
    const page = await Widget.open(browser, site.address(role), devices);
    endings.add(() => page.page.close());
    try {
      if (role === 'agent') await page.signIn(AGENT.jid, AGENT.password);
      await scenario({ dino, page });
    } catch (error) {
      await dino.screenshot(join(dir, 'dino.png'));
      await page.page.screenshot(`${dir}/page.png`);
      await writeFile(join(dir, 'page.log'), await page.report());
      throw error;
    }
  } finally {
    await endings.run();
  }
}

function authorityOf(servers: Servers): string {
  const { ca } = servers.certificate;
  if (ca === undefined) throw new Error('the certificate names no authority for Dino to trust');
  return ca;
}
