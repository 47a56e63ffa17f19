import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { programEnvironment, type ProgramCommand } from "./programCommand";

/** The command that builds and runs a Go program. */
export function goProgram(request: RunRequest): ProgramCommand {
  return { command: "go", args: ["run", "."], cwd: request.getPwd(), env: programEnvironment(request) };
}
