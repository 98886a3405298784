import type { CSSResult } from 'lit';
import { importAgain } from '../../import-again.js';
import type { AgentViewName, View } from '../view-model.js';
import type * as agentViewsModule from './agent-views.js';
import type { PanelView } from './panel-view.js';
import { VIEWS } from './views.js';

export interface ViewLoaderHost {
  adoptStyles(styles: readonly CSSResult[]): void;
  requestUpdate(): void;
}

/** The page's one copy of what only those see who answer calls. */
let agentViews: typeof agentViewsModule | undefined;

/** Loads the views of agents. Rejects when they cannot be loaded; another try may succeed. */
export async function loadAgentViews(): Promise<void> {
  agentViews ??= await importAgain(() => import('./agent-views.js'));
}

/** What agents have beside their views; undefined until it is loaded. */
export function agentParts(): Pick<typeof agentViewsModule, 'SecondCall' | 'secondCallView'> | undefined {
  return agentViews;
}

/** The views of a panel. Those of agents are loaded when one of them is wanted. */
export class ViewLoader {
  #isLoading = false;

  constructor(private readonly host: ViewLoaderHost) {}

  /** The view; undefined until its code is there. */
  get(view: View): PanelView | undefined {
    if (!isOfAgent(view)) return VIEWS[view];
    if (agentViews === undefined) {
      void this.#load();
      return undefined;
    }
    this.host.adoptStyles(agentViews.styles);
    return agentViews.AGENT_VIEWS[view];
  }

  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      await loadAgentViews();
      this.host.requestUpdate();
    } catch (error) {
      console.warn('<xmpp-call> the views of an agent did not load', error);
    } finally {
      this.#isLoading = false;
    }
  }
}

function isOfAgent(view: View): view is AgentViewName {
  return view === 'sign-in' || view === 'ready' || view === 'incoming';
}
