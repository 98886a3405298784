/** An element that can be in a call. */
export interface CallHolder {
  readonly isConnected: boolean;
  /** Brings its call into view. */
  showCall(): void;
  hangUp(): void;
}

/** The elements of this page that are in a call; one that rings only is not. */
const holders = new Set<CallHolder>();

export function noteLiveCall(holder: CallHolder, live: boolean): void {
  if (live) holders.add(holder);
  else holders.delete(holder);
}

/** Whether another element is in a call, which is then brought into view. A call of an element that is gone is ended. */
export function showCallElsewhere(holder: CallHolder): boolean {
  let shown = false;
  for (const other of holders) {
    if (other === holder) continue;
    if (other.isConnected) {
      other.showCall();
      shown = true;
    } else {
      other.hangUp();
    }
  }
  return shown;
}
