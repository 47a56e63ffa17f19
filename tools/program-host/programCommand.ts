/** How a program is started, as Pulumi's own language host would start it: in a process of its own. */
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";

/** A process that runs a program. */
export interface ProgramCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** What the program's environment has beside that of this process. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts programs of one language. */
export type Launcher = (request: RunRequest) => ProgramCommand;

/** What a run tells its program in the environment. The configuration, which may hold secrets, never stands among the arguments. */
export function configurationEnvironment(request: RunRequest): Record<string, string> {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}

/** Likewise for languages in which the program finds all of it there. */
export function programEnvironment(request: RunRequest): Record<string, string> {
  return {
    ...configurationEnvironment(request),
    PULUMI_MONITOR: request.getMonitorAddress(),
    PULUMI_ENGINE: request.getArgsList()[0] ?? "",
    PULUMI_ORGANIZATION: request.getOrganization(),
    PULUMI_PROJECT: request.getProject(),
    PULUMI_STACK: request.getStack(),
    PULUMI_ROOT_DIRECTORY: request.getInfo()?.getRootDirectory() ?? "",
    PULUMI_PARALLEL: String(request.getParallel()),
    PULUMI_DRY_RUN: String(request.getDryrun()),
  };
}
