import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from './contacts.js';
import type { Desktop } from './desktop.js';
import { until } from './until.js';

/** How Dino remembers a call. While it rings or goes on, the state is `ended` already; that is how it would be found after a crash. */
export interface RememberedCall {
  readonly id: number;
  readonly conversation: number;
  readonly direction: 'incoming' | 'outgoing';
  readonly state: 'ended' | 'declined' | 'missed' | 'failed' | 'other';
}

const DIRECTIONS = ['incoming', 'outgoing'] as const;
const STATES: Readonly<Record<number, RememberedCall['state']>> = {
  4: 'ended',
  5: 'declined',
  6: 'missed',
  7: 'failed',
};
const CALL_CONTENT = 3;

const LAST_CALL = `select call.id, content_item.conversation_id, call.direction, call.state
  from call join content_item on content_item.content_type = ${String(CALL_CONTENT)} and content_item.foreign_id = call.id
  order by call.id desc limit 1`;
const COMPLETE_SCHEMA = `select count(*) = 3 from sqlite_master where name in ('account', 'settings', 'conversation_settings')`;

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Dino's SQLite database on a desktop. */
export class DinoDatabase {
  private readonly path: string;

  constructor(private readonly desktop: Desktop) {
    this.path = join(desktop.home, 'share', 'dino', 'dino.db');
  }

  /** Adds an account to the database that Dino makes at its first start. Dino must not run afterwards until this is done. */
  async createWith(account: Account, resource: string): Promise<void> {
    const first = await this.desktop.start('dino-first', ['dino-im']);
    await until("Dino's database", async () => {
      const exists = await access(this.path).then(
        () => true,
        () => false,
      );
      return exists && (await this.query(COMPLETE_SCHEMA)) === '1' ? true : undefined;
    });
    await first.stop();
    const values = [account.jid, resource, account.password].map(quote).join(', ');
    const insert = `insert into account (bare_jid, resourcepart, password, alias, enabled) values (${values}, '', 1)`;
    await this.desktop.run('sqlite3', this.path, insert);
  }

  async lastCall(): Promise<RememberedCall | undefined> {
    const row = await this.query(LAST_CALL);
    if (row === '') return undefined;
    const [id = 0, conversation = 0, direction = 0, state = 0] = row.split(' ').map(Number);
    return { id, conversation, direction: DIRECTIONS[direction] ?? 'incoming', state: STATES[state] ?? 'other' };
  }

  private async query(sql: string): Promise<string> {
    const options = ['-readonly', '-cmd', '.timeout 2000', '-separator', ' '];
    return (await this.desktop.run('sqlite3', ...options, this.path, sql)).trim();
  }
}
