/** The command that runs a Node program in its own process, as Pulumi's language host for Node would. */
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";

export interface ProgramCommand {
  /** Arguments for node. */
  args: string[];
  cwd: string;
  /** What the program's environment has beside that of this process. */
  env: Record<string, string>;
}

export function programCommand(request: RunRequest): ProgramCommand {
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
    args: [
      // The project's own SDK, so that the program and what runs it are the same version.
      require.resolve("@pulumi/pulumi/cmd/run", { paths: [cwd] }),
      ...Object.entries(flags).map(([name, value]) => `--${name}=${value ?? ""}`),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      request.getProgram(),
    ],
    cwd,
    env: {
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      PULUMI_NODEJS_TYPESCRIPT: "true",
    },
  };
}
