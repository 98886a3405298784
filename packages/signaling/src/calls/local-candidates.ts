/** A candidate of the page's, as it came. */
export interface LocalIceCandidate {
  /** `candidate:…`, or empty for the end of candidates. */
  readonly candidate: string;
  readonly mid: string;
  readonly ufrag?: string;
}

/** The candidates that a description of the page's holds already. */
export function candidatesIn(sdp: string): LocalIceCandidate[] {
  const [, ...sections] = sdp.split(/^m=/m);
  return sections.flatMap((section) => {
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
    if (mid === undefined) return [];
    return [...section.matchAll(/^a=(candidate:[^\r\n]+)/gm)].map(([, candidate = '']) => ({ candidate, mid }));
  });
}
