import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { configurationEnvironment, type ProgramCommand } from "./programCommand";

/** The command that runs a Node program. */
export function nodeProgram(request: RunRequest): ProgramCommand {
  const cwd = request.getPwd();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: request.getArgsList()[0],
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    "root-directory": request.getInfo()?.getRootDirectory(),
    pwd: cwd,
    parallel: request.getParallel(),
  };
  return {
    command: process.execPath,
    args: [
      // The project's own SDK, so that the program and what runs it are the same version.
      require.resolve("@pulumi/pulumi/cmd/run", { paths: [cwd] }),
      ...Object.entries(flags).map(([name, value]) => `--${name}=${value ?? ""}`),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      request.getProgram(),
    ],
    cwd,
    env: {
      ...configurationEnvironment(request),
      PULUMI_NODEJS_TYPESCRIPT: "true",
    },
  };
}
