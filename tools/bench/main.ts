/** Measures and prints; nothing is judged here. Usage: make bench */
import { startUpTimes } from "./startUp";

async function main(): Promise<void> {
  console.log("Provider start-up to the first answer (median of 5, milliseconds)\n");
  for (const { what, milliseconds } of await startUpTimes())
    console.log(`  ${what.padEnd(48)} ${milliseconds.toFixed(0)}`);
}

void main();
