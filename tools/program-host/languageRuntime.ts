/** The part of Pulumi's language runtime protocol that running a program needs. */
import { spawn, type ChildProcess } from "node:child_process";
import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import {
  GetRequiredPackagesResponse,
  type GetRequiredPackagesRequest,
  type RunRequest,
  RunResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Launcher } from "./programCommand";

/** How the SDKs for Node and Python end a program whose error they have shown already. */
const errorAlreadyShown = 32;

interface LanguageRuntime extends UntypedServiceImplementation {
  getPluginInfo: handleUnaryCall<Empty, PluginInfo>;
  getRequiredPackages: handleUnaryCall<GetRequiredPackagesRequest, GetRequiredPackagesResponse>;
  run: handleUnaryCall<RunRequest, RunResponse>;
}

/** Runs programs as the launcher says. */
export function createLanguageRuntime(launch: Launcher): LanguageRuntime {
  return {
    getPluginInfo: (_call, respond) => {
      respond(null, new PluginInfo().setVersion("1.0.0"));
    },

    // Dynamic providers come with the CLI, and other plugins are found when a resource asks for them.
    getRequiredPackages: (_call, respond) => {
      respond(null, new GetRequiredPackagesResponse());
    },

    run: (call, respond) => {
      const { command, args, cwd, env } = launch(call.request);
      const program = spawn(command, args, {
        cwd,
        env: { ...process.env, ...env },
        stdio: ["ignore", "inherit", "inherit"],
        // In a group of its own, the program gets no interrupt from the terminal: the CLI decides when it ends.
        detached: true,
      });
      call.on("cancelled", () => {
        endGroup(program);
      });
      program.on("error", (error) => {
        respond(error);
      });
      program.on("close", (code) => {
        respond(null, runResponse(code));
      });
    },
  };
}

/** Ends the process and those that it has started: `go run` and Maven's are the programs proper. */
function endGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid);
}

function runResponse(exitCode: number | null): RunResponse {
  const response = new RunResponse();
  if (exitCode === errorAlreadyShown) response.setBail(true);
  else if (exitCode !== 0)
    response.setError(`the program ended with ${exitCode === null ? "a signal" : `exit code ${exitCode}`}`);

  return response;
}
