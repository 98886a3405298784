import type { Environment } from './environment.js';

/** ms after which a kind of entry may be logged again. */
const INTERVAL_MS = 1_000;
/** Kinds remembered; messages are constants, so that there are a few dozen. */
const MAX_KINDS = 200;

interface Kind {
  /** Entries that may be logged at once. */
  left: number;
  refilledAt: number;
  omitted: number;
}

/**
 * Gives the environment a log that peers cannot fill: of each message `burst` entries go through, then one a second. The
 * next one says how many were left out (`omitted`).
 */
export function limitLog(environment: Environment, burst: number): Environment {
  const kinds = new Map<string, Kind>();

  const kindOf = (message: string, now: number): Kind => {
    const kind = kinds.get(message) ?? { left: burst, refilledAt: now, omitted: 0 };
    if (kinds.size >= MAX_KINDS) kinds.clear();
    kinds.set(message, kind);
    const passed = Math.floor((now - kind.refilledAt) / INTERVAL_MS);
    // A clock that was put back starts anew.
    if (passed !== 0) {
      kind.left = passed < 0 ? burst : Math.min(burst, kind.left + passed);
      kind.refilledAt = now;
    }
    return kind;
  };

  return {
    now: () => environment.now(),
    after: (ms, task) => environment.after(ms, task),
    random: () => environment.random(),
    uuid: () => environment.uuid(),
    log: (level, message, context) => {
      const kind = kindOf(message, environment.now());
      if (kind.left < 1) {
        kind.omitted++;
        return;
      }
      kind.left--;
      const { omitted } = kind;
      kind.omitted = 0;
      environment.log(level, message, omitted > 0 ? { ...context, omitted } : context);
    },
  };
}
