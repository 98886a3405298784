import type { LocalIceCandidate } from './call-commands.js';

/** The candidates that a description of the page's holds already. */
export function candidatesIn(sdp: string): LocalIceCandidate[] {
  const [, ...sections] = sdp.split(/^m=/m);
  return sections.flatMap((section) => {
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
    if (mid === undefined) return [];
    const ufrag = /^a=ice-ufrag:(\S+)/m.exec(section)?.[1] ?? '';
    return [...section.matchAll(/^a=(candidate:[^\r\n]+)/gm)].map(([, candidate = '']) => ({
      candidate,
      mid,
      ufrag,
    }));
  });
}
