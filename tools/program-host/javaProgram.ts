import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { programEnvironment, type ProgramCommand } from "./programCommand";

/** The command that compiles and runs a Java program by Maven. */
export function javaProgram(request: RunRequest): ProgramCommand {
  return {
    command: "mvn",
    args: ["--quiet", "--batch-mode", "compile", "exec:java"],
    cwd: request.getPwd(),
    env: programEnvironment(request),
  };
}
