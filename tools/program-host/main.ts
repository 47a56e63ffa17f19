/**
 * Runs a project in Node, Python, Go or Java with the plain Pulumi CLI where Pulumi's own language host is not installed.
 *
 *   node -r ts-node/register/transpile-only tools/program-host/main.ts <project folder> <command> [flags of the command]
 *
 * The command is up, preview, refresh or destroy. A hidden flag tells the CLI to ask this process, and not a plugin, to
 * run the program. `pulumi` must be on PATH: see tools/engine.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { createLanguageRuntime } from "./languageRuntime";
import { launcherOf } from "./launchers";

const commands = ["up", "preview", "refresh", "destroy"];

async function main(args: string[]): Promise<void> {
  const [folder, command, ...flags] = args;
  if (folder === undefined || command === undefined || !commands.includes(command))
    throw new Error(`usage: program-host <project folder> <${commands.join("|")}> [flags]`);

  if (!existsSync(join(folder, "Pulumi.yaml")))
    throw new Error(`${folder} is not a Pulumi project: it has no Pulumi.yaml`);

  const launch = launcherOf(folder);
  if (launch === undefined) {
    process.exitCode = await runPulumi([command, ...flags], resolve(folder));
    return;
  }
  const server = new Server();
  server.addService(LanguageRuntimeService, createLanguageRuntime(launch));
  const port = await listen(server);
  process.exitCode = await runPulumi([command, ...flags, `--client=127.0.0.1:${port}`], resolve(folder));
  server.forceShutdown();
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

function runPulumi(args: string[], cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const cli = spawn("pulumi", args, { cwd, stdio: "inherit" });
    process.on("SIGTERM", () => cli.kill("SIGTERM"));
    process.on("SIGHUP", () => cli.kill("SIGHUP"));
    process.on("SIGINT", () => {
      // A terminal interrupts the CLI itself, and a second interrupt would end it at once.
      if (!process.stdin.isTTY) cli.kill("SIGINT");
    });
    cli.on("error", reject);
    cli.on("close", (code) => {
      resolve(code ?? 1);
    });
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
