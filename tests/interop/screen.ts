import { Picture } from './picture.js';
import { runProgram } from '../tools/run-program.js';

/** A window; lengths and places in pixels of the screen. */
export interface Window {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What is on an X display, and the pointer on it. */
export class Screen {
  /** `env` holds the DISPLAY. */
  constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** True once a window manager runs. */
  async isManaged(): Promise<boolean> {
    return (await this.run('xprop', '-root', '-notype', '_NET_SUPPORTING_WM_CHECK')).includes('0x');
  }

  /** The windows, without menus and the like. */
  async windows(): Promise<Window[]> {
    const ids = await this.run('xprop', '-root', '-notype', '_NET_CLIENT_LIST');
    return this.describe(ids.match(/0x[0-9a-f]+/gu) ?? []);
  }

  /** Open menus and tooltips with this title. */
  async popups(title: string): Promise<Window[]> {
    const managed = (await this.windows()).map((window) => Number(window.id));
    const ids = await this.run('xdotool', 'search', '--onlyvisible', '--name', `^${title}$`);
    return this.describe((ids.match(/\d+/gu) ?? []).filter((id) => !managed.includes(Number(id))));
  }

  /** Brings the window to the front and clicks at a place in it, counted from its upper left corner. */
  async click(window: Window, x: number, y: number): Promise<void> {
    await this.run('xdotool', 'windowactivate', '--sync', window.id);
    await this.press(window, x, y);
  }

  /** Clicks at a place in a menu, which is in front already. */
  async press(popup: Window, x: number, y: number): Promise<void> {
    const place = [String(popup.x + Math.round(x)), String(popup.y + Math.round(y))];
    await this.run('xdotool', 'mousemove', ...place, 'click', '1');
  }

  /** Moves the pointer about within the window, for what shows only then. */
  async hover(window: Window): Promise<void> {
    const centre = [String(window.x + (window.width >> 1)), String(window.y + (window.height >> 1))];
    await this.run('xdotool', 'mousemove', ...centre, 'mousemove_relative', '4', '4');
  }

  async picture(window: Window): Promise<Picture> {
    const image = ['import', '-silent', '-window', window.id, '-depth', '8', 'ppm:-'];
    return Picture.fromPpm(await runProgram(image, this.env));
  }

  /** Saves the whole screen as PNG. */
  async screenshot(path: string): Promise<void> {
    await this.run('import', '-silent', '-window', 'root', path);
  }

  private async describe(ids: readonly string[]): Promise<Window[]> {
    const windows = await Promise.all(ids.map((id) => this.geometry(id)));
    return windows.filter((window) => window !== undefined);
  }

  /** Undefined if the window has just been closed. */
  private async geometry(id: string): Promise<Window | undefined> {
    const text = await this.run('xdotool', 'getwindowgeometry', '--shell', id).catch(() => undefined);
    if (text === undefined) return undefined;
    const value = (name: string): number => Number(new RegExp(`^${name}=(-?\\d+)$`, 'mu').exec(text)?.[1]);
    return { id, x: value('X'), y: value('Y'), width: value('WIDTH'), height: value('HEIGHT') };
  }

  private async run(...command: string[]): Promise<string> {
    return (await runProgram(command, this.env)).toString();
  }
}
