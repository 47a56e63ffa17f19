const ownListeners = process.listeners("SIGINT");

/** Takes away what a host listens to interrupts with: jest's process outlives it. */
export function removeInterruptListeners(): void {
  for (const listener of process.listeners("SIGINT"))
    if (!ownListeners.includes(listener)) process.removeListener("SIGINT", listener);
}
