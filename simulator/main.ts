#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { helpText, parseCommandLine, type Command } from "./commandLine";
import { messageOf } from "./errors";
import { startSimulator, type Simulator, type SimulatorOptions } from "./index";

const exitFailure = 1;
const exitUsage = 2;

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const command = readCommand(args);
  switch (command?.type) {
    case "run":
      await run(command.options);
      break;
    case "help":
      process.stdout.write(helpText());
      break;
    case "version":
      process.stdout.write(`${packageVersion()}\n`);
      break;
    case undefined:
      process.exitCode = exitUsage;
  }
}

function readCommand(args: readonly string[]): Command | undefined {
  try {
    return parseCommandLine(args);
  } catch (error) {
    complain(error);
    return undefined;
  }
}

async function run(options: SimulatorOptions): Promise<void> {
  try {
    const simulator = await startSimulator(options);
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        void stop(simulator);
      });
    }
    const { url, credentials, projects } = simulator;
    process.stdout.write(`${JSON.stringify({ url, ...credentials, projects })}\n`);
  } catch (error) {
    complain(error);
    process.exitCode = exitFailure;
  }
}

async function stop(simulator: Simulator): Promise<void> {
  try {
    await simulator.close();
    process.exit(0);
  } catch (error) {
    complain(error);
    process.exit(exitFailure);
  }
}

function complain(error: unknown): void {
  process.stderr.write(`huaweicloud-cph-simulator: ${messageOf(error)}\n`);
}

function packageVersion(): string {
  // By the package's own name: the path to it differs between the sources and what is compiled from them.
  const file = require.resolve("pulumi-huaweicloud-cph/package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
